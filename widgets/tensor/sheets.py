"""The three ways to lay a frame tensor flat: as a mosaic of its channels, as context rows, as a slice."""

from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np
import numpy.typing as npt

from ...core.config import CONTEXT_ROWS
from .frame_tensor import channel_label, context_label

AXIS_NAMES = ("channel", "row", "column")
Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A tensor laid flat: which cell is drawn where, and what stands beside it.

    Attributes
    ----------
    cells : (n, h, w) int32
        n tiles of h x w cells, as indices into the flattened tensor.
    captions : tuple of tuple of str
        For each tile its caption from the longest to the shortest form.
    row_labels, column_labels : tuple of str
        Labels of the h rows and w columns where there is only one tile; empty: none.
    unit : int
        Tiles that belong side by side: 2 where two channels make a context row.
    """

    cells: npt.NDArray[np.int32]
    captions: tuple[tuple[str, ...], ...]
    row_labels: tuple[str, ...] = ()
    column_labels: tuple[str, ...] = ()
    unit: int = 1

    def short_caption(self, tile: int) -> str:
        """Caption of a tile without its number."""
        return self.captions[tile][-1]

    def place_of(self, cell: int) -> tuple[int, int, int] | None:
        """Give (tile, row, column) of a cell of the flattened tensor; None where it is not shown."""
        found = np.argwhere(self.cells == cell)
        return (int(found[0][0]), int(found[0][1]), int(found[0][2])) if len(found) else None


@lru_cache(maxsize=8)
def mosaic(shape: Shape, width: int, channels: int) -> Sheet:
    """Lay the first `channels` channels side by side; `width` is the number of values in one context row."""
    cells = np.arange(channels * shape[1] * shape[2], dtype=np.int32).reshape(channels, *shape[1:])
    labels = [channel_label(channel, shape, width) for channel in range(channels)]
    captions = tuple((f"channel {n}: {label}", f"{n}: {label}", label) for n, label in enumerate(labels))
    return Sheet(cells, captions, unit=max(width // (shape[1] * shape[2]), 1))


@lru_cache(maxsize=8)
def context(width: int) -> Sheet:
    """Lay the 16 context rows side by side, time to the right and features downwards, as the feature lane does."""
    cells = np.arange(CONTEXT_ROWS * width, dtype=np.int32).reshape(1, CONTEXT_ROWS, width).transpose(0, 2, 1)
    names = tuple(context_label(row)[1:] for row in range(CONTEXT_ROWS))
    caption = (f"feature 0 to {width - 1:,} down, context frame i-8 to i+7 across", "features down, i-8 to i+7 across")
    return Sheet(cells, (caption,), tuple(map(str, range(width))), names)


@lru_cache(maxsize=64)
def slice_of(shape: Shape, width: int, axis: int, position: int) -> Sheet:
    """Lay the two other axes flat at one `position` of `axis` (0 channel, 1 row, 2 column)."""
    cells: npt.NDArray[np.int32] = np.arange(prod(shape), dtype=np.int32).reshape(shape).take([position], axis)
    cells = cells.reshape(1, *(size for n, size in enumerate(shape) if n != axis))
    down, across = (name for n, name in enumerate(AXIS_NAMES) if n != axis)
    named = channel_label(position, shape, width) if axis == 0 else ""
    place = f"{AXIS_NAMES[axis]} {position}" + (f" ({named})" if named else "")
    labels = [channel_label(n, shape, width) if down == "channel" else str(n) for n in range(cells.shape[1])]
    caption = (f"{place}: {down} down, {across} across", place)
    return Sheet(cells, (caption,), tuple(labels), tuple(map(str, range(cells.shape[2]))))
