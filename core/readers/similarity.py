"""How well a reading of a dump fits the reference: correlation at the best small lag."""

from collections.abc import Callable

import numpy as np

from ..base.arrays import Array, NDArray
from ..run import StageName

_MAX_STEPS = 512
_LAGS: dict[StageName, int] = {"audio": 0, "mel": 4}
_OTHER_LAGS = 2
"""Items on either side at which the values of a file are likened to the reference's: ports centre a mel otherwise."""

_OTHER_ITEMS = 0.05
"""Share by which a port's number of items may be another one: of padding, and of ends that are left out."""


def as_many(count: int, items: int) -> bool:
    """Tell whether a port's number of items is about the reference's."""
    return abs(count - items) <= _OTHER_ITEMS * items


def fit(stage: StageName, values: Array, reference: Array, decode: Callable[[NDArray], NDArray]) -> float:
    """Give the highest correlation of two arrays of a stage at any small lag, 0 where there is nothing to compare.

    Parameters
    ----------
    values, reference : arrays with time first
        Lengths along time may differ; a stretch of at most 512 steps from the middle is compared.
    decode : callable
        Makes numbers of stored `values`.

    Returns
    -------
    float, -1 to 1
    """
    length = min(len(values), len(reference))
    farthest = _LAGS.get(stage, _OTHER_LAGS)
    lags = range(-farthest, farthest + 1)
    size = min(length + 2 * lags[0], _MAX_STEPS)
    if size < 1 or values.shape[1:] != reference.shape[1:]:
        return 0.0
    start = (length - size) // 2
    stretch = decode(values[start : start + size])
    return max(correlation(stretch, reference[start + lag : start + lag + size]) for lag in lags)


def correlation(first: NDArray, second: NDArray) -> float:
    """Give Pearson's correlation over all finite pairs of values, 0 where one of the two does not vary."""
    with np.errstate(invalid="ignore"):  # a signalling NaN is just another NaN
        first, second = (np.ravel(values).astype(np.float64) for values in (first, second))
    both = np.isfinite(first) & np.isfinite(second)
    first, second = first[both], second[both]
    if not first.size:
        return 0.0
    first, second = (np.clip(values, -1e12, 1e12) for values in (first, second))
    first, second = first - first.mean(), second - second.mean()
    norm = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / norm if norm > 0 else 0.0
