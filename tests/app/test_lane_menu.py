"""The menu of a lane, and the dialog of its levels."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.lane_menu import LaneMenu, LevelsDialog
from framescope.app.window.window import MainWindow
from framescope.widgets.lanes.lane import Lane
from helpers.windows import settle
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QMenu


def ask(lane: Lane, reason: QContextMenuEvent.Reason) -> QMenu | None:
    """Ask for the menu as the right button or the Menu key does."""
    place = QPoint(200, 10)
    QApplication.sendEvent(lane, QContextMenuEvent(reason, place, lane.mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    return menu if isinstance(menu, QMenu) else None


def action(menu: QMenu | None, text: str) -> QAction:
    assert menu is not None
    inside = (each for sub in (menu, *menu.findChildren(QMenu)) for each in sub.actions())
    return next(each for each in inside if each.text().startswith(text))


def test_both_runs_and_their_errors_can_be_taken_out(
    compared: MainWindow, ports: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = np.load(ports[1] / "audio_features_raw.npy")
    chosen = tmp_path / "out.npy"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chosen), ""))
    lanes = compared.lanes
    wanted = (
        (lanes.features, "Export this lane", lambda: compared.model.run["features"].array),
        (lanes.features, "Export the port's", lambda: features),
        (lanes.errors, "Export this lane", None),
    )
    for lane, text, expected in wanted:
        menu = compared.findChild(LaneMenu).menu_of(lane)
        action(menu, text).trigger()
        menu.deleteLater()
        settle(compared)
        written = np.load(chosen)
        if expected:
            np.testing.assert_array_equal(written, expected())
        else:
            of_features = written[written["stage"] == "features"]
            errors = np.abs(features - np.asarray(compared.model.run["features"].array)).max(axis=1)
            np.testing.assert_allclose(of_features["error"], errors, rtol=1e-6)


@pytest.fixture
def menu_of(opened: MainWindow, qtbot: Any) -> Callable[[Lane], QMenu | None]:
    def make(lane: Lane) -> QMenu | None:
        return ask(lane, QContextMenuEvent.Reason.Mouse)

    return make


def test_mouse_and_menu_key_open_it(opened: MainWindow, qtbot: Any) -> None:
    for lane in opened.lanes.stages:
        for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
            menu = ask(lane, reason)
            assert menu is not None
            texts = [each.text() for each in menu.actions() if each.text()]
            assert texts[-2:] == ["Export this lane …", "Hide this lane"]
            assert ("Levels …" in texts) == (lane is not opened.lanes.waveform)
            menu.close()
    assert QApplication.activePopupWidget() is None


def test_what_it_offers_is_done(
    opened: MainWindow, menu_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = opened.lanes.features
    assert action(menu_of(lane), lane.colour_map).isChecked()
    action(menu_of(lane), "magma").trigger()
    assert lane.colour_map == "magma"
    assert action(menu_of(lane), "magma").isChecked()
    assert not action(menu_of(lane), "Levels that fit").isEnabled()
    fitting = lane.levels
    opened.views.choose_levels(lane, (0.0, 1.0))
    action(menu_of(lane), "Levels that fit").trigger()
    assert lane.levels == fitting
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "f.npy"), ""))
    action(menu_of(lane), "Export").trigger()
    settle(opened)
    computed = opened.model.run
    assert computed is not None
    np.testing.assert_array_equal(np.load(tmp_path / "f.npy"), computed["features"].array)
    action(menu_of(lane), "Hide").trigger()
    assert lane.isHidden()
    menu = QApplication.activePopupWidget()
    assert menu is None or menu.close()


def test_the_lane_follows_the_levels_at_once(opened: MainWindow, menu_of: Any, qtbot: Any) -> None:
    lane = opened.lanes.mel
    before = lane.levels
    action(menu_of(lane), "Levels …").trigger()
    (dialog,) = opened.findChildren(LevelsDialog)
    assert (dialog.low.value(), dialog.high.value()) == pytest.approx(before, abs=1e-4)
    for high in (1.0, 2.0):
        dialog.high.setValue(high)
        assert lane.levels == (pytest.approx(before[0]), high)
    dialog.high.setValue(-100)
    assert lane.levels[1] == 2.0
    opened.inspection.history.stack.undo()
    assert lane.levels == before
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close).click()
    qtbot.waitUntil(lambda: not opened.findChildren(LevelsDialog))
