"""An array over time as a heat map: mel bands or features, coloured by fixed levels, of one run or of two."""

from collections.abc import Container, Mapping

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPalette

from ...core.base.arrays import Array, NDArray
from ...core.drawing.coordinates import Coordinates
from ...core.drawing.pyramid import HeatPyramid
from ...models.timeline import Span, Timeline
from ..colour import PORT_INK
from ..compare_view import Part, Role
from ..painting import draw_pixels, mix
from ..pointed_value import PointedValue
from .head import Scale, least_with_bar
from .heat_axis import paint_labels, row_labels
from .heat_layer import HeatLayer, item_values, row_values
from .heat_overlay import Placed, Trace, outline, paint_singles, paint_trace, paint_values, single_items
from .rowed_lane import RowedLane

_RUNS: tuple[Role, Role] = ("reference", "port")
_MIN_PART = 92
"""Pixels of a part in letters of the usual size, at least: more than one to a band."""
_SMALLEST_MARK = 7
"""Pixels that a marked cell is drawn wide and high, at least."""


class HeatLane(RowedLane):
    """One stage, its items along time and its values upwards (frequencies) or downwards (features).

    Reference and port share their colour map and their levels; the difference has its own.
    """

    layers_changed = Signal()
    """Other arrays are shown than before."""

    def __init__(self, timeline: Timeline, title: str, coordinates: Coordinates) -> None:
        super().__init__(timeline, title)
        self._coordinates = coordinates
        self._own: HeatLayer | None = None
        self._compared: Mapping[Role, HeatLayer] = {}
        self._band: Span | None = None
        self._mark: tuple[int, int | None] | None = None
        self._trace = Trace(np.zeros(0), np.zeros(0))
        self._singles: dict[Role, npt.NDArray[np.intp]] = {}
        """The items of runs that have only some."""

    @property
    def coordinates(self) -> Coordinates:
        """How the stage's values are counted and named."""
        return self._coordinates

    def least_part(self) -> int:
        """Give the height in which bands can be made out, and the bar of colours has room below the words."""
        return max(_MIN_PART, least_with_bar(self.fontMetrics()))

    def set_coordinates(self, coordinates: Coordinates) -> None:
        """Show another stage, or one whose values are named otherwise."""
        self._coordinates = coordinates
        self.set_order(self._order)

    def set_array(
        self,
        array: Array | None,
        pyramid: HeatPyramid | None,
        *,
        rate: float = 1.0,
        offset: float = 0.0,
        logarithmic: bool = False,
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
        logarithmic : bool
            Whether the codes are of log10 of the values.
        """
        self._own = None
        if array is not None and pyramid is not None:
            self._own = HeatLayer(array, pyramid, rate, offset, logarithmic, self._coordinates.unit)
        self._band = self._mark = self._spread = None
        if pyramid:
            self.set_levels(pyramid.low, pyramid.high)
            self._colours.rooted = self._coordinates.hz is None and pyramid.low >= 0 and not logarithmic
        self.set_order(None)

    def set_compared(
        self, layers: Mapping[Role, HeatLayer], labels: Mapping[Role, str], levels: Span | None = None
    ) -> None:
        """Show two runs, or one that is not the array of `set_array`; the difference's levels begin anew.

        Parameters
        ----------
        layers : mapping from role to HeatLayer
            Without a ``reference``, it is the array of `set_array`; empty: that array alone.
        labels : mapping from role to str
            What is said in the part that shows the role.
        levels : (low, high) or None
            The values of the first and the last colour for as long as these layers are shown; None: as for the array.
        """
        self._compared, self._labels, self._colours.compared = dict(layers), dict(labels), levels
        self._spread = None
        found = {role: single_items(layer) for role, layer in layers.items()}
        self._singles = {role: items for role, items in found.items() if items is not None}
        self.updateGeometry()
        if difference := layers.get("difference"):
            self._colours.difference = difference.pyramid.low, difference.pyramid.high
        self.set_order(self._order)
        self.layers_changed.emit()

    def layer(self, role: Role) -> HeatLayer | None:
        """Give what is shown in a role, None where there is nothing."""
        own = self._own if role == "reference" else None
        return self._compared.get(role, own)

    def present(self) -> Container[Role]:
        """What there is to show."""
        own: set[Role] = {"reference"} if self._own else set()
        return own | set(self._compared)

    def items_changed(self, start: int, stop: int) -> None:
        """Draw the items [start, stop) anew, where they are visible."""
        if layer := self._own:
            first, last = layer.items(self.span())
            self._spread = None
            if start < last and stop > first:
                self.invalidate()

    # What lies over it

    def set_trace(self, seconds: NDArray, hz: NDArray) -> None:
        """Draw a frequency over time, (n,) both, NaN where there is none; where rows have no frequencies nothing."""
        self._trace = Trace(seconds, hz)
        self.invalidate()

    @property
    def band(self) -> Span | None:
        """The items [start, stop) that are outlined; None: none are."""
        return self._band

    def set_band(self, start: int | None, stop: int | None) -> None:
        """Outline the items [start, stop), such as the window of the cursor's frame; None: no outline."""
        old, self._band = self._band, None if start is None or stop is None else (start, stop)
        if old != self._band and (axis := self._axis()):
            for band in filter(None, (old, self._band)):
                self.update_span(*map(axis.seconds_of, band))

    def set_mark(self, item: int | None, row: int | None) -> None:
        """Outline one cell, or, without a row, one item; None: no outline."""
        old, self._mark = self._mark, None if item is None else (item, row)
        if axis := self._axis():
            boxes = [self._mark_box(axis, part, *mark) for mark in (old, self._mark) if mark for part in self.parts()]
            for box in boxes:
                self.update(box.toAlignedRect().adjusted(-4, -4, 4, 4) & self.rect())

    def point_at(self, index: tuple[int, ...]) -> None:
        """Outline the cell of an index of the stage, and bring its row into sight."""
        row = self.row_of(index)
        self.reveal_row(row)
        self.set_mark(index[self._coordinates.time], row)

    def cell_boxes(self, item: int, row: int) -> list[QRectF]:
        """Give where a cell is drawn, in every part."""
        axis = self._axis()
        return [self._mark_box(axis, part, item, row) for part in self.parts()] if axis else []

    def probe_at(self, point: QPointF) -> PointedValue | None:
        """Give the reference's value at a place, and the port's that is drawn at the same moment, from the arrays."""
        part, axis = self.part_at(point), self._axis()
        if part is None or axis is None:
            return None
        seconds = self.seconds_of(point.x())
        rows = self._window.seen(self._rows)
        row = int(rows[int((point.y() - part.box.top()) / part.box.height() * len(rows))])
        values = [self._value(role, seconds, row) for role in _RUNS]
        if values == [None, None]:
            return None
        item = int(np.floor(axis.item_at(seconds)))
        at = self._coordinates
        index = at.index(item, row)
        value = float("nan") if values[0] is None else values[0]
        precision = self.precision([layer.array.dtype for role in _RUNS if (layer := self.layer(role))])
        return PointedValue(at.stage, index, value, at.text(index), values[1], precision, at.unit)

    def item_at(self, seconds: float) -> dict[Role, NDArray]:
        """Give all values of the item at a moment, of every run that has it, and port - reference where both have."""
        return item_values(self._layers(), seconds)

    def row_over(self, row: int, span: Span) -> tuple[NDArray, dict[Role, NDArray]]:
        """Give the moments of items between two, and one value of each, as `item_at` does."""
        axis = self._axis()
        return row_values(self._layers(), axis, row, span) if axis else (np.zeros(0), {})

    def _layers(self) -> dict[Role, HeatLayer]:
        return {role: layer for role in _RUNS if (layer := self.layer(role))}

    def row_of(self, index: tuple[int, ...]) -> int:
        """Give which of an item's values an index of the stage means."""
        return index[1 - self._coordinates.time]

    def _value(self, role: Role, seconds: float, row: int) -> float | None:
        layer = self.layer(role)
        return layer.value(int(np.floor(layer.item_at(seconds))), row) if layer else None

    # Painting

    def paint_part(self, painter: QPainter, part: Part) -> None:
        """Draw the visible items of one run; what is not there is hatched."""
        layer, box = self.layer(part.role), part.box
        if layer is None:
            return
        scale = painter.device().devicePixelRatio()
        width, height = round(box.width() * scale), round(box.height() * scale)
        if min(width, height) < 1:
            return
        ground, spread = self.palette().color(QPalette.ColorRole.Base), None
        table = self._colours.table(part.role, layer.pyramid, ground)
        axis = self._axis()
        reference = axis.pyramid if axis else None
        if part.role != "difference" and (spread := self.spread_of(layer.pyramid, reference)) is not None:
            table = self._colours.spread_table(part.role, layer.pyramid, ground)
        span, rows = self._span_of(box), self._window.seen(self.rows_of(layer.pyramid.values))
        pixels, complete = layer.pixels(span, (width, height), rows, table, spread)
        if not complete:
            palette = self.palette()
            hatch = mix(palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text), 0.25)
            painter.fillRect(box, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        draw_pixels(painter, box.left(), box.top(), pixels, opaque=complete)
        placed = Placed(layer, box, span)
        paint_values(painter, placed, rows, pixels)
        if (items := self._singles.get(part.role)) is not None:
            paint_singles(painter, placed, items, PORT_INK)
        hz = self._coordinates.hz
        if part.role == "reference" and hz is not None and self._order is None and len(hz) == len(self._rows):
            paint_trace(painter, self._trace.points(placed, rows, hz))

    def scale(self, role: Role) -> Scale | None:
        """Give the colours of a role; None for those of the port, where the reference's head has the same."""
        if role == "port" and any(part.role == "reference" for part in self.parts()):
            return None
        if self._normalised and role != "difference":
            return None
        ground = self.palette().color(QPalette.ColorRole.Base)
        return self._colours.scale(role, layer, ground) if (layer := self.layer(role)) else None

    def notes(self) -> list[str]:
        """Say shape, order of the rows and reduction."""
        axis = self._axis()
        shape = [f"{axis.pyramid.values} × {axis.pyramid.items:,}"] if axis else []
        normalised = "each row by its own range" if self._normalised else ""
        return [*shape, *filter(None, [self._ordered, normalised]), *super().notes()]

    def reduction(self) -> str:
        """Say what share of the columns and rows is drawn, and of what; nothing where every value is as it is."""
        layer = self._axis()
        if layer is None:
            return ""
        scale, box = self.devicePixelRatio(), self.parts()[0].box
        columns = layer.pyramid.factor(*layer.items(self._span_of(box)), max(1, round(box.width() * scale)))
        rows = -(-len(self._window.seen(self.rows_of(layer.pyramid.values))) // max(1, round(box.height() * scale)))
        across, down = (f"1/{share}" if share > 1 else "" for share in (columns, rows))
        texts = ["log10"] if layer.logarithmic else []
        if across:
            texts.append(f"drawn at {across}{down and f', rows at {down}'} (peak)")
        elif down:
            texts.append(f"rows drawn at {down} (peak)")
        return ", ".join(texts)

    def paint_part_axis(self, painter: QPainter, part: Part, gutter: QRect) -> None:
        """Label bands in Hz and features by their number, as far as there is room."""
        layer = self.layer(part.role)
        if layer and self._order is None and self._window.whole:
            labels = row_labels(layer.pyramid.values, self._coordinates.hz, self._coordinates.names)
            paint_labels(painter, gutter, labels, layer.pyramid.values)

    def paint_overlay(self, painter: QPainter, rect: QRect) -> None:
        """Outline the band and the marked cell in every part."""
        super().paint_overlay(painter, rect)
        palette = self.palette()
        if axis := self._axis():
            for part in self.parts():
                if self._band:
                    left, right = (self.x_of(axis.seconds_of(item)) for item in self._band)
                    outline(painter, QRectF(left, part.box.top() + 1, right - left, part.box.height() - 3), palette)
                if self._mark:
                    outline(painter, self._mark_box(axis, part, *self._mark), palette)

    def _mark_box(self, axis: HeatLayer, part: Part, item: int, row: int | None) -> QRectF:
        left, right = (self.x_of(axis.seconds_of(edge)) for edge in (item, item + 1))
        seen, box = self._window.seen(self._rows), part.box
        place, rows = np.flatnonzero(seen == row), len(seen)
        top, height = (
            (box.top() + place[0] / rows * box.height(), box.height() / rows)
            if len(place)
            else (float(box.top()), float(box.height()))
        )
        wider, higher = (max(0.0, _SMALLEST_MARK - extent) / 2 for extent in (right - left, height))
        return QRectF(left, top, right - left, height).adjusted(-wider, -higher, wider, higher)

    # What the layers have in common

    def _axis(self) -> HeatLayer | None:
        """Give the layer whose items the lane counts."""
        return self.layer("reference") or self.layer("port")

    def values_shown(self) -> int:
        """Give how many values an item of the shown run has."""
        axis = self._axis()
        return axis.pyramid.values if axis else 0

    @property
    def rising(self) -> bool:
        """Whether the first value is drawn at the bottom: frequencies are."""
        return self._coordinates.hz is not None

    def _span_of(self, box: QRect) -> Span:
        return self.seconds_of(box.left()), self.seconds_of(box.right() + 1)
