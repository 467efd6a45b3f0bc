"""Checkpoints written opcode by opcode, as torch.save writes them and as nobody should."""

import struct
import zipfile
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from framescope.core.encoder.architecture import parameter_shapes

Array = np.ndarray[Any, Any]


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def integer(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def sequence(*items: bytes) -> bytes:
    return b"(" + b"".join(items) + b"t"


def integers(values: tuple[int, ...]) -> bytes:
    return sequence(*map(integer, values))


def mapping(items: Mapping[str, bytes]) -> bytes:
    return b"}(" + b"".join(text(key) + value for key, value in items.items()) + b"u"


def pickle_of(value: bytes) -> bytes:
    return b"\x80\x02" + value + b"."


def call(function: bytes, *arguments: bytes) -> bytes:
    return function + sequence(*arguments) + b"R"


def tensor(
    shape: tuple[int, ...],
    strides: tuple[int, ...] | None = None,
    *,
    key: str = "0",
    kind: str = "FloatStorage",
    count: int = 1,
    offset: int = 0,
) -> bytes:
    """Without strides: one value for every place, so that a whole checkpoint has a few kilobytes."""
    storage = sequence(text("storage"), name("torch", kind), text(key), text("cpu"), integer(count)) + b"Q"
    hooks = call(name("collections", "OrderedDict"))
    layout = integers(strides if strides is not None else (0,) * len(shape))
    rebuild = name("torch._utils", "_rebuild_tensor_v2")
    return call(rebuild, storage, integer(offset), integers(shape), layout, b"\x89", hooks)


def constant_state(**changes: bytes | None) -> dict[str, bytes]:
    """Every key of the encoder with the same value everywhere; None leaves a key out."""
    state = {key: tensor(shape) for key, shape in parameter_shapes().items()} | changes
    return {key: value for key, value in state.items() if value is not None}


def archive(
    path: Path,
    content: bytes,
    storages: Mapping[str, bytes] | None = None,
    *,
    compression: int = zipfile.ZIP_STORED,
    **entries: bytes,
) -> Path:
    """Write a checkpoint: `content` is its pickle, `entries` are further records, such as byteorder."""
    with zipfile.ZipFile(path, "w", compression) as file:
        file.writestr("archive/data.pkl", content)
        for entry, data in entries.items():
            file.writestr(f"archive/{entry}", data)
        for key, data in (storages if storages is not None else {"0": struct.pack("<f", 0.01)}).items():
            file.writestr(f"archive/data/{key}", data)
    return path


def random_weights(seed: int = 0) -> dict[str, Array]:
    """Weights whose features are neither all zero nor huge, with a normalisation that does something."""
    generator = np.random.default_rng(seed)
    weights = {}
    for key, shape in parameter_shapes().items():
        if key.endswith("0.weight"):
            weights[key] = generator.normal(0, np.sqrt(2 / prod(shape[1:])), shape).astype(np.float32)
        elif key.endswith(("1.weight", "running_var")):
            weights[key] = generator.uniform(0.5, 1.5, shape).astype(np.float32)
        else:
            weights[key] = generator.normal(0, 0.2, shape).astype(np.float32)
    return weights


def save(path: Path, weights: Mapping[str, Array]) -> Path:
    """Write these weights as torch.save would."""
    items, storages = {}, {}
    for number, (key, values) in enumerate(weights.items()):
        strides = tuple(stride // values.itemsize for stride in values.strides)
        items[key] = tensor(values.shape, strides, key=str(number), count=values.size)
        storages[str(number)] = values.tobytes()
    return archive(path, pickle_of(mapping(items)), storages)
