"""Tensors in safetensors files, written block by block and put together without being held.

The format is that of https://github.com/huggingface/safetensors: the length of the header as 8 bytes, little-endian,
the header as JSON, the values. Its own library writes only what is whole in memory.
"""

import json
import shutil
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..base.arrays import Array, chunks
from ..base.errors import InputError
from ..base.files import naming, open_file, replacing
from ..base.store import decode
from ..run import Run, StageName

PARTS = "parts"
"""The folder, within a data set, of recordings that no shard has yet."""
_MAX_HEADER = 100 << 20
"""Bytes: what the format allows."""
_LENGTH = struct.Struct("<Q")
_BLOCK_ITEMS = 64


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """A float32 tensor of a file: its name, its shape, and where its values begin, in bytes behind the header."""

    name: str
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """Bytes of its values."""
        return 4 * prod(self.shape)


def part_of(run: Run, stages: Iterable[StageName], key: str, folder: Path | None) -> bytes | None:
    """Write stages of a run as the tensors ``KEY.STAGE``, float32, into a part of a data set.

    Parameters
    ----------
    folder : Path or None
        The data set's folder; None: the file is given back.

    Raises
    ------
    InputError
        It cannot be written.
    """
    arrays = {f"{key}.{name}": run[name].array for name in stages}
    if folder is None:
        file = BytesIO()
        _write(file, arrays)
        return file.getvalue()
    with replacing(part_path(folder, key)) as part:
        _write(part, arrays)
    return None


def part_path(folder: Path, key: str) -> Path:
    """Give the place of a recording's part."""
    return folder / PARTS / f"{key}.safetensors"


def read_header(path: Path) -> tuple[list[TensorInfo], int]:
    """Read what tensors a file has, and where its values begin.

    Raises
    ------
    InputError
        It cannot be read, or is no such file.
    """
    with naming(path), open_file(path, "a safetensors file of a data set") as file:
        return _header(file)


def join(parts: Sequence[Path], shard: Path) -> None:
    """Write the tensors of several files into one, which is there whole or not at all.

    Raises
    ------
    InputError
        One of the files cannot be read, or the new one not be written.
    """
    headers = [read_header(part) for part in parts]
    tensors = [tensor for found, _ in headers for tensor in found]
    with replacing(shard) as file:
        _write_header(file, {tensor.name: tensor.shape for tensor in tensors})
        for part, (_, start) in zip(parts, headers, strict=True):
            with open_file(part, "a part of a data set") as values:
                values.seek(start)
                shutil.copyfileobj(values, file, 1 << 20)


def _write(file: IO[bytes], arrays: Mapping[str, Array]) -> None:
    _write_header(file, {name: array.shape for name, array in arrays.items()})
    for array in arrays.values():
        for block in chunks(array, _BLOCK_ITEMS):
            file.write(np.ascontiguousarray(block, "<f4").tobytes())


def _write_header(file: IO[bytes], shapes: Mapping[str, tuple[int, ...]]) -> None:
    header: dict[str, Any] = {"__metadata__": {"writer": "framescope"}}
    for tensor in _placed(shapes):
        offsets = [tensor.start, tensor.start + tensor.size]
        header[tensor.name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write(_LENGTH.pack(len(text)) + text)


def _placed(shapes: Mapping[str, tuple[int, ...]]) -> Iterator[TensorInfo]:
    start = 0
    for name, shape in shapes.items():
        tensor = TensorInfo(name, shape, start)
        start += tensor.size
        yield tensor


def _header(file: IO[bytes]) -> tuple[list[TensorInfo], int]:
    head = file.read(_LENGTH.size)
    length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else _MAX_HEADER + 1
    if length > _MAX_HEADER:
        raise InputError("is not a safetensors file")
    described = decode(file.read(length))
    try:
        shapes = {name: tuple(each["shape"]) for name, each in described.items() if name != "__metadata__"}
        return list(_placed(shapes)), _LENGTH.size + length
    except (AttributeError, KeyError, TypeError):
        raise InputError("has a header that no data set of Framescope has") from None
