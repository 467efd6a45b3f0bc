"""A rectangle of a stage, some items and some of their values, as figures of both runs and of their difference."""

from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..drawing.summary import Summary, summarise
from ..run import Run, Stage, StageName
from .alignment import time_major

MAX_VALUES = 1 << 22
"""Values that are summarised at most; of more, items that are evenly spread."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Some items of a stage, and some values of each.

    Attributes
    ----------
    stage : str
        Of which run's stage.
    first, last : int
        Numbers of the first and the last item, of the reference.
    rows : tuple of int
        Numbers of the values; empty: all.
    """

    stage: StageName
    first: int
    last: int
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RegionFigures:
    """Figures of a rectangle; None where a side has nothing there."""

    reference: Summary | None
    port: Summary | None
    difference: Summary | None


def region_figures(reference: Run, port: Run | None, lag: int, rectangle: Rectangle) -> RegionFigures:
    """Summarise a rectangle of the reference, what belongs to it of the port, and port - reference.

    Parameters
    ----------
    lag : int
        Item t of the port belongs to item t + lag of the reference.
    """
    ours, own = _values(reference, rectangle, 0)
    theirs, partners = _values(port, rectangle, lag)
    difference: NDArray | None = None
    if ours is not None and theirs is not None and ours.shape[1:] == theirs.shape[1:]:
        _, left, right = np.intersect1d(own, partners, return_indices=True)
        with np.errstate(invalid="ignore", over="ignore"):
            difference = theirs[right].astype(np.float64) - ours[left]
    found = (values if values is not None and values.size else None for values in (ours, theirs, difference))
    return RegionFigures(*(None if values is None else summarise(values) for values in found))


def _values(run: Run | None, rectangle: Rectangle, lag: int) -> tuple[NDArray | None, npt.NDArray[np.int64]]:
    """Give the values of the items that are there, (n, values), and the reference's numbers of these."""
    none = np.zeros(0, np.int64)
    if run is None or rectangle.stage not in run:
        return None, none
    stage: Stage = run[rectangle.stage]
    every, first, last = time_major(stage), rectangle.first - lag, rectangle.last - lag
    size = prod(every.shape[1:])
    if stage.frames is None:
        inside = known = np.arange(max(first, 0), min(last + 1, len(every)))
    else:
        inside = np.flatnonzero((stage.frames >= first) & (stage.frames <= last))
        known = stage.frames[inside]
    chosen = slice(None, None, 1 + len(inside) * size // MAX_VALUES)
    values = np.asarray(every[inside[chosen]]).reshape(len(inside[chosen]), size)
    rows = [row for row in rectangle.rows if row < size]
    return (values[:, rows] if rows else values), known[chosen] + lag
