"""Messages between Framescope and the process that runs an encoder: a kind, a length, and so many bytes."""

import struct
from typing import IO

MODEL, BATCH = range(2)
"""Requests: load this model (the folder it lies in, a NUL, its bytes); encode this batch (its values)."""
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
