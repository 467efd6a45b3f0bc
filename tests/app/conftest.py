"""Windows for the tests of the application, and the promise that nothing of them stays."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from framescope.app.window import MainWindow
from helpers.windows import open_recording, write_ports, write_recording
from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool
from PySide6.QtWidgets import QApplication, QMenu, QWidget


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


def _windows() -> set[QWidget]:
    """Give what lies on the screen or may; a menu goes with its widget, and so may go later."""
    return {widget for widget in QApplication.topLevelWidgets() if not isinstance(widget, QMenu)}


@pytest.fixture
def heard(window: MainWindow, recording: Path, qtbot: Any) -> MainWindow:
    """A window whose recording has been read: what time and sound are about needs no features."""
    window.open(recording)
    qtbot.waitUntil(lambda: window.timeline.duration > 0)
    return window


@pytest.fixture(autouse=True)
def nothing_is_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test after which a window or work in the background is left."""
    before = _windows()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if _windows() - before:
        gc.collect()
    assert _windows() <= before
    assert QThreadPool.globalInstance().activeThreadCount() == 0
