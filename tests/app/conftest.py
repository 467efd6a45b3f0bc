"""Windows for the tests of the application, and the promise that nothing of them stays."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from framescope.app.window.window import MainWindow
from helpers.windows import open_recording, settle, write_ports, write_recording
from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QWidget
from shiboken6 import isValid


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_recording(tmp_path_factory.mktemp("recording") / "talk.wav")


@pytest.fixture(scope="session")
def ports(recording: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A port that does everything right, and one with two wrong features."""
    folder = tmp_path_factory.mktemp("ports")
    write_ports(recording, folder / "right", folder / "faulty")
    return folder / "right", folder / "faulty"


@pytest.fixture
def window(stand_in: None, qtbot: Any) -> Iterator[MainWindow]:
    shown = MainWindow()
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()


@pytest.fixture
def opened(window: MainWindow, recording: Path) -> MainWindow:
    open_recording(window, recording)
    return window


@pytest.fixture(scope="module")
def shared_window(
    qapp: QApplication, recording: Path, ports: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """A window with the faulty port, diagnosed once for all tests that put back what they change."""
    config = tmp_path_factory.mktemp("settings")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("platformdirs.user_config_path", lambda *_, **__: config)
        patch.setattr("platformdirs.user_state_path", lambda *_, **__: config)
        patch.setenv("FRAMESCOPE_ENCODER", "stand-in")
        window = MainWindow()
        window.show()
        open_recording(window, recording)
        window.comparing.add(ports[1])
        settle(window)
        yield window
        window.close()
        window.deleteLater()


@pytest.fixture
def compared(shared_window: MainWindow) -> Iterator[MainWindow]:
    shared_window.activateWindow()  # another test's window may have had the keyboard
    yield shared_window
    shared_window.comparing.diagnosing.assume(())
    shared_window.comparing.lanes.set_flipped(False)
    shared_window.comparing.set_view("stacked")
    shared_window.comparing.set_kind("signed")
    shared_window.timeline.go_home()


def _windows() -> set[QWidget]:
    """Give what lies on the screen or may.

    A menu or a list goes with its widget, and may go later; so do the forms in the menus of pyqtgraph's plots, which
    have no parent and are called Form, and what is hidden and empty, as tabbed docks leave it.
    """
    every = (widget for widget in QApplication.topLevelWidgets() if widget.objectName() != "Form")
    shown = (widget for widget in every if type(widget) is not QWidget or widget.isVisible() or widget.children())
    kept = (widget for widget in shown if not isinstance(widget, QMenu))
    return {widget for widget in kept if not isinstance(widget.parentWidget(), QComboBox)}


@pytest.fixture
def heard(window: MainWindow, recording: Path, qtbot: Any) -> MainWindow:
    """A window whose recording has been read: what time and sound are about needs no features."""
    window.opening.open(recording)
    qtbot.waitUntil(lambda: window.timeline.duration > 0)
    return window


def _timers() -> list[QTimer]:
    return [each for each in gc.get_objects() if type(each) is QTimer and isValid(each)]


@pytest.fixture(autouse=True)
def nothing_is_left(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test after which a window or work in the background is left."""
    before, timers = _windows(), {id(timer) for timer in _timers()}
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if "window" in request.fixturenames or _windows() - before:
        gc.collect()  # what a window shows is large, and is not to wait for a collection that comes some day
    assert _windows() <= before
    if "shared_window" not in request.fixturenames:  # which goes on living
        assert [timer for timer in _timers() if timer.isActive() and id(timer) not in timers] == []
    assert QThreadPool.globalInstance().activeThreadCount() == 0
