"""What lies over a heat map: outlines of items and cells, the pitch, numbers in cells, marks of single items."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygon, QPolygonF

from ...core.base.arrays import NDArray
from ...models.timeline import Span
from ..painting import Pixels
from .heat_layer import HeatLayer

_WIDEST = "-0.000"
"""What a cell has to have room for before values are written into the cells."""
_MAX_NUMBERS = 1500
"""Numbers that are written at most: each takes some 5 microseconds."""
_MAX_MARKS = 400
_MARK = 4
"""Marks of single items at most, and half the width of one in pixels."""
_SPARSE = 0.5
"""A run that has fewer of its items than this is one of single items."""
_MIN_PIXELS = 3
"""Pixels that an item is seen by without a mark."""
_LUMA = 128


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A run, the box it is drawn into, and the seconds from its left edge to its right one."""

    layer: HeatLayer
    box: QRect
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """A frequency over time: (n,) seconds and (n,) Hz, NaN where there is none."""

    seconds: NDArray
    values: NDArray

    def points(self, placed: Placed, rows: npt.NDArray[np.integer], hz: NDArray) -> list[QPointF | None]:
        """Give where it is drawn over (n,) rows of frequencies, of which `rows` are in sight from the upper edge."""
        (start, end), box = placed.span, placed.box
        first, last = np.searchsorted(self.seconds, (start, end)).tolist()
        step = 1 + (last - first) // max(1, 2 * box.width())
        values = self.values[first:last:step]
        places = np.interp(values, hz, np.arange(len(hz)))
        y = box.top() + (rows[0] + 0.5 - places) / len(rows) * box.height()
        x = box.left() + (self.seconds[first:last:step] - start) / (end - start) * box.width()
        found = zip(x.tolist(), y.tolist(), np.isfinite(values).tolist(), strict=True)
        return [QPointF(right, down) if known else None for right, down, known in found]


def outline(painter: QPainter, box: QRectF, palette: QPalette) -> None:
    """Draw a frame in two colours, which is seen on any picture."""
    for role, width in ((QPalette.ColorRole.Base, 3), (QPalette.ColorRole.Text, 1)):
        painter.setPen(QPen(palette.color(role), width))
        painter.drawRect(box)


def paint_trace(painter: QPainter, points: list[QPointF | None]) -> None:
    """Draw a line through points in two colours, broken where there is none."""
    runs: list[list[QPointF]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in (("black", 3.5), ("white", 1.5)):
        painter.setPen(QPen(QColor(colour), width, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        for run in runs:
            painter.drawPolyline(QPolygonF([*run, run[-1]] if len(run) == 1 else run))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_values(painter: QPainter, placed: Placed, rows: npt.NDArray[np.integer], pixels: Pixels) -> None:
    """Write the values of the items of some seconds into their cells, where these have room.

    Parameters
    ----------
    rows : (n,) int
        Which value is drawn in each row, from the upper edge.
    pixels : (height, width) uint32
        What the cells look like.
    """
    layer, box = placed.layer, placed.box
    first, last = layer.items(placed.span)
    width, height = box.width() / (last - first), box.height() / len(rows)
    metrics = painter.fontMetrics()
    if width < metrics.horizontalAdvance(_WIDEST) + 4 or height < metrics.height():
        return
    items = [item for item in range(int(np.floor(first)), int(np.ceil(last))) if layer.holds(item)]
    if len(items) * len(rows) > _MAX_NUMBERS:
        return
    for item, (place, row) in product(items, enumerate(rows.tolist())):
        cell = QRectF(box.left() + (item - first) * width, box.top() + place * height, width, height)
        inside = cell.center().toPoint() - box.topLeft()
        painter.setPen(_readable(pixels, inside, box))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{layer.array[item, row]:.3g}")


def _readable(pixels: Pixels, place: QPoint, box: QRect) -> QColor:
    """Give black or white, whichever is read better on what is drawn at a place of the picture."""
    row = min(max(0, place.y() * len(pixels) // max(1, box.height())), len(pixels) - 1)
    column = min(max(0, place.x() * pixels.shape[1] // max(1, box.width())), pixels.shape[1] - 1)
    ground = QColor.fromRgb(int(pixels[row, column]))
    luma = 0.2126 * ground.red() + 0.7152 * ground.green() + 0.0722 * ground.blue()
    return QColor("black") if luma > _LUMA else QColor("white")


def single_items(layer: HeatLayer) -> npt.NDArray[np.intp] | None:
    """Give the items of a run that has only some of them; None where it has most."""
    present = np.flatnonzero(layer.pyramid.codes[:, 0]) if layer.pyramid.values else np.arange(0)
    return present if 0 < len(present) < _SPARSE * layer.pyramid.items else None


def paint_singles(painter: QPainter, placed: Placed, items: npt.NDArray[np.intp], ink: QColor) -> None:
    """Mark items above their columns with triangles, where they are too narrow to be seen."""
    box, (first, last) = placed.box, placed.layer.items(placed.span)
    pixels = box.width() / (last - first)
    seen = items[(items >= first - 1) & (items <= last)]
    if pixels >= _MIN_PIXELS or len(seen) > _MAX_MARKS:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    for x in {round(box.left() + (item + 0.5 - first) * pixels) for item in seen.tolist()}:
        top = box.top()
        tip = [QPoint(x - _MARK, top), QPoint(x + _MARK, top), QPoint(x, top + 2 * _MARK)]
        painter.drawPolygon(QPolygon(tip))
        painter.fillRect(x - 1, top, 2, box.height(), ink)
