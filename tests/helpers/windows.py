"""Small recordings and ports for the window, and what its users do with keys, mouse and dropped files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from framescope.app.window.commands import COMMANDS, Command
from framescope.app.window.window import MainWindow
from framescope.core.pipeline import compute
from PIL import Image
from PySide6.QtCore import QCoreApplication, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from . import signals

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}
SECONDS, FRAMES = 2, 47
"""Of the small recording."""
WRONG = (11, 30)
"""Frames at which the faulty port has a wrong feature."""
PATIENCE = 60_000


def write_recording(path: Path) -> Path:
    soundfile.write(path, signals.speech_like(16_000 * SECONDS), 16_000, subtype="FLOAT")
    return path


def write_ports(recording: Path, right: Path, faulty: Path) -> None:
    """Write what a port that does everything right would have written, and one with two wrong features."""
    run = compute(recording, encoder="stand-in")
    mel, features = (np.array(run[name].array) for name in ("mel", "features"))
    for folder in (right, faulty):
        folder.mkdir()
        np.save(folder / "mel_spectrogram.npy", mel)
        np.save(folder / "audio_features_raw.npy", features)
        features[WRONG[0], 7] += 1
        features[WRONG[1], 9] += 2


def settle(window: MainWindow) -> None:
    """Wait until nothing is under way: what is done may set off something else."""
    assert any(window.jobs.wait_idle(60) for _ in range(20))


def open_recording(window: MainWindow, path: Path) -> None:
    window.opening.open(path)
    settle(window)


def open_port(window: MainWindow, folder: Path, qtbot: Any) -> int:
    """Open a port and wait until it is compared, not until it is diagnosed."""
    window.comparing.add(folder)
    qtbot.waitUntil(is_compared(window), timeout=PATIENCE)
    port = window.runs.port
    assert port is not None
    return port.key


def is_compared(window: MainWindow) -> Callable[[], bool]:
    return lambda: window.runs.comparison is not None


def run(command: str) -> Callable[[MainWindow], None]:
    """Give what carries a command out in a window."""
    return lambda window: window.commands.run(BY_ID[command])


def press(widget: QWidget, key: str) -> None:
    """Press a key as a person does: after the window has looked at what can be done."""
    QCoreApplication.processEvents()
    send_key(widget, key)


def send_key(widget: QWidget, key: str) -> None:
    """Press a key before the window can look again at what can be done."""
    combination = QKeySequence(key)[0]
    QTest.keyClick(widget, combination.key(), combination.keyboardModifiers())


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size
