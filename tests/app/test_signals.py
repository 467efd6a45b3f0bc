"""Signals from outside, sent to a real window in a program of its own: it closes, remembers, and says what ended it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from framescope.models.workspace import Workspace

PATIENCE = 60
MINUTES = 10
"""Of a recording whose features take far longer than any test waits."""
WATCHED = """
import signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog
signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal
from framescope.app.window import gui, window

STATES = {
    "idle": lambda w: not w.jobs.busy,
    "computing": lambda w: w.model.filled.any() and not w.model.filled.all(),
    "playing": lambda w: w.playing.player.playing or w.playing.toggle(),
    "asking": lambda w: QApplication.activeModalWidget() or QTimer.singleShot(0, w.files.ask_open),
}

class Watched(window.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.timer = QTimer(self, interval=20)
        self.timer.timeout.connect(self.look)
        self.timer.start()
        self.move = QTimer(self, interval=5)
        self.move.timeout.connect(lambda: None)  # Python runs in slots, as under a pointer that moves
        self.move.start()

    def look(self):
        if self.model.run and STATES[sys.argv[1]](self):
            self.timer.stop()
            print("reached", flush=True)

window.MainWindow = Watched
from framescope.app.__main__ import main
sys.exit(main(sys.argv[2:]))
"""


@contextmanager
def started(state: str, folder: Path, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Start the window, and wait until it has reached a state."""
    quiet = {"QT_LOGGING_RULES": "default.warning=false"}
    surroundings = os.environ | quiet | {"FRAMESCOPE_ENCODER": "stand-in", "XDG_STATE_HOME": str(folder)}
    command = [sys.executable, "-c", WATCHED, state, *map(str, words)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=surroundings, text=True, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "reached\n"
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def long_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "long.wav"
    noise = np.random.default_rng(0).normal(0, 0.1, 16_000 * 60).astype(np.float32)
    with soundfile.SoundFile(path, "w", 16_000, 1) as file:
        for _ in range(MINUTES):
            file.write(noise)
    return path


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (signal.SIGINT, "idle"),
        (signal.SIGTERM, "idle"),
        (signal.SIGHUP, "idle"),
        (signal.SIGINT, "computing"),
        (signal.SIGTERM, "playing"),
        (signal.SIGTERM, "asking"),
    ],
)
def test_a_signal_closes_the_window(
    number: signal.Signals, state: str, recording: Path, long_recording: Path, tmp_path: Path
) -> None:
    audio = long_recording if state == "computing" else recording
    with started(state, tmp_path, audio) as process:
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (128 + number, "")
    assert Workspace.load(tmp_path / "framescope" / "session.json").recording == str(audio)


def test_a_signal_ends_the_drawing_of_a_picture(long_recording: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    with started("computing", tmp_path, "render", long_recording, "-o", picture) as process:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "interrupted" in said
    assert not picture.exists()
