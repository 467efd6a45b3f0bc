"""The search for commands: a list that narrows as one types, what was done last in front."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ...core.timebase import Step
from ...widgets.painting import faint_text
from .commands import Command

_COMMAND, _KEY = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_MARGIN = 8


def matches(typed: str, text: str) -> int | None:
    """Tell how well a text fits what was typed: 0 by all its words, 1 by its letters in their order; None: not at all.

    Examples
    --------
    >>> matches("whole rec", "Whole recording"), matches("whrec", "Whole recording"), matches("x", "Whole recording")
    (0, 1, None)
    """
    text, words = text.lower(), typed.lower().split()
    if all(word in text for word in words):
        return 0
    rest = iter(text)
    return 1 if all(letter in rest for letter in "".join(words)) else None


class _WithKey(QStyledItemDelegate):
    """Writes a command's key at the right of its name."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        painter.setPen(faint_text(option.palette))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(0, 0, -_MARGIN, 0), flags, index.data(_KEY))


class CommandPalette(QDialog):
    """All commands by name; Return runs the chosen one.

    Parameters
    ----------
    step : str
        What the cursor goes by.
    recent : sequence of str
        Which commands were done last, by their ids, the newest first.
    can : callable
        Tells whether there is anything to be done by a command; others are grey.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        parent: QWidget,
        *,
        step: Step = "frame",
        recent: Sequence[str] = (),
        can: Callable[[Command], bool] = lambda _: True,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("Search commands")
        self.resize(460, 380)
        self.chosen: Command | None = None
        place = {name: number for number, name in enumerate(recent)}
        self._commands = sorted(commands, key=lambda command: place.get(command.id, len(place)))
        self._step, self._can = step, can
        self.field, self.list = QLineEdit(), QListWidget()
        self.field.setPlaceholderText("Type a few letters of a command")
        self.field.setAccessibleName("Search commands")
        self.list.setAccessibleName("Commands")
        self.list.setItemDelegate(_WithKey(self.list))
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
        named = [(command, f"{command.menu}: {command.title(self._step)}") for command in self._commands]
        found = [(fit, command, name) for command, name in named if (fit := matches(text, name)) is not None]
        best = min((fit for fit, _, _ in found), default=0)
        for command, name in ((command, name) for fit, command, name in found if fit == best):
            item = QListWidgetItem(name)
            item.setData(_COMMAND, command)
            item.setData(_KEY, command.keys[0] if command.keys else "")
            if not self._can(command):
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        usable = (row for row in range(self.list.count()) if self.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled)
        self.list.setCurrentRow(next(usable, -1))

    def _accept(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.chosen = item.data(_COMMAND)
            self.accept()
