"""Arrays that are too large to hold: rows of another array, gathered only where somebody looks."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

NDArray: TypeAlias = npt.NDArray[Any]
Key: TypeAlias = int | np.integer[Any] | slice | NDArray | tuple[Any, ...]


class OnDemand(ABC):
    """What arrays that are not held have in common: indexing gives ordinary arrays of the items asked for."""

    __slots__ = ()

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """The whole array's shape."""

    @property
    @abstractmethod
    def dtype(self) -> np.dtype[Any]:
        """Type of the values."""

    @abstractmethod
    def take(self, items: NDArray) -> NDArray:
        """Give the items with these numbers, (k,) integers of 0 or more, as one array."""

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of values."""
        return prod(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[NDArray]:
        return (self[n] for n in range(len(self)))

    def __getitem__(self, key: Key) -> NDArray:
        if isinstance(key, tuple):
            first, *rest = key
            items = self[first]
            part: NDArray = items[tuple(rest) if isinstance(first, int | np.integer) else (slice(None), *rest)]
            return part
        if isinstance(key, int | np.integer):
            item: NDArray = self.take(np.array([range(len(self))[key]]))[0]
            return item
        # Not np.arange(len(self))[key] for slices: an hour has 57.6 million samples.
        return self.take(np.arange(*key.indices(len(self))) if isinstance(key, slice) else np.arange(len(self))[key])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.shape} {self.dtype}>"

    def __deepcopy__(self, memo: object) -> "OnDemand":
        return self  # which never changes, and whose copy would be gathered

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> NDArray:
        if copy is False:
            raise ValueError("the rows have to be gathered: a copy cannot be avoided")
        whole: NDArray = self[:].astype(dtype or self.dtype, copy=False)
        return whole


@dataclass(frozen=True, slots=True, eq=False)
class RowBlocks(OnDemand):
    """An (N, *item_shape) array whose item n is made of the rows ``index[n]`` of `source`.

    Indexing gives ordinary arrays and computes only the items asked for; a slice of one hour of windows costs what
    the slice costs. ``numpy.asarray`` gives the whole.

    Attributes
    ----------
    source : array or OnDemand, (R, *row_shape)
        Where the rows come from.
    index : integer array, (N,) or (N, K)
        Row numbers of each item, -1 for a row of zeros.
    item_shape : tuple of int
        Shape of one item; where it holds more values than K rows have, zeros follow.
    """

    source: "Array"
    index: npt.NDArray[np.int32]
    item_shape: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The whole array's shape."""
        return (len(self.index), *self.item_shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The source's dtype."""
        return self.source.dtype

    def take(self, items: NDArray) -> NDArray:
        """Gather the items with these numbers."""
        return self._gather(self.index[items])

    def value(self, item: int, cell: tuple[int, ...]) -> Any:
        """Give one value of an item, without gathering the others."""
        flat, row_shape = int(np.ravel_multi_index(cell, self.item_shape)), self.source.shape[1:]
        place, within = divmod(flat, prod(row_shape))
        rows = np.atleast_1d(self.index[item])
        if place >= len(rows) or rows[place] < 0:
            return self.dtype.type(0)
        row, there = int(rows[place]), tuple(map(int, np.unravel_index(within, row_shape)))
        return self.source.value(row, there) if isinstance(self.source, RowBlocks) else self.source[(row, *there)]

    def _gather(self, index: NDArray) -> NDArray:
        rows = self.source[np.maximum(index, 0).ravel()]
        if (missing := index.ravel() < 0).any():
            rows[missing] = 0
        values = rows.reshape(len(index), prod(rows.shape) // max(len(index), 1))
        short = prod(self.item_shape) - values.shape[1]
        if short > 0:
            values = np.concatenate([values, np.zeros((len(index), short), values.dtype)], axis=1)
        return values.reshape(len(index), *self.item_shape)


@dataclass(frozen=True, slots=True, eq=False)
class ItemStack(OnDemand):
    """An (N, *item_shape) array whose items lie in N places, such as files, and are loaded when somebody looks.

    Attributes
    ----------
    load : callable
        Gives item n, 0 <= n < N, as an array of the item's shape and dtype; what it raises reaches whoever indexes.
    shape : tuple of int
        The whole array's shape.
    dtype : numpy dtype
        Type of the values.
    """

    load: Callable[[int], NDArray]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __reduce__(self) -> tuple[Any, ...]:
        return np.asarray, (self[:],)  # what loads them belongs to this process

    def take(self, items: NDArray) -> NDArray:
        """Load the items with these numbers."""
        values = np.empty((len(items), *self.shape[1:]), self.dtype)
        for place, item in enumerate(items):
            values[place] = self.load(int(item))
        return values


Array: TypeAlias = NDArray | OnDemand


def chunks(array: Array, items: int = 1024) -> Iterator[NDArray]:
    """Yield consecutive blocks of at most `items` items along the first axis."""
    for start in range(0, len(array), items):
        yield array[start : start + items]


def value_range(array: Array) -> tuple[float, float]:
    """Give the smallest and largest finite value, without gathering a `RowBlocks`; NaN twice where there is none."""
    if isinstance(array, RowBlocks):
        return _gathered_range(array)
    if isinstance(array, OnDemand):
        ranges = np.array([(np.nan, np.nan), *map(value_range, chunks(array))])
        return float(np.fmin.reduce(ranges[:, 0])), float(np.fmax.reduce(ranges[:, 1]))
    low, high = (float(array.min()), float(array.max())) if array.size else (np.nan, np.nan)
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = array[np.isfinite(array)]
    return (float(finite.min()), float(finite.max())) if finite.size else (np.nan, np.nan)


def _gathered_range(blocks: RowBlocks) -> tuple[float, float]:
    used = np.unique(blocks.index)
    rows = used[used >= 0]
    low, high = value_range(blocks.source if len(rows) == len(blocks.source) else blocks.source[rows])
    row_values = prod(blocks.source.shape[1:]) * prod(blocks.index.shape[1:])
    filled = len(rows) < len(used) or row_values < prod(blocks.item_shape)
    return (min(low, 0.0), max(high, 0.0)) if filled else (low, high)
