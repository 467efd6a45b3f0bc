"""Starting the window and drawing it into a file."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from framescope.app import gui
from framescope.app.__main__ import main
from framescope.app.gui import Picture, draw, open_window
from framescope.app.theme import apply_theme
from framescope.app.window import MainWindow
from framescope.core.resources import sample
from framescope.core.settings import Settings, save_settings
from framescope.models.workspace import Workspace, autosave_path
from helpers.windows import WRONG, size_of
from PySide6.QtWidgets import QApplication, QWidget

Looked = Callable[[MainWindow], object]


@pytest.fixture
def start(qapp: QApplication, stand_in: None, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> Any:
    """Start the window as the command line does, and close it after a look at it."""

    def begin(look: Looked, *arguments: Any) -> object:
        found: list[object] = []

        def execute(_: object) -> int:
            (window,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
            qtbot.addWidget(window)
            assert window.isVisible()
            assert any(window.jobs.wait_idle(60) for _ in range(20))
            found.append(look(window))
            window.close()
            return 0

        class Application:
            """Stands for the application that the tests have already."""

            def __new__(cls, _: object) -> Any:
                return qapp

        monkeypatch.setattr("PySide6.QtWidgets.QApplication", Application)
        monkeypatch.setattr(type(qapp), "exec", execute)
        monkeypatch.setattr(gui, "apply_theme", apply_theme, raising=False)
        assert open_window(*arguments) == 0
        return found[0]

    yield begin
    apply_theme(qapp, "light")


def test_a_recording_and_ports_are_opened(start: Any, recording: Path, ports: tuple[Path, Path]) -> None:
    def look(window: MainWindow) -> object:
        return [(run.name, run.state) for run in window.runs.items], window.comparing.dock.isVisible()

    runs, panel = start(look, recording, list(ports))
    assert runs == [("talk.wav", "ready"), ("right", "ready"), ("faulty", "ready")]
    assert panel


def test_where_nothing_is_named_the_last_session_comes_back(start: Any, recording: Path) -> None:
    assert start(lambda window: window.model.path, None, ()) is None
    Workspace(recording=str(recording)).save(autosave_path())
    assert start(lambda window: window.model.path, None, ()) == recording


@pytest.mark.parametrize(("theme", "dark"), [("light", False), (None, True)])
def test_the_theme_of_the_command_line_wins(start: Any, theme: Any, dark: bool) -> None:
    save_settings(Settings(theme="dark"))
    assert start(lambda w: w.palette().window().color().lightness() < 128, None, (), theme) == dark


def test_a_picture_shows_the_ports(window: MainWindow, recording: Path, ports: tuple[Path, Path]) -> None:
    draw(window, recording, Picture(frame=WRONG[0], ports=ports[::-1], view="difference"))
    assert window.timeline.frame == WRONG[0]
    assert [run.state for run in window.runs.items] == ["ready"] * 3
    assert [part.role for part in window.lanes.features.parts()] == ["difference"]
    assert window.lanes.errors.isVisible()


def test_render_draws_the_window(
    stand_in: None, recording: Path, ports: tuple[Path, Path], tmp_path: Path, capsys: Any
) -> None:
    common = ["render", str(recording), "--frame", "30", "--size", "1100x720", "--theme", "dark"]
    options = {"alone": [], "compared": ["--port", str(ports[0])]}
    for name, more in options.items():
        assert main([*common, *more, "-o", str(tmp_path / f"{name}.png")]) == 0
        assert size_of(tmp_path / f"{name}.png") == (1100, 720)
    assert (tmp_path / "alone.png").read_bytes() != (tmp_path / "compared.png").read_bytes()
    capsys.readouterr()
    for widget in QApplication.topLevelWidgets():
        QWidget.deleteLater(widget)


def test_a_screen_of_twice_the_density_gets_twice_the_pixels(recording: Path, tmp_path: Path) -> None:
    path = tmp_path / "dense.png"
    command = [sys.executable, "-m", "framescope", "render", str(recording), "-o", str(path), "--size", "1100x720"]
    surroundings = os.environ | {"QT_SCALE_FACTOR": "2", "FRAMESCOPE_ENCODER": "stand-in"}
    subprocess.run(command, env=surroundings, check=True, capture_output=True)
    assert size_of(path) == (2200, 1440)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "missing.wav", "-o", "x.png"], "missing.wav"),
        (["render", str(sample()), "-o", "/nowhere/x.png"], "/nowhere/x.png"),
        (["render", str(sample()), "--frame", "9999", "-o", "x.png"], "frame 9999 does not exist"),
        (["render", str(sample()), "--port", "/nowhere/port", "-o", "x.png"], "/nowhere/port"),
        (["render", str(sample()), "--size", "10", "-o", "x.png"], "--size 10"),
        (["render", str(sample()), "--size", "0x5", "-o", "x.png"], "--size 0x5"),
        (["render", str(sample()), "--size", "99999x5", "-o", "x.png"], "--size 99999x5"),
        (["nonsense"], "nonsense: is no recording and no command"),
    ],
)
def test_one_sentence_and_exit_code_2(
    arguments: list[str], message: str, stand_in: None, capsys: pytest.CaptureFixture[str], qapp: Any
) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    for widget in QApplication.topLevelWidgets():
        QWidget.deleteLater(widget)
