"""How the lanes are looked at: order, lanes that are hidden, units, themes, and mouse and wheel on each of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window import MainWindow
from framescope.core.settings import load_settings
from framescope.widgets.lane import Lane
from framescope.widgets.time_axis import GUTTER
from helpers.windows import SECONDS, open_recording, run, settle
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

NONE, CTRL, SHIFT, ALT = (
    getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("No", "Control", "Shift", "Alt")
)
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
        assert window.lanes.ruler.unit == load_settings().ruler_unit == unit
    for theme, dark in (("dark", True), ("light", False)):
        run(f"theme_{theme}")(window)
        assert (qapp.palette().window().color().lightness() < 128) == dark
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


# Mouse and wheel


class Hand:
    """Does with mouse and wheel what a user does, at moments of the recording."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane

    def point(self, seconds: float) -> QPoint:
        return QPoint(round(self.lane.x_of(seconds)), self.lane.height() // 2)

    def drag(self, button: Qt.MouseButton, start: float, end: float) -> None:
        points = self.point(start), self.point(end)  # panning moves the moments meanwhile
        QTest.mousePress(self.lane, button, NONE, points[0])
        for point in points:
            event = QTest.mouseEvent if hasattr(QTest, "mouseEvent") else None
            assert event is None
            QTest.mouseMove(self.lane, point)
        QTest.mouseRelease(self.lane, button, NONE, points[1])

    def wheel(self, seconds: float, keys: Qt.KeyboardModifier, notches: int) -> None:
        place = QPointF(self.point(seconds))
        turn = QPoint(0, 120 * notches)
        event = QWheelEvent(
            place, self.lane.mapToGlobal(place), QPoint(), turn, Qt.MouseButton.NoButton, keys,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.lane, event)
