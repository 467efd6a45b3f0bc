"""The formats a dump's files come in: one ordered table, asked by content and never by the file's name."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...base.arrays import Array
from ...base.errors import InputError
from .archives import read_gzip, read_zip
from .file_content import Content, Headerless, bytes_at, opened
from .headed import is_headed, read_headed
from .json_lists import is_json, read_json
from .npy import MAGIC, read_npy
from .plain import read_plain
from .refused import refuse_pickle, refused
from .safetensors_file import is_safetensors, read_safetensors
from .sound_file import is_sound, read_sound
from .tensorproto import is_tensorproto, read_tensorproto
from .text import is_text
from .torch_file import LEGACY_MAGIC, read_torch_legacy

__all__ = ["Content", "Headerless", "read_content", "read_raw"]

_HEAD_BYTES = 4096
_FOREIGN = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"\x00\x00\x00\x01Bud1", b"\x7fELF"),  # pictures, papers, programs
    *(b"RIFF", b"OggS", b"ID3"),  # pictures and sound that is not an audio stage
)
_MALFORMED = (
    *(ValueError, TypeError, LookupError, OverflowError, SyntaxError, RuntimeError, MemoryError, EOFError),
    *(AttributeError, zipfile.BadZipFile, zlib.error, struct.error),
)
"""What parsers of the standard library, numpy and protobuf raise on malformed data."""


@dataclass(frozen=True, slots=True)
class _Format:
    name: str
    sniff: Callable[[Path, bytes], bool]
    read: Callable[[Path, str], Content]


def _begins(*magics: bytes) -> Callable[[Path, bytes], bool]:
    return lambda _path, head: head.startswith(magics)


def _is_npz(_path: Path, head: bytes) -> bool:
    """Tell whether the first file in a zip archive is an array."""
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    return head.startswith(_ZIP) and name.endswith(b".npy")


def _ignore(_path: Path, _where: str) -> Content:
    return Content()


def _read_unknown(path: Path, where: str) -> Content:
    with opened(path) as file:
        return Content(raw=Headerless(bytes_at(file, path)))


def _read_packed(path: Path, where: str) -> Content:
    """Read a file from an archive; an archive in it could hold a thousand more."""
    with opened(path) as file:
        if file.read(4096).startswith((*_ZIP, _GZIP)):
            raise InputError(f"{where}: is an archive in an archive; unpack it")
    return read_content(path, where)


_ZIP, _GZIP = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b\x08"
_FORMATS = (
    _Format(".npy", _begins(MAGIC), read_npy),
    _Format(".npz", _is_npz, partial(read_zip, read=_read_packed)),
    _Format("zip", _begins(*_ZIP), partial(read_zip, read=_read_packed)),
    _Format("gzip", _begins(_GZIP), partial(read_gzip, read=_read_packed)),
    _Format("PyTorch", _begins(LEGACY_MAGIC), read_torch_legacy),
    _Format("sound", is_sound, read_sound),
    _Format("foreign", _begins(*_FOREIGN), _ignore),
    _Format("safetensors", is_safetensors, read_safetensors),
    _Format("JSON", is_json, read_json),
    _Format("text", lambda _path, head: is_text(head), read_plain),
    _Format("headed", is_headed, read_headed),
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
        A file that is empty, cannot be read, is malformed, or in a format that is known and not read.
    """
    try:
        head = _head(path, where)
        chosen = next(form for form in _FORMATS if form.sniff(path, head))
    except OSError as error:
        raise InputError(f"{where}: cannot be read ({error.strerror or error})") from error
    return _read(chosen, path, where)


def read_raw(path: Path, where: str, offset: int = 0) -> Array:
    """Give a file's bytes from `offset` on as they are, (n,) uint8.

    Raises
    ------
    InputError
        The file cannot be read, or is in a format whose bytes are no values.
    """
    try:
        _head(path, where)
        with opened(path) as file:
            return bytes_at(file, path, offset)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{where}: cannot be read ({error})") from error


def _head(path: Path, where: str) -> bytes:
    """Give the first bytes of a file that is not in a format that is refused."""
    with opened(path) as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise InputError(f"{where}: is empty")
    if found := refused(path, head):
        raise found.error(where)
    if not head.startswith(LEGACY_MAGIC):
        refuse_pickle(path, head, where)
    return head


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
