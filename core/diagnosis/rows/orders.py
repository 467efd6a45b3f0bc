"""The order of the values within an item, found by which value moves in time as which expected one does."""

from collections.abc import Iterator
from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from ...base.arrays import NDArray

MAX_MATCHED = 2048
"""Values of an item that are matched one by one; the time for it grows with the third power."""
_LIKE = 0.9
"""Correlation in time of a value with the expected one in its place, in the median, from which nothing is out of it."""
_MATCHED = 0.95
"""The same of values in the places that were found: int8 values of speech reach 0.97, unrelated ones 0.3."""
_DEAD = 1e-6
"""Standard deviation, as a share of the largest one, below which a value does not move."""
_TIE = 1e-2
"""What another loudness counts beside the correlation: values that move once alone all move alike."""
_MIN_ROWS = 12
"""Fewer rows do not tell 512 values apart."""
Index = npt.NDArray[np.int64]


def value_order(values: NDArray, expected: NDArray) -> Index | None:
    """Find the order in which items have their values.

    Parameters
    ----------
    values, expected : (n, *item_shape) arrays
        The port's items and those that they should be, in pairs; factors and offsets of each value do not matter.

    Returns
    -------
    (width,) int64 or None
        Which expected value each of the port's is; None where they are in place, or in no order that is found. Those
        that do not move in time are shared out so that a named order stays one.
    """
    shape, rows, wanted = values.shape[1:], _rows(values), _rows(expected)
    if len(rows) < _MIN_ROWS or rows.shape != wanted.shape or rows.shape[1] > MAX_MATCHED:
        return None
    moving, moved = _moving(rows), _moving(wanted)
    if not moving.any() or not moved.any() or _likeness(rows, wanted, moving & moved) > _LIKE:
        return None
    index = _matched(rows, wanted, moving, moved)
    if _likeness(rows, wanted[:, index], moving) < _MATCHED:
        return None
    named = (known for _, known in named_orders(shape) if (known == index)[moving & moved[index]].mean() > _MATCHED)
    return next(named, index)


def order_name(index: Index, shape: tuple[int, ...]) -> str:
    """Say in words what an order of the values of items of a shape is."""
    return next((name for name, order in named_orders(shape) if np.array_equal(order, index)), "permuted")


def named_orders(shape: tuple[int, ...]) -> Iterator[tuple[str, Index]]:
    """Give the orders that have a name, by it: axes turned round, rotated, taken for each other, interleaved."""
    places = np.arange(prod(shape)).reshape(shape)
    yield from _turned(places)
    if len(shape) > 1:
        yield from _transposed(places)
        return
    yield from _rotated(places)
    for parts in (parts for parts in range(2, len(places) // 2 + 1) if len(places) % parts == 0):
        yield f"interleaved from {parts} parts", places.reshape(parts, -1).T.ravel()


def _turned(places: NDArray) -> Iterator[tuple[str, Index]]:
    axes = range(places.ndim)
    for flips in product((False, True), repeat=places.ndim):
        turned = [axis for axis in axes if flips[axis]]
        if turned:
            which = " and ".join(f"axis {axis}" for axis in turned) if places.ndim > 1 else ""
            yield f"reversed {which}".strip(), np.flip(places, tuple(turned)).ravel()


def _rotated(places: NDArray) -> Iterator[tuple[str, Index]]:
    for by in range(1, len(places)):
        name = "halves swapped" if 2 * by == len(places) else f"rotated by {by}"
        yield name, np.roll(places, -by)


def _transposed(places: NDArray) -> Iterator[tuple[str, Index]]:
    """The memory of one order of axes taken for the other."""
    yield "transposed", places.T.ravel()
    yield "reshaped, not transposed", places.reshape(places.shape[::-1]).T.ravel()


def _rows(items: NDArray) -> NDArray:
    return np.asarray(items.reshape(len(items), -1).astype(np.float64))


def _moving(rows: NDArray) -> NDArray:
    spread = rows.std(axis=0, dtype=np.float64)
    return np.asarray(spread > _DEAD * spread.max(initial=0))


def _standard(rows: NDArray) -> NDArray:
    """Rows of which every value has a mean of 0 and a length of 1 in time."""
    centred = rows - rows.mean(axis=0)
    return np.asarray(centred / np.maximum(np.sqrt(np.square(centred).sum(axis=0)), 1e-30))


def _likeness(rows: NDArray, wanted: NDArray, moving: NDArray) -> float:
    """Correlation in time of the values in the same places, in the median of those that move."""
    return float(np.median((_standard(rows) * _standard(wanted)).sum(axis=0)[moving])) if moving.any() else 0.0


def _matched(rows: NDArray, wanted: NDArray, moving: NDArray, moved: NDArray) -> Index:
    """Which value moves as which expected one, each used once."""
    likeness = _standard(rows).T @ _standard(wanted)
    size, whole = (np.log(np.maximum(each.std(axis=0, dtype=np.float64), 1e-30)) for each in (rows, wanted))
    both = np.median(size[moving]) - np.median(whole[moved])
    likeness -= _TIE * np.minimum(np.abs(size[:, None] - whole - both), 1.0)
    likeness[~moving] = 0.0
    likeness[:, ~moved] = 0.0
    return np.asarray(linear_sum_assignment(-likeness)[1], np.int64)
