"""An array over time as a heat map: mel bands or features, coloured by fixed levels."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPalette, QPen

from ..core.arrays import Array
from ..core.coordinates import describe
from ..core.pyramid import ABSENT, HeatPyramid
from ..core.run import StageName
from ..core.stages.filterbank import band_edges
from ..models.timeline import Span, Timeline
from .heat_pixels import code_table, fold_rows, hertz
from .lane import Lane
from .painting import draw_pixels, draw_tag, mix
from .probe import Probe

_HERTZ = (100, 250, 500, 1000, 2000, 3000, 4000, 6000, 8000)
"""Frequencies that are labelled, as far as there is room."""
_SMALLEST_MARK = 7
"""Pixels that a marked cell is drawn wide and high, at least."""


class HeatLane(Lane):
    """One stage, its items along time and its values upwards (mel bands) or downwards (features)."""

    def __init__(self, timeline: Timeline, title: str, stage: StageName) -> None:
        super().__init__(timeline, title)
        self._stage = stage
        self._array: Array | None = None
        self._pyramid: HeatPyramid | None = None
        self._rate, self._offset = 1.0, 0.0
        self._map = "viridis"
        self._levels: Span = (0.0, 1.0)
        self._table = code_table(self._map, (0.0, 1.0), self._levels)
        self._rows = np.arange(0)
        self._ordered = False
        self._band: Span | None = None
        self._mark: tuple[int, int | None] | None = None

    def set_array(
        self, array: Array | None, pyramid: HeatPyramid | None, *, rate: float = 1.0, offset: float = 0.0
    ) -> None:
        """Show an array, as far as the pyramid is filled; levels and row order begin anew.

        Parameters
        ----------
        array : (items, values) array or None
            What probes read; None: nothing.
        pyramid : HeatPyramid or None
            Codes of the same array; whoever fills it calls `items_changed`.
        rate, offset : float
            Item floor(seconds * rate + offset) is drawn at a moment: 80 and 0.5 for mel columns, which are centred
            on their moment, 25 and 0 for features.
        """
        self._array, self._pyramid = (array, pyramid) if array is not None and pyramid else (None, None)
        self._rate, self._offset = rate, offset
        self._band = self._mark = None
        if pyramid:
            self.set_levels(pyramid.low, pyramid.high)
        self.set_order(None)

    def items_changed(self, start: int, stop: int) -> None:
        """Draw the items [start, stop) anew, where they are visible."""
        first, last = self._visible_items()
        if start < last and stop > first:
            self.invalidate()

    def set_colour_map(self, name: str) -> None:
        """Choose a colour map by its name in cmap's catalogue."""
        self._map = name
        self.set_levels(*self._levels)

    def set_levels(self, low: float, high: float) -> None:
        """Choose the values of the first and the last colour, low < high."""
        self._levels = (low, high)
        if self._pyramid:
            self._table = code_table(self._map, (self._pyramid.low, self._pyramid.high), self._levels)
        self.invalidate()

    def value_zoom(self, factor: float) -> None:
        """Bring the upper level to `factor` times its distance from the lower one."""
        low, high = self._levels
        self.set_levels(low, low + (high - low) * factor)

    def set_order(self, permutation: npt.NDArray[np.integer] | None) -> None:
        """Draw value ``permutation[k]`` in row k of the array's order; None: as in the array."""
        values = self._pyramid.values if self._pyramid else 0
        rows = np.arange(values) if permutation is None else np.asarray(permutation)
        self._ordered = permutation is not None
        self._rows = rows[::-1] if self._stage == "mel" else rows
        self.invalidate()

    def set_band(self, start: int | None, stop: int | None) -> None:
        """Outline the items [start, stop), such as the window of the cursor's frame; None: no outline."""
        old, self._band = self._band, None if start is None or stop is None else (start, stop)
        for band in (old, self._band):
            if band:
                self.update_span(self._seconds_of_item(band[0]), self._seconds_of_item(band[1]))

    def set_mark(self, item: int | None, row: int | None) -> None:
        """Outline one cell, or, without a row, one item; None: no outline."""
        old, self._mark = self._mark, None if item is None else (item, row)
        for mark in (old, self._mark):
            if mark:
                self.update(self._mark_box(*mark).toAlignedRect().adjusted(-4, -4, 4, 4) & self.rect())

    def probe_at(self, point: QPointF) -> Probe | None:
        """Give the array's value at a place, where it has been computed."""
        area, item = self.contents_rect(), int(np.floor(self._item_at(self.seconds_of(point.x()))))
        if self._array is None or self._pyramid is None or not area.contains(point.toPoint()):
            return None
        if not 0 <= item < self._pyramid.items or self._pyramid.codes[item, 0] == ABSENT:
            return None
        row = int(self._rows[int((point.y() - area.top()) / area.height() * len(self._rows))])
        index = (row, item) if self._stage == "mel" else (item, row)
        return Probe(self._stage, index, float(self._array[item, row]), describe(self._stage, index, self.config))

    # Painting

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Draw the visible items; what is not there yet is hatched."""
        if self._pyramid is None:
            return
        scale = painter.device().devicePixelRatio()
        width, height = round(rect.width() * scale), round(rect.height() * scale)
        codes = self._pyramid.columns(*self._visible_items(), width)
        complete = bool((codes[:, 0] != ABSENT).all())
        if not complete:
            palette = self.palette()
            hatch = mix(palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text), 0.25)
            painter.fillRect(rect, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        pixels = self._table.take(fold_rows(codes, self._rows, height))
        draw_pixels(painter, rect.left(), rect.top(), pixels, opaque=complete)
        if text := self.reduction():
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
            draw_tag(painter, QRectF(rect), flags, text, self.palette())

    def reduction(self) -> str:
        """Say what share of the columns and rows is drawn; nothing where every value is."""
        if self._pyramid is None:
            return ""
        scale, area = self.devicePixelRatio(), self.contents_rect()
        columns = self._pyramid.factor(*self._visible_items(), max(1, round(area.width() * scale)))
        rows = -(-self._pyramid.values // max(1, round(area.height() * scale)))
        across, down = (f"1/{share}" if share > 1 else "" for share in (columns, rows))
        if not across:
            return down and f"rows drawn at {down} (peak)"
        return f"drawn at {across}{down and f', rows at {down}'} (peak)"

    def paint_axis(self, painter: QPainter, rect: QRect) -> None:
        """Label bands in Hz and features by their number, as far as there is room."""
        height, values = painter.fontMetrics().height(), len(self._rows)
        free = rect.top() - 1
        for row, text in sorted(self._labels()):
            y = rect.top() + (row + 0.5) / values * rect.height()
            top = round(min(max(y - height / 2, rect.top()), rect.bottom() - height))
            if top > free:
                painter.drawText(QRect(0, top, rect.width() - 8, height), Qt.AlignmentFlag.AlignRight, text)
                painter.fillRect(rect.right() - 4, round(y), 4, 1, painter.pen().color())
                free = top + height

    def _labels(self) -> list[tuple[float, str]]:
        """Rows from the upper edge, with what stands there."""
        values = len(self._rows)
        if self._ordered or not values:
            return []
        if self._stage != "mel":
            return [(row, f"{row}") for row in {*range(0, values - values // 16, 128), values - 1}]
        centres = band_edges(self.config.mel)[1:-1]
        inside = [f for f in _HERTZ if centres[0] <= f <= centres[-1]]
        bands = np.interp(inside, centres, np.arange(len(centres)))
        return [(values - 1 - band, hertz(f)) for band, f in zip(bands.tolist(), inside, strict=True)]

    def paint_overlay(self, painter: QPainter, rect: QRect) -> None:
        """Outline the band and the marked cell."""
        if self._band:
            left, right = (self.x_of(self._seconds_of_item(item)) for item in self._band)
            self._outline(painter, QRectF(left, rect.top() + 1, right - left, rect.height() - 3))
        if self._mark:
            self._outline(painter, self._mark_box(*self._mark))

    def _outline(self, painter: QPainter, box: QRectF) -> None:
        """Draw a frame in two colours, which is seen on any picture."""
        palette = self.palette()
        for role, width in ((QPalette.ColorRole.Base, 3), (QPalette.ColorRole.Text, 1)):
            painter.setPen(QPen(palette.color(role), width))
            painter.drawRect(box)

    def _mark_box(self, item: int, row: int | None) -> QRectF:
        area = self.contents_rect()
        left, right = (self.x_of(self._seconds_of_item(edge)) for edge in (item, item + 1))
        place = np.flatnonzero(self._rows == row)
        top, height = (
            (area.top() + place[0] / len(self._rows) * area.height(), area.height() / len(self._rows))
            if len(place)
            else (float(area.top()), float(area.height()))
        )
        wider, higher = (max(0.0, _SMALLEST_MARK - extent) / 2 for extent in (right - left, height))
        return QRectF(left, top, right - left, height).adjusted(-wider, -higher, wider, higher)

    # Places

    def _item_at(self, seconds: float) -> float:
        return seconds * self._rate + self._offset

    def _seconds_of_item(self, item: float) -> float:
        return (item - self._offset) / self._rate

    def _visible_items(self) -> Span:
        start, end = self.span()
        return self._item_at(start), self._item_at(end)
