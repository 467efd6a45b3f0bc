"""What an array holds at a glance: its range, finite or not, mean, deviation, zeros, and a histogram."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray

_BINS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Figures of one array; those that do not exist (of no values, or of none that is finite) are NaN.

    Attributes
    ----------
    size, zeros, nans, infinities : int
        Values in all, and how many of them are exactly zero, NaN, or infinite.
    low, high : float
        Range of everything but NaN; infinite where a value is.
    finite_low, finite_high, mean, std : float
        Range, mean and standard deviation (of the population, computed in float64) of the finite values.
    counts, edges : (64,) int64, (65,) float64 arrays
        Histogram of the finite values that are not exactly zero; both empty where there are none.
    """

    size: int
    zeros: int
    nans: int
    infinities: int
    low: float
    high: float
    finite_low: float
    finite_high: float
    mean: float
    std: float
    counts: npt.NDArray[np.int64]
    edges: npt.NDArray[np.float64]


def summarise(values: NDArray) -> Summary:
    """Summarise an array of any shape; NaN and infinities are counted and never spoil the other figures."""
    flat = np.asarray(values).ravel().astype(np.float64)
    nans = np.isnan(flat)
    finite = flat[np.isfinite(flat)]
    counts, edges = _histogram(finite[finite != 0])
    with np.errstate(over="ignore", invalid="ignore"):
        mean, std = (float(finite.mean()), float(finite.std())) if finite.size else (np.nan, np.nan)
    return Summary(
        flat.size,
        int(flat.size - np.count_nonzero(flat)),
        int(nans.sum()),
        int(flat.size - finite.size - nans.sum()),
        *_range(flat[~nans]),
        *_range(finite),
        mean,
        std,
        counts,
        edges,
    )


def _range(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    return (float(values.min()), float(values.max())) if values.size else (np.nan, np.nan)


def _histogram(values: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    low, high = _range(values)
    # A range that overflows, or of less than a bin's width in float64, cannot be divided into bins.
    if not values.size or not np.isfinite(high - low) or low + (high - low) / _BINS == low:
        return np.zeros(0, np.int64), np.zeros(0)
    counts, edges = np.histogram(values, bins=_BINS, range=(low, high))
    return counts, edges
