"""Curves over time of a comparison: one error an item, reduced to pixels without losing a peak."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, NDArray
from ..base.progress import Tick, silent
from ..run import Stage, StageName
from ..timebase import Timebase
from .alignment import Alignment, item_ids, time_major
from .metrics import take_items

if TYPE_CHECKING:
    from .stage import StageComparison

Gather: TypeAlias = Callable[[npt.NDArray[np.float32], NDArray], npt.NDArray[np.float32]]
"""Makes one value of each slice that begins at the given places."""

_BLOCK_VALUES = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One value an item of a stage; samples are gathered to mel hops.

    Attributes
    ----------
    stage : str
        Whose items.
    values : (items,) float32
        NaN where an item has no partner, infinity where one of its values is not finite.
    rate, offset : float
        Item floor(seconds * rate + offset) lies at a moment.
    """

    stage: StageName
    values: npt.NDArray[np.float32]
    rate: float
    offset: float

    def at(self, seconds: float) -> float:
        """Give the value at a moment; NaN outside."""
        item = int(np.floor(seconds * self.rate + self.offset))
        return float(self.values[item]) if 0 <= item < len(self.values) else float("nan")

    def columns(self, start: float, end: float, width: int) -> npt.NDArray[np.float32]:
        """Give the largest value of each of `width` equal parts of the seconds [start, end), NaN where there is none.

        Returns
        -------
        (width,) float32
            An item that two parts share belongs to the one in which it begins; closer than that it fills its parts.
        """
        edges = np.linspace(start, end, width + 1) * self.rate + self.offset
        begins = np.floor(edges[:-1]).astype(np.int64)
        stop = max(int(begins[-1]) + 1, int(np.ceil(edges[-1])))
        inside = (begins >= 0) & (begins < len(self.values))
        columns = np.full(width, np.nan, np.float32)
        if inside.any():
            first, last = begins[inside][0], min(stop, len(self.values))
            columns[inside] = np.fmax.reduceat(self.values[first:last], begins[inside] - first)
        return columns


def error_curve(
    found: "StageComparison", reference: Stage, port: Stage, timebase: Timebase, tick: Tick = silent
) -> Curve | None:
    """Give the largest |port - reference| of every item of the reference; None where no values were compared."""
    if found.pairs is None or found.errors is None or found.metrics is None:
        return None
    values = found.errors.max_abs.astype(np.float32)
    figures = found.metrics
    if figures.nan or figures.inf or figures.reference_nan or figures.reference_inf:
        for array, places in ((time_major(reference), found.pairs.reference), (time_major(port), found.pairs.port)):
            values[_not_finite(array, places, tick)] = np.inf
    return _curve(reference, found.pairs, values, timebase)


def outside_curve(found: "StageComparison", reference: Stage, timebase: Timebase) -> Curve | None:
    """Give the share of every item's values that is out of tolerance, 0 to 1; None where no values were compared."""
    if found.pairs is None or found.errors is None:
        return None
    size = prod(time_major(reference).shape[1:])
    shares = (found.errors.outside / size).astype(np.float32)
    return _curve(reference, found.pairs, shares, timebase, gather=_mean_of)


def _curve(
    reference: Stage,
    pairs: Alignment,
    values: npt.NDArray[np.float32],
    timebase: Timebase,
    gather: Gather = np.maximum.reduceat,
) -> Curve:
    clock = reference.clock
    rate, offset = clock.rate, clock.offset
    if reference.array.ndim == 1:
        gathered = _per_hop(pairs, values, timebase.hop_length, gather)
        return Curve(reference.name, gathered, rate / timebase.hop_length, offset)
    known = item_ids(reference)
    spread = np.full(int(known[-1]) + 1, np.nan, np.float32)
    spread[known[pairs.reference]] = values
    return Curve(reference.name, spread, rate, offset)


def _per_hop(pairs: Alignment, values: npt.NDArray[np.float32], hop: int, gather: Gather) -> npt.NDArray[np.float32]:
    """Give one value for each hop of samples; paired samples are consecutive."""
    start = int(pairs.reference[0])
    begins = np.r_[0, np.arange(hop - start % hop, len(values), hop)]
    before = np.full(start // hop, np.nan, np.float32)
    return np.concatenate([before, gather(values, begins)])


def _mean_of(values: npt.NDArray[np.float32], begins: NDArray) -> npt.NDArray[np.float32]:
    counts = np.diff(begins, append=len(values))
    return (np.add.reduceat(values, begins) / counts).astype(np.float32)


def _not_finite(array: Array, places: NDArray, tick: Tick) -> NDArray:
    """Tell which of the items at these places hold a value that is not finite."""
    return np.concatenate([~np.isfinite(block).all(axis=1) for block in _blocks(array, places, tick)])


def _blocks(array: Array, places: NDArray, tick: Tick) -> Iterator[NDArray]:
    step = max(1, _BLOCK_VALUES // max(1, prod(array.shape[1:])))
    for start in range(0, len(places), step):
        tick(start, len(places))
        block = take_items(array, places[start : start + step])
        yield block.reshape(len(block), -1)
