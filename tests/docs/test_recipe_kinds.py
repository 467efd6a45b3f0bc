"""The reference of recipe kinds is what the classes say."""

from pathlib import Path

from framescope.core.recipe.kinds.table import KINDS
from framescope.core.recipe.reference import GROUPS, kind_text, reference_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "recipe-kinds.md"


def test_the_page_is_what_the_classes_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "make resources writes docs/recipe-kinds.md anew"


def test_every_kind_is_listed() -> None:
    assert {kind.group for kind in KINDS.values()} <= {*GROUPS}
    assert all(f"### `{kind}`" in reference_page() for kind in KINDS)
    assert all(kind_text(kind).startswith(f"{kind}: ") for kind in KINDS)
