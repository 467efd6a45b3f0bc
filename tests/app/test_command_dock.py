"""Running the port's own command from the window: never without a question, and never longer than the window."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from framescope.app.window.command_dock import CommandDock
from framescope.app.window.window import MainWindow
from framescope.models.port_command import command_line
from framescope.models.workspace import OpenedPort, Workspace
from helpers.windows import press, run
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox

PYTHON = sys.executable
HELLO = f"{PYTHON} -c 'import sys; print(\"hello\", *sys.argv[1:])' {{audio}} {{out}}"
WAITING = f"{PYTHON} -c 'import os, time; print(os.getpid(), flush=True); time.sleep(600)'"


class Asked(list[list[str]]):
    """What was asked, and the answer."""

    answer = True


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()

    def confirm(_: CommandDock, words: list[str], out: Path) -> bool:
        asked.append(words)
        return asked.answer

    monkeypatch.setattr(CommandDock, "confirm", confirm)
    return asked


@pytest.fixture
def dock(window: MainWindow, recording: Path, tmp_path: Path) -> CommandDock:
    """The dock beside a port that has written nothing yet; nothing needs to be computed for it."""
    window.opening.open(recording)
    window.runs.add(tmp_path)
    run("run_port")(window)
    return window.comparing.commands


def type_in(dock: CommandDock, text: str) -> None:
    dock.field.setText(text)
    dock.field.textEdited.emit(text)


def says(dock: CommandDock, text: str) -> Callable[[], bool]:
    return lambda: text in dock.state.text()


def test_exactly_what_was_confirmed_runs(
    dock: CommandDock, asked: Asked, recording: Path, tmp_path: Path, qtbot: Any
) -> None:
    assert dock.isVisible()
    type_in(dock, HELLO)
    asked.answer = False
    dock.start_button.click()
    assert asked.pop()[-2:] == [str(recording), str(tmp_path)]
    assert dock.state.text() == ""
    asked.answer = True
    for count in (1, 1, 2):
        if count == 2:
            type_in(dock, HELLO + " --fast")
        press(dock.field, "Return")
        qtbot.waitUntil(says(dock, "exit code 0"))
        assert len(asked) == count
        dock.state.clear()
    assert asked[-1][-1] == "--fast"
    assert dock.output.toPlainText() == f"hello {recording} {tmp_path} --fast"


def test_another_recording_is_asked_about(
    window: MainWindow, dock: CommandDock, asked: Asked, recording: Path, tmp_path: Path, qtbot: Any
) -> None:
    other = Path(shutil.copy(recording, tmp_path / "b; touch INJ; .wav"))
    type_in(dock, HELLO)
    for audio in (recording, other, other, recording):
        window.opening.open(audio)
        qtbot.waitUntil(lambda path=audio: window.model.path == path)
        dock.start()
        qtbot.waitUntil(says(dock, "exit code 0"))
        dock.state.clear()
    assert [words[-2] for words in asked] == [str(recording), str(other), str(recording)]


def test_the_question_hides_nothing(dock: CommandDock, qtbot: Any) -> None:
    words = ["port", "<table><tr><td>x</td></tr></table>", "a\nb\x1b[2K\u202e", "y" * 500, "--last"]
    formats: list[Qt.TextFormat] = []
    seen: list[str] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        formats.extend(label.textFormat() for label in box.findChildren(QLabel) if label.text())
        seen.append(box.informativeText())
        box.reject()

    QTimer.singleShot(0, look)
    assert not dock.confirm(words, Path("/out"))
    assert set(formats) == {Qt.TextFormat.PlainText}
    assert seen[0].replace("\n", "").startswith(command_line(words))
    assert max(map(len, seen[0].split())) <= 60, "a line would be cut off at the window's edge"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{PYTHON} -c 'raise SystemExit(3)'", "exit code 3"),
        ("/nowhere/port {audio}", "/nowhere/port: cannot be started"),
        ("port 'open", "cannot be split"),
        ("", "there is no command"),
    ],
)
def test_what_goes_wrong_is_said(dock: CommandDock, asked: Asked, qtbot: Any, text: str, said: str) -> None:
    type_in(dock, text)
    dock.start()
    qtbot.waitUntil(says(dock, said))
    assert dock.start_button.isEnabled()
    assert not dock.stop_button.isEnabled()


def test_it_can_be_stopped(dock: CommandDock, asked: Asked, qtbot: Any) -> None:
    type_in(dock, WAITING)
    dock.start()
    qtbot.waitUntil(lambda: dock.output.toPlainText() != "")
    assert not dock.start_button.isEnabled()
    dock.stop_button.click()
    qtbot.waitUntil(says(dock, "was stopped"))
    assert dock.start_button.isEnabled()


@pytest.mark.skipif(os.name != "posix", reason="signal 0 asks for a process on POSIX only")
def test_closing_the_window_ends_it(window: MainWindow, dock: CommandDock, asked: Asked, qtbot: Any) -> None:
    type_in(dock, WAITING)
    dock.start()
    qtbot.waitUntil(lambda: dock.output.toPlainText() != "")
    process = int(dock.output.toPlainText())
    os.kill(process, 0)
    window.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_sessions_command_is_not_trusted(
    window: MainWindow, recording: Path, tmp_path: Path, asked: Asked, qtbot: Any
) -> None:
    command = f'{PYTHON} -c \'open("{tmp_path / "ran"}", "w")\''
    window.document.restore(Workspace(str(recording), ports=(OpenedPort(str(tmp_path), command=command),)))
    dock = window.comparing.commands
    assert dock.field.text() == command
    asked.answer = False
    run("run_port")(window)
    assert len(asked) == 1
    assert not (tmp_path / "ran").exists()
    assert window.document.workspace().ports[0].command == command


def test_without_a_port_or_a_recording_it_is_one_sentence(window: MainWindow, tmp_path: Path, asked: Asked) -> None:
    dock = window.comparing.commands
    run("run_port")(window)
    assert dock.isVisible()
    dock.start()
    assert "open both first" in dock.state.text()
    window.runs.add(tmp_path)
    type_in(dock, HELLO)
    dock.start()
    assert "open both first" in dock.state.text()
    assert asked == []


def test_every_port_has_a_command_of_its_own(dock: CommandDock, window: MainWindow, ports: tuple[Path, Path]) -> None:
    type_in(dock, "first")
    key = window.runs.add(ports[0])
    window.runs.choose(key)
    assert dock.field.text() == ""
    type_in(dock, "second")
    window.runs.choose(next(item.key for item in window.runs.items if item.key not in {0, key} and item.path))
    assert dock.field.text() == "first"
    assert dock.command_of(key) == "second"
