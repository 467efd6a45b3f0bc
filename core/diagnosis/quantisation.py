"""Quantisation: the noise that a port's values have to have, of the grid they lie on and of float32."""

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..compare.sanity import output_steps

_DECIMALS = range(1, 7)
_SIGNIFICANT = range(3, 7)
_DISTINCT_NEEDED = 64
_INT8_LEVELS = 256
_BFLOAT16 = 8
_OUTPUT_ROWS = 48
"""Rows that it takes to tell that the steps of one column are even."""
_ROUNDED = 1e-6
"""Relative distance from a decimal at which float32 values that were multiplied and divided still lie on it."""


def quantisation_noise(values: NDArray) -> npt.NDArray[np.float64]:
    """Give the standard deviation of the rounding of every value, to the coarsest grid that holds them all.

    A value that was rounded to a step h is off by h / sqrt(12). The step is relative for floats (the digits in use
    tell float16, bfloat16 and float32 apart) and for printed numbers, absolute for decimals and for a few levels.

    Parameters
    ----------
    values : float array
        Finite values of any shape.

    Returns
    -------
    float64 array of the same shape
    """
    exponent = np.frexp(np.abs(values.astype(np.float64)))[1]
    bits = _significant_bits(values)
    # bfloat16 is often made by cutting bits off, which is off by a whole step.
    relative = np.ldexp(2.0 if bits <= _BFLOAT16 else 1.0, exponent - bits)
    steps = np.maximum(np.maximum(relative, _absolute_step(values)), _decimal_steps(values))
    if values.ndim == 2 and len(values) >= _OUTPUT_ROWS and bits > _BFLOAT16:
        steps = np.maximum(steps, output_steps(values))
    return np.asarray(steps / np.sqrt(12))


def _significant_bits(values: NDArray) -> int:
    """Binary digits that the values use; 53 where float64 is needed."""
    mantissas = np.ldexp(np.frexp(values.astype(np.float64).ravel())[0], 53).astype(np.int64)
    used = mantissas[mantissas != 0]
    if not used.size:
        return 53
    lowest = np.bitwise_or.reduce(np.abs(used))
    return 53 - int(lowest & -lowest).bit_length() + 1


def _decimal_steps(values: NDArray) -> npt.NDArray[np.float64]:
    """Steps of values printed with so many significant decimals; 0 where they are not."""
    exact = values.astype(np.float64)
    places = np.floor(np.log10(np.maximum(np.abs(exact), 1e-30)))
    for digits in _SIGNIFICANT:
        steps = 10.0 ** (places - digits + 1)
        if np.array_equal((np.round(exact / steps) * steps).astype(np.float32), exact.astype(np.float32)):
            return steps
    return np.zeros_like(exact)


def _absolute_step(values: NDArray) -> float:
    levels = np.unique(values.astype(np.float64))
    if len(levels) < _DISTINCT_NEEDED:
        return 0.0
    usual = values.dtype.type(np.median(np.abs(levels)))
    finest = 4 * float(np.spacing(usual))  # below it, floats of this size lie on any decimals
    for digits in (digits for digits in _DECIMALS if finest <= 10.0**-digits):
        if np.array_equal(np.round(levels, digits).astype(values.dtype), levels.astype(values.dtype)):
            return float(10.0**-digits)
    return float(np.diff(levels).min()) if len(levels) <= _INT8_LEVELS else 0.0


def decimal_noise(values: NDArray) -> float:
    """Give the same of values that were rounded to decimals, and then multiplied and divided by a factor."""
    values = values.astype(np.float64)
    steps = (10.0**-digits for digits in range(1, 5))
    near = _ROUNDED * np.maximum(1, np.abs(values))
    return next((h / 12**0.5 for h in steps if (np.abs(np.round(values / h) * h - values) <= near).all()), 0.0)


def apart(one: NDArray, other: NDArray) -> npt.NDArray[np.float64]:
    """Give the absolute differences; none where neither value is finite, or the other is not known (NaN)."""
    with np.errstate(invalid="ignore"):
        left = np.abs(one.astype(np.float64) - other)
    return np.where(np.isnan(other) | ~(np.isfinite(one) | np.isfinite(other)), 0, left)


def rms(values: NDArray) -> float:
    """Give the root of the mean square; 0 of no values."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64)))) if values.size else 0.0
