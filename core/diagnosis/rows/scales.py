"""The scale of rows: what factor, offset or normalisation makes the expected ones of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import numpy as np

from ...base.arrays import NDArray
from .changes import Change, Limited, Lines, Normalised, Over, Scaled, Statistic

_NICE = 2e-4
"""Relative distance from a plain number up to which a fitted factor is it."""
_ONE = 1e-3
"""Relative distance from 1 up to which a factor is none."""
_MIN_OFFSET = 1e-3
"""Offset, as a share of the values' root mean square, below which there is none."""
_SATURATED = 3
"""Times that the largest value has to occur for values to have been cut off there."""
_MIN_ROWS = 16
"""Rows from which a line of its own for each value says more than that any two points lie on one."""
_EPS = 1e-5
"""What deviations are usually kept above 0 with."""
_OVERS: tuple[Over, ...] = ("row", "value")


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale as the changes that make it, the simplest of several; none: the values as they are."""

    changes: tuple[Change, ...] = ()

    def apply(self, rows: NDArray) -> NDArray:
        """Give the rows on this scale."""
        for change in self.changes:
            rows = change.apply(rows)
        return rows


def scales(values: NDArray, expected: NDArray, noise: float = 0.0) -> Iterator[Scale]:
    """Give the scales that values may be on, the simplest first, each with its factor fitted.

    Parameters
    ----------
    values, expected : (n, width) arrays
        The port's rows and those that they should be, in pairs.
    noise : float
        Rounding of the values, as a share of them.
    """
    yield Scale()
    if gain := plain_gain(_gain(values, expected), noise):
        yield Scale((Scaled(gain),))
    if (values == values.max()).sum() >= _SATURATED and values.max() < expected.max():
        yield Scale((Limited(float(values.max())),))
    for over in _OVERS:
        for normalised in (
            *(Normalised(each, over) for each in get_args(Statistic)),
            Normalised("mean_sd", over, _EPS),
        ):
            gain = plain_gain(_gain(values, normalised.apply(expected)), noise)
            yield Scale((normalised, Scaled(gain)) if gain else (normalised,))
    yield from _affine(values, expected)
    if len(values) >= _MIN_ROWS:
        yield Scale((_lines(values, expected),))


def _affine(values: NDArray, expected: NDArray) -> Iterator[Scale]:
    """A factor and an offset, which normalisation by statistics of all values is, too."""
    for statistic in get_args(Statistic):
        yield Scale((Normalised(statistic, "all"),))
    centred = expected - expected.mean()
    gain = _gain(values - values.mean(), centred)
    offset = float(values.mean(dtype=np.float64) - gain * expected.mean(dtype=np.float64))
    if gain and abs(offset) > _MIN_OFFSET * float(np.sqrt(np.square(values, dtype=np.float64).mean())):
        yield Scale((Scaled(_nice(gain), _nice(offset)),))


def _lines(values: NDArray, expected: NDArray) -> Lines:
    """The straight line of each value by least squares."""
    mean, middle = values.mean(axis=0, dtype=np.float64), expected.mean(axis=0, dtype=np.float64)
    power = np.square(expected - middle).sum(axis=0)
    gains = ((values - mean) * (expected - middle)).sum(axis=0) / np.maximum(power, 1e-30)
    return Lines(gains, mean - gains * middle)


def plain_gain(gain: float, noise: float = 0.0) -> float:
    """Give a factor as a plain number where it is near one; 0 where it is 1, or none.

    Parameters
    ----------
    noise : float
        Rounding of the values that it was fitted to, as a share of them.
    """
    if gain <= 0 or abs(gain - 1) <= max(_ONE, noise):
        return 0.0
    return _nice(gain, noise)


def _nice(number: float, noise: float = 0.0) -> float:
    near = (float(f"{number:.{digits}g}") for digits in range(1, 6))
    return next((plain for plain in near if abs(plain - number) <= max(_NICE, noise) * abs(number)), number)


def _gain(values: NDArray, expected: NDArray) -> float:
    """The factor on the expected values that is nearest by least squares."""
    power = float(np.square(expected, dtype=np.float64).sum())
    return float((values * expected).sum(dtype=np.float64)) / power if power else 0.0
