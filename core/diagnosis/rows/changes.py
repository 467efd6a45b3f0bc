"""What ports do to rows of values, each as a function of the rows that it is done to."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from ...base.arrays import NDArray

Statistic = Literal["length", "mean_sd", "min_max", "max", "mean", "sum"]
Over = Literal["row", "value", "all"]
_MIN_DIVISOR = 1e-12
"""What a statistic is kept above where it is divided by."""


class Change(Protocol):
    """One thing that a port does."""

    def apply(self, rows: NDArray) -> NDArray:
        """Give (m, width) rows of (n, width) ones, float64."""


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """Other rows than there are: each is the row at a place, or lies between two on the straight line.

    Attributes
    ----------
    places : (m,) float array
        Row numbers; beyond the ends the first or the last row.
    """

    places: npt.NDArray[np.floating[Any]]

    def apply(self, rows: NDArray) -> NDArray:
        """Choose or interpolate the rows."""
        places = np.clip(self.places, 0, len(rows) - 1)
        below = np.floor(places).astype(np.int64)
        share = (places - below)[:, None]
        if not share.any():
            return np.asarray(rows[below])
        above = np.minimum(below + 1, len(rows) - 1)
        return np.asarray((1 - share) * rows[below] + share * rows[above])


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """The values of each row in another order: value j is the one that was at `index[j]`."""

    index: npt.NDArray[np.int64]

    def apply(self, rows: NDArray) -> NDArray:
        """Choose the values."""
        return np.asarray(rows.reshape(len(rows), -1)[:, self.index].reshape(rows.shape))


@dataclass(frozen=True, slots=True)
class Scaled:
    """Every value times a gain, plus an offset."""

    gain: float
    offset: float = 0.0

    def apply(self, rows: NDArray) -> NDArray:
        """Scale the values."""
        return np.asarray(self.gain * rows.astype(np.float64) + self.offset)


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Each value of a row times a gain of its own, plus an offset of its own."""

    gains: npt.NDArray[np.float64]
    offsets: npt.NDArray[np.float64]

    def apply(self, rows: NDArray) -> NDArray:
        """Scale the values."""
        return np.asarray(self.gains * rows.astype(np.float64) + self.offsets)


@dataclass(frozen=True, slots=True)
class Limited:
    """No value above a limit."""

    high: float

    def apply(self, rows: NDArray) -> NDArray:
        """Cut the values off."""
        return np.minimum(rows, self.high)


@dataclass(frozen=True, slots=True)
class Normalised:
    """Rows normalised by statistics of their own, of each value in time, or of all values.

    Attributes
    ----------
    statistic : str
        ``length``: divided by the root of the sum of squares; ``mean_sd``: to a mean of 0 and a standard deviation of
        1; ``min_max``: to 0 to 1; ``max``, ``sum``: divided by it; ``mean``: less the mean.
    over : str
        ``row``, ``value`` (each output over the recording) or ``all``.
    eps : float
        What is added to the number that is divided by.
    """

    statistic: Statistic
    over: Over
    eps: float = 0.0

    def apply(self, rows: NDArray) -> NDArray:
        """Normalise the rows."""
        rows = rows.astype(np.float64)
        axis = {"row": 1, "value": 0, "all": None}[self.over]
        low, size = _statistics(rows, self.statistic, axis)
        return np.asarray((rows - low) / np.maximum(size + self.eps, _MIN_DIVISOR))


def _statistics(rows: NDArray, statistic: Statistic, axis: int | None) -> tuple[NDArray | float, NDArray | float]:
    """Give what is taken away, and what is then divided by."""
    if statistic == "mean_sd":
        return rows.mean(axis=axis, keepdims=True), rows.std(axis=axis, keepdims=True)
    if statistic == "min_max":
        return rows.min(axis=axis, keepdims=True), np.ptp(rows, axis=axis, keepdims=True)
    if statistic == "mean":
        return rows.mean(axis=axis, keepdims=True), 1.0
    if statistic == "length":
        return 0.0, np.sqrt(np.square(rows).sum(axis=axis, keepdims=True))
    if statistic == "sum":
        return 0.0, np.abs(rows).sum(axis=axis, keepdims=True)
    return 0.0, np.abs(rows).max(axis=axis, keepdims=True)
