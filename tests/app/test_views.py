"""How the lanes are looked at: order, lanes that are hidden, units, themes, and mouse and wheel on each of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.window import MainWindow
from framescope.core.settings import load_settings
from framescope.widgets.lanes.lane import Lane
from helpers.windows import SECONDS, open_recording, run, settle
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

CTRL, SHIFT, ALT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Control", "Shift", "Alt"))
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


def test_features_are_ordered_and_folded(opened: MainWindow) -> None:
    run("order_variance")(opened)
    run("fold_dead")(opened)
    settle(opened)
    computed = opened.model.run
    assert computed is not None
    array = np.asarray(computed["features"].array)
    features = opened.lanes.features
    rows = {features.probe_at(QPointF(features.width() - 200, y)) for y in range(features.height())}
    shown = [probe.index[1] for probe in rows if probe is not None]
    assert shown
    assert np.any(array[:, shown] != 0, axis=0).all()
    top = features.probe_at(QPointF(features.width() - 200, 0))
    assert top is not None
    assert top.index[1] == array.var(axis=0).argmax()


def test_an_order_that_was_chosen_before_holds_for_what_comes(window: MainWindow, recording: Path) -> None:
    run("order_variance")(window)
    open_recording(window, recording)
    computed = window.model.run
    assert computed is not None
    top = window.lanes.features.probe_at(QPointF(window.lanes.features.width() - 200, 0))
    assert top is not None
    assert top.index[1] == np.asarray(computed["features"].array).var(axis=0).argmax()


def test_a_lane_can_be_hidden_but_not_the_last(window: MainWindow) -> None:
    for name in ("waveform", "mel", "feature"):
        run(f"toggle_{name}")(window)
    assert [lane.isHidden() for lane in window.lanes.stages] == [True, True, False]
    run("toggle_mel")(window)
    assert not window.lanes.mel.isHidden()


def test_the_ruler_and_the_theme_are_remembered(window: MainWindow, qapp: QApplication) -> None:
    for unit in ("frames", "columns", "seconds"):
        run("ruler_unit")(window)
        assert window.lanes.ruler.unit == unit
        settle(window)
        assert load_settings().ruler_unit == unit
    for theme, dark in (("dark", True), ("light", False)):
        run(f"theme_{theme}")(window)
        assert (qapp.palette().window().color().lightness() < 128) == dark
        settle(window)
        assert load_settings().theme == theme


WRONG: tuple[dict[str, Any], ...] = (
    {},
    {"nothing": {"shown": False}},
    {"mel": {"colours": "rainbow", "low": "a", "high": None}, "features": {"order": 5, "folded": "x"}},
    {"mel": {"low": 3, "high": -3}, "waveform": {"shown": None}},
)


def test_what_is_wrong_in_a_session_keeps_its_default(window: MainWindow) -> None:
    default = window.views.state
    window.views.set_colour_map(window.lanes.mel, "magma")
    for lanes in WRONG:
        window.views.restore(lanes)
        assert window.lanes.mel.colour_map == "magma"
        assert window.views.state == default | {"mel": default["mel"] | {"colours": "magma"}}, lanes


# Mouse and wheel: what they do is the axis' own test, here that every lane of the window lets them


def point(lane: Lane, seconds: float) -> QPoint:
    return QPoint(round(lane.x_of(seconds)), lane.height() // 2)


def drag(lane: Lane, button: Qt.MouseButton, start: float, end: float) -> None:
    first, last = point(lane, start), point(lane, end)
    QTest.mousePress(lane, button, pos=first)
    QTest.mouseMove(lane, last)
    QTest.mouseRelease(lane, button, pos=last)


def wheel(lane: Lane, seconds: float, keys: Qt.KeyboardModifier) -> None:
    place, turn = QPointF(point(lane, seconds)), QPoint(0, 120)
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(lane, QWheelEvent(place, place, QPoint(), turn, buttons, keys, phase, False))


def click(lane: Lane) -> None:
    QTest.mouseClick(lane, LEFT, pos=point(lane, 1.25))


def double_click(lane: Lane) -> None:
    QTest.mouseDClick(lane, LEFT, pos=point(lane, 1.25))
    QTest.mouseRelease(lane, LEFT, pos=point(lane, 1.25))


def cursor(lane: Lane) -> float:
    return lane.timeline.cursor


def selection(lane: Lane) -> object:
    return lane.timeline.selection


def start(lane: Lane) -> float:
    return lane.timeline.visible[0]


def length(lane: Lane) -> float:
    return lane.timeline.visible[1] - start(lane)


def picture(lane: Lane) -> QImage:
    return lane.grab().toImage()


STAGES = {"waveform", "mel", "features", "error"}
ALL = STAGES | {"overview", "time"}
GESTURES: tuple[tuple[str, Callable[[Lane], object], Callable[[Lane], Any], set[str]], ...] = (
    ("click", click, cursor, ALL - {"overview"}),
    ("click elsewhere", lambda lane: QTest.mouseClick(lane, LEFT, pos=point(lane, 0.2)), start, {"overview"}),
    ("drag selects", lambda lane: drag(lane, LEFT, 0.75, 1.25), selection, STAGES),
    ("drag moves the cursor", lambda lane: drag(lane, LEFT, 0.75, 1.25), cursor, {"time"}),
    ("drag moves the view", lambda lane: drag(lane, LEFT, 0.75, 1.0), start, {"overview"}),
    ("middle drag", lambda lane: drag(lane, MIDDLE, 1.0, 0.75), start, ALL),
    ("double click", double_click, length, ALL),
    ("Ctrl+wheel", lambda lane: wheel(lane, 1.0, CTRL), length, ALL),
    ("Shift+wheel", lambda lane: wheel(lane, 1.0, SHIFT), start, ALL),
    ("Alt+wheel", lambda lane: wheel(lane, 1.0, ALT), picture, STAGES),
)  # fmt: skip
"""What is done, what it changes, and on which lanes."""


@pytest.mark.parametrize(("name", "do", "look", "lanes"), GESTURES, ids=[name for name, *_ in GESTURES])
def test_mouse_and_wheel_work_on_every_lane(
    compared: MainWindow, name: str, do: Callable[[Lane], object], look: Callable[[Lane], Any], lanes: set[str]
) -> None:
    assert {lane.title for lane in compared.lanes.timed} == ALL
    for lane in compared.lanes.timed:
        if lane.title in lanes:
            compared.timeline.show(0.5, 1.5)
            compared.timeline.clear_selection()
            compared.timeline.drag_to(0.6)
            before = look(lane)
            do(lane)
            assert look(lane) != before, lane.title


def test_the_pointer_keeps_its_moment(opened: MainWindow) -> None:
    timeline = opened.timeline
    for lane in opened.lanes.stages:
        timeline.fit()
        pixel = SECONDS / lane.contents_rect().width()
        drag(lane, LEFT, 0.5, 1.5)
        assert timeline.selection == pytest.approx((0.5, 1.5), abs=pixel), lane.title
        QTest.mouseClick(lane, LEFT, pos=point(lane, 1.0))
        assert (timeline.selection, timeline.cursor) == (None, pytest.approx(1.0, abs=pixel)), lane.title
        place = point(lane, 0.5)
        wheel(lane, 0.5, CTRL)
        assert lane.seconds_of(place.x()) == pytest.approx(0.5, abs=pixel), lane.title
        timeline.show(0.5, 1.5)
        drag(lane, MIDDLE, 1.0, 0.75)
        assert timeline.visible == pytest.approx((0.75, 1.75), abs=pixel), lane.title
        double_click(lane)
        assert timeline.visible == (0, timeline.duration), lane.title


def test_zoom_selection_and_the_way_back(opened: MainWindow) -> None:
    whole = opened.timeline.visible
    opened.timeline.select(0.4, 1.4)
    run("show_selection")(opened)
    assert opened.timeline.visible == pytest.approx((0.4, 1.4))
    run("zoom_in")(opened)
    assert opened.timeline.visible[1] - opened.timeline.visible[0] == pytest.approx(0.5)
    for view in ((0.4, 1.4), whole):
        run("previous_view")(opened)
        assert opened.timeline.visible == pytest.approx(view)
    run("clear_selection")(opened)
    assert opened.timeline.selection is None
