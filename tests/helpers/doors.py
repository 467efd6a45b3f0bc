"""Every place where Framescope reads a file that somebody names, and what may lie there instead of a file.

Run as a program it drives all of them in a folder and prints a line for each: what hangs or dies can then be told.
"""

import json
import os
import resource
import shutil
import socket
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np

MAX_MEMORY = 2 << 30
"""Bytes of addresses that reading may take: of 20 GB nothing may be read."""
BRACKETS = 100_000


def _make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


def _make_sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 20 << 30)


THINGS: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "endless device": lambda path: path.symlink_to("/dev/zero"),
    "socket": _make_socket,
    "folder": Path.mkdir,
    "missing": lambda path: None,
    "loop of links": lambda path: path.symlink_to(path),
    "forbidden": lambda path: path.touch(0o000),
    "empty": Path.touch,
    "20 GB": _make_sparse,
    "nested lists": lambda path: path.write_bytes(b"[" * BRACKETS),
    "nested tables": lambda path: path.write_bytes(b'{"a":' * BRACKETS),
    "nested TOML": lambda path: path.write_bytes(b"a = " + b"[" * BRACKETS),
}
"""What is made at a path."""


def _recording(path: Path) -> None:
    from framescope.core.stages.audio import read_audio

    read_audio(path)


def _playing(path: Path) -> None:
    from framescope.models.playback.source import open_source

    open_source(path).close()


def _encoder(path: Path) -> None:
    from framescope.core.encoder.session import Encoder

    Encoder.load(path)


def _checkpoint(path: Path) -> None:
    from framescope.core.encoder.checkpoint import read_checkpoint

    read_checkpoint(path)


def _port(path: Path) -> None:
    from framescope.core.readers import load_run

    load_run(path)


def _chosen_file_of_a_port(path: Path) -> None:
    from framescope.core.readers import load_run, parse_override

    load_run(path.parent, overrides=[parse_override(f"mel={path.name}:float32:80,T")])


def _sidecar(path: Path) -> None:
    from framescope.core.readers import load_run

    data = path.with_suffix("")
    data.write_bytes(np.zeros((80, 50), np.float32).tobytes())
    load_run(data)


def _metadata(path: Path) -> None:
    from framescope.core.readers import load_run

    np.save(path.parent / "mel.npy", np.zeros((80, 50), np.float32))
    load_run(path.parent)


def _watched_port(path: Path) -> None:
    from framescope.models.watch import snapshot

    snapshot(path)


def _profile(path: Path) -> None:
    from framescope.core.compare.tolerance import load_profile

    load_profile(f"{path}:mine")


def _command(*arguments: str) -> None:
    from framescope.app.__main__ import main
    from framescope.core.base.errors import InputError

    said = StringIO()
    with redirect_stderr(said), redirect_stdout(StringIO()):
        code = main(arguments)
    if code:
        raise InputError(said.getvalue().strip())


def _native(path: Path) -> None:
    from framescope.core.base.resources import sample

    _command("run", str(sample()), "--mode", "hubert", "--native", str(path))


def _project(path: Path) -> None:
    from framescope.app.project import find_project

    before = Path.cwd()
    os.chdir(path.parent)
    try:
        find_project()
    finally:
        os.chdir(before)


def _session(path: Path) -> None:
    from framescope.models.workspace import Workspace

    Workspace.load(path)


def _picture(path: Path) -> None:
    from framescope.app.window.place_picture import load_workspace

    load_workspace(path)


def _settings(path: Path) -> None:
    import platformdirs
    from framescope.core.settings import Settings, load_settings

    platformdirs.user_config_path = lambda *_, **__: path.parent  # type: ignore[assignment]
    assert load_settings() == Settings()


def _recent(path: Path) -> None:
    import platformdirs
    from framescope.models.recent import recent_files

    platformdirs.user_state_path = lambda *_, **__: path.parent  # type: ignore[assignment]
    assert recent_files() == ()


def _shapes(path: Path) -> None:
    import platformdirs
    from framescope.models.recent import recent_files, remember_recent

    platformdirs.user_state_path = lambda *_, **__: path.parent  # type: ignore[assignment]
    remember_recent("/a.wav")
    assert [file.shape for file in recent_files()] == [()]


def _recording_that_has_changed(path: Path) -> None:
    from framescope.core.diagnosis.audio_variants import AudioVariants
    from framescope.core.stages.audio import read_audio
    from helpers.recordings import encoded, noise

    aside = path.with_name("aside")
    if os.path.lexists(path):
        path.rename(aside)
    path.write_bytes(encoded(noise(16000), 16000))
    recording = read_audio(path)
    path.unlink()
    if os.path.lexists(aside):
        aside.rename(path)
    assert AudioVariants(recording).data_start == -1


DOORS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "recording": ("talk.wav", _recording),
    "recording that is played": ("talk.wav", _playing),
    "recording read again": ("talk.wav", _recording_that_has_changed),
    "encoder": ("encoder.onnx", _encoder),
    "checkpoint": ("encoder.pth", _checkpoint),
    "native features": ("native.npy", _native),
    "port": ("mel.npy", _port),
    "chosen file of a port": ("chosen.bin", _chosen_file_of_a_port),
    "sidecar of a port's file": ("mel.bin.json", _sidecar),
    "metadata of a port": ("metadata.json", _metadata),
    "port that is watched": ("mel.npy", _watched_port),
    "tolerance profile": ("tolerances.toml", _profile),
    "project's file": ("framescope.toml", _project),
    "session": ("a.framescope", _session),
    "picture with its place": ("a.png", _picture),
    "settings": ("settings.json", _settings),
    "recent files": ("recent.json", _recent),
    "shapes of recent files": ("recent-shapes.json", _shapes),
}
"""The name that is read, and what reads it."""


def _drive(door: str, thing: str, folder: Path) -> str:
    """Give the sentence of the refusal; empty where nothing was refused, a traceback's last line where it is none."""
    from framescope.core.base.errors import InputError

    name, read = DOORS[door]
    folder.mkdir(parents=True)
    THINGS[thing](folder / name)
    try:
        read(folder / name)
    except InputError as error:
        return str(error)
    except BaseException as error:
        return f"not foreseen: {type(error).__name__}: {error}"[:500]
    finally:
        shutil.rmtree(folder)
    return ""


def main() -> None:
    """Drive every door, in a process of its own."""
    import av  # noqa: F401  what is large is loaded before memory is limited
    import framescope.app.window.place_picture  # noqa: F401
    import onnx  # noqa: F401
    import onnxruntime  # noqa: F401
    from framescope.models.playback import source  # noqa: F401

    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MAX_MEMORY, taken + MAX_MEMORY))
    root = Path(sys.argv[1])
    for door in DOORS:
        for thing in THINGS:
            print(json.dumps([door, thing]), flush=True)
            print(json.dumps(_drive(door, thing, root / "place")), flush=True)


if __name__ == "__main__":
    main()
