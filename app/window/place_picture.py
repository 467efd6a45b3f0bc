"""Pictures that open again at their place: a PNG file with the session in one of its text chunks."""

import struct
import zlib
from pathlib import Path
from typing import IO

from PySide6.QtGui import QImage

from ...core.base.errors import InputError
from ...core.base.files import naming, open_file, replace_file
from ...core.base.store import MAX_BYTES
from ...models.workspace import Workspace
from .exports import png

KEYWORD = "Framescope session"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_CHUNKS = 1000
"""Chunks that are looked at; Framescope's own pictures have fewer than ten in front of the pixels."""


def save_picture(image: QImage, workspace: Workspace, path: Path) -> None:
    """Write a picture with the session it shows: whoever gets it also gets the paths of what was open.

    May be called on any thread; the picture of a large window takes longer than the GUI thread has.

    Raises
    ------
    InputError
        The path does not end in .png, or the file cannot be written.
    """
    if path.suffix.lower() != ".png":
        raise InputError(f"{path}: a picture with its place is a PNG; let the name end in .png")
    placed = image.copy()
    placed.setText(KEYWORD, workspace.to_json().decode())
    replace_file(path, png(placed))


def load_workspace(path: Path) -> Workspace:
    """Read the session out of a picture; at most 4 MB are unpacked, and no pixel is.

    Raises
    ------
    InputError
        It cannot be read, is not a PNG file, has no session in it, or `Workspace.from_json` refuses that.
    """
    with open_file(path, "a picture that Framescope saved") as file, naming(path):
        session = _session(file)
        if session is None:
            raise InputError("has no place in it; open a picture that Framescope saved")
        return Workspace.from_json(session)


def _session(file: IO[bytes]) -> bytes | None:
    """Find the session in front of the pixels; a chunk is length, kind, content and checksum."""
    if file.read(len(_SIGNATURE)) != _SIGNATURE:
        raise InputError("is not a PNG file; open a picture that Framescope saved")
    mark = KEYWORD.encode() + b"\0\0"  # the second byte says how it is packed: deflate is the only way there is
    for _ in range(_MAX_CHUNKS):
        length, kind = struct.unpack(">I4s", file.read(8).ljust(8, b"\0"))
        end = file.tell() + length + 4
        if kind in {b"IDAT", bytes(4)}:
            break
        if kind == b"zTXt" and file.read(len(mark)) == mark:
            return _unpacked(file.read(min(max(0, length - len(mark)), MAX_BYTES)))
        file.seek(end)
    return None


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        session = unpacker.decompress(packed, MAX_BYTES)
    except zlib.error as error:
        raise InputError(f"its place is broken ({error}); save the picture again") from None
    if not unpacker.eof:
        raise InputError(f"its place is cut short, or larger than {MAX_BYTES >> 20} MB; save the picture again")
    return session
