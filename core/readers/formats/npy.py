"""NumPy's ``.npy`` files, without pickle and without trusting what they announce."""

import io
import os
import re
from math import prod
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from ...base.arrays import Array, NDArray
from ...base.errors import InputError
from .file_content import LARGE_BYTES, Content, Place, array_at, check_size, number_decoder, opened

MAGIC = b"\x93NUMPY"
_LENGTH_BYTES = {(1, 0): 2, (2, 0): 4}
_MAX_HEADER = 10_000
"""Bytes of a header; numpy's own readers believe no longer one either."""
_VALUES = {
    "descr": r"'[<>|=]?[a-zA-Z]\d{0,9}'|\[.*?\]|\(.*?\)",
    "fortran_order": "True|False",
    "shape": r"\([-\d\s,L]*\)|\[[-\d\s,]*\]",
}
_FIELD = re.compile(
    "|".join(rf"\s*'(?P<{name}_>{name})'\s*:\s*(?P<{name}>{value})\s*,?" for name, value in _VALUES.items())
)
_NUMBER = re.compile(r"-?\d{1,30}")


class Header(NamedTuple):
    """Shape, type and order of the values of an ``.npy`` file, the byte at which they begin, and what was put right."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    bfloat16: bool
    end: int
    notes: tuple[str, ...]


def read_npy(path: Path, where: str) -> Content:
    """Read one ``.npy`` file."""
    with opened(path) as file:
        header = read_header(file, where, os.fstat(file.fileno()).st_size)
        return Content({"": header_array(Place(file, path, where), header)}, notes=header.notes)


def parse_npy(data: bytes, where: str) -> NDArray:
    """Read the array of an ``.npy`` file that is in memory."""
    return read_stream(io.BytesIO(data), where, len(data))


def header_array(place: Place, header: Header, *, start: int = 0, large: int = LARGE_BYTES) -> Array:
    """Give the array behind a header that begins at the byte `start` of a file."""
    place = place._replace(offset=start + header.end)
    return array_at(place, header.dtype, header.shape, fortran=header.fortran, bfloat16=header.bfloat16, large=large)


def read_stream(file: IO[bytes], where: str, size: int) -> NDArray:
    """Read header and values from something that cannot be read again, such as a member of an archive."""
    header = read_header(file, where, size)
    decode, count = number_decoder(where, header.dtype, header.bfloat16), prod(header.shape)
    values = np.frombuffer(file.read(count * header.dtype.itemsize), header.dtype, count)
    return decode(values).reshape(header.shape, order="F" if header.fortran else "C")


def read_header(file: IO[bytes], where: str, size: int) -> Header:
    """Read the header at the file's place.

    Parameters
    ----------
    size : int
        Bytes of header and values together, at most.

    Raises
    ------
    InputError
        It announces anything but an array of numbers that `size` bytes can hold.
    """
    magic = file.read(8)
    if len(magic) < 8 or not magic.startswith(MAGIC):
        raise InputError(f"{where}: is not a valid .npy file (its header is cut short)")
    version = magic[6], magic[7]
    if version not in _LENGTH_BYTES:
        raise InputError(f"{where}: is an .npy file of version {version}; arrays of numbers are written as 1.0 or 2.0")
    width = _LENGTH_BYTES[version]
    length = int.from_bytes(file.read(width), "little")
    end = 8 + width + length
    if length > _MAX_HEADER or end > size:
        raise InputError(f"{where}: is not a valid .npy file (its header would take {length} of {size} bytes)")
    text, notes = file.read(length), []
    if b"\0" in text:
        notes.append("its header is filled up with NUL bytes, where NumPy wants spaces and a newline")
    said = _fields(text.replace(b"\0", b" ").decode("latin-1"), where)
    shape, descr = tuple(int(number) for number in _NUMBER.findall(said["shape"])), said["descr"].strip("'")
    bfloat16 = descr in {"|V2", "<V2"}
    if bfloat16:
        notes.append("its values of 2 bytes have no type and were taken for bfloat16, which NumPy writes so")
    dtype = np.dtype("<u2") if bfloat16 else _dtype(descr, where)
    check_size(where, shape, dtype.itemsize, size - end)
    return Header(shape, dtype, said["fortran_order"] == "True", bfloat16, end, tuple(notes))


def _fields(text: str, where: str) -> dict[str, str]:
    """Give the three fields of a header, which is a Python literal: never evaluated, because that takes any memory."""
    fields: dict[str, str] = {}
    body, place = text.strip().replace('"', "'"), 1
    while body[:1] == "{" and (found := _FIELD.match(body, place)):
        fields |= {name: found[name] for name in _VALUES if found[name] is not None}
        place = found.end()
    if body[place:].strip() != "}" or len(fields) < len(_VALUES):
        raise InputError(f"{where}: is not a valid .npy file (its header has no descr, fortran_order and shape)")
    return fields


def _dtype(descr: str, where: str) -> np.dtype[Any]:
    code = descr.lstrip("<>|=")[:1]
    if code == "O":
        raise InputError(f"{where}: holds Python objects, which are never unpickled; save an array of numbers")
    if code not in "biufcSU":
        raise InputError(f"{where}: holds values of the type {descr:.40}; real numbers, float16 to float64, are needed")
    return np.dtype(descr)
