"""Labels for words from outside."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle

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


class CutLabel(Label):
    """A label of so many lines that never asks for more room: what is too long ends in dots, and is read in its tip.

    A text of several lines keeps them, each cut by itself; one of a single line is wrapped.

    Its size hint does not depend on its text, so that a text that changes with every move of the pointer moves nothing.

    Parameters
    ----------
    lines : int
        Lines of text it has room for.
    elide : Qt.TextElideMode
        Where the dots of a single line stand: in the middle of what has a file's name at its end.
    """

    def __init__(
        self, text: str = "", *, lines: int = 1, elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        self._lines, self._elide = lines, elide
        super().__init__(text)
        self.setWordWrap(lines > 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_lines(self, lines: int) -> None:
        """Have room for so many lines from now on."""
        if lines != self._lines:
            self._lines = lines
            self.setWordWrap(lines > 1)
            self.updateGeometry()
            self.update()

    def setText(self, text: str) -> None:  # noqa: N802
        """Show a text as far as there is room, and all of it in the tip."""
        super().setText(text)
        self.setToolTip(text)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Give the height of its lines."""
        return QSize(0, self._lines * self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Give the height of its lines, and no width."""
        return self.sizeHint()

    def heightForWidth(self, _: int) -> int:  # noqa: N802
        """Give the height of its lines, whatever it says."""
        return self.sizeHint().height()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Write the text, the last line of it with dots where more would follow."""
        painter, room = QPainter(self), self.contentsRect()
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # of our words, also where the window is mirrored
        painter.setPen(self.palette().color(self.foregroundRole()))
        if not self.isEnabled():
            painter.setPen(self.palette().color(QPalette.ColorGroup.Disabled, self.foregroundRole()))
        metrics, text = self.fontMetrics(), self.text()
        flags = int(QStyle.visualAlignment(self.layoutDirection(), self.alignment()))
        if "\n" in text:
            parts = text.split("\n")[: self._lines]
            text = "\n".join(metrics.elidedText(part, Qt.TextElideMode.ElideRight, room.width()) for part in parts)
        elif self._lines > 1:
            flags |= Qt.TextFlag.TextWordWrap
            while len(text) > 1 and metrics.boundingRect(QRect(0, 0, room.width(), 10_000), flags, text).height() > (
                room.height()
            ):
                text = text[: max(1, int(len(text) * 0.95) - 1)].rstrip(" …") + "…"
        else:
            text = metrics.elidedText(text, self._elide, room.width())
        painter.drawText(room, flags, text)
