"""A broken file over a good one: what is open stays as it is, and one sentence names the file."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.app.window.gui import _restore
from framescope.app.window.window import MainWindow
from framescope.core.compare.tolerance import load_profile
from framescope.models.markers import Marker
from framescope.models.workspace import Workspace, autosave_path
from helpers.windows import PATIENCE, drop, open_port, open_recording, settle, write_recording


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
        "past": window.inspection.history.stack.count(),
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
    window.model.stage_ready.connect(lambda name: name == "mel" and window.opening.open(tmp_path / "missing.wav"))
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


def _pipe(path: Path) -> None:
    os.mkfifo(path)


SESSIONS: dict[str, tuple[dict[str, Any], Callable[[Path], object]]] = {
    "no such profile": ({"profile": "nobody"}, lambda path: None),
    "a profile without end": ({"profile": "/dev/zero:mine"}, lambda path: None),
    "a profile in a pipe": ({"profile": "PATH:mine"}, _pipe),
    "a profile nested deeply": ({"profile": "PATH:mine"}, lambda path: path.write_text("a = " + "[" * 100_000)),
    "no such reading": ({"ports": [{"path": "/a"}, {"path": "/b", "overrides": ["mell=x"]}]}, lambda path: None),
    "a limit below nothing": ({"limits": {"mel": [-1.0, 0.0]}}, lambda path: None),
    "a recording that is missing": ({"recording": "PATH"}, lambda path: None),
    "a recording that is none": ({"recording": "PATH"}, lambda path: path.write_bytes(b"no sound at all " * 50)),
    "a recording that breaks off": ({"recording": "PATH"}, write_nan),
    "a recording in a pipe": ({"recording": "PATH"}, _pipe),
}
"""What a session says besides all that could be right, and what lies at its path."""


def broken_session(name: str, folder: Path, right: Path) -> Path:
    said, write = SESSIONS[name]
    write(folder / "a.wav")
    others = {"markers": [{"seconds": 0.1}], "lanes": {"mel": {"shown": False}}, "config": {"mode": "hubert"}}
    session = {"version": 1, "recording": str(right), "encoder": "stand-in", **others, **said}
    path = folder / "broken.framescope"
    path.write_text(json.dumps(session).replace("PATH", str(folder / "a.wav")))
    return path


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_that_fails_changes_nothing(full: MainWindow, recording: Path, tmp_path: Path, name: str) -> None:
    before = state(full)
    drop(full, broken_session(name, tmp_path, recording))
    settle(full)
    assert state(full) == before
    assert len(full.progress.text()) > 20
    full.inspection.history.stack.undo()
    assert len(full.markers.items) == 0


@pytest.mark.parametrize("name", SESSIONS)
def test_a_last_session_that_fails_is_not_lost(window: MainWindow, recording: Path, tmp_path: Path, name: str) -> None:
    last = broken_session(name, tmp_path, recording).read_bytes()
    autosave_path().parent.mkdir(parents=True, exist_ok=True)
    autosave_path().write_bytes(last)
    window.document.keep()
    _restore(window)
    settle(window)
    assert (window.model.path, window.runs.items, window.markers.items) == (None, (), ())
    assert not window.lanes.mel.isHidden()
    assert window.windowTitle() == "Framescope"
    assert len(window.progress.text()) > 20
    window.document.autosave()
    assert autosave_path().read_bytes() == last


def test_the_last_session_is_not_written_over_while_it_is_brought_back(window: MainWindow, recording: Path) -> None:
    Workspace(recording=str(recording), markers=(Marker(0.1),)).save(autosave_path())
    window.document.keep()
    _restore(window)
    window.document.autosave()
    assert Workspace.load(autosave_path()).markers == (Marker(0.1),)
    settle(window)
    window.document.autosave()
    assert Workspace.load(autosave_path()).timeline.visible[1] > 0


def test_a_profile_of_ones_own_comes_back(opened: MainWindow, tmp_path: Path) -> None:
    place = tmp_path / "own.toml"
    place.write_text("[mine]\ndefault = { absolute = 0.5 }\n")
    opened.document.restore(Workspace(profile=f"{place}:mine", limits={"mel": (0.25, 0.0)}))
    kept = opened.document.workspace()
    assert (kept.profile, kept.limits) == (f"{place}:mine", {"mel": (0.25, 0.0)})
    opened.comparing.dock.panel.profile_changed.emit(load_profile("strict"))
    assert (opened.document.workspace().profile, opened.document.workspace().limits) == ("strict", {})
    opened.inspection.history.stack.undo()
    assert opened.runs.profile["features"].absolute == 0.5
    assert opened.document.workspace().profile == f"{place}:mine"


ENCODERS: dict[str, bytes | None] = {"garbage": b"none", "empty": b"", "missing": None}


@pytest.mark.parametrize("content", ENCODERS.values(), ids=ENCODERS.keys())
def test_a_broken_encoder_leaves_the_good_one(full: MainWindow, tmp_path: Path, content: bytes | None) -> None:
    before, path = state(full), tmp_path / "broken.onnx"
    if content is not None:
        path.write_bytes(content)
    full.opening.use_encoder(str(path))
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
