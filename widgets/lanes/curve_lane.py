"""One value at a time as a curve: what an analysis of the sound has found, with what it says of the errors."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ...models.timeline import Timeline
from ..painting import Pixels, draw_pixels, mix
from ..pointed_value import PointedValue
from .head import paint_words
from .lane import Lane
from .peaks import waveform_ink

_MARGIN = 0.06
"""Share of the range that is left free above and below the curve."""
_DOT_DISTANCE = 6
"""Pixels between two items from which on each is a dot."""


class CurveLane(Lane):
    """A curve on the time axis; where there is no value the curve is broken."""

    def __init__(self, timeline: Timeline, title: str, unit: str = "") -> None:
        super().__init__(timeline, title)
        self._unit = unit
        self._values: npt.NDArray[np.float32] = np.zeros(0, np.float32)
        self._rate, self._words = 1.0, ""
        self._lines: tuple[str, ...] = ()
        self._range = (0.0, 1.0)

    @property
    def words(self) -> str:
        """What is said of the errors by this curve."""
        return self._words

    @property
    def values(self) -> npt.NDArray[np.float32]:
        """What is drawn, (items,)."""
        return self._values

    def set_words(self, words: str, lines: tuple[str, ...] = ()) -> None:
        """Say something of the errors: in the tip, and in short lines in the head; nothing where there is nothing."""
        self._words, self._lines = words, lines
        self.invalidate()

    def set_curve(self, values: npt.NDArray[np.float32], rate: float) -> None:
        """Show (items,) values, of which item floor(seconds * rate + 0.5) lies at a moment; NaN: none."""
        self._values, self._rate = values, rate
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        room = _MARGIN * (high - low) or 0.5
        self._range = low - room if low < 0 else max(0.0, low - room), high + room
        self.invalidate()

    def least_height(self) -> int:
        """Give the height in which a curve can be made out and its ends are labelled."""
        return 64

    def reduction(self) -> str:
        """Say how many items share a pixel, of which the smallest and the largest are drawn."""
        share = int(self._per_pixel())
        return f"drawn at 1/{share:,} (peaks)" if share > 1 else ""

    def probe_at(self, point: QPointF) -> PointedValue | None:
        """Give the value at a moment."""
        item = int(np.floor(self.seconds_of(point.x()) * self._rate + 0.5))
        if not 0 <= item < len(self._values) or not self.contents_rect().contains(point.toPoint()):
            return None
        text, value = f"{self.title}, {item / self._rate:.3f} s", float(self._values[item])
        return PointedValue(self.title, (item,), value, text, None, self._values.dtype, self._unit)

    def tip_at(self, point: QPoint) -> str:
        """Tell over the head all that it says."""
        return super().tip_at(point) if point.x() > self.contents_rect().left() else "\n".join(self._said(self._words))

    # Painting

    def paint_title(self, painter: QPainter, gutter: QRect) -> None:
        """Say what is drawn, and where errors lie by it."""
        paint_words(painter, gutter, self._said(*self._lines), self.palette(), below=0)

    def _said(self, *words: str) -> list[str]:
        title = f"{self.title}, {self._unit}" if self._unit else self.title
        return [title, *filter(None, [*words, self.reduction()])]

    def paint_axis(self, painter: QPainter, rect: QRect) -> None:
        """Label the highest and the lowest value of the picture."""
        height = painter.fontMetrics().height()
        low, high = self._range
        for top, value in ((rect.top(), high), (rect.bottom() + 1 - height, low)):
            box = QRect(rect.left(), top, rect.width() - 6, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, f"{value:.3g}")

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Draw the items of the time in sight."""
        if not len(self._values):
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"computing {self.title} …")
        elif self._per_pixel() > 1:
            self._draw_columns(painter, rect)
        else:
            self._draw_items(painter, rect)

    def _per_pixel(self) -> float:
        start, end = self.span()
        return (end - start) * self._rate / max(1, self.contents_rect().width() * self.devicePixelRatio())

    def _heights(self, values: npt.NDArray[np.floating], height: float) -> npt.NDArray[np.float64]:
        low, high = self._range
        return (high - values.astype(np.float64)) / (high - low) * (height - 1)

    def _draw_columns(self, painter: QPainter, rect: QRect) -> None:
        """Draw one column a device pixel, from the smallest to the largest of its items; neighbours touch."""
        scale = painter.device().devicePixelRatio()
        width, height = round(rect.width() * scale), round(rect.height() * scale)
        start, end = self.span()
        edges = np.floor(np.linspace(start, end, width + 1) * self._rate + 0.5).astype(np.intp)
        inside = (edges[:-1] >= 0) & (edges[:-1] < len(self._values))
        if not inside.any():
            return
        begins, last = edges[:-1][inside], min(int(edges[-1]) + 1, len(self._values))
        part = self._values[begins[0] : last]
        low, high = (pick.reduceat(part, begins - begins[0]) for pick in (np.fmin, np.fmax))
        top, bottom = np.full(width, np.nan), np.full(width, np.nan)
        top[inside], bottom[inside] = (self._heights(each, height).round() for each in (high, low))
        joined = np.fmin(top[1:], np.where(np.isnan(top[1:]), np.nan, bottom[:-1]))
        bottom[1:] = np.fmax(bottom[1:], np.where(np.isnan(bottom[1:]), np.nan, top[:-1]))
        top[1:] = joined
        rows = np.arange(height, dtype=np.float64)[:, None]
        inked = (rows >= top - 0.5) & (rows <= bottom + 0.5)
        pixels: Pixels = np.array([0, self._ink().rgb()], np.uint32).take(inked)
        draw_pixels(painter, rect.left(), rect.top(), pixels, opaque=False)

    def _draw_items(self, painter: QPainter, rect: QRect) -> None:
        """Draw a line through the items, and dots where they are far apart."""
        start, end = self.span()
        first = max(0, int(start * self._rate) - 1)
        values = self._values[first : max(first, int(end * self._rate) + 3)]
        left, right = (self.x_of(place / self._rate) for place in (first, first + len(values)))
        x = np.linspace(left, right, len(values), endpoint=False)
        y = rect.top() + self._heights(values, rect.height())
        points = [*map(QPointF, x.tolist(), y.tolist())]
        known = np.isfinite(values)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ink(), 1))  # a wider one is five times as slow
        places = np.flatnonzero(known)
        for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1):
            painter.drawPolyline(QPolygonF(points[run[0] : run[-1] + 1] if len(run) else []))
        far = len(x) > 1 and x[1] - x[0] >= _DOT_DISTANCE
        lonely = known & ~np.r_[False, known[:-1]] & ~np.r_[known[1:], False]
        painter.setPen(QPen(self._ink(), 4, c=Qt.PenCapStyle.RoundCap))
        painter.drawPoints(QPolygonF([points[k] for k in np.flatnonzero(known if far else lonely).tolist()]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _ink(self) -> QColor:
        return mix(waveform_ink(self.palette()), self.palette().text().color(), 0.15)
