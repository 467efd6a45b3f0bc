"""How many pairs of values lie where: a scatter plot of any number of them, and the line through all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray

Span: TypeAlias = tuple[float, float]
Blocks: TypeAlias = Callable[[], Iterable[tuple[NDArray, NDArray]]]
"""Gives the reference's and the port's values in blocks, as often as it is called."""

BINS = 256
"""Cells of a density along each axis."""
_MARGIN = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """Counts of pairs over the plane of the reference's values (across) and the port's (upwards).

    Attributes
    ----------
    counts : (256, 256) int64 array
        Pairs in each cell, the lowest of the port's values first; what lies outside is not counted.
    across, upwards : tuple of float
        Values at the edges, low < high.
    line : tuple of float or None
        Slope and offset of the line through all finite pairs by least squares; None where the reference does not vary.
    pairs : int
        Finite pairs, wherever they lie.
    """

    counts: npt.NDArray[np.int64]
    across: Span
    upwards: Span
    line: tuple[float, float] | None
    pairs: int

    def within(self, blocks: Blocks, across: Span, upwards: Span) -> "Density":
        """Count the same pairs anew over a part of the plane, or more than all of it."""
        return replace(self, counts=_counts(blocks, across, upwards), across=across, upwards=upwards)


def density(blocks: Blocks) -> Density | None:
    """Count pairs over the plane that holds all that are finite; None where none is."""
    extent, sums, origin = np.array([[np.inf, np.inf], [-np.inf, -np.inf]]), np.zeros(5), np.zeros(2)
    for pair in _finite(blocks):
        if not sums[0]:
            origin = pair.mean(axis=1)  # near it squares lose no digits
        extent = np.stack([np.minimum(extent[0], pair.min(axis=1)), np.maximum(extent[1], pair.max(axis=1))])
        x, y = pair - origin[:, None]
        sums += (len(x), x.sum(), y.sum(), x @ x, x @ y)
    if not sums[0]:
        return None
    across, upwards = (_widened(float(low), float(high)) for low, high in extent.T)
    return Density(_counts(blocks, across, upwards), across, upwards, _line(sums, origin), int(sums[0]))


def _line(sums: npt.NDArray[np.float64], origin: npt.NDArray[np.float64]) -> tuple[float, float] | None:
    """Give slope and offset from the number and the sums of x, y, x x and x y around an origin."""
    count, x, y, xx, xy = sums
    spread = xx - x * x / count
    if not spread > 0:
        return None
    slope = (xy - x * y / count) / spread
    return float(slope), float(origin[1] + y / count - slope * (origin[0] + x / count))


def _counts(blocks: Blocks, across: Span, upwards: Span) -> npt.NDArray[np.int64]:
    counts = np.zeros(BINS * BINS, np.int64)
    low, size = np.array([across[0], upwards[0]]), np.array([across[1] - across[0], upwards[1] - upwards[0]])
    for pair in _finite(blocks):
        cells = (pair - low[:, None]) * (BINS / size)[:, None]
        inside = ((cells >= 0) & (cells <= BINS)).all(axis=0)
        x, y = np.minimum(cells[:, inside].astype(np.int64), BINS - 1)
        counts += np.bincount(y * BINS + x, minlength=BINS * BINS)
    return counts.reshape(BINS, BINS)


def _finite(blocks: Blocks) -> Iterable[npt.NDArray[np.float64]]:
    """Yield the finite pairs of every block that has any, (2, n)."""
    for reference, port in blocks():
        pair = np.stack([reference.ravel(), port.ravel()]).astype(np.float64)
        finite = np.isfinite(pair).all(axis=0)
        if not finite.all():
            pair = pair[:, finite]
        if pair.shape[1]:
            yield pair


def _widened(low: float, high: float) -> Span:
    margin = (high - low) * _MARGIN or max(abs(low) * 0.1, 1e-6)
    return low - margin, high + margin
