"""A label for words from outside."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from ..models.words import lines, tip


class Label(QLabel):
    """A label whose text and tool tip are shown as they are: no markup, nothing invisible, on as many lines as ours."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802
        """Show a text as it is."""
        super().setText(lines(text))

    def setToolTip(self, text: str) -> None:  # noqa: N802
        """Give a tool tip that shows a text as it is."""
        super().setToolTip(tip(text))
