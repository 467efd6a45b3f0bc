"""How many parts lie one above the other, which is how high a lane has to be."""

from typing import get_args

import pytest
from framescope.widgets.compare_view import View, lay_out, parts_above
from PySide6.QtCore import QRect


@pytest.mark.parametrize("present", [(), ("reference",), ("reference", "port"), ("reference", "port", "difference")])
@pytest.mark.parametrize("view", get_args(View))
def test_parts_above_each_other_are_counted_as_they_are_laid_out(view: View, present: tuple[str, ...]) -> None:
    parts = lay_out(view, QRect(0, 0, 300, 300), present)  # type: ignore[arg-type]
    assert parts_above(view, present) == len({part.box.top() for part in parts})  # type: ignore[arg-type]
