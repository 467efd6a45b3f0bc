"""Codes of a stage that is being computed: made on the worker's thread, where its values come from, for the lanes."""

from collections.abc import Callable

import numpy as np

from ..core.arrays import Array, NDArray
from ..core.progress import Tick
from ..core.pyramid import HeatPyramid

MEL_RANGE = (-4.0, 4.0)
FEATURE_RANGE = (0.0, 8.0)
"""Values of the codes of the features' pyramid: a trained encoder's largest is about 8."""

_SAMPLED_ITEMS = 512
_SHARE = 0.998
"""Share of the values that the levels hold: single values far outside must not make a picture of one colour."""
_BLOCK = 4096


class Quantised:
    """The pyramid of an (items, values) array, filled block by block, and the largest value so far.

    Parameters
    ----------
    items, values : int
        Shape of the array.
    low, high : float
        Values of the first and the last code.
    """

    def __init__(self, items: int, values: int, low: float, high: float) -> None:
        self.pyramid = HeatPyramid(items, values, low, high)
        self.peak = low

    def fill(self, start: int, rows: NDArray) -> None:
        """Take over the (n, values) rows from item `start` on."""
        self.pyramid.fill(start, rows)
        self.peak = max(self.peak, float(np.nanmax(rows, initial=self.peak)))


def fitted_levels(array: Array) -> tuple[float, float]:
    """Give levels, low < high, that hold nearly all values of 512 items spread over an (items, values) array."""
    values = np.asarray(array[:: 1 + len(array) // _SAMPLED_ITEMS], np.float64)
    finite = values[np.isfinite(values)]
    low, high = np.quantile(finite, (1 - _SHARE, _SHARE)) if finite.size else (0.0, 0.0)
    return (float(low), float(high)) if low < high else (float(low), float(low) + 1.0)


def fitted(array: Array, tick: Tick) -> Quantised:
    """Quantise an (items, values) array by the levels that fit it; `tick` is called with (done, total) items."""
    codes = Quantised(len(array), array.shape[1], *fitted_levels(array))
    for start in range(0, len(array), _BLOCK):
        codes.fill(start, array[start : start + _BLOCK])
        tick(min(start + _BLOCK, len(array)), len(array))
    return codes


class Quantiser:
    """Quantises blocks of an array as they are filled, and passes them on with the codes.

    Parameters
    ----------
    levels : (low, high)
        As of `Quantised`.
    deliver : callable
        Called with (array, codes, start, stop).
    """

    def __init__(self, levels: tuple[float, float], deliver: Callable[[NDArray, Quantised, int, int], object]) -> None:
        self._levels, self._deliver = levels, deliver
        self._codes: Quantised | None = None

    def __call__(self, array: NDArray, start: int, stop: int) -> None:
        """Take over the items [start, stop) of an array, and pass them on."""
        self._codes = self._codes or Quantised(array.shape[0], array.shape[1], *self._levels)
        self._codes.fill(start, array[start:stop])
        self._deliver(array, self._codes, start, stop)
