"""Headerless values behind a few integers: the shape, as programs in C, Java and Go write it."""

import os
import struct
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import IO

from .file_content import Content, Headerless, bytes_at, opened

_MAX_AXES = 4
_FORMS = ("<i", ">i", "<q", ">q")
_ITEM_BYTES = (2, 4, 8)
_MIN_VALUES = 64


def is_headed(path: Path, head: bytes) -> bool:
    """Tell whether a file begins with the lengths of the axes of exactly the values that follow."""
    with opened(path) as file:
        return _head(head, os.fstat(file.fileno()).st_size) is not None


def read_headed(path: Path, where: str) -> Content:
    """Give the values behind the integers as bytes with a shape: their type is not said."""
    with opened(path) as file:
        return _content(file, path, where)


def _content(file: IO[bytes], path: Path, where: str) -> Content:
    found = _head(file.read(64), os.fstat(file.fileno()).st_size)
    if found is None:  # it has just been written again
        return Content(raw=Headerless(bytes_at(file, path)))
    offset, shape = found
    note = f"begins with {offset} bytes of integers, which were taken for its shape, {', '.join(map(str, shape))}"
    return Content(raw=Headerless(bytes_at(file, path, offset), offset, shape), notes=(note,))


def _head(head: bytes, size: int) -> tuple[int, tuple[int, ...]] | None:
    """Give the bytes that the integers take and the shape they state, if the file has just so many values."""
    for offset, shape in _candidates(head):
        count = prod(shape)
        rest = size - offset
        if min(shape) > 0 and count >= _MIN_VALUES and rest % count == 0 and rest // count in _ITEM_BYTES:
            return offset, shape
    return None


def _candidates(head: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Give what the first integers could state: the number of axes and their lengths, or the lengths alone."""
    for form in _FORMS:
        width = struct.calcsize(form)
        count = min(len(head) // width, _MAX_AXES + 1)
        numbers = struct.unpack_from(f"{form[0]}{count}{form[1]}", head)
        axes = numbers[0] if numbers else 0
        if 1 <= axes < count:
            yield (axes + 1) * width, numbers[1 : axes + 1]
        for axes in range(1, min(count, _MAX_AXES) + 1):
            yield axes * width, numbers[:axes]
