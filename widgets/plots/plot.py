"""Small plots of values: axes with ticks, a histogram, and points of pairs.

They are painted here, because importing a plotting library takes longer than opening the whole window.
"""

from math import ceil, floor, isfinite, log10

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...models.timeline import Span
from ..painting import faint_text

FloatArray = npt.NDArray[np.float64]

_LEAST_TICK_ROOM = 70
_LINE_ROOM = 1.6
_POINT_ALPHA = 110
_FITTED = QColor("#d95f02")
"""The fitted line: told apart from the points and the identity line by any eyes."""


def ticks(low: float, high: float, most: int) -> list[float]:
    """Give at most `most` round places within a range: multiples of 1, 2 or 5 times a power of ten."""
    if not (isfinite(low) and isfinite(high) and low < high and most > 0):
        return []
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    return [step * k for k in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


class Plot(QWidget):
    """Two linear axes and what a subclass paints between them.

    Parameters
    ----------
    name : str
        For screen readers, and as the tool tip.
    """

    def __init__(self, name: str, *, across: str = "", upwards: str = "") -> None:
        super().__init__()
        self._across, self._upwards = across, upwards
        self._x: Span = (0.0, 1.0)
        self._y: Span = (0.0, 1.0)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setMinimumHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Give the size it likes to have."""
        return QSize(300, 140)

    def set_ranges(self, x: Span, y: Span) -> None:
        """Show these values, low < high; anything else shows 0 to 1."""
        self._x, self._y = ((span if _proper(span) else (0.0, 1.0)) for span in (x, y))
        self.update()

    def area(self) -> QRectF:
        """Where values are drawn."""
        line = self.fontMetrics().height()
        left = max((self._width(value) for value in self._y_ticks()), default=0) + 8
        left += line if self._upwards else 0
        below = line * (2 if self._across else 1) + 6
        return QRectF(left, 4, max(1, self.width() - left - 12), max(1, self.height() - below - 4))

    def x_of(self, values: FloatArray | float) -> FloatArray:
        """Give the places of values on the horizontal axis, pixels."""
        area, (low, high) = self.area(), self._x
        return area.left() + (np.asarray(values, np.float64) - low) / (high - low) * area.width()

    def y_of(self, values: FloatArray | float) -> FloatArray:
        """Give the places of values on the vertical axis, pixels."""
        area, (low, high) = self.area(), self._y
        return area.bottom() - (np.asarray(values, np.float64) - low) / (high - low) * area.height()

    def paint_contents(self, painter: QPainter, area: QRectF) -> None:
        """Paint the values."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint ground, values and axes."""
        painter, area = QPainter(self), self.area()
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.save()
        painter.setClipRect(area)
        self.paint_contents(painter, area)
        painter.restore()
        painter.setPen(faint_text(self.palette()))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topLeft(), area.bottomLeft())
        self._paint_labels(painter, area)
        painter.end()

    def _paint_labels(self, painter: QPainter, area: QRectF) -> None:
        line = self.fontMetrics().height()
        for value in ticks(*self._x, max(1, int(area.width() // _LEAST_TICK_ROOM))):
            box = QRectF(float(self.x_of(value)) - 50, area.bottom() + 2, 100, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{value:.4g}")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in self._y_ticks():
            painter.drawText(
                QRectF(0, float(self.y_of(value)) - line / 2, area.left() - 4, line), right, f"{value:.4g}"
            )
        below = QRectF(area.left(), self.height() - line - 1, area.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._across)
        painter.rotate(-90)
        painter.drawText(QRectF(-area.bottom(), 0, area.height(), line), Qt.AlignmentFlag.AlignCenter, self._upwards)

    def _y_ticks(self) -> list[float]:
        room = self.height() / (_LINE_ROOM * self.fontMetrics().height())
        return ticks(*self._y, max(1, min(5, int(room) - 1)))

    def _width(self, value: float) -> int:
        return self.fontMetrics().horizontalAdvance(f"{value:.4g}")


class Histogram(Plot):
    """Bars of counts."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._counts: FloatArray = np.zeros(0)
        self._edges: FloatArray = np.zeros(0)

    def set_counts(self, counts: npt.ArrayLike, edges: npt.ArrayLike) -> None:
        """Show (n,) counts between (n + 1,) ascending edges; none: nothing."""
        self._counts, self._edges = np.asarray(counts, np.float64), np.asarray(edges, np.float64)
        if self._counts.size:
            self.set_ranges((float(self._edges[0]), float(self._edges[-1])), (0.0, float(self._counts.max())))
        self.update()

    def paint_contents(self, painter: QPainter, area: QRectF) -> None:
        """Paint the bars, without gaps."""
        if not self._counts.size:
            return
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        x, y = self.x_of(self._edges), self.y_of(self._counts)
        for left, right, top in zip(x, x[1:], y, strict=False):
            painter.fillRect(QRectF(left, top, right - left, area.bottom() - top), colour)


class PointsPlot(Plot):
    """Points of pairs, darker where they are many; the identity line (dashed) and a fitted line."""

    def __init__(self, name: str, *, across: str, upwards: str) -> None:
        super().__init__(name, across=across, upwards=upwards)
        self._points: tuple[FloatArray, FloatArray] = (np.zeros(0), np.zeros(0))
        self._line: tuple[float, float] | None = None

    def set_points(self, x: FloatArray, y: FloatArray, line: tuple[float, float] | None) -> None:
        """Show finite (n,) pairs, and y = slope x + offset where a line is given."""
        self._points, self._line = (x, y), line
        if x.size:
            self.set_ranges(_widened(x), _widened(y))
        self.update()

    def paint_contents(self, painter: QPainter, area: QRectF) -> None:
        """Paint the points, then the lines."""
        if not self._points[0].size:
            return
        self._paint_points(painter, area.toAlignedRect())
        ends = np.array(self._x)
        self._paint_line(
            painter, ends, ends, QPen(self.palette().color(QPalette.ColorRole.Text), 1, Qt.PenStyle.DashLine)
        )
        if self._line:
            slope, offset = self._line
            self._paint_line(painter, ends, slope * ends + offset, QPen(_FITTED, 2))

    def _paint_points(self, painter: QPainter, box: QRect) -> None:
        """Paint all points at once: how many lie on each pixel becomes how much of it is covered."""
        x, y = self._points
        rows, columns = box.height(), box.width()
        down = np.clip(self.y_of(y) - box.top(), 0, rows - 1).astype(np.int64)
        across = np.clip(self.x_of(x) - box.left(), 0, columns - 1).astype(np.int64)
        counts = np.bincount(down * columns + across, minlength=rows * columns).reshape(rows, columns)
        counts[1:] += counts[:-1]  # a point is two pixels wide and high, so that a lonely one is seen
        counts[:, 1:] += counts[:, :-1]
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        alpha = np.minimum(counts * _POINT_ALPHA, 255).astype(np.uint32)
        pixels = np.ascontiguousarray(alpha << 24 | np.uint32(colour.rgb() & 0xFFFFFF))
        painter.drawImage(box.topLeft(), QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32))

    def _paint_line(self, painter: QPainter, x: FloatArray, y: FloatArray, pen: QPen) -> None:
        painter.setPen(pen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, last = (QPointF(*place) for place in zip(self.x_of(x), self.y_of(y), strict=True))
        painter.drawLine(first, last)


def _proper(span: Span) -> bool:
    return isfinite(span[0]) and isfinite(span[1]) and span[0] < span[1]


def _widened(values: FloatArray) -> Span:
    low, high = float(values.min()), float(values.max())
    margin = (high - low) * 0.03 or max(abs(low) * 0.1, 1e-6)
    return low - margin, high + margin
