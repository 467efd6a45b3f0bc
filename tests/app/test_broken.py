"""A broken file over a good one: what is open stays as it is, and one sentence names the file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.app.window import MainWindow
from framescope.models.workspace import Workspace
from helpers.windows import PATIENCE, open_port, open_recording, settle, write_recording


def write_short(path: Path) -> None:
    soundfile.write(path, np.zeros(1000), 16_000)


def write_cut(path: Path) -> None:
    path.write_bytes(write_recording(path).read_bytes()[:1000])


def write_nan(path: Path) -> None:
    samples = np.zeros(32_000, np.float32)
    samples[30_000] = np.nan
    soundfile.write(path, samples, 16_000, subtype="FLOAT")


RECORDINGS: dict[str, Callable[[Path], object]] = {
    "random": lambda path: path.write_bytes(np.random.default_rng(0).bytes(5000)),
    "empty": lambda path: path.write_bytes(b""),
    "missing": lambda path: None,
    "a folder": Path.mkdir,
    "too short": write_short,
    "a head alone": write_cut,
    "bad near its end": write_nan,
}


def state(window: MainWindow) -> dict[str, Any]:
    """Give all that a user would miss, the arrays by their identity."""
    run, port = window.model.run, window.runs.port
    assert run is not None
    return {
        "session": window.document.workspace(),
        "arrays": [id(run[name].array) for name in ("audio", "mel", "features")] if "features" in run else None,
        "filled": window.model.filled.all(),
        "duration": window.timeline.duration,
        "title": window.windowTitle(),
        "encoder": window.encoder.text(),
        "past": window.document.history.stack.count(),
        "lanes": [(lane.error, lane.accessibleName()) for lane in window.lanes.timed],
        "port": port and (port.key, port.state, port.message, id(port.comparison)),
    }


@pytest.fixture
def full(opened: MainWindow, ports: tuple[Path, Path], qtbot: Any) -> MainWindow:
    """A window with a port, a marker, a selection, and a view of a part."""
    open_port(opened, ports[0], qtbot)
    opened.timeline.show(0.5, 1.5)
    opened.timeline.select(0.6, 0.9)
    opened.timeline.seek_frame(20)
    opened.marks.add()
    settle(opened)
    return opened


@pytest.mark.parametrize("write", RECORDINGS.values(), ids=RECORDINGS.keys())
def test_a_broken_recording_leaves_the_good_one(
    full: MainWindow, tmp_path: Path, write: Callable[[Path], object]
) -> None:
    before, path = state(full), tmp_path / "broken.wav"
    write(path)
    open_recording(full, path)
    assert state(full) == before
    assert full.progress.text().startswith(f"{path}: ")
    assert "\n" not in full.progress.text()


def test_the_sentence_stays_while_the_good_one_is_computed(window: MainWindow, recording: Path, tmp_path: Path) -> None:
    """What is refused while a recording is being computed is neither wiped by its progress nor by its end."""
    window.model.stage_ready.connect(lambda name: name == "mel" and window.open(tmp_path / "missing.wav"))
    open_recording(window, recording)
    assert window.model.path == recording
    assert window.model.filled.all()
    assert "missing.wav" in window.progress.text()
    assert window.work.text() == ""


def test_what_is_refused_takes_nothing_with_it_later(opened: MainWindow, recording: Path, tmp_path: Path) -> None:
    """The place in a recording that could not be read is not looked for in the next one."""
    opened.document.restore(Workspace(recording=str(tmp_path / "missing.wav")))
    settle(opened)
    opened.timeline.seek_frame(30)
    open_recording(opened, write_recording(tmp_path / "other.wav"))
    assert (opened.timeline.frame, opened.markers.items) == (0, ())


ENCODERS: dict[str, bytes | None] = {"garbage": b"none", "empty": b"", "missing": None}


@pytest.mark.parametrize("content", ENCODERS.values(), ids=ENCODERS.keys())
def test_a_broken_encoder_leaves_the_good_one(full: MainWindow, tmp_path: Path, content: bytes | None) -> None:
    before, path = state(full), tmp_path / "broken.onnx"
    if content is not None:
        path.write_bytes(content)
    full.use_encoder(str(path))
    settle(full)
    assert state(full) == before
    assert str(path) in full.progress.text()


PORTS: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"\x93NUMPY garbage"),
    "empty": lambda path: path.write_bytes(b""),
    "missing": lambda path: None,
    "an empty folder": Path.mkdir,
}


@pytest.mark.parametrize("write", PORTS.values(), ids=PORTS.keys())
def test_a_broken_port_leaves_the_good_one(
    full: MainWindow, tmp_path: Path, write: Callable[[Path], object], qtbot: Any
) -> None:
    good, path = full.runs.port, tmp_path / "broken.npy"
    assert good is not None
    write(path)
    full.comparing.add(path)
    qtbot.waitUntil(lambda: str(path) in full.progress.text(), timeout=PATIENCE)
    settle(full)
    port = full.runs.port
    assert port is not None
    assert (port.key, port.state, port.run, port.comparison) == (good.key, "ready", good.run, good.comparison)


def test_a_good_port_takes_the_place_of_a_good_one(full: MainWindow, ports: tuple[Path, Path]) -> None:
    full.comparing.add(ports[1])
    settle(full)
    assert full.runs.port is not None
    assert (full.runs.port.path, full.runs.port.state) == (ports[1], "ready")
