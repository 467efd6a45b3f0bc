"""An array over time as a heat map: mel bands or features, coloured by fixed levels, of one run or of two."""

from collections.abc import Container, Mapping

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPalette, QPen, QWheelEvent

from ...core.arrays import Array
from ...core.coordinates import Coordinates
from ...core.pyramid import HeatPyramid
from ...models.timeline import Span, Timeline
from ..compare_view import Part, Role
from ..painting import draw_pixels, mix
from ..probe import Probe
from .comparing_lane import ComparingLane
from .heat_axis import paint_labels, row_labels
from .heat_colours import HeatColours
from .heat_layer import HeatLayer

_RUNS: tuple[Role, Role] = ("reference", "port")
_SMALLEST_MARK = 7
"""Pixels that a marked cell is drawn wide and high, at least."""


class HeatLane(ComparingLane):
    """One stage, its items along time and its values upwards (frequencies) or downwards (features).

    Reference and port share their colour map and their levels; the difference has its own.
    """

    def __init__(self, timeline: Timeline, title: str, coordinates: Coordinates) -> None:
        super().__init__(timeline, title)
        self._coordinates = coordinates
        self._own: HeatLayer | None = None
        self._compared: Mapping[Role, HeatLayer] = {}
        self._colours = HeatColours()
        self._zoomed: Role = "reference"
        self._rows: npt.NDArray[np.integer] = np.arange(0)
        self._order: npt.NDArray[np.integer] | None = None
        self._band: Span | None = None
        self._mark: tuple[int, int | None] | None = None

    @property
    def coordinates(self) -> Coordinates:
        """How the stage's values are counted and named."""
        return self._coordinates

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
        own = array is not None and pyramid
        self._own = HeatLayer(array, pyramid, rate, offset, logarithmic) if own else None
        self._band = self._mark = None
        if pyramid:
            self.set_levels(pyramid.low, pyramid.high)
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
        if difference := layers.get("difference"):
            self._colours.difference = difference.pyramid.low, difference.pyramid.high
        self.set_order(self._order)

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
            if start < last and stop > first:
                self.invalidate()

    @property
    def colour_map(self) -> str:
        """Name of the colour map."""
        return self._colours.colour_map

    def set_colour_map(self, name: str) -> None:
        """Choose a colour map by a name that `colour_map` knows."""
        self._colours.colour_map = name
        self.invalidate()

    @property
    def levels(self) -> Span:
        """The values of the first and the last colour."""
        return self._colours.levels

    @property
    def chosen_levels(self) -> Span | None:
        """The levels that the user has chosen; None: the ones that fit the recording."""
        return self._colours.chosen

    def set_levels(self, low: float, high: float) -> None:
        """Take over the levels that fit the recording, low < high; ones that the user has chosen stay."""
        self._colours.fitting = (low, high)
        self.invalidate()

    def choose_levels(self, levels: Span | None) -> None:
        """Take the user's levels, low < high; None: the ones that fit the recording."""
        self._colours.chosen = levels
        self.invalidate()

    @property
    def difference_levels(self) -> Span:
        """The values of the first and the last colour of the difference."""
        return self._colours.difference

    def value_zoom(self, factor: float) -> None:
        """Make the range of the colours of what is under the pointer `factor` times as large."""
        if layer := self.layer(self._zoomed):
            self._colours.zoom(self._zoomed, layer.pyramid, factor)
            self.invalidate()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom the values of what is under the pointer."""
        part = self._part_at(event.position())
        self._zoomed = part.role if part else "reference"
        super().wheelEvent(event)

    def set_order(self, permutation: npt.NDArray[np.integer] | None) -> None:
        """Draw value ``permutation[k]`` in row k of the array's order; None: as in the array."""
        self._order = None if permutation is None else np.asarray(permutation)
        rows = self._order if self._order is not None else np.arange(self._values())
        self._rows = rows[::-1] if self._rising else rows
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

    def probe_at(self, point: QPointF) -> Probe | None:
        """Give the reference's value at a place, and the port's that is drawn at the same moment, from the arrays."""
        part, axis = self._part_at(point), self._axis()
        if part is None or axis is None:
            return None
        seconds = self.seconds_of(point.x())
        row = int(self._rows[int((point.y() - part.box.top()) / part.box.height() * len(self._rows))])
        values = [self._value(role, seconds, row) for role in _RUNS]
        if values == [None, None]:
            return None
        item = int(np.floor(axis.item_at(seconds)))
        at = self._coordinates
        index = at.index(item, row)
        value = float("nan") if values[0] is None else values[0]
        precision = self.precision([layer.array.dtype for role in _RUNS if (layer := self.layer(role))])
        return Probe(at.stage, index, value, at.text(index), values[1], precision)

    def _value(self, role: Role, seconds: float, row: int) -> float | None:
        layer = self.layer(role)
        return layer.value(int(np.floor(layer.item_at(seconds))), row) if layer else None

    def _part_at(self, point: QPointF) -> Part | None:
        """Give the part that is seen at a place."""
        return next((part for part in reversed(self.parts()) if part.box.contains(point.toPoint())), None)

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
        table = self._colours.table(part.role, layer.pyramid)
        pixels, complete = layer.pixels(self._span_of(box), width, height, self._rows_of(layer), table)
        if not complete:
            palette = self.palette()
            hatch = mix(palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text), 0.25)
            painter.fillRect(box, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        draw_pixels(painter, box.left(), box.top(), pixels, opaque=complete)

    def label(self, role: Role) -> str:
        """Say what a part shows; of the difference also what its colours mean."""
        text, layer = super().label(role), self.layer(role)
        return f"{text}, {self._colours.key(layer.pyramid)}" if role == "difference" and text and layer else text

    def reduction(self) -> str:
        """Say what share of the columns and rows is drawn, and of what; nothing where every value is as it is."""
        layer = self._axis()
        if layer is None:
            return ""
        scale, box = self.devicePixelRatio(), self.parts()[0].box
        columns = layer.pyramid.factor(*layer.items(self._span_of(box)), max(1, round(box.width() * scale)))
        rows = -(-len(self._rows_of(layer)) // max(1, round(box.height() * scale)))
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
        if layer and self._order is None:
            labels = row_labels(layer.pyramid.values, self._coordinates.hz)
            paint_labels(painter, gutter, labels, layer.pyramid.values)

    def paint_overlay(self, painter: QPainter, rect: QRect) -> None:
        """Outline the band and the marked cell in every part."""
        super().paint_overlay(painter, rect)
        if axis := self._axis():
            for part in self.parts():
                if self._band:
                    left, right = (self.x_of(axis.seconds_of(item)) for item in self._band)
                    self._outline(painter, QRectF(left, part.box.top() + 1, right - left, part.box.height() - 3))
                if self._mark:
                    self._outline(painter, self._mark_box(axis, part, *self._mark))

    def _outline(self, painter: QPainter, box: QRectF) -> None:
        """Draw a frame in two colours, which is seen on any picture."""
        palette = self.palette()
        for role, width in ((QPalette.ColorRole.Base, 3), (QPalette.ColorRole.Text, 1)):
            painter.setPen(QPen(palette.color(role), width))
            painter.drawRect(box)

    def _mark_box(self, axis: HeatLayer, part: Part, item: int, row: int | None) -> QRectF:
        left, right = (self.x_of(axis.seconds_of(edge)) for edge in (item, item + 1))
        place, rows, box = np.flatnonzero(self._rows == row), len(self._rows), part.box
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

    def _rows_of(self, layer: HeatLayer) -> npt.NDArray[np.integer]:
        """Give the order of a layer's rows: that of the lane, unless it has other values."""
        return self._rows if layer.pyramid.values == self._values() else self._in_order(layer.pyramid.values)

    def _values(self) -> int:
        axis = self._axis()
        return axis.pyramid.values if axis else 0

    def _in_order(self, values: int) -> npt.NDArray[np.integer]:
        return np.arange(values)[::-1] if self._rising else np.arange(values)

    @property
    def _rising(self) -> bool:
        """Whether the first value is drawn at the bottom: frequencies are."""
        return self._coordinates.hz is not None

    def _span_of(self, box: QRect) -> Span:
        return self.seconds_of(box.left()), self.seconds_of(box.right() + 1)
