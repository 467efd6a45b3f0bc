"""Painting is spread over turns of the event loop, on the screen only."""

from collections.abc import Iterator

import pytest
from framescope.models.timeline import Timeline
from framescope.widgets import paint_turn
from framescope.widgets.lanes.lane import Lane
from framescope.widgets.paint_turn import TURN
from PySide6.QtCore import QCoreApplication, QEvent, QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot


class Window(QWidget):
    """A window as those of the application."""

    def event(self, event: QEvent) -> bool:
        """Paint in several turns."""
        with TURN.during(event):
            return super().event(event)


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
    timeline, window = Timeline(), Window()
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


def update(lanes: list[Coloured], colour: str) -> None:
    """Let the lanes have another colour, and the window come on the screen once."""
    for lane in lanes:
        lane.colour = QColor(colour)
        lane.invalidate()
    QCoreApplication.sendEvent(lanes[0].window(), QEvent(QEvent.Type.UpdateRequest))


def seen(lane: Lane) -> str:
    """Give the colour of a lane on the screen."""
    window = lane.window()
    picture = window.screen().grabWindow(window.winId()).toImage()
    return middle(picture.copy(QRect(lane.mapTo(window, lane.rect().topLeft()), lane.size())))


def middle(picture: QImage) -> str:
    return picture.pixelColor(picture.width() - 20, picture.height() // 2).name()


def test_what_a_turn_has_no_time_for_is_painted_in_the_next(qtbot: QtBot, lanes: list[Coloured]) -> None:
    update(lanes, "#0000ff")
    assert [seen(lane) for lane in lanes] == ["#0000ff", "#ff0000", "#ff0000"]
    qtbot.waitUntil(lambda: all(seen(lane) == "#0000ff" for lane in lanes))


def test_a_grabbed_picture_is_whole_at_once(lanes: list[Coloured]) -> None:
    update(lanes, "#0000ff")
    whole = lanes[0].window().grab().toImage()
    places = [QRect(lane.mapTo(lane.window(), lane.rect().topLeft()), lane.size()) for lane in lanes]
    assert [middle(whole.copy(place)) for place in places] == ["#0000ff"] * 3


def test_a_lane_that_is_gone_by_then_is_passed_over(qtbot: QtBot, lanes: list[Coloured]) -> None:
    update(lanes, "#0000ff")
    lanes.pop().deleteLater()
    qtbot.waitUntil(lambda: all(seen(lane) == "#0000ff" for lane in lanes))
