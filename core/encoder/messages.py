"""Messages between Framescope and the process that runs a model."""

import json
from collections.abc import Iterator, Mapping
from math import prod

import numpy as np

from ..base.arrays import NDArray

MODEL, GRAPH, BATCH = range(3)
"""Requests: load this encoder (the folder it lies in, a NUL, its bytes); load any graph (JSON with the folder and the
names of the tensors wanted, a NUL, its bytes); run the one loaded last (values of an encoder's batch, or arrays)."""
OK, REFUSED, FAILED = range(3)
"""Answers: what was asked for; a sentence about the model; what is wrong with Framescope itself."""


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
