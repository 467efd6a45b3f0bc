"""What one file of a dump holds, whatever its format."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from math import prod
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeAlias

import numpy as np

from ...base.arrays import Array, NDArray, OnDemand
from ...base.errors import InputError
from ...base.files import open_regular
from ..lazy_file_array import FileItems, stamp_of
from ..samples import SoundSamples

LARGE_BYTES = 64 << 20
"""Arrays from this size on are read where somebody looks, smaller ones at once."""
MAX_HELD_BYTES = 1 << 30
"""What is held of one stage or unpacked file at most: eleven hours of a float32 mel, four of 16 kHz float32 samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Headerless:
    """Values without a type.

    Attributes
    ----------
    bytes : (n,) uint8 array
        The values.
    offset : int
        How many bytes of the file lie in front of them.
    shape : tuple of int or None
        What these bytes give as the shape.
    """

    bytes: Array
    offset: int = 0
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What one file holds: named arrays, or facts about the dump, or headerless bytes, or other files.

    Attributes
    ----------
    arrays : mapping of str to array
        Real numbers, float16, float32 or float64 in the machine's byte order; the name is empty where the format
        has none.
    facts : mapping
        The file's JSON object where it describes the dump instead of being one.
    raw : Headerless or None
        The values of a file that does not say their type.
    parts : mapping of str to Content or InputError
        The files in an archive, by their names, with what they hold or what is wrong with them.
    notes : tuple of str
        What reading had to leave out or to put right, one sentence each.
    """

    arrays: Mapping[str, Array] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    raw: Headerless | None = None
    parts: Mapping[str, "Part"] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def held(self) -> "Content":
        """Give the same with every array in memory, for a file that will not be there any longer."""
        arrays = {name: held(array) for name, array in self.arrays.items()}
        raw = replace(self.raw, bytes=held(self.raw.bytes)) if self.raw else None
        return replace(self, arrays=arrays, raw=raw)


Part: TypeAlias = Content | InputError
"""What a file in an archive holds, or what is wrong with it."""


def held(array: Array) -> Array:
    """Give an array whose values are in memory."""
    if isinstance(array, SoundSamples):
        return array.held()
    return array[:] if isinstance(array, OnDemand) else array


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular file, and nothing that could block for ever or never end.

    Raises
    ------
    OSError
        It cannot be opened.
    InputError
        It is a pipe, a device or a folder.
    """
    file = open_regular(path)
    if file is None:
        raise InputError(f"{path}: is a pipe or a device; name a file")
    with file:
        yield file


def real_values(array: NDArray, where: str) -> NDArray:
    """Give an array as floats in the machine's byte order, without copying one that is so already.

    Parameters
    ----------
    array : array
        Any dtype; bfloat16 becomes float32, integers of up to 16 bits float32, longer ones float64.
    where : str
        What to name in an error.

    Raises
    ------
    InputError
        Values that are not real numbers of at most 64 bits.
    """
    kind, size = array.dtype.kind, array.dtype.itemsize
    if array.dtype.name == "bfloat16":
        return from_bfloat16(array.view(np.uint16))
    if kind in "iu":
        return array.astype(np.float64 if size > 2 else np.float32)
    if kind != "f" or size > 8:
        raise InputError(f"{where}: holds {array.dtype.name} values; real numbers, float16 to float64, are needed")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def from_bfloat16(bits: NDArray) -> NDArray:
    """Give the float32 values whose upper halves these 16-bit numbers are."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def check_size(where: str, shape: tuple[int, ...], itemsize: int, available: int) -> int:
    """Give the number of values that a header announces, once it is certain that the file holds as many.

    Raises
    ------
    InputError
        A negative length, more bytes announced than there are, or more axes than any stage has.
    """
    if len(shape) > 16:
        raise InputError(f"{where}: has {len(shape)} axes; a stage has at most 4")
    count = prod(shape)
    if min(shape, default=0) < 0:
        raise InputError(f"{where}: its header gives the shape {shape}; lengths cannot be negative")
    if count * itemsize > available:
        raise InputError(
            f"{where}: its header announces {count} values of {itemsize} bytes (shape {shape}), but only {available} "
            "bytes follow; the file is cut short or its header is wrong"
        )
    return count


class Place(NamedTuple):
    """Where values lie: the open file, its path, what to call it in errors, and the byte at which they begin."""

    file: IO[bytes]
    path: Path
    where: str
    offset: int = 0


def array_at(
    place: Place,
    dtype: np.dtype[Any],
    shape: tuple[int, ...],
    *,
    fortran: bool = False,
    bfloat16: bool = False,
    large: int = LARGE_BYTES,
) -> Array:
    """Give an array in a file as real numbers: read now, or where somebody looks if it takes `large` bytes or more.

    Parameters
    ----------
    place : Place
        Where the values begin; that the file holds so many is known.
    dtype, shape, fortran : numpy dtype, tuple of int, bool
        How they lie.
    bfloat16 : bool
        Whether the 16-bit numbers are the upper halves of float32 values.
    """
    decode = number_decoder(place.where, dtype, bfloat16)
    lying = FileItems.plain(place.path, stamp_of(place.file), place.offset, dtype, (prod(shape),)).decoded(decode)
    if prod(shape) * dtype.itemsize < min(large, LARGE_BYTES) or not shape:
        return lying[:].reshape(shape, order="F" if fortran else "C")
    return lying.shaped(shape, fortran=fortran)


def number_decoder(where: str, dtype: np.dtype[Any], bfloat16: bool = False) -> Callable[[NDArray], NDArray]:
    """Give what makes real numbers of stored values.

    Raises
    ------
    InputError
        Values of this type are none.
    """
    decode = from_bfloat16 if bfloat16 else partial(real_values, where=where)
    decode(np.empty(0, dtype))
    return decode


def bytes_at(file: IO[bytes], path: Path, offset: int = 0) -> Array:
    """Give a file's bytes from `offset` on, (n,) uint8: read now, or where somebody looks if they are many."""
    size = max(0, os.fstat(file.fileno()).st_size - offset)
    items = FileItems.plain(path, stamp_of(file), offset, np.dtype(np.uint8), (size,))
    return items if size >= LARGE_BYTES else items[:]
