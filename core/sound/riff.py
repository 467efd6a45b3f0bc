"""The length that a WAV or AIFF header promises, held against the file's; libsndfile itself would not complain."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from ..base.errors import InputError
from .stream import SoundStream

_BYTE_ORDERS = {b"RIFF": "<", b"RF64": "<", b"RIFX": ">", b"FORM": ">"}
_FORMS = (b"WAVE", b"AIFF", b"AIFC")
_MAX_CHUNKS = 1000
"""No recording has more chunks before its samples; a hostile file could have a billion empty ones."""


@dataclass(frozen=True, slots=True)
class DataChunk:
    """Where the samples lie, as the header tells it; all in bytes.

    Attributes
    ----------
    start, size : int
        Where the samples begin in the file, and how many bytes of them there are to be.
    size_at, size_form : int, str
        Where `size` itself stands in the file, and how (as `struct` writes it).
    total : int
        How long the whole file is to be.
    """

    start: int
    size: int
    size_at: int
    size_form: str
    total: int


def complete(file: IO[bytes]) -> SoundStream:
    """Give the bytes of a file whose header, if it is one of these, tells the length of its samples.

    Programs that write to a pipe cannot go back to their header. Most leave a size near 2 ** 31 or 2 ** 32 in it,
    which readers take for "to the end of the file"; some leave 0, and that reads as the true size here.

    Raises
    ------
    InputError
        The header promises more than the file has.
    """
    chunk = find_data_chunk(file)
    length = file.seek(0, io.SEEK_END)
    if chunk is None or _is_unknown(chunk.size):
        return SoundStream(file)
    there = length - chunk.start
    if chunk.size > there:
        raise InputError(
            f"is cut short: its header promises {chunk.size} bytes of samples, of which {max(there, 0)} are "
            "there; copy or export it again"
        )
    if chunk.size == 0 < there and chunk.total != length:
        largest = 256 ** struct.calcsize(chunk.size_form) - 1
        return SoundStream(file, chunk.size_at, struct.pack(chunk.size_form, min(there, largest)))
    return SoundStream(file)


def find_data_chunk(file: IO[bytes]) -> DataChunk | None:
    """Find the samples of a WAV, RF64 or AIFF file; None where it is none of these or has none."""
    file.seek(0)
    kind, form = struct.unpack("4s4x4s", file.read(12).ljust(12, b"\0"))
    if kind not in _BYTE_ORDERS or form not in _FORMS:
        return None
    size_form, ds64 = _BYTE_ORDERS[kind] + "I", None
    for marker, start, size in _chunks(file, size_form):
        if marker == b"ds64":  # RF64 keeps its sizes, of the whole and of the samples, in 64 bits here
            ds64 = start
        elif marker in (b"data", b"SSND"):
            if ds64 is not None and size == 2**32 - 1:
                return DataChunk(start, _number(file, ds64 + 8, "<Q"), ds64 + 8, "<Q", _number(file, ds64, "<Q") + 8)
            return DataChunk(start, size, start - 4, size_form, _number(file, 4, size_form) + 8)
    return None


def _chunks(file: IO[bytes], size_form: str) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        marker = file.read(4)
        size = _number(file, at + 4, size_form)
        if len(marker) < 4:
            return
        yield marker, at + 8, size
        at += 8 + size + size % 2  # chunks begin at even places


def _number(file: IO[bytes], at: int, form: str) -> int:
    file.seek(at)
    length = struct.calcsize(form)
    value: int = struct.unpack(form, file.read(length).ljust(length, b"\0"))[0]
    return value


def _is_unknown(size: int) -> bool:
    return any(abs(size - 2**bits) <= 4096 for bits in (31, 32, 63, 64))
