"""The formats a dump's files come in: one ordered table, asked by content and never by the file's name."""

import tokenize
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...arrays import NDArray
from ...errors import InputError
from .content import Content, read_block
from .json_lists import is_json, read_json
from .npy import MAGIC, read_npy, read_npz
from .plain import read_plain
from .safetensors_file import is_safetensors, read_safetensors
from .tensorproto import is_tensorproto, read_tensorproto
from .text import is_text

__all__ = ["Content", "read_content", "read_raw"]

_HEAD_BYTES = 4096
_FOREIGN = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"\x00\x00\x00\x01Bud1"),  # pictures, papers, .DS_Store
    *(b"RIFF", b"RF64", b"fLaC", b"OggS", b"ID3", b"FORM"),  # recordings
    *(b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"\x89HDF", b"\x7fELF"),
)
_MALFORMED = (
    *(ValueError, TypeError, LookupError, OverflowError, SyntaxError, RuntimeError, MemoryError, EOFError),
    *(zipfile.BadZipFile, zlib.error, tokenize.TokenError),
)
"""What parsers of the standard library, numpy and protobuf raise on malformed data."""


@dataclass(frozen=True, slots=True)
class _Format:
    name: str
    sniff: Callable[[Path, bytes], bool]
    read: Callable[[Path, str], Content]


def _begins(*magics: bytes) -> Callable[[Path, bytes], bool]:
    return lambda _path, head: head.startswith(magics)


def _is_pickle(path: Path, head: bytes) -> bool:
    if head[:1] != b"\x80" or head[1:2] not in {b"\x02", b"\x03", b"\x04", b"\x05"}:
        return False
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"."


def _refuse_pickle(_path: Path, where: str) -> Content:
    raise InputError(f"{where}: is a Python pickle, which is never loaded; save the arrays with numpy.save")


def _ignore(_path: Path, _where: str) -> Content:
    return Content()


def _read_unknown(path: Path, where: str) -> Content:
    return Content(raw=read_raw(path, where))


_FORMATS = (
    _Format(".npy", _begins(MAGIC), read_npy),
    _Format(".npz", _begins(b"PK\x03\x04", b"PK\x05\x06"), read_npz),
    _Format("pickle", _is_pickle, _refuse_pickle),
    _Format("foreign", _begins(*_FOREIGN), _ignore),
    _Format("safetensors", is_safetensors, read_safetensors),
    _Format("JSON", is_json, read_json),
    _Format("text", lambda _path, head: is_text(head), read_plain),
    _Format("ONNX tensor", is_tensorproto, read_tensorproto),
    _Format("raw", lambda _path, _head: True, _read_unknown),
)


def read_content(path: Path, where: str) -> Content:
    """Read one file by what it contains.

    Parameters
    ----------
    path : path
        A regular file.
    where : str
        What to call it in errors.

    Returns
    -------
    Content
        Without arrays, facts and bytes where the file is nothing a dump consists of (a picture, prose).

    Raises
    ------
    InputError
        A file that is empty, cannot be read, or is malformed.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if not head:
            raise InputError(f"{where}: is empty")
        chosen = next(form for form in _FORMATS if form.sniff(path, head))
    except OSError as error:
        raise InputError(f"{where}: cannot be read ({error.strerror or error})") from error
    return _read(chosen, path, where)


def read_raw(path: Path, where: str) -> NDArray:
    """Give a file's bytes as they are, (n,) uint8; `where` is what to call it in errors."""
    try:
        return read_block(path, np.dtype(np.uint8), path.stat().st_size, 0)
    except (OSError, ValueError) as error:
        raise InputError(f"{where}: cannot be read ({error})") from error


def _read(chosen: _Format, path: Path, where: str) -> Content:
    try:
        return chosen.read(path, where)
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"{where}: cannot be read ({error.strerror or error})") from error
    except _MALFORMED as error:
        reason = str(error).partition("\n")[0][:160] or type(error).__name__
        raise InputError(f"{where}: is not a valid {chosen.name} file ({reason})") from error
