"""The port's own command: its line, its output, and the question that is asked before it runs."""

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...core.base.errors import InputError
from ...models.port_command import MAX_LINES, PortCommand, arguments, command_line
from ...models.recording import RecordingModel
from ...models.runs import OpenRun, Runs
from ...models.words import window_title
from ...widgets.label import Label

_UNBROKEN = re.compile(r"[^\s/]{60}")
"""So much without a place to break the line would be cut off at the window's edge."""
_EXAMPLE = "The port's command, such as: ./port --wav {audio} --out {out}"


class CommandDock(QDockWidget):
    """One command a port; nothing runs that has not been looked at and confirmed since the window was opened."""

    def __init__(self, runs: Runs, model: RecordingModel, window: QWidget) -> None:
        super().__init__("Run the port", window)
        self.setObjectName("command")
        self._runs, self._model = runs, model
        self._commands: dict[int, PortCommand] = {}
        self.field, self.output, self.state = QLineEdit(), QPlainTextEdit(), Label()
        self.start_button, self.stop_button = QPushButton("Run"), QPushButton("Stop")
        self._lay_out()
        self.field.textEdited.connect(self._on_edited)
        self.field.returnPressed.connect(self.start)
        self.start_button.clicked.connect(self.start)
        self.stop_button.clicked.connect(self.stop)
        runs.changed.connect(self._on_runs)
        self._on_runs()

    def _lay_out(self) -> None:
        self.field.setPlaceholderText(_EXAMPLE)
        self.output.setReadOnly(True)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.output.setMaximumBlockCount(MAX_LINES)
        self.field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.output.setFont(self.field.font())
        named: tuple[tuple[QWidget, str], ...] = (
            (self.field, "Command"), (self.output, "Output of the command"), (self.state, "State"),
        )  # fmt: skip
        for widget, name in named:
            widget.setAccessibleName(name)
        content, row = QWidget(), QHBoxLayout()
        for part in (self.field, self.start_button, self.stop_button):
            row.addWidget(part)
        column = QVBoxLayout(content)
        column.addLayout(row)
        column.addWidget(self.state)
        column.addWidget(self.output, 1)
        self.setWidget(content)

    def command_of(self, key: int) -> str:
        """Give the command line of a port, empty where there is none."""
        return self._commands[key].text if key in self._commands else ""

    def propose(self, key: int, text: str) -> None:
        """Give a port a command line, as a session remembers it: it is not run before it has been confirmed."""
        if text:
            self._command(key).set_text(text)
            self._show_port()

    def begin(self) -> None:
        """Run the port's command; where there is none yet, show where to type it."""
        self.show()
        if self.field.text():
            self.start()
        else:
            self.field.setFocus()

    def start(self) -> None:
        """Run the command of the port that is looked at, once it has been confirmed."""
        port, audio = self._port(), self._model.path
        try:
            if port is None or port.path is None or audio is None:
                raise InputError("a command needs a recording and a port; open both first")
            command = self._command(port.key)
            command.set_text(self.field.text())
            words = arguments(command.text, audio.resolve(), port.path)
            if not command.allows(words):
                if not self.confirm(words, port.path):
                    return
                command.confirm(words)
            self.output.clear()
            command.start(audio.resolve())
        except InputError as error:
            self.state.setText(str(error))

    def stop(self) -> None:
        """Ask the running command to end."""
        if port := self._port():
            self._command(port.key).stop()

    def confirm(self, words: list[str], out: Path) -> bool:
        """Show exactly what would be run, and ask."""
        question = QMessageBox(self)
        question.setWindowTitle("Run this command?")
        question.setText("This program will be run with your rights:")
        question.setTextFormat(Qt.TextFormat.PlainText)  # a path that is HTML could hide what follows it
        shown = f"{command_line(words)}\n\nIt is expected to write to {command_line([str(out)])}."
        question.setInformativeText(_UNBROKEN.sub("\\g<0>\n", shown))
        run = question.addButton("Run", QMessageBox.ButtonRole.AcceptRole)
        question.setDefaultButton(question.addButton(QMessageBox.StandardButton.Cancel))
        question.exec()
        question.deleteLater()
        return question.clickedButton() is run

    def shut_down(self) -> None:
        """Kill what still runs."""
        for command in self._commands.values():
            command.close()
        self._commands.clear()

    def _port(self) -> OpenRun | None:
        port = self._runs.port
        return port if port and port.path else None

    def _command(self, key: int) -> PortCommand:
        if key not in self._commands:
            command = self._commands[key] = PortCommand(self._runs, key, self)
            command.started.connect(lambda: self._say(key, "running …"))
            command.output.connect(lambda lines: self._write(key, lines))
            command.finished.connect(lambda code: self._say(key, f"ended with exit code {code}"))
            command.failed.connect(lambda reason: self._say(key, reason))
        return self._commands[key]

    def _is_shown(self, key: int) -> bool:
        port = self._port()
        return port is not None and port.key == key

    def _say(self, key: int, text: str) -> None:
        if self._is_shown(key):
            self.state.setText(text)
            self._show_buttons()

    def _write(self, key: int, lines: tuple[str, ...]) -> None:
        if self._is_shown(key):
            self.output.appendPlainText("\n".join(lines))

    def _on_edited(self, text: str) -> None:
        if port := self._port():
            self._command(port.key).set_text(text)

    def _on_runs(self) -> None:
        """Forget the commands of ports that were closed, and show the command of the one that is looked at."""
        for key in {*self._commands} - {run.key for run in self._runs.items}:
            self._commands.pop(key).close()
        self._show_port()

    def _show_port(self) -> None:
        port = self._port()
        command = self._commands.get(port.key) if port else None
        self.setWindowTitle(window_title(f"Run the port {port.name}") if port else "Run the port")
        if self.field.text() != (text := command.text if command else ""):
            self.field.setText(text)
            self.output.setPlainText("\n".join(command.lines) if command else "")
        self._show_buttons()

    def _show_buttons(self) -> None:
        port = self._port()
        running = bool(port and port.key in self._commands and self._commands[port.key].running)
        self.start_button.setEnabled(bool(port) and not running)
        self.stop_button.setEnabled(running)
