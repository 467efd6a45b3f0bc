"""Telling MessagePack from headerless values: both may begin with any byte."""

import os
from pathlib import Path
from typing import IO

from .file_content import opened

_MAX_OBJECTS = 2000
"""Objects that are looked at; a file that goes on well for so many is believed."""
_CONTAINERS = {0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}
"""Arrays and maps: bytes of their length."""
_SIZED = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
"""Bytes and text: bytes of their length."""
_EXTENSIONS = {0xC7: 1, 0xC8: 2, 0xC9: 4}
_FIXED = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
_FIXED |= {0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17, 0xC0: 0, 0xC2: 0, 0xC3: 0}
_FLOATS = {0xCA, 0xCB}
_MIN_BYTES = 64


class _NoMessageError(Exception):
    """Bytes that are no MessagePack."""


def is_msgpack(path: Path, head: bytes) -> bool:
    """Tell whether a file is one array or map whose values are floats, or long runs of bytes, up to its end."""
    if not head or not (0x80 <= head[0] <= 0x9F or head[0] in _CONTAINERS):
        return False
    with opened(path) as file:
        try:
            return _looks_so(file, os.fstat(file.fileno()).st_size)
        except _NoMessageError:
            return False


def _looks_so(file: IO[bytes], size: int) -> bool:
    left, seen, floats, long_runs = 1, 0, 0, 0
    while left and seen < _MAX_OBJECTS:
        code = _number(file, 1)
        left += _inside(code, file) - 1
        length = _length(code, file)
        if length > size - file.tell() or left > size - file.tell() - length:
            raise _NoMessageError
        file.seek(length, 1)
        seen += 1
        floats += code in _FLOATS
        long_runs += code not in _FIXED and length >= _MIN_BYTES
    if left == 0 and file.tell() != size:
        return False
    return long_runs > 0 or 2 * floats > seen


def _inside(code: int, file: IO[bytes]) -> int:
    """Give the number of objects in an array or a map."""
    if code in _CONTAINERS:
        return _number(file, _CONTAINERS[code]) * (2 if code >= 0xDE else 1)
    if 0x80 <= code <= 0x9F:
        return (code & 15) * (2 if code < 0x90 else 1)
    return 0


def _length(code: int, file: IO[bytes]) -> int:
    """Give the number of bytes that follow as the value of an object that is no array or map."""
    if code in _SIZED:
        return _number(file, _SIZED[code])
    if code in _EXTENSIONS:
        return _number(file, _EXTENSIONS[code]) + 1
    if 0xA0 <= code <= 0xBF:
        return code & 31
    if code == 0xC1:
        raise _NoMessageError
    return _FIXED.get(code, 0)


def _number(file: IO[bytes], width: int) -> int:
    data = file.read(width)
    if len(data) < width:
        raise _NoMessageError
    return int.from_bytes(data, "big")
