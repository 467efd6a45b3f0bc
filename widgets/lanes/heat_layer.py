"""One array over time as it is drawn: its codes, where its items lie, and the pixels that become of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.base.arrays import Array, NDArray
from ...core.drawing.pyramid import ABSENT, HeatPyramid
from ...models.timeline import Span
from ..compare_view import Role
from ..painting import Pixels
from .heat_pixels import fold_rows

_MAX_ITEMS = 2000
"""Items of a curve over time: more than a screen has columns."""


@dataclass(frozen=True, slots=True, eq=False)
class HeatLayer:
    """What a heat lane shows of one run, or of the difference of two.

    Attributes
    ----------
    array : (items, values) array
        What probes read, where the codes are not absent.
    pyramid : HeatPyramid
        Codes of the same array.
    rate, offset : float
        Item floor(seconds * rate + offset) is drawn at a moment; a lag of a port is part of its offset.
    logarithmic : bool
        Whether the codes are of log10 of the values.
    unit : str
        The unit of the values; empty: they have none.
    """

    array: Array
    pyramid: HeatPyramid
    rate: float = 1.0
    offset: float = 0.0
    logarithmic: bool = False
    unit: str = ""

    def item_at(self, seconds: float) -> float:
        """Give the item at a moment, with its fraction."""
        return seconds * self.rate + self.offset

    def seconds_of(self, item: float) -> float:
        """Give the moment at which an item begins."""
        return (item - self.offset) / self.rate

    def items(self, span: Span) -> Span:
        """Give the items between two moments."""
        return self.item_at(span[0]), self.item_at(span[1])

    def holds(self, item: int) -> bool:
        """Tell whether an item is there."""
        return 0 <= item < self.pyramid.items and bool(self.pyramid.codes[item, 0] != ABSENT)

    def value(self, item: int, row: int) -> float | None:
        """Give a value of the array itself, None where it is not there."""
        return float(self.array[item, row]) if self.holds(item) else None

    def pixels(
        self,
        span: Span,
        size: tuple[int, int],
        rows: npt.NDArray[np.integer],
        table: Pixels,
        spread: npt.NDArray[np.uint8] | None = None,
    ) -> tuple[Pixels, bool]:
        """Give the picture of some seconds, (height, width), and whether every item of it is there.

        Parameters
        ----------
        size : (width, height)
            Of the picture, pixels.
        rows : (n,) int
            Which value is drawn in each row, from the upper edge.
        table : (256,) uint32
            The colour of each code.
        spread : (values, 256) uint8 or None
            What the codes of each row become before they are coloured, as `row_tables` gives it; None: what they are.
        """
        (width, height), (first, last) = size, self.items(span)
        place = np.floor(np.linspace(first, last, width, endpoint=False) + (last - first) / width / 2).astype(np.int64)
        count = int(place[-1] - place[0]) + 1
        if count >= width:
            codes, repeated = self.pyramid.columns(first, last, width), None
        else:  # an item fills several columns: it is coloured once
            codes, repeated = self.pyramid.columns(place[0], place[-1] + 1, count), place - place[0]
        if spread is not None:
            codes = spread[np.arange(len(spread)), codes]
        picture = table.take(fold_rows(codes, rows, height))
        complete = bool((codes[:, 0] != ABSENT).all())
        return picture if repeated is None else picture.take(repeated, axis=1), complete


def item_values(layers: Mapping[Role, HeatLayer], seconds: float) -> dict[Role, NDArray]:
    """Give all values of the item at a moment, of every run that has it, and port - reference where both have."""
    found: dict[Role, NDArray] = {}
    for role, layer in layers.items():
        item = int(np.floor(layer.item_at(seconds)))
        if layer.holds(item):
            found[role] = np.asarray(layer.array[item])
    return _with_difference(found)


def row_values(
    layers: Mapping[Role, HeatLayer], axis: HeatLayer, row: int, span: Span
) -> tuple[NDArray, dict[Role, NDArray]]:
    """Give the moments of items between two, at most `_MAX_ITEMS`, and one value of each, as `item_values` does."""
    first, last = (int(np.floor(item)) for item in axis.items(span))
    items = np.arange(max(first, 0), min(last + 1, axis.pyramid.items))
    items = items[:: 1 + len(items) // _MAX_ITEMS]
    seconds = (items + 0.5 - axis.offset) / axis.rate
    found: dict[Role, NDArray] = {}
    for role, layer in layers.items():
        places = np.floor(seconds * layer.rate + layer.offset).astype(int)
        read = (layer.value(place, row) for place in places.tolist())
        found[role] = np.array([np.nan if value is None else value for value in read])
    return seconds, _with_difference(found)


def _with_difference(values: dict[Role, NDArray]) -> dict[Role, NDArray]:
    reference, port = values.get("reference"), values.get("port")
    if reference is not None and port is not None and reference.shape == port.shape:
        values["difference"] = port.astype(np.float64) - reference
    return values
