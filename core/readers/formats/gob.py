"""Telling a stream of Go's encoding/gob from headerless values."""

import os
from pathlib import Path
from typing import IO

from .file_content import opened

_MAX_MESSAGES = 1000
_FIRST_OWN_TYPE = 64
"""Types that a program defines are numbered from here on, and defined under the negative of their number."""


def is_gob(path: Path, head: bytes) -> bool:
    """Tell whether a file is a chain of messages up to its end, of which the first defines a type."""
    with opened(path) as file:
        size, messages = os.fstat(file.fileno()).st_size, 0
        while file.tell() < size and messages < _MAX_MESSAGES:
            length = _unsigned(file)
            end = file.tell() + length
            if length < 1 or end > size or (messages == 0 and not _defines_a_type(file)):
                return False
            file.seek(end)
            messages += 1
    return messages > 1


def _defines_a_type(file: IO[bytes]) -> bool:
    number = _unsigned(file)
    return bool(number & 1) and _FIRST_OWN_TYPE <= (number >> 1) + 1 < 10_000


def _unsigned(file: IO[bytes]) -> int:
    """Read a number: itself below 128, or else the negated count of its bytes and these, the highest first."""
    first = int.from_bytes(file.read(1), "big")
    return first if first < 128 else int.from_bytes(file.read(min(256 - first, 8)), "big")
