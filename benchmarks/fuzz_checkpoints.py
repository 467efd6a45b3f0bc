"""Checkpoints to be mutated: valid ones, and whether one is still accepted; all that is not must be an InputError."""

import io
import random
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from framescope.core.base.errors import InputError
from framescope.core.encoder.architecture import parameter_shapes
from framescope.core.encoder.checkpoint import read_checkpoint
from helpers.checkpoints import archive, call, constant_state, mapping, name, pickle_of, tensor, text

COUNTER = "0.conv_block.1.num_batches_tracked"
_MAX_PARTS = 8
"""Places that one mutation changes."""


def seeds() -> Iterator[bytes]:
    """Give small checkpoints that are accepted, each in another of the ways that they are written in."""
    halves = constant_state(**{key: tensor(shape, kind="HalfStorage") for key, shape in parameter_shapes().items()})
    counted = constant_state(**{COUNTER: tensor((), kind="LongStorage", key="1")})
    ordered = call(name("collections", "OrderedDict")) + mapping(constant_state()).removeprefix(b"}")
    nested = mapping({"state_dict": mapping({f"module.{key}": value for key, value in constant_state().items()})})
    values = np.float32(0.01).tobytes()
    yield _checkpoint(mapping(constant_state()), {"0": values})
    yield _checkpoint(mapping(halves), {"0": np.float16(0.01).tobytes()})
    yield _checkpoint(mapping(counted), {"0": values, "1": bytes(8)})
    yield _checkpoint(ordered, {"0": values})
    yield _checkpoint(nested, {"0": values}, byteorder=b"little")
    yield _checkpoint(mapping(constant_state()) + mapping({"_metadata": text("x")}) + b"b", {"0": values})


def accepts(data: bytes) -> bool:
    """Whether a checkpoint is read; anything but that and an InputError is raised."""
    with tempfile.NamedTemporaryFile(suffix=".pth") as file:
        file.write(data)
        file.flush()
        try:
            return read_checkpoint(file.name).keys() >= parameter_shapes().keys()
        except InputError:
            return False


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change a checkpoint: bytes anywhere or in the zip's directory, or its pickle, in a zip that is sound."""
    change = chance.choice((_anywhere, _directory, _pickle, _pickle, _pickle))
    return change(data, chance)


def _checkpoint(content: bytes, storages: dict[str, bytes], **entries: bytes) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".pth") as file:
        return archive(Path(file.name), pickle_of(content), storages, **entries).read_bytes()


def _spoilt(data: bytes, places: range, chance: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, _MAX_PARTS)):
        place = chance.choice(places)
        spoilt[place] = chance.choice((chance.randrange(256), 0, 255, spoilt[place] ^ (1 << chance.randrange(8))))
    return bytes(spoilt)


def _anywhere(data: bytes, chance: random.Random) -> bytes:
    return _spoilt(data, range(len(data)), chance)


def _directory(data: bytes, chance: random.Random) -> bytes:
    return _spoilt(data, range(data.index(b"PK\x01\x02"), len(data)), chance)


def _pickle(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        entries = {entry: old.read(entry) for entry in old.namelist()}
    content = entries["archive/data.pkl"]
    kind = chance.randrange(3)
    if kind == 0:
        content = _spoilt(content, range(len(content)), chance)
    else:
        start, length = chance.randrange(len(content)), chance.randrange(200)
        piece = content[start : start + length]
        place = chance.randrange(len(content))
        content = (
            content[:place] + piece * chance.choice((1, 1, 2, 50)) + content[place + (length if kind == 2 else 0) :]
        )
    entries["archive/data.pkl"] = content
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        for entry, value in entries.items():
            new.writestr(entry, value)
    return stream.getvalue()
