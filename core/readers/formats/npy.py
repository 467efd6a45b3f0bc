"""NumPy's ``.npy`` files and ``.npz`` archives, without pickle and without trusting what they announce."""

import io
import zipfile
from pathlib import Path
from threading import Lock
from typing import IO, Any, NamedTuple

import numpy as np

from ...arrays import NDArray
from ...errors import InputError
from .content import Content, check_size, read_block, real_values

MAGIC = b"\x93NUMPY"
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
_PARSING = Lock()
"""Two threads that parse literals at once can fail with a SystemError: CPython 3.11 counts the depth of both in one."""

_ARCHIVE_RATIO = 100
_ARCHIVE_BYTES = 16 << 20
_ARCHIVE_MEMBERS = 200_000


class _Header(NamedTuple):
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    order: str
    values: int
    end: int


def read_npy(path: Path, where: str) -> Content:
    """Read one ``.npy`` file; a large one is mapped into memory."""
    with path.open("rb") as file:
        header = _header(file, where, path.stat().st_size)
    values = read_block(path, header.dtype, header.values, header.end)
    return Content({"": real_values(_shaped(values, header, where), where)})


def parse_npy(data: bytes, where: str) -> NDArray:
    """Read the array of an ``.npy`` file that is in memory."""
    file = io.BytesIO(data)
    header = _header(file, where, len(data))
    values = np.frombuffer(data, header.dtype, header.values, header.end)
    return real_values(_shaped(values, header, where), where)


def read_npz(path: Path, where: str) -> Content:
    """Read the arrays of an ``.npz`` archive; other members are left alone.

    Raises
    ------
    InputError
        Also where the members would unpack to more than 100 times the file's size (and 16 MB), as no features do.
    """
    with zipfile.ZipFile(path) as archive:
        if any(name.endswith("data.pkl") for name in archive.namelist()):
            raise InputError(
                f"{where}: is a PyTorch checkpoint, which is never unpickled; save the arrays as .npy files"
            )
        members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        _check_archive(members, path.stat().st_size, where)
        arrays = {info.filename.removesuffix(".npy"): _member(archive, info, where) for info in members}
    if not arrays:
        raise InputError(f"{where}: is a zip archive without any .npy member")
    return Content(arrays)


def _check_archive(members: list[zipfile.ZipInfo], size: int, where: str) -> None:
    total = sum(info.file_size for info in members)
    if total > _ARCHIVE_RATIO * size + _ARCHIVE_BYTES or len(members) > _ARCHIVE_MEMBERS:
        raise InputError(
            f"{where}: {len(members)} members would unpack to {total} bytes from a file of {size}; "
            "that is no archive of features"
        )
    for info in members:
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(f"{where}: {info.filename} is encrypted or packed in a way numpy never writes")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> NDArray:
    where = f"{where}/{info.filename}"
    with archive.open(info) as file:
        header = _header(file, where, info.file_size)
        data = file.read(header.values * header.dtype.itemsize)
    values = np.frombuffer(data, header.dtype, header.values)
    return real_values(_shaped(values, header, where), where)


def _header(file: IO[bytes], where: str, size: int) -> _Header:
    version = np.lib.format.read_magic(file)
    if version not in _HEADERS:
        raise InputError(f"{where}: is an .npy file of version {version}; arrays of numbers are written as 1.0 or 2.0")
    with _PARSING:
        shape, fortran, dtype = _HEADERS[version](file)
    if dtype.hasobject:
        raise InputError(f"{where}: holds Python objects, which are never unpickled; save an array of numbers")
    end = file.tell()
    return _Header(shape, dtype, "F" if fortran else "C", check_size(where, shape, dtype.itemsize, size - end), end)


def _shaped(values: NDArray, header: _Header, where: str) -> NDArray:
    if len(header.shape) > 16:
        raise InputError(f"{where}: has {len(header.shape)} axes; a stage has at most 4")
    return values.reshape(header.shape, order="F" if header.order == "F" else "C")
