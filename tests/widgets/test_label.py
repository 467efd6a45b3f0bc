"""Labels that cut what has no room: in a mirrored window they stand at the other side, and are read as before."""

import pytest
from framescope.widgets.cells import write_rightwards
from framescope.widgets.label import CutLabel
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem
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


def test_what_ends_with_a_name_is_cut_in_the_middle(qtbot: QtBot) -> None:
    """Beginning and end are drawn as where there is room for all, and the whole is in the tip."""
    text = "/a/folder/of/many/letters/bad.onnx: is neither a model nor a checkpoint " * 3 + "(end.onnx)"
    label = CutLabel(text, elide=Qt.TextElideMode.ElideMiddle)
    other = CutLabel(text.replace("end.onnx", "eml.onnx"), elide=Qt.TextElideMode.ElideMiddle)
    right = CutLabel(text)
    for each in (label, other, right):
        qtbot.addWidget(each)
        each.resize(300, 20)
    assert label.grab().toImage() != other.grab().toImage(), "the end is seen"
    ends = [each.grab().toImage().copy(0, 0, 60, 20) for each in (label, right)]
    assert ends[0] == ends[1], "the beginning too"
    assert label.toolTip() == text


def test_cells_of_a_mirrored_table_are_read_as_before(qtbot: QtBot) -> None:
    """A share would stand there as ``% 99.99``; at which side it stands is the table's to say."""
    pictures = []
    for direction, side in (
        (Qt.LayoutDirection.LeftToRight, Qt.AlignmentFlag.AlignRight),
        (Qt.LayoutDirection.RightToLeft, Qt.AlignmentFlag.AlignLeft),
    ):
        table = QTableWidget(1, 1)
        qtbot.addWidget(table)
        item = QTableWidgetItem("99.99 %")
        item.setTextAlignment(side)
        table.setItem(0, 0, item)
        write_rightwards(table)
        table.setShowGrid(False)
        table.horizontalHeader().hide()
        table.verticalHeader().hide()
        table.horizontalHeader().setStretchLastSection(True)
        table.setLayoutDirection(direction)
        table.resize(200, 60)
        pictures.append(table.viewport().grab().toImage())
    assert pictures[0] == pictures[1]
