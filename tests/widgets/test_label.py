"""Labels that cut what has no room: in a mirrored window they stand at the other side, and are read as before."""

import pytest
from framescope.widgets.label import CutLabel
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot


@pytest.mark.parametrize("text", ["16 kHz mono, 2.00 s (16 bit)", "Point at a value.", "a long sentence " * 20])
def test_a_mirrored_window_leaves_our_words_in_their_order(qtbot: QtBot, text: str) -> None:
    pictures = []
    for direction, alignment in (
        (Qt.LayoutDirection.LeftToRight, Qt.AlignmentFlag.AlignRight),
        (Qt.LayoutDirection.RightToLeft, Qt.AlignmentFlag.AlignLeft),
    ):
        label = CutLabel(text)
        qtbot.addWidget(label)
        label.setLayoutDirection(direction)
        label.setAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
        label.resize(300, 20)
        pictures.append(label.grab().toImage())
    assert pictures[0] == pictures[1]
