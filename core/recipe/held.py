"""Holding what was computed lazily: chunk by chunk, on two threads, with progress."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import prod
from typing import Any, TypeAlias

import numpy as np

from ..base.arrays import Array, NDArray
from ..base.errors import InputError
from ..base.progress import Tick, silent
from .items import MAX_HELD_BYTES, Lazy, bytes_held

CHUNK_ITEMS = 2048
"""Rows computed at a time: bounds the memory of what lies between two held arrays."""
MIN_CHUNK_ITEMS = 16
CHUNK_VALUES = 1 << 21
"""Values of one chunk, where items are large."""
SIGNAL_CHUNK = 1 << 20
THREADS = 2

Filled: TypeAlias = Callable[[NDArray, int, int], None]
"""Called with (array, start, stop) when these items of it are right."""


def held(array: Array, dtype: str = "", *, tick: Tick = silent, filled: Filled = silent) -> NDArray:
    """Compute all of an array that is computed on demand.

    Parameters
    ----------
    array : array or OnDemand, (n, *item_shape)
        What is to be held; an ordinary array is given back as it is, or cast.
    dtype : str
        Type to hold it in; empty: its own.
    tick : callable
        Called after each chunk with (items done, items in all).
    filled : callable
        Sees each chunk that is finished.

    Raises
    ------
    InputError
        More than `MAX_HELD_BYTES` would be held.
    CancelledError
        Raised by `tick`.
    """
    kind: np.dtype[Any] = np.dtype(dtype) if dtype else array.dtype
    if isinstance(array, np.ndarray):
        tick(len(array), len(array))
        return array.astype(kind, copy=False)
    if bytes_held(array) > MAX_HELD_BYTES:
        raise InputError(
            f"{array.shape[0]} items of {array.shape[1:]} values would take {bytes_held(array) >> 30} GB at once; "
            f"at most {MAX_HELD_BYTES >> 30} GB are held: use a shorter recording"
        )
    whole = np.empty(array.shape, kind)
    size = chunk_items(array)

    def compute(start: int) -> tuple[int, NDArray]:
        return start, array[start : start + size]

    starts = range(0, len(whole), size)
    with ThreadPoolExecutor(THREADS) as pool:
        for start, values in pool.map(compute, starts) if len(starts) > 1 else map(compute, starts):
            stop = start + len(values)
            whole[start:stop] = values
            filled(whole, start, stop)
            tick(stop, len(whole))
    return whole


def chunk_items(array: Array) -> int:
    """Give how many items are computed at a time."""
    if array.ndim == 1:
        return SIGNAL_CHUNK
    return max(MIN_CHUNK_ITEMS, min(CHUNK_ITEMS, CHUNK_VALUES // _widest(array)))


def _widest(array: Array) -> int:
    """Give the values of the largest item on the way to an array: frames are wider than their bands."""
    width = max(prod(array.shape[1:]), 1)
    return max(width, _widest(array.base)) if isinstance(array, Lazy) else width
