"""A colour map with the values of its two ends."""

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from .colour import scale_on

_HEIGHT = 10
_SPACE = 6


class ColourBar(QWidget):
    """A horizontal bar: the lowest level, the colours, the highest level."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._levels = "viridis", (0.0, 1.0)
        self.setAccessibleName("Colour scale")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_colours(self, name: str, levels: tuple[float, float]) -> None:
        """Choose the colour map and the values of its first and last colour."""
        self._name, self._levels = name, levels
        self.setAccessibleDescription(f"{name} from {levels[0]:g} to {levels[1]:g}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line of text."""
        return QSize(200, max(self.fontMetrics().height(), _HEIGHT) + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar between its two numbers."""
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        low, high = (f"{level:g}" for level in self._levels)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, low)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, high)
        advance = painter.fontMetrics().horizontalAdvance
        left, right = advance(low) + _SPACE, self.width() - advance(high) - _SPACE
        pixels = np.ascontiguousarray(
            scale_on(self._name, self._levels[0], self.palette().color(QPalette.ColorRole.Base))
        )
        image = QImage(pixels.data, len(pixels), 1, 4 * len(pixels), QImage.Format.Format_RGB32)
        painter.drawImage(QRect(left, (self.height() - _HEIGHT) // 2, right - left, _HEIGHT), image)
