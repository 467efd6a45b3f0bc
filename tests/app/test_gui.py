"""Starting the window and drawing it into a file."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import framescope
import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.app.window.gui import Picture, draw
from framescope.app.window.theme import apply_theme
from framescope.app.window.window import MainWindow
from framescope.core.settings import Settings, save_settings, settings_path
from framescope.models.recent import recent_path
from framescope.models.timeline import TimelineState
from framescope.models.workspace import Workspace, autosave_path
from helpers.models import model
from helpers.windows import WRONG, size_of
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, "light")


AUDIO = "AUDIO"
"""Stands for the recording among words."""
LOOK = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from framescope.app.window.gui import open_window
from framescope.app.window.window import MainWindow

def look(application):
    (window,) = (each for each in application.allWidgets() if isinstance(each, MainWindow))
    while not window.jobs.wait_idle(60):
        pass
    dark = window.palette().window().color().lightness() < 128
    runs = [[run.name, run.state] for run in window.runs.items]
    print(json.dumps([window.isVisible(), dark, window.timeline.frame, runs]))
    window.close()
    return 0

QApplication.exec = look
theme, *paths = sys.argv[1:]
open_window(Path(paths[0]) if paths else None, [Path(path) for path in paths[1:]], theme if theme != "none" else None)
"""


def start(folder: Path, *words: str | Path) -> list[object]:
    """Start the window in a program of its own, and give what is seen in it once all is computed."""
    command = [sys.executable, "-c", LOOK, *map(str, words)]
    done = subprocess.run(command, env=surroundings(folder), check=True, capture_output=True, text=True)
    seen: list[object] = json.loads(done.stdout)
    return seen


def surroundings(folder: Path) -> dict[str, str]:
    return os.environ | {"FRAMESCOPE_ENCODER": "stand-in", "XDG_STATE_HOME": str(folder)}


def test_the_last_session_comes_back_but_the_theme_of_the_command_line_wins(
    recording: Path, ports: tuple[Path, Path], tmp_path: Path
) -> None:
    save_settings(Settings(theme="dark"))
    config = Path(os.environ["XDG_CONFIG_HOME"]) / "framescope"
    assert (config / "settings.json").is_file()
    beside = tmp_path / "framescope" / "session-1.json"
    Workspace(recording=str(recording)).save(beside)  # of a program that was killed
    right = [True, True, 0, [["talk.wav", "ready"], ["right", "ready"]]]
    assert start(tmp_path, "none", recording, ports[0]) == right
    assert not beside.exists(), "whoever names a recording begins anew"
    path = tmp_path / "framescope" / "session.json"
    workspace = Workspace.load(path)
    assert [port.path for port in workspace.ports] == [str(ports[0])]
    replace(workspace, timeline=TimelineState(cursor=0.8)).save(path)
    assert start(tmp_path, "light") == [True, False, 20, right[-1]]


def test_a_picture_shows_the_ports(window: MainWindow, recording: Path, ports: tuple[Path, Path]) -> None:
    draw(window, recording, Picture(frame=WRONG[0], ports=ports[::-1], view="difference"))
    assert window.timeline.frame == WRONG[0]
    assert [run.state for run in window.runs.items] == ["ready"] * 3
    assert [part.role for part in window.lanes.features.parts()] == ["difference"]
    assert window.lanes.errors.isVisible()


def test_render_draws_a_figure(recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")
    words = ["--figure", "192", "--size", "500x300", "-o", str(tmp_path / "figure.png")]
    assert main(["render", str(recording), *words]) == 0
    assert size_of(tmp_path / "figure.png") == (1000, 600)


def test_render_draws_the_window(
    stand_in: None, recording: Path, ports: tuple[Path, Path], tmp_path: Path, capsys: Any
) -> None:
    common = ["render", str(recording), "--frame", "30", "--size", "1100x720", "--theme", "dark"]
    options = {"alone": [], "compared": ["--port", str(ports[0])]}
    for name, more in options.items():
        assert main([*common, *more, "-o", str(tmp_path / f"{name}.png")]) == 0
        assert size_of(tmp_path / f"{name}.png") == (1100, 720)
    assert (tmp_path / "alone.png").read_bytes() != (tmp_path / "compared.png").read_bytes()
    for place in (settings_path(), recent_path(), autosave_path()):
        assert not place.exists(), "a picture leaves nothing behind"
    capsys.readouterr()


def test_a_screen_of_twice_the_density_gets_twice_the_pixels(recording: Path, tmp_path: Path) -> None:
    """And no picture disturbs the session of the user."""
    path = tmp_path / "dense.png"
    command = [sys.executable, "-m", "framescope.app", "render", str(recording), "-o", str(path), "--size", "1100x720"]
    subprocess.run(command, env=surroundings(tmp_path) | {"QT_SCALE_FACTOR": "2"}, check=True, capture_output=True)
    assert size_of(path) == (2200, 1440)
    assert not list(tmp_path.rglob("session.json"))


@pytest.mark.parametrize(("name", "magic"), [("a.jpg", b"\xff\xd8"), ("A.JPEG", b"\xff\xd8"), ("a.webp", b"RIFF")])
def test_the_name_of_a_picture_decides_its_format(
    name: str, magic: bytes, stand_in: None, recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", str(recording), "--size", "1100x720", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(magic)
    assert size_of(tmp_path / name) == (1100, 720)
    encoder, written = capsys.readouterr().out.splitlines()
    assert encoder.startswith("encoder: stand-in weights (")
    assert encoder.endswith("), from FRAMESCOPE_ENCODER")
    assert written == f"written to {tmp_path / name}"


def test_the_window_is_computed_read_and_judged_as_the_options_say(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    """As `run` and `compare` do with the same options."""
    (tmp_path / "mine.onnx").write_bytes(model())
    (tmp_path / "own.toml").write_text("[mine]\ndefault = { absolute = 7.0 }\n")
    run = framescope.compute(recording, framescope.Config(fps=50), encoder=tmp_path / "mine.onnx")
    (tmp_path / "port").mkdir()
    np.asarray(run["mel"].array, np.float32).tofile(tmp_path / "port" / "x.dat")
    seen = []

    def look(window: MainWindow, *arguments: Any) -> None:
        draw(window, *arguments)
        (port,) = window.runs.items[1:]
        seen.append((window.model.config, window.model.run, port, window.runs.profile, window.document.workspace()))

    monkeypatch.setattr("framescope.app.window.gui.draw", look)
    options = ["--encoder", str(tmp_path / "mine.onnx"), "--fps", "50", "--mode", "wenet", "--edge", "repeat"]
    reading = ["--as", "mel=x.dat:float32:80,T", "--profile", f"{tmp_path / 'own.toml'}:mine", "--first-frame", "1"]
    reading += ["--lag", "mel=0"]
    port = ["--port", str(tmp_path / "port")]
    assert main(["render", str(recording), "-o", str(tmp_path / "a.png"), *port, *options, *reading]) == 0
    ((config, computed, read, profile, workspace),) = seen
    assert config == framescope.Config(fps=50, mode="wenet", edge="repeat")
    np.testing.assert_array_equal(computed["features"].array, run["features"].array)
    assert (str(read.overrides[0]), read.first_frame) == ("mel=x.dat:float32:80,T", 1)
    assert read.comparison.verdict == "agree"
    assert profile["mel"].absolute == 7
    assert workspace.encoder == str(tmp_path / "mine.onnx")
    assert Workspace.from_json(workspace.to_json()).limits["mel"] == (7.0, 0.0)


def test_options_go_before_the_last_session(recording: Path, tmp_path: Path) -> None:
    start(tmp_path, "none", recording)
    code = LOOK.replace(
        "print(json.dumps([",
        "print(json.dumps([window.model.config.fps, window.runs.profile.name, window.encoder.text(), ",
    )
    code = code.rpartition("theme, *paths")[0] + (
        "from framescope.app.__main__ import main\n"
        "sys.exit(main(['--fps', '50', '--encoder', 'stand-in', '--profile', 'strict']))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=surroundings(tmp_path), check=True, capture_output=True, text=True)
    fps, profile, encoder, *_, runs = json.loads(done.stdout)
    assert (fps, profile, runs) == (50, "strict", [["talk.wav", "ready"]])
    assert encoder.endswith(", from --encoder")


def test_what_nobody_has_foreseen_is_no_bad_input(
    recording: Path, stand_in: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, qapp: QApplication
) -> None:
    monkeypatch.setattr("framescope.models.computing.read_audio", lambda *_, **__: {}["nothing"])
    assert main(["render", str(recording), "-o", str(tmp_path / "a.png")]) == 70
    assert "KeyError: 'nothing'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", AUDIO, "-o", "x.gif"], "x.gif: the name must end in .png or .jpg or .jpeg or .webp"),
        (["render", AUDIO, "-o", "x"], "x: the name must end in .png"),
        (["render", AUDIO, "--fps", "0", "-o", "x.png"], "fps 0"),
        (["render", AUDIO, "--profile", "lax", "-o", "x.png"], "'lax'"),
        (["render", AUDIO, "--as", "mel", "-o", "x.png"], "'mel'"),
        (["render", AUDIO, "--encoder", "gone.onnx", "-o", "x.png"], "gone.onnx: does not exist"),
        ([AUDIO, "--encoder", "gone.onnx"], "gone.onnx: does not exist"),
        ([AUDIO, "--fps", "-1"], "fps -1"),
        (["render", "missing.wav", "-o", "x.png"], "missing.wav"),
        (["render", AUDIO, "-o", "/nowhere/x.png"], "/nowhere/x.png"),
        (["render", AUDIO, "--frame", "9999", "-o", "x.png"], "frame 9999 does not exist"),
        (["render", AUDIO, "--port", "/nowhere/port", "-o", "x.png"], "/nowhere/port"),
        (["render", AUDIO, "--size", "10", "-o", "x.png"], "--size 10"),
        (["render", AUDIO, "--figure", "9", "-o", "x.png"], "--figure 9"),
        (["render", AUDIO, "--figure", "300", "-o", "x.jpg"], "--figure writes a .png"),
        (["render", AUDIO, "--size", "0x5", "-o", "x.png"], "--size 0x5"),
        (["render", AUDIO, "--size", "99999x5", "-o", "x.png"], "--size 99999x5"),
        (["nonsense"], "nonsense: there is no such recording or command"),
    ],
)
def test_one_sentence_and_exit_code_2(
    arguments: list[str], message: str, recording: Path, stand_in: None, capsys: pytest.CaptureFixture[str], qapp: Any
) -> None:
    assert main([str(recording) if word == AUDIO else word for word in arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
