"""Several recordings in one window: each behind a tab with its own runs, cursor and view; closing gives all back."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.tabs import Tabs
from framescope.app.window.window import MainWindow
from framescope.core.recipe.presets import load_preset
from framescope.core.settings import load_settings
from framescope.models.workspace import Workspace, autosave_path
from helpers.windows import PATIENCE, drop, is_compared, open_port, open_recording, press, run, settle, write_recording
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QToolButton


@pytest.fixture
def tabs(stand_in: None, qtbot: Any) -> Iterator[Tabs]:
    shown = Tabs(MainWindow())
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return write_recording(tmp_path / "other.wav")


def test_settings_that_are_changed_behind_one_tab_are_behind_all(tabs: Tabs) -> None:
    first, second = tabs.current, tabs.add()
    second.preferences.remember(mel_colour_map="magma", theme="dark")
    for window in (first, second):
        assert (window.lanes.mel.colour_map, window.preferences.theme) == ("magma", "dark")
    first.preferences.remember(follow="smooth")
    second.preferences.remember(theme="light")
    assert first.timeline.follow == second.timeline.follow == "smooth"
    assert first.preferences.theme == "light"
    settle(first)
    settle(second)
    assert (load_settings().mel_colour_map, load_settings().follow) == ("magma", "smooth")


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_each_tab_has_a_cross_that_closes_it(tabs: Tabs, direction: Qt.LayoutDirection, qtbot: Any) -> None:
    tabs.setLayoutDirection(direction)
    first, second, third = tabs.current, tabs.add(), tabs.add()
    crosses = sorted(tabs.bar.findChildren(QToolButton), key=lambda each: tabs.bar.tabAt(each.geometry().center()))
    crosses = [each for each in crosses if each.toolTip() == "Close the tab"]
    assert [tabs.bar.tabAt(cross.geometry().center()) for cross in crosses] == [0, 1, 2]
    qtbot.mouseClick(crosses[1], Qt.MouseButton.LeftButton)
    assert tabs.windows == (first, third)
    assert second.tabs is None


def test_one_recording_more_is_a_tab_with_its_own_runs_cursor_and_view(
    tabs: Tabs, recording: Path, other: Path, ports: tuple[Path, Path], qtbot: Any
) -> None:
    first = tabs.current
    open_recording(first, recording)
    assert not tabs.bar.isVisible()
    open_port(first, ports[0], qtbot)
    first.timeline.seek_frame(30)
    drop(first, other)
    second = tabs.current
    assert second is not first
    settle(second)
    assert [tabs.bar.tabText(place) for place in range(tabs.bar.count())] == ["talk.wav", "other.wav"]
    assert [[item.name for item in window.runs.items] for window in tabs.windows] == [
        ["talk.wav", "right"],
        ["other.wav"],
    ]
    second.timeline.seek_frame(3)
    second.timeline.show(0.2, 0.4)
    assert (first.timeline.frame, second.timeline.frame) == (30, 3)
    assert first.timeline.visible == (0, 2)
    assert (first.isVisible(), second.isVisible()) == (False, True)
    assert tabs.windowTitle() == "other.wav - Framescope"
    press(second, "Ctrl+Tab")
    assert (tabs.current, tabs.windowTitle()) == (first, "talk.wav - Framescope")
    assert (first.isVisible(), second.isVisible()) == (True, False)
    settle(first)


def test_keys_are_for_the_recording_that_is_seen(tabs: Tabs, recording: Path, other: Path, qtbot: Any) -> None:
    first = tabs.current
    open_recording(first, recording)
    tabs.open(other)
    settle(tabs.current)
    qtbot.waitExposed(tabs)
    tabs.activateWindow()
    press(tabs.current, "End")
    assert [window.timeline.cursor for window in tabs.windows] == [0, 2]


def test_a_recording_that_is_open_is_shown_and_not_opened_again(tabs: Tabs, recording: Path, other: Path) -> None:
    open_recording(tabs.current, recording)
    tabs.open(other)
    settle(tabs.current)
    tabs.current.files.open_recording(recording)
    assert [window.model.path for window in tabs.windows] == [recording, other]
    assert tabs.current is tabs.windows[0]


def test_a_broken_recording_leaves_no_tab_and_is_told_of(
    tabs: Tabs, recording: Path, tmp_path: Path, qtbot: Any
) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(bytes(range(256)) * 8)
    first = tabs.current
    open_recording(first, recording)
    first.files.open_recording(broken)
    qtbot.waitUntil(lambda: len(tabs.windows) == 1)
    assert tabs.current is first
    assert "broken.wav" in first.progress.text()
    assert first.model.run is not None


def test_another_tab_has_the_same_front_end(tabs: Tabs, recording: Path, other: Path) -> None:
    tabs.current.model.set_recipe(load_preset("whisper-80"))
    open_recording(tabs.current, recording)
    tabs.open(other)
    assert tabs.current.model.recipe == load_preset("whisper-80")
    settle(tabs.current)


def test_closing_a_tab_gives_back_all_that_it_held(tabs: Tabs, recording: Path, other: Path) -> None:
    open_recording(tabs.current, recording)
    tabs.open(other)
    window = tabs.current
    settle(window)
    held = window.model.run
    assert held is not None
    left = [weakref.ref(part) for part in (window, window.model, window.runs, window.lanes, np.asarray(held["mel"]))]
    run("close_tab")(window)
    del window, held
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [part() for part in left] == [None] * len(left)
    assert tabs.windows[0].model.path == recording
    assert not tabs.bar.isVisible()


def test_all_recordings_come_back(stand_in: None, recording: Path, other: Path, qtbot: Any) -> None:
    for path in (recording, other):
        Workspace(recording=str(path)).save(autosave_path(0 if path == recording else 1))
    tabs = Tabs(MainWindow())
    qtbot.addWidget(tabs)
    tabs.current.document.restore(Workspace.load(autosave_path()))
    tabs.restore()
    for window in tabs.windows:
        settle(window)
    assert [window.model.path for window in tabs.windows] == [recording, other]
    assert tabs.bar.currentIndex() == 0
    tabs.close_tab(0)
    assert not autosave_path(1).exists()
    assert Workspace.load(autosave_path()).recording == str(other)
    tabs.close()


def test_yesterdays_run_is_compared_with_todays(
    tabs: Tabs, recording: Path, ports: tuple[Path, Path], qtbot: Any
) -> None:
    window = tabs.current
    open_recording(window, recording)
    yesterday = open_port(window, ports[0], qtbot)
    open_port(window, ports[1], qtbot)
    window.runs.set_reference(yesterday)
    qtbot.waitUntil(is_compared(window), timeout=PATIENCE)
    reference, port = window.runs.reference, window.runs.port
    assert reference is not None
    assert port is not None
    assert (reference.name, port.name) == ("right", "faulty")
    assert window.runs.comparison is not None
    assert window.runs.comparison.verdict == "differ"
    assert window.runs.comparison["mel"].verdict == "identical"
