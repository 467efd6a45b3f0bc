"""What every drawn view needs: pixels from numpy, colours between those of the theme."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette

Pixels = npt.NDArray[np.uint32]


def draw_pixels(painter: QPainter, x: float, y: float, pixels: Pixels, *, opaque: bool = True) -> None:
    """Draw (rows, columns) uint32 pixels, 0xffRRGGBB or premultiplied 0xAARRGGBB, one a device pixel.

    The image only refers to the array, so it never leaves this function.
    """
    rows, columns = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    format_ = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(pixels.data, columns, rows, 4 * columns, format_)
    scale = painter.device().devicePixelRatio()
    painter.drawImage(QRectF(x, y, columns / scale, rows / scale), image)


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """Give the colour that has `share` (0 to 1) of the second in it."""
    parts = ((first.redF(), second.redF()), (first.greenF(), second.greenF()), (first.blueF(), second.blueF()))
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in parts))


def with_alpha(colour: QColor, alpha: float) -> QColor:
    """Give a colour as translucent as `alpha`, 0 to 1."""
    translucent = QColor(colour)
    translucent.setAlphaF(alpha)
    return translucent


def faint_text(palette: QPalette) -> QColor:
    """Give the colour of labels: text, a little towards its background."""
    return mix(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), 0.3)


def draw_tag(painter: QPainter, area: QRectF, flags: int, text: str, palette: QPalette) -> None:
    """Write a short text on a plate of the background's colour, so that it is read on any picture."""
    box = painter.boundingRect(area.adjusted(6, 3, -6, -3), flags, text)
    painter.fillRect(box.adjusted(-3, 0, 3, 0), with_alpha(palette.color(QPalette.ColorRole.Base), 0.8))
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.drawText(box, flags | Qt.TextFlag.TextDontClip, text)
