"""What one file of a dump holds, whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ...arrays import NDArray
from ...errors import InputError

MAP_BYTES = 64 << 20
"""Files from this size on are mapped into memory, smaller ones are read: a port may rewrite them at any moment."""


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What one file holds: named arrays, or facts about the dump, or headerless bytes.

    Attributes
    ----------
    arrays : mapping of str to array
        Real numbers, float16, float32 or float64 in the machine's byte order; the name is empty where the format
        has none.
    facts : mapping
        The file's JSON object where it describes the dump instead of being one.
    raw : (n,) uint8 array or None
        The bytes of a file without any header.
    notes : tuple of str
        What reading had to leave out, one sentence each.
    """

    arrays: Mapping[str, NDArray] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    raw: NDArray | None = None
    notes: tuple[str, ...] = ()


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
        return array.astype(np.float32)
    if kind in "iu":
        return array.astype(np.float64 if size > 2 else np.float32)
    if kind != "f" or size > 8:
        raise InputError(f"{where}: holds {array.dtype.name} values; real numbers, float16 to float64, are needed")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def check_size(where: str, shape: tuple[int, ...], itemsize: int, available: int) -> int:
    """Give the number of values that a header announces, once it is certain that the file holds as many.

    Raises
    ------
    InputError
        A negative length, or more bytes announced than there are.
    """
    count = prod(shape)
    if min(shape, default=0) < 0:
        raise InputError(f"{where}: its header gives the shape {shape}; lengths cannot be negative")
    if count * itemsize > available:
        raise InputError(
            f"{where}: its header announces {count} values of {itemsize} bytes (shape {shape}), but only {available} "
            "bytes follow; the file is cut short or its header is wrong"
        )
    return count


def read_block(path: Path, dtype: np.dtype[Any], count: int, offset: int) -> NDArray:
    """Read `count` values at a byte offset, or map them into memory where they are many."""
    if count * dtype.itemsize >= MAP_BYTES:
        return np.memmap(path, dtype, "r", offset, (count,))
    return np.fromfile(path, dtype, count, offset=offset)
