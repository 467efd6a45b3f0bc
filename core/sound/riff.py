"""The length a WAV or AIFF header promises, compared with what the file has; libsndfile would not complain."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from ..errors import InputError

_BYTE_ORDERS = {b"RIFF": "<", b"RF64": "<", b"RIFX": ">", b"FORM": ">"}
_FORMS = (b"WAVE", b"AIFF", b"AIFC")
_MAX_CHUNKS = 1000
"""No recording has more chunks in front of its samples; a hostile file could have a billion empty ones."""


@dataclass(frozen=True, slots=True)
class DataChunk:
    """Where the samples of a file lie, as its header tells it; all in bytes from the beginning of the file.

    Attributes
    ----------
    start : int
        Where the samples begin.
    size : int
        How many bytes of samples there are to be.
    size_at, size_form : int, str
        Where `size` itself stands, and how (`struct`).
    total : int
        Length of the whole file.
    """

    start: int
    size: int
    size_at: int
    size_form: str
    total: int


def complete(path: Path, stream: BinaryIO) -> BinaryIO:
    """Give a stream whose header tells the length of its samples, where that can be told.

    Programs that write to a pipe cannot go back to their header. Most leave a size near 2 ** 31 or 2 ** 32 there,
    which every reader takes for "to the end of the file"; some leave 0, and that becomes the true size here.

    Raises
    ------
    InputError
        The header promises more than the file has.
    """
    length = stream.seek(0, io.SEEK_END)
    chunk = find_data_chunk(stream)
    if chunk is None or _is_unknown(chunk.size):
        return stream
    there = length - chunk.start
    if chunk.size > there:
        raise InputError(
            f"{path}: is cut short: its header promises {chunk.size} bytes of samples and {there} are there; "
            "copy or export it again"
        )
    if chunk.size == 0 < there and chunk.total != length:
        patch = struct.pack(chunk.size_form, min(there, 2 ** (8 * struct.calcsize(chunk.size_form)) - 1))
        return cast(BinaryIO, PatchedStream(stream, chunk.size_at, patch))
    return stream


def find_data_chunk(stream: BinaryIO) -> DataChunk | None:
    """Find the samples of a WAV, RF64 or AIFF file; None where it is none of these or has no samples."""
    stream.seek(0)
    kind, size, form = struct.unpack("4s4s4s", stream.read(12).ljust(12, b"\0"))
    if kind not in _BYTE_ORDERS or form not in _FORMS:
        return None
    order = _BYTE_ORDERS[kind]
    total = struct.unpack(order + "I", size)[0] + 8
    wide = None
    for marker, start, size in _chunks(stream, order):
        if marker == b"ds64":
            total, wide = _wide_sizes(stream, start)
        elif marker in (b"data", b"SSND"):
            if wide is not None:
                return DataChunk(start, wide, _DS64_DATA_SIZE + start_of_ds64, "<Q", total)
            return DataChunk(start, size, start - 4, order + "I", total)
    return None
