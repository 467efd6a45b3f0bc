"""Messages between Framescope and the process that runs a model: a kind, a length, and so many bytes."""

import json
import struct
from collections.abc import Iterator, Mapping
from math import prod
from typing import IO

import numpy as np

from ..base.arrays import NDArray

MODEL, GRAPH, BATCH = range(3)
"""Requests: load this encoder (the folder it lies in, a NUL, its bytes); load any graph (JSON with the folder and the
names of the tensors wanted, a NUL, its bytes); run the one loaded last (values of an encoder's batch, or arrays)."""
OK, REFUSED, FAILED = range(3)
"""Answers: what was asked for; a sentence about the model; what is wrong with Framescope itself."""
_HEAD = struct.Struct("<BQ")


def send(pipe: IO[bytes], kind: int, *parts: bytes) -> None:
    """Write one message made of `parts`."""
    pipe.write(_HEAD.pack(kind, sum(map(len, parts))))
    for part in parts:
        pipe.write(part)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[int, bytes] | None:
    """Read one message, (kind, content); None at the end."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    content = pipe.read(length)
    return (kind, content) if len(content) == length else None


def packed(arrays: Mapping[str, NDArray]) -> Iterator[bytes]:
    """Give named arrays of numbers as the parts of a message."""
    yield json.dumps([[name, array.dtype.str, array.shape] for name, array in arrays.items()]).encode()
    yield b"\0"
    for array in arrays.values():
        yield array.tobytes()


def unpacked(content: bytes) -> dict[str, NDArray]:
    """Give the arrays of a message, read-only."""
    end = content.index(b"\0")
    arrays, place = {}, end + 1
    for name, kind, shape in json.loads(content[:end]):
        arrays[name] = np.frombuffer(content, np.dtype(kind), prod(shape), place).reshape(shape)
        place += arrays[name].nbytes
    return arrays
