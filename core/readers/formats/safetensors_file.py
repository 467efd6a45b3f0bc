"""``.safetensors`` files: the header is read here, because the format's own library maps the file into memory."""

import json
import os
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ...base.arrays import Array
from ...base.errors import InputError
from .file_content import LARGE_BYTES, Content, Place, array_at, check_size, opened

_TYPES = {
    **{"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"},
    **{"I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1"},
}
_MAX_HEADER = 100_000_000
"""Bytes of the header, the library's own limit."""


def is_safetensors(path: Path, head: bytes) -> bool:
    """Tell whether a file begins like safetensors: a header length that fits the file, then a JSON object."""
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= path.stat().st_size - 8


def read_safetensors(path: Path, where: str) -> Content:
    """Read all tensors; every offset is held against the file's size, and what is large is read where somebody looks.

    Raises
    ------
    InputError
        A header that is not a JSON object of tensors, or tensors that do not lie in the file.
    """
    with opened(path) as file:
        length = int.from_bytes(file.read(8), "little")
        size = os.fstat(file.fileno()).st_size - 8 - length
        if length > _MAX_HEADER or size < 0:
            raise InputError(f"{where}: is not a valid safetensors file (its header would take {length} bytes)")
        said = json.loads(file.read(length))
        said.pop("__metadata__", None)
        tensors = {str(name): _checked(entry, f"{where}/{name}", size) for name, entry in said.items()}
        total = sum(np.dtype(code).itemsize * prod(shape) for code, shape, _, _ in tensors.values())
        large = 1 if total >= LARGE_BYTES else LARGE_BYTES
        arrays: dict[str, Array] = {}
        for name, (code, shape, start, bfloat16) in tensors.items():
            place = Place(file, path, f"{where}/{name}", 8 + length + start)
            arrays[name] = array_at(place, np.dtype(code), shape, bfloat16=bfloat16, large=large)
    return Content(arrays)


def _checked(entry: Any, where: str, size: int) -> tuple[str, tuple[int, ...], int, bool]:
    """Give type, shape, first byte and whether it is bfloat16, of a tensor that lies in `size` bytes."""
    kind, shape, (start, stop) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    if kind not in _TYPES:
        raise InputError(f"{where}: holds {kind!s:.20} values; real numbers, float16 to float64, are needed")
    if not all(type(number) is int for number in (*shape, start, stop)) or not 0 <= start <= stop <= size:
        raise InputError(f"{where}: is not a valid safetensors file (its header does not fit its {size} bytes)")
    itemsize = np.dtype(_TYPES[kind]).itemsize
    if check_size(where, shape, itemsize, stop - start) * itemsize != stop - start:
        raise InputError(f"{where}: is not a valid safetensors file (a tensor has {stop - start} bytes for {shape})")
    return _TYPES[kind], shape, start, kind == "BF16"
