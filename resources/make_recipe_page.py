"""Make docs/recipe-kinds.md: the reference of all kinds of blocks, from their classes."""

from pathlib import Path

from framescope.core.recipe.reference import reference_page

if __name__ == "__main__":
    page = Path(__file__).resolve().parent.parent / "docs" / "recipe-kinds.md"
    page.write_text(reference_page(), encoding="utf-8")
