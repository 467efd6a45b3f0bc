"""`import framescope`: every name opens, and every example in a docstring does what it shows."""

import doctest
import importlib
from pathlib import Path

import framescope
import pytest

ROOT = Path(__file__).resolve().parent.parent
WITH_EXAMPLES = sorted(
    ".".join(("framescope", *path.relative_to(ROOT).with_suffix("").parts))
    for room in ("core", "models", "widgets", "app")
    for path in (ROOT / room).rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)


def test_every_name_opens() -> None:
    assert sorted(framescope.__all__) == dir(framescope)
    assert all(getattr(framescope, name).__doc__ for name in framescope.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = framescope.nonsense


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
