"""One array over time as it is drawn: its codes, where its items lie, and the pixels that become of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.arrays import Array
from ...core.pyramid import ABSENT, HeatPyramid
from ...models.timeline import Span
from ..painting import Pixels
from .heat_pixels import fold_rows


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
    """

    array: Array
    pyramid: HeatPyramid
    rate: float = 1.0
    offset: float = 0.0
    logarithmic: bool = False

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
        self, span: Span, width: int, height: int, rows: npt.NDArray[np.integer], table: Pixels
    ) -> tuple[Pixels, bool]:
        """Give the picture of some seconds, (height, width), and whether every item of it is there.

        Parameters
        ----------
        rows : (n,) int
            Which value is drawn in each row, from the upper edge.
        table : (256,) uint32
            The colour of each code.
        """
        first, last = self.items(span)
        place = np.floor(np.linspace(first, last, width, endpoint=False) + (last - first) / width / 2).astype(np.int64)
        count = int(place[-1] - place[0]) + 1
        if count >= width:
            codes, repeated = self.pyramid.columns(first, last, width), None
        else:  # an item fills several columns: it is coloured once
            codes, repeated = self.pyramid.columns(place[0], place[-1] + 1, count), place - place[0]
        picture = table.take(fold_rows(codes, rows, height))
        complete = bool((codes[:, 0] != ABSENT).all())
        return picture if repeated is None else picture.take(repeated, axis=1), complete
