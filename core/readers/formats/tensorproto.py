"""ONNX ``TensorProto`` files (``.pb``), the layout of ONNX test data."""

import os
from collections.abc import Iterator
from itertools import islice
from math import prod
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np

from ...base.errors import InputError
from .file_content import LARGE_BYTES, Content, Place, array_at, opened, real_values

if TYPE_CHECKING:
    from onnx import TensorProto

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIELDS = {
    1: {_VARINT, _BYTES},  # dims
    2: {_VARINT},  # data_type
    3: {_BYTES},  # segment
    4: {_BYTES, _FIXED32},  # float_data
    5: {_VARINT, _BYTES},  # int32_data, also float16 and bfloat16
    6: {_BYTES},  # string_data
    7: {_VARINT, _BYTES},  # int64_data
    8: {_BYTES},  # name
    9: {_BYTES},  # raw_data
    10: {_BYTES, _FIXED64},  # double_data
    11: {_VARINT, _BYTES},  # uint64_data
    12: {_BYTES},  # doc_string
    13: {_BYTES},  # external_data
    14: {_VARINT},  # data_location
    16: {_BYTES},  # metadata_props
}
_MAX_FIELDS = 1000
_MAX_PARSED = 256 << 20
"""Bytes of a tensor that are parsed at once; raw data of any size stays in the file."""
_RAW_TYPES = {1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 10: "<f2", 11: "<f8", 12: "<u4"}
_RAW_TYPES |= {13: "<u8", 16: "<u2"}
_RAW_DATA, _BFLOAT16 = 9, 16


class _Field(NamedTuple):
    """A field of the message: its number, the bytes it takes, and where in them its value begins."""

    number: int
    start: int
    value: int
    end: int


def is_tensorproto(path: Path, head: bytes) -> bool:
    """Tell whether a file is one protobuf message with the fields of a TensorProto and a data type among them.

    Only tags and lengths are looked at, so that a file of any size costs the same; a file that goes on well for 1000
    fields is believed.
    """
    with opened(path) as file:
        try:
            seen = {field.number for field in islice(_fields(file), _MAX_FIELDS)}
        except InputError:
            return False
    return {1, 2} <= seen


def read_tensorproto(path: Path, where: str) -> Content:
    """Read one tensor, once its dimensions are known to fit its data.

    Raises
    ------
    InputError
        Also where the values lie in another file.
    """
    import onnx.numpy_helper  # noqa: PLC0415  (takes 0.3 s)
    from google.protobuf.message import DecodeError  # noqa: PLC0415

    tensor = onnx.TensorProto()
    with opened(path) as file:
        raw = _large_raw_data(file)
        try:
            tensor.ParseFromString(_without(file, raw, where))
        except DecodeError as error:
            raise InputError(f"{where}: is not a valid ONNX tensor ({error})") from error
        _check_kind(tensor, where)
        # protobuf gives bytes where a text is no UTF-8
        name = tensor.name if isinstance(tensor.name, str) else ""
        _check_dimensions(tensor, where, raw.end - raw.value if raw else len(tensor.raw_data))
        if raw is None:
            return Content({name: real_values(onnx.numpy_helper.to_array(tensor), where)})
        dtype, shape = np.dtype(_RAW_TYPES[tensor.data_type]), tuple(tensor.dims)
        bfloat16 = tensor.data_type == _BFLOAT16
        return Content({name: array_at(Place(file, path, where, raw.value), dtype, shape, bfloat16=bfloat16)})


def _large_raw_data(file: IO[bytes]) -> _Field | None:
    """Find raw data that is too large to be held; of several the last, as protobuf has it."""
    found = [field for field in islice(_fields(file), _MAX_FIELDS) if field.number == _RAW_DATA]
    return found[-1] if found and found[-1].end - found[-1].value >= LARGE_BYTES else None


def _without(file: IO[bytes], raw: _Field | None, where: str) -> bytes:
    """Give the message without its large raw data."""
    size = os.fstat(file.fileno()).st_size
    if size - (raw.end - raw.start if raw else 0) > _MAX_PARSED:
        raise InputError(f"{where}: has {size} bytes outside raw_data; write so many values as raw_data")
    file.seek(0)
    if raw is None:
        return file.read(size)
    before = file.read(raw.start)
    file.seek(raw.end)
    return before + file.read(size)


def _check_kind(tensor: "TensorProto", where: str) -> None:
    import onnx  # noqa: PLC0415  (takes 0.3 s)

    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise InputError(f"{where}: keeps its values in another file; write them into the tensor itself")
    if tensor.HasField("segment") or tensor.string_data:
        raise InputError(f"{where}: is a segment or holds strings; one whole tensor of numbers is needed")
    if tensor.data_type not in _RAW_TYPES:
        raise InputError(f"{where}: is an ONNX tensor of type {tensor.data_type}; real numbers are needed")


def _check_dimensions(tensor: "TensorProto", where: str, raw_bytes: int) -> None:
    values = (tensor.float_data, tensor.int32_data, tensor.int64_data, tensor.double_data, tensor.uint64_data)
    held = raw_bytes // np.dtype(_RAW_TYPES[tensor.data_type]).itemsize or max(map(len, values))
    if min(tensor.dims, default=0) < 0 or prod(tensor.dims) != held:
        raise InputError(f"{where}: its dimensions {list(tensor.dims)[:16]} do not fit the {held} values it holds")


def _fields(file: IO[bytes]) -> Iterator[_Field]:
    """Go through the fields of a message from the first to the last.

    Raises
    ------
    InputError
        Bytes that are no field of a TensorProto.
    """
    size, end = file.seek(0, os.SEEK_END), 0
    while end < size:
        file.seek(start := end)
        number, wire = divmod(_varint(file), 8)
        length = {_FIXED32: 4, _FIXED64: 8}.get(wire) or _varint(file)
        value = file.tell()
        end = value if wire == _VARINT else value + length
        if wire not in _FIELDS.get(number, ()) or end > size:
            raise InputError("no ONNX tensor")
        yield _Field(number, start, value, end)


def _varint(file: IO[bytes]) -> int:
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            return 0
        value |= (byte[0] & 127) << shift
        if byte[0] < 128:
            break
    return value
