"""ONNX ``TensorProto`` files (``.pb``), the layout of ONNX test data."""

from math import prod
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ...errors import InputError
from .content import Content, real_values

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
_ENOUGH_FIELDS = 1000


def is_tensorproto(path: Path, head: bytes) -> bool:
    """Tell whether a file is one protobuf message with the fields of a TensorProto and a data type among them.

    Only tags and lengths are looked at, so that a file of any size costs the same; a file that goes on well for 1000
    fields is believed.
    """
    size, seen = path.stat().st_size, set()
    with path.open("rb") as file:
        for _ in range(_ENOUGH_FIELDS):
            if file.tell() == size:
                break
            field, wire = divmod(_varint(file), 8)
            seen.add(field)
            if wire not in _FIELDS.get(field, ()) or not _skip(file, wire, size):
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
    try:
        tensor.ParseFromString(path.read_bytes())
    except DecodeError as error:
        raise InputError(f"{where}: is not a valid ONNX tensor ({error})") from error
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise InputError(f"{where}: keeps its values in another file; write them into the tensor itself")
    if tensor.HasField("segment") or tensor.string_data:
        raise InputError(f"{where}: is a segment or holds strings; one whole tensor of numbers is needed")
    _check_dimensions(tensor, where)
    return Content({tensor.name: real_values(onnx.numpy_helper.to_array(tensor), where)})


def _check_dimensions(tensor: "TensorProto", where: str) -> None:
    if tensor.data_type not in _ITEM_BITS:
        raise InputError(f"{where}: is an ONNX tensor of type {tensor.data_type}; real numbers are needed")
    values = (tensor.float_data, tensor.int32_data, tensor.int64_data, tensor.double_data, tensor.uint64_data)
    held = len(tensor.raw_data) * 8 // _ITEM_BITS[tensor.data_type] or max(map(len, values))
    if min(tensor.dims, default=0) < 0 or prod(tensor.dims) != held:
        raise InputError(f"{where}: its dimensions {list(tensor.dims)[:16]} do not fit the {held} values it holds")


_ITEM_BITS = {1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 10: 16, 11: 64, 12: 32, 13: 64, 16: 16}
"""Bits of one raw value of each ``TensorProto.DataType`` that is a real number."""


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


def _skip(file: IO[bytes], wire: int, size: int) -> bool:
    if wire == _VARINT:
        _varint(file)
    else:
        length = {_FIXED32: 4, _FIXED64: 8}.get(wire) or _varint(file)
        if length > size - file.tell():
            return False
        file.seek(length, 1)
    return file.tell() <= size
