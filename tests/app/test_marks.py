"""Markers: put, gone to, noted and taken away, on the lanes and in the list."""

from pathlib import Path
from typing import Any

import pytest
from framescope.app.window.window import MainWindow
from framescope.models.markers import Marker
from helpers.windows import press, run
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit


@pytest.fixture
def marked(heard: MainWindow) -> MainWindow:
    """A recording with markers at the frames 20 and 40."""
    for frame in (40, 20):
        heard.timeline.seek_frame(frame)
        run("add_marker")(heard)
    return heard


def test_markers_are_gone_to(marked: MainWindow) -> None:
    run("home")(marked)
    frames = []
    for command in ("next_marker", "next_marker", "next_marker", "previous_marker", "previous_marker"):
        run(command)(marked)
        frames.append(marked.timeline.frame)
    assert frames == [20, 40, 40, 20, 20]


def test_only_the_markers_of_this_frame_are_taken_away(marked: MainWindow) -> None:
    marked.markers.add(0.81, "the same frame")
    marked.timeline.seek_frame(20)
    run("remove_marker")(marked)
    assert [marker.note for marker in marked.markers.items] == ["frame 40"]
    run("remove_marker")(marked)
    assert len(marked.markers.items) == 1


def test_lanes_and_list_show_them(marked: MainWindow) -> None:
    table = marked.marks.list
    assert [table.item(row, 2).text() for row in range(table.rowCount())] == ["20", "40"]
    for lane in marked.lanes.timed:
        assert lane.marker_at(lane.x_of(0.8)) == Marker(0.8, "frame 20"), lane.title
    marked.marks.remove(marked.markers.items[0])
    assert table.rowCount() == 1
    assert marked.lanes.mel.marker_at(marked.lanes.mel.x_of(0.8)) is None


def test_a_note_is_typed_where_the_marker_is(marked: MainWindow, qtbot: Any) -> None:
    """The letters are keys of commands elsewhere: here they are letters."""
    lane = marked.lanes.mel
    place = QPoint(round(lane.x_of(0.8)), lane.height() // 2)
    QTest.mouseDClick(lane, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=place)
    assert marked.marks.dock.isVisible()
    (editor,) = marked.marks.list.findChildren(QLineEdit)
    QTest.keyClicks(editor, "m p d f")
    press(editor, "Return")
    qtbot.waitUntil(lambda: [marker.note for marker in marked.markers.items] == ["m p d f", "frame 40"])
    assert marked.timeline.frame == 20


def test_the_list_takes_markers_away(marked: MainWindow) -> None:
    run("markers")(marked)
    marked.marks.list.setCurrentCell(1, 0)
    assert marked.timeline.frame == 40
    press(marked.marks.list, "Del")
    assert [marker.note for marker in marked.markers.items] == ["frame 20"]
    run("markers")(marked)
    assert not marked.marks.dock.isVisible()


def test_markers_of_another_recording_are_gone(marked: MainWindow, recording: Path, qtbot: Any) -> None:
    other = recording.parent / "other.wav"
    other.write_bytes(recording.read_bytes())
    marked.opening.open(other)
    qtbot.waitUntil(lambda: marked.model.path == other)
    assert marked.markers.items == ()
