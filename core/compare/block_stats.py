"""Statistics of one block of paired values: everything that can be added up, in as few passes as it takes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from .tolerance import Tolerance

CLIP_LIMIT = 4.0
_BIN_SHIFT = 16
_BINS = 1 << 15
"""Differences are counted by the upper half of their float32 bits, which makes bins of less than 1 %."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockSums:
    """The sums of one block of n items; finite pairs only, unless said otherwise.

    Attributes
    ----------
    count, pairs : int
        Pairs in all, and those in which both values are finite.
    max_abs, sum_abs, mean_abs, outside : (n,) arrays
        Of each item; `outside` counts pairs out of tolerance, among them those with a NaN on one side only.
    moments : (5,) float64
        Sums of x, y, x x, y y and x y for the reference x and the port y.
    histogram : (32768,) int64
        Counts of |y - x| by the upper half of their float32 bits.
    """

    count: int
    pairs: int
    max_abs: npt.NDArray[np.float64]
    sum_abs: npt.NDArray[np.float64]
    mean_abs: npt.NDArray[np.float64]
    outside: npt.NDArray[np.int64]
    sum_squared: float
    max_relative: float
    moments: npt.NDArray[np.float64]
    histogram: npt.NDArray[np.int64]
    equal: int
    max_ulp: int
    nan: int
    inf: int
    reference_nan: int
    reference_inf: int
    clipped: int


def compare_block(
    reference: NDArray, port: NDArray, tolerance: Tolerance, *, clips: bool = False, histogram_stride: int = 1
) -> BlockSums:
    """Compare one block.

    Parameters
    ----------
    reference, port : (n, values) arrays
        Their items.
    clips : bool
        Count the pairs that both lie on -4 or on 4.
    histogram_stride : int
        The histogram counts every n-th difference.
    """
    # Differences of neighbouring float32 values are exact in float32, and half as wide.
    kind = np.dtype(np.float32 if reference.dtype == port.dtype == np.float32 else np.float64)
    x: NDArray = reference.astype(kind, copy=False)
    y: NDArray = port.astype(kind, copy=False)
    finite = _finite(x, y)
    wrong: NDArray | int = 0
    counts = {"nan": 0, "inf": 0, "reference_nan": 0, "reference_inf": 0}
    if finite is not None:
        counts = _not_finite(x, y)
        alike = (np.isnan(x) & np.isnan(y)) | (x == y)
        wrong = (~finite & ~alike).sum(axis=1)
        x, y = np.where(finite, x, 0), np.where(finite, y, 0)
    difference: NDArray = np.abs(y - x)
    size = np.abs(x)
    sums = difference.sum(axis=1, dtype=np.float64)
    return BlockSums(
        count=reference.size,
        pairs=reference.size if finite is None else int(finite.sum()),
        max_abs=difference.max(axis=1, initial=0).astype(np.float64),
        sum_abs=sums,
        mean_abs=sums / max(1, reference.shape[1]),
        outside=np.count_nonzero(difference > tolerance.limit(size), axis=1) + wrong,
        sum_squared=_dot(difference, difference),
        max_relative=_max_relative(difference, size),
        moments=_moments(x, y),
        histogram=_histogram(difference if finite is None else difference[finite], histogram_stride),
        equal=reference.size - int(np.count_nonzero(difference)) - int(np.sum(wrong)),
        max_ulp=max_ulp(x, y, coarser_type(reference.dtype, port.dtype)),
        clipped=int(np.count_nonzero((size == CLIP_LIMIT) & (difference == 0))) if clips else 0,
        **counts,
    )


def coarser_type(a: np.dtype[Any], b: np.dtype[Any]) -> np.dtype[Any]:
    """Give the float type with the fewer digits; integers count as float64."""
    floats = [kind if kind.kind == "f" else np.dtype(np.float64) for kind in (a, b)]
    return np.dtype(min(floats, key=lambda kind: kind.itemsize).newbyteorder("="))


def max_ulp(a: NDArray, b: NDArray, kind: np.dtype[Any]) -> int:
    """Give the largest distance between finite values in units in the last place of a float type.

    Neighbouring floats have neighbouring magnitudes, read as integers; across zero the magnitudes add up.
    """
    unsigned = np.dtype(f"u{kind.itemsize}")
    sign = unsigned.type(1 << (8 * kind.itemsize - 1))
    with np.errstate(over="ignore"):
        left, right = (values.astype(kind, copy=False).view(unsigned) for values in (a, b))
    if not ((left | right) & sign).any():
        return int((np.maximum(left, right) - np.minimum(left, right)).max(initial=0))
    one, other = left & ~sign, right & ~sign
    apart = np.maximum(one, other) - np.minimum(one, other)
    return int(np.where((left ^ right) & sign, one + other, apart).max(initial=0))


def bin_values(bins: NDArray) -> npt.NDArray[np.float64]:
    """Give the middle of each bin of a histogram of differences; bin 0 holds the zeros."""
    patterns = (bins.astype(np.uint32) << _BIN_SHIFT) | (bins > 0).astype(np.uint32) << (_BIN_SHIFT - 1)
    return patterns.view(np.float32).astype(np.float64)


def _finite(a: NDArray, b: NDArray) -> NDArray | None:
    """Give where both values are finite; None where all are, which one sum can tell."""
    with np.errstate(invalid="ignore", over="ignore"):
        if np.isfinite(a.sum() + b.sum()):
            return None
    return np.isfinite(a) & np.isfinite(b)


def _not_finite(reference: NDArray, port: NDArray) -> dict[str, int]:
    tests = {"nan": np.isnan, "inf": np.isinf}
    own = {name: int(np.count_nonzero(test(port))) for name, test in tests.items()}
    return own | {f"reference_{name}": int(np.count_nonzero(test(reference))) for name, test in tests.items()}


def _max_relative(difference: NDArray, size: NDArray) -> float:
    # Dividing by infinity leaves out the places where the reference is zero.
    return float((difference / np.where(size > 0, size, np.inf)).max(initial=0))


def _dot(x: NDArray, y: NDArray) -> float:
    """Sum of products, added up in float64 over items, so that float32 items lose nothing that matters."""
    return float(np.einsum("ij,ij->i", x, y).sum(dtype=np.float64))


def _moments(x: NDArray, y: NDArray) -> npt.NDArray[np.float64]:
    sums = (values.sum(axis=1).sum(dtype=np.float64) for values in (x, y))
    return np.array([*sums, _dot(x, x), _dot(y, y), _dot(x, y)])


def _histogram(difference: NDArray, stride: int) -> npt.NDArray[np.int64]:
    sampled = difference.ravel()[::stride].astype(np.float32, copy=False)
    return np.bincount(sampled.view(np.uint32) >> _BIN_SHIFT, minlength=_BINS)
