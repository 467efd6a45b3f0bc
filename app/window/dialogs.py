"""The dialogs: command palette, key sheet, going to a time or frame."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...core.base.errors import InputError
from ...core.timebase import Timebase
from .commands import Command


class CommandPalette(QDialog):
    """A list of commands that narrows as one types; Return runs the chosen one."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Search commands")
        self.resize(460, 380)
        self.chosen: Command | None = None
        self._commands = commands
        self.field, self.list = QLineEdit(), QListWidget()
        self.field.setPlaceholderText("Type a few letters of a command")
        self.field.setAccessibleName("Search commands")
        self.list.setAccessibleName("Commands")
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._narrow)
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self._accept)
        self.list.itemActivated.connect(self._accept)
        self._narrow("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the arrow keys move in the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                self.list.setCurrentRow((self.list.currentRow() + step) % max(1, self.list.count()))
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, text: str) -> None:
        self.list.clear()
        for command in self._commands:
            if all(word in f"{command.menu} {command.title}".lower() for word in text.lower().split()):
                keys = f"    {command.keys[0]}" if command.keys else ""
                item = QListWidgetItem(f"{command.menu}: {command.title}{keys}")
                item.setData(Qt.ItemDataRole.UserRole, command)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _accept(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.chosen = item.data(Qt.ItemDataRole.UserRole)
            self.accept()


class KeySheet(QDialog):
    """All keys, and what mouse and wheel do on a lane."""

    MOUSE = (
        ("Click", "put the cursor there"),
        ("Drag", "select"),
        ("Middle drag, Shift+wheel", "pan"),
        ("Ctrl+wheel", "zoom at the pointer"),
        ("Alt+wheel", "zoom the rows, or the value axis, under the pointer"),
        ("Drag an end of a colour bar", "move that level; a double click fits it again"),
        ("Double click", "whole recording, or the note of a marker"),
        ("Shift held", "port and reference change places"),
        ("Right button, Menu key", "colours, levels and export of a lane"),
        ("Arrow keys, Return", "on the tensor: go from cell to cell, pin the value"),
    )

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(520, 560)
        rows = [(", ".join(command.keys), command.title) for command in commands if command.keys]
        table = QTableWidget(len(rows) + len(self.MOUSE), 2)
        table.setAccessibleName("Keys")
        table.setHorizontalHeaderLabels(["Key", "What it does"])
        table.verticalHeader().hide()
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.horizontalHeader().setStretchLastSection(True)
        for row, texts in enumerate([*rows, *self.MOUSE]):
            for place, text in enumerate(texts):
                table.setItem(row, place, QTableWidgetItem(text))
        table.resizeColumnToContents(0)
        column = QVBoxLayout(self)
        column.addWidget(table)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)


def parse_moment(text: str, timebase: Timebase) -> float:
    """Read a place in the recording.

    Returns
    -------
    float
        Seconds of ``22.32``, ``1:02.5`` or ``f558`` (a frame).

    Raises
    ------
    InputError
        Anything else.

    Examples
    --------
    >>> parse_moment("1:02.5", Timebase()), parse_moment("f558", Timebase())
    (62.5, 22.32)
    """
    try:
        if text.strip().lower().startswith("f"):
            return timebase.frame_seconds(int(text.strip()[1:]))
        minutes, _, seconds = text.rpartition(":")
        return 60 * int(minutes or 0) + float(seconds)
    except ValueError:
        raise InputError(f"{text!r}: is no place; write seconds (22.32), minutes (1:02.5) or a frame (f558)") from None
