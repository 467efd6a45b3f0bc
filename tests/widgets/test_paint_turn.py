"""Painting is spread over turns of the event loop, on the screen only."""

from collections.abc import Iterator

import pytest
from framescope.models.timeline import Timeline
from framescope.widgets import paint_turn
from framescope.widgets.lanes.lane import Lane
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot


class Coloured(Lane):
    """A lane of one colour, which counts how often it was painted."""

    colour, painted = QColor("red"), 0

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Fill it."""
        self.painted += 1
        painter.fillRect(rect, self.colour)


@pytest.fixture
def lanes(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Coloured]]:
    """Three lanes in a window, of which one takes all the time that a turn has."""
    monkeypatch.setattr(paint_turn, "BUDGET_SECONDS", 1e-9)
    timeline, window = Timeline(), QWidget()
    lanes = [Coloured(timeline, name) for name in "abc"]
    column = QVBoxLayout(window)
    for lane in lanes:
        column.addWidget(lane)
    qtbot.addWidget(window)
    window.resize(400, 300)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: all(lane.painted for lane in lanes))
    yield lanes
    window.close()


def middle(picture: QImage) -> QColor:
    return picture.pixelColor(picture.width() - 20, picture.height() // 2)


def on_screen(lane: Lane) -> QImage:
    store = lane.backingStore()
    image = store.paintDevice()
    assert isinstance(image, QImage)
    corner = lane.mapTo(lane.window(), lane.rect().topLeft())
    return image.copy(QRect(corner, lane.size()))


def test_what_a_turn_has_no_time_for_is_painted_in_the_next(qtbot: QtBot, lanes: list[Coloured]) -> None:
    for lane in lanes:
        lane.colour = QColor("blue")
        lane.invalidate()
    lanes[0].window().repaint()
    assert [middle(on_screen(lane)).name() for lane in lanes] == ["#0000ff", "#ff0000", "#ff0000"]
    qtbot.waitUntil(lambda: all(middle(on_screen(lane)) == QColor("blue") for lane in lanes))


def test_a_lane_keeps_its_picture_in_the_new_size_until_it_is_painted(qtbot: QtBot, lanes: list[Coloured]) -> None:
    counts = [lane.painted for lane in lanes]
    lanes[0].window().resize(600, 500)
    lanes[0].window().repaint()
    assert [middle(on_screen(lane)) for lane in lanes] == [QColor("red")] * 3
    assert sum(lane.painted > count for lane, count in zip(lanes, counts, strict=True)) < 3
    qtbot.waitUntil(lambda: all(lane.painted > count for lane, count in zip(lanes, counts, strict=True)))


def test_a_grabbed_picture_is_whole_at_once(lanes: list[Coloured]) -> None:
    for lane in lanes:
        lane.colour = QColor("blue")
        lane.invalidate()
    lanes[0].window().grab()
    pictures = [lane.grab().toImage() for lane in lanes]
    assert all(middle(picture) == QColor("blue") for picture in pictures)


def test_a_lane_that_is_gone_by_then_is_passed_over(qtbot: QtBot, lanes: list[Coloured]) -> None:
    for lane in lanes:
        lane.invalidate()
    window = lanes[0].window()
    window.repaint()
    lanes[2].setParent(None, Qt.WindowType.Widget)
    lanes.pop().deleteLater()
    counts = [lane.painted for lane in lanes]
    lanes[1].invalidate()
    qtbot.waitUntil(lambda: lanes[1].painted > counts[1])
