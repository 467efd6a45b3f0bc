"""Archives: NumPy's ``.npz``, zip archives of a whole dump, and single files under gzip."""

import gzip
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TypeAlias

from ...base.arrays import Array
from ...base.errors import InputError
from .file_content import LARGE_BYTES, Content, Part, Place, opened
from .npy import header_array, read_header, read_stream
from .torch_file import PICKLE, read_torch_zip
from .zipped import stored_at

Read: TypeAlias = Callable[[Path, str], Content]
"""Reads one file that was packed."""

MAX_UNPACKED = 512 << 20
"""Bytes that are unpacked of one file: three hours of every stage but the frame tensors."""
_RATIO, _FREE_BYTES = 100, 16 << 20
"""Features never shrink to less than a hundredth."""
_MAX_ARRAYS, _MAX_FILES = 200_000, 20_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_zip(path: Path, where: str, read: Read) -> Content:
    """Read an ``.npz`` archive, a PyTorch file, or the files of a dump that somebody has packed.

    Parameters
    ----------
    read : callable
        Reads one of the packed files.

    Raises
    ------
    InputError
        Also where the members would unpack to more than 100 times the file's size (and 16 MB), as no features do.
    """
    with opened(path) as file, zipfile.ZipFile(file) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        names = [info.filename for info in members]
        if any(name.endswith(PICKLE) for name in names):
            return read_torch_zip(archive, file, path, where)
        if not members:
            raise InputError(f"{where}: is a zip archive without any file in it")
        only_arrays = all(name.endswith(".npy") for name in names)
        _check_archive(members, path.stat().st_size, where, _MAX_ARRAYS if only_arrays else _MAX_FILES)
        small, notes = _within_limit(members, where)
        if only_arrays:
            return Content(_arrays(archive, file, path, small, where), notes=notes)
        return Content(parts=_parts(archive, small, where, read), notes=notes)


def read_gzip(path: Path, where: str, read: Read) -> Content:
    """Read a file under gzip: what `read` makes of it once it is unpacked.

    Raises
    ------
    InputError
        Also where it unpacks to more than 512 MB, or than 100 times its size (and 16 MB).
    """
    limit = min(MAX_UNPACKED, _RATIO * path.stat().st_size + _FREE_BYTES)
    with opened(path) as file, gzip.GzipFile(fileobj=file) as packed, _unpacked(packed, limit) as inner:
        if inner.stat().st_size > limit:
            raise InputError(
                f"{where}: unpacks to more than {limit} bytes, which is the most that is unpacked; gunzip it"
            )
        return read(inner, where).held()


@contextmanager
def _unpacked(packed: IO[bytes] | gzip.GzipFile, limit: int) -> Iterator[Path]:
    """Write what a stream gives, up to one byte more than a limit, into a file that is gone afterwards."""
    with TemporaryDirectory(prefix="framescope-") as folder:
        path = Path(folder) / "unpacked"
        with path.open("wb") as file:
            left = limit + 1
            while left and (block := packed.read(min(left, 1 << 20))):
                file.write(block)
                left -= len(block)
        yield path


def _check_archive(members: list[zipfile.ZipInfo], size: int, where: str, most: int) -> None:
    total = sum(info.file_size for info in members)
    if total > _RATIO * size + _FREE_BYTES or len(members) > most:
        raise InputError(
            f"{where}: {len(members)} members would unpack to {total} bytes from a file of {size}; "
            "that is not an archive of features"
        )
    for info in members:
        if info.flag_bits & 1 or info.compress_type not in _METHODS:
            raise InputError(f"{where}: {info.filename} is encrypted or packed in a way numpy never writes")


def _within_limit(members: list[zipfile.ZipInfo], where: str) -> tuple[list[zipfile.ZipInfo], tuple[str, ...]]:
    """Leave out the largest members that would have to be unpacked, until the rest can be held."""
    kept, notes, left = [], [], MAX_UNPACKED
    for info in sorted(members, key=lambda info: info.file_size):
        left -= info.file_size if _is_packed(info) else 0
        if left < 0 and _is_packed(info):
            notes.append(
                f"{info.filename} would unpack to {info.file_size} bytes, of {MAX_UNPACKED} at most; left out "
                "(store it without compression, as numpy.savez does)"
            )
        else:
            kept.append(info)
    if not kept:
        raise InputError(f"{where}: {notes[0]}")
    return [info for info in members if info in kept], tuple(notes)


def _is_packed(info: zipfile.ZipInfo) -> bool:
    """Whether a member has to be held: arrays that are stored as they are can be read where they lie."""
    return info.compress_type != zipfile.ZIP_STORED or not info.filename.endswith(".npy")


def _arrays(
    archive: zipfile.ZipFile, file: IO[bytes], path: Path, members: list[zipfile.ZipInfo], where: str
) -> dict[str, Array]:
    stored = sum(info.file_size for info in members if not _is_packed(info))
    arrays: dict[str, Array] = {}
    for info in members:
        name = f"{where}/{info.filename}"
        if stored >= LARGE_BYTES and not _is_packed(info):
            arrays[info.filename.removesuffix(".npy")] = _in_place(file, path, info, name)
        else:
            arrays[info.filename.removesuffix(".npy")] = _member(archive, info, name)
    return arrays


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> Array:
    with archive.open(info) as packed:
        return read_stream(packed, where, info.file_size)


def _in_place(file: IO[bytes], path: Path, info: zipfile.ZipInfo, where: str) -> Array:
    start = stored_at(file, info, where)
    file.seek(start)
    header = read_header(file, where, info.file_size)
    return header_array(Place(file, path, where), header, start=start, large=1)


def _parts(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], where: str, read: Read) -> dict[str, Part]:
    """Read the files of a packed dump one after the other, each with what it holds or what is wrong with it."""
    parts: dict[str, Part] = {}
    for info in members:
        try:
            with archive.open(info) as packed, _unpacked(packed, info.file_size) as inner:
                parts[info.filename] = read(inner, f"{where}/{info.filename}").held()
        except InputError as error:
            parts[info.filename] = error
    return parts
