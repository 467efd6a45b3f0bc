"""Who a key is for: Space presses the button or opens the list that has the keyboard, and plays elsewhere."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget


class _SpaceKeeper(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keep Space from the window's shortcuts."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if kept := event.key() == Qt.Key.Key_Space:
            event.accept()
        return kept


def let_space_press(root: QWidget) -> None:
    """Let Space press the buttons and open the lists below a widget, where one has come to them by the keyboard.

    A click leaves the keyboard where it is: after it Space plays, as it did before.
    """
    keeper = _SpaceKeeper(root)
    for kind in (QAbstractButton, QComboBox):
        for widget in root.findChildren(kind):
            widget.installEventFilter(keeper)
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
