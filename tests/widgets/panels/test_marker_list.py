"""The list of markers: rows, going there, typing a note, taking one away."""

from typing import Any

import pytest
from framescope.core.timebase import Timebase
from framescope.models.markers import Marker
from framescope.widgets.panels.marker_list import MarkerList
from PySide6.QtCore import Qt

FIRST, SECOND = Marker(1.0, "plosive"), Marker(62.5, "")


@pytest.fixture
def markers(qtbot: Any) -> MarkerList:
    shown = MarkerList()
    qtbot.addWidget(shown)
    shown.set_markers([FIRST, SECOND], Timebase())
    return shown


def test_time_frame_and_note_are_shown(markers: MarkerList) -> None:
    rows = [[markers.item(row, column).text() for column in range(4)] for row in range(markers.rowCount())]
    assert rows == [["00:01.000", "", "25", "plosive"], ["01:02.500", "", "1,562", ""]]


def test_a_typed_note_is_announced_and_nothing_else_can_be_typed(markers: MarkerList, qtbot: Any) -> None:
    with qtbot.waitSignal(markers.renamed) as told:
        markers.item(1, 3).setText("vowel")
    assert told.args == [SECOND, "vowel"]
    assert not markers.item(0, 0).flags() & Qt.ItemFlag.ItemIsEditable


def test_delete_and_arrow_keys(markers: MarkerList, qtbot: Any) -> None:
    with qtbot.waitSignal(markers.picked) as told:
        markers.setCurrentCell(1, 0)
    assert told.args == [SECOND]
    with qtbot.waitSignal(markers.removed) as told:
        qtbot.keyClick(markers, Qt.Key.Key_Delete)
    assert told.args == [SECOND]


def test_showing_other_markers_announces_nothing(markers: MarkerList, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(markers.renamed), qtbot.assertNotEmitted(markers.picked):
        markers.set_markers([SECOND], Timebase())
    assert markers.rowCount() == 1
