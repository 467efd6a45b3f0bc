"""Arrays in files, read when somebody looks: no file is ever mapped, because a port may cut it short at any moment."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import FileIO
from math import prod
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from ..base.arrays import NDArray, OnDemand
from ..base.errors import InputError
from ..base.files import open_regular

_SPARE = 4
"""Items are read as one span where that reads at most so many times what was asked for."""


class Stamp(NamedTuple):
    """What tells one writing of a file from the next: bytes, time of the last change in ns, number on disk."""

    size: int
    changed: int
    inode: int


def stamp_of(file: IO[bytes] | FileIO) -> Stamp:
    """Give the stamp of an open file."""
    return stamp(os.fstat(file.fileno()))


def stamp(found: os.stat_result) -> Stamp:
    """Give the stamp of a file of which this is known."""
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


def _as_stored(values: NDArray) -> NDArray:
    return values


@dataclass(frozen=True, slots=True, eq=False)
class FileItems(OnDemand):
    """An (N, *item) array in a file; what it gives are copies, and never of two different writings of the file.

    Attributes
    ----------
    path, written, offset : Path, Stamp, int
        The file as it was when its header was read, and the byte at which the first value lies.
    stored : numpy dtype
        Type of the values in the file.
    lengths : tuple of int
        Lengths of the axes as they lie in the file, the last one fastest.
    axes : tuple of int
        These axes in the order in which they are given; the first, which counts the items, is the first or last there.
    item : tuple of int
        Shape of one item.
    decode : callable
        Makes numbers of stored values.

    Raises
    ------
    InputError
        On indexing: the file has gone or has been written again.
    """

    path: Path
    written: Stamp
    offset: int
    stored: np.dtype[Any]
    lengths: tuple[int, ...]
    axes: tuple[int, ...]
    item: tuple[int, ...]
    decode: Callable[[NDArray], NDArray] = _as_stored

    @classmethod
    def plain(
        cls, path: Path, written: Stamp, offset: int, stored: np.dtype[Any], lengths: tuple[int, ...]
    ) -> "FileItems":
        """Give an array as it lies in the file."""
        return cls(path, written, offset, stored, lengths, tuple(range(len(lengths))), lengths[1:])

    def shaped(self, shape: tuple[int, ...], *, fortran: bool = False) -> "FileItems":
        """Give (n,) values another shape, in C order or in Fortran's."""
        axes = tuple(range(len(shape)))
        lengths, order = (shape[::-1], axes[::-1]) if fortran else (shape, axes)
        return replace(self, lengths=lengths, axes=order, item=shape[1:])

    @property
    def shape(self) -> tuple[int, ...]:
        """The whole array's shape."""
        return (self.lengths[self.axes[0]], *self.item)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values that it gives."""
        return self.decode(np.empty(0, self.stored)).dtype

    def decoded(self, decode: Callable[[NDArray], NDArray]) -> "FileItems":
        """Give the same array with another way to make numbers of stored values."""
        return replace(self, decode=decode)

    def view(self, stored: np.dtype[Any]) -> "FileItems":
        """Take (n,) bytes for values of a type."""
        return replace(self, stored=stored, lengths=(self.lengths[0] // stored.itemsize,))

    def laid_out(self, lengths: tuple[int, ...], order: tuple[int, ...], item: tuple[int, ...]) -> "FileItems":
        """Give the array with other lengths of its axes, these in another order, and items of another shape."""
        if len(self.axes) > 1 and self.axes[0] != 0:
            return replace(self, lengths=lengths[::-1], axes=tuple(len(lengths) - 1 - n for n in order), item=item)
        return replace(self, lengths=lengths, axes=order, item=item)

    def take(self, items: NDArray) -> NDArray:
        """Read the items with these numbers."""
        if not len(items):
            return np.empty((0, *self.item), self.dtype)
        low, high = int(items.min()), int(items.max()) + 1
        with self._opened() as file:
            if high - low > _SPARE * len(items):
                return np.concatenate([self._span(file, int(item), int(item) + 1) for item in items])
            span = self._span(file, low, high)
        return span if len(items) == high - low and (np.diff(items) == 1).all() else span[items - low]

    def _opened(self) -> FileIO:
        try:
            file = open_regular(self.path)
        except OSError:
            file = None
        if file is None:
            raise self._changed()
        raw = file.detach()
        assert isinstance(raw, FileIO)
        return raw

    def _span(self, file: FileIO, start: int, stop: int) -> NDArray:
        count, free = len(self), self.axes[0]
        if free == 0 or stop - start == count:
            lengths = (stop - start, *self.lengths[1:]) if free == 0 else self.lengths
            values = self._read(file, start * prod(self.lengths[1:]), prod(lengths))
        else:
            lengths = (*self.lengths[:-1], stop - start)
            rows = [self._read(file, row * count + start, stop - start) for row in range(prod(lengths[:-1]))]
            values = np.concatenate(rows)
        if stamp_of(file) != self.written:
            raise self._changed()
        ordered = values.reshape(lengths).transpose(self.axes)
        return self.decode(ordered.reshape(stop - start, *self.item))

    def _read(self, file: FileIO, first: int, count: int) -> NDArray:
        data = bytearray(count * self.stored.itemsize)
        file.seek(self.offset + first * self.stored.itemsize)
        left = memoryview(data)
        while left and (read := file.readinto(left)):
            left = left[read:]
        if left:
            raise self._changed()
        return np.frombuffer(data, self.stored)

    def _changed(self) -> InputError:
        return InputError(f"{self.path}: has changed since it was read; read it again")
