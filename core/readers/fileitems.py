"""Large arrays in files, read when somebody looks: a mapped file that shrinks would take the process with it."""

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import Array, NDArray, OnDemand
from ..errors import InputError

_SPARE = 4
"""Items are read as one span where that reads at most so many times what was asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class FileItems(OnDemand):
    """An (N, *item_shape) array that lies in a file in C order.

    Attributes
    ----------
    path, offset : Path, int
        The file, and the byte at which the first item begins.
    shape : tuple of int
        The whole array's shape.
    dtype : numpy dtype
        Type of the values, in this machine's byte order.

    Raises
    ------
    InputError
        On indexing: the file has gone, or become shorter than it was.
    """

    path: Path
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def take(self, items: NDArray) -> NDArray:
        """Read the items with these numbers."""
        if not len(items):
            return np.empty((0, *self.shape[1:]), self.dtype)
        low, high = int(items.min()), int(items.max()) + 1
        if high - low > _SPARE * len(items):
            return np.concatenate([self._span(int(item), int(item) + 1) for item in items])
        span = self._span(low, high)
        return span if len(items) == high - low and (np.diff(items) == 1).all() else span[items - low]

    def _span(self, start: int, stop: int) -> NDArray:
        per_item = prod(self.shape[1:])
        place = self.offset + start * per_item * self.dtype.itemsize
        try:
            values = np.fromfile(self.path, self.dtype, (stop - start) * per_item, offset=place)
            return values.reshape(stop - start, *self.shape[1:])
        except (OSError, ValueError):
            raise InputError(f"{self.path}: has changed since it was read; read it again") from None


def settled(array: Array) -> Array:
    """Take a large array out of mapped memory: read on demand where its items lie in a row, else read whole now."""
    if not isinstance(array, np.memmap):
        return array
    if array.ndim == 1 or not array.flags.c_contiguous:
        return np.array(array)
    root = array
    while isinstance(root.base, np.memmap):
        root = root.base
    offset = root.offset + array.ctypes.data - root.ctypes.data
    return FileItems(Path(str(root.filename)), offset, array.shape, array.dtype)
