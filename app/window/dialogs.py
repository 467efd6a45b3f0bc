"""The dialogs of the whole window: the sheet of keys, going to a time or frame."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...core.base.errors import InputError
from ...core.timebase import Step, Timebase
from .commands import Command
from .palette import matches


class KeySheet(QDialog):
    """What mouse and wheel do on a lane, and all keys by their menus; a filter narrows both."""

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

    def __init__(self, commands: Sequence[Command], parent: QWidget, *, step: Step = "frame") -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(560, 600)
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.field, self.list = QLineEdit(), QTreeWidget()
        self.field.setPlaceholderText("Filter")
        self.field.setAccessibleName("Filter the keys")
        self.field.textChanged.connect(self._narrow)
        self.list.setAccessibleName("Keys")
        self.list.setHeaderLabels(["What it does", "Key"])
        self.list.setRootIsDecorated(False)
        self._add("Mouse and wheel", [(does, gesture) for gesture, does in self.MOUSE])
        for menu, listed in groupby((command for command in commands if command.keys), lambda command: command.menu):
            self._add(menu, [(command.title(step), ", ".join(command.keys)) for command in listed])
        self.list.expandAll()
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for part in (self.field, self.list, buttons):
            column.addWidget(part)

    def _add(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        group = QTreeWidgetItem([title])
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        items = [QTreeWidgetItem(list(row)) for row in rows]
        group.addChildren(items)
        self.list.addTopLevelItem(group)
        self._groups.append((group, items))

    def _narrow(self, text: str) -> None:
        for group, rows in self._groups:
            for row in rows:
                row.setHidden(matches(text, f"{group.text(0)} {row.text(0)} {row.text(1)}") != 0)
            group.setHidden(all(row.isHidden() for row in rows))


def parse_moment(text: str, timebase: Timebase) -> float:
    """Read a place in the recording.

    Returns
    -------
    float
        Seconds of ``22.32``, ``1:02.5`` or ``f558`` (a frame, or whatever the cursor goes by).

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
        place = f"a {timebase.step} (f558)"
        raise InputError(f"{text!r}: is not a place; write seconds (22.32), minutes (1:02.5) or {place}") from None
