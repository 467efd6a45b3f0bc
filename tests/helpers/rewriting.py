"""A port that rewrites its mel in every way that real tools do, each version told from all others by its values."""

import mmap
import os
import shutil
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

PARTS, PAUSE = 4, 0.02
"""How many writes a slow port makes of a file, and the seconds between them."""
Write = Callable[[Path, bytes], None]


MAX_COMPARED = 20_000
"""Columns that are compared of a longer mel: what is torn differs in whole rows."""


def mel(version: int, columns: int, stride: int = 1) -> npt.NDArray[np.float32]:
    """Give the mel of a version, or every `stride`-th column of it: a pattern, shifted by a step of its own."""
    cells = np.arange(80, dtype=np.int32)[:, None] * columns + np.arange(0, columns, stride, dtype=np.int32)
    pattern = (cells % 977).astype(np.float32) / 1024
    return pattern - np.float32(version % 1000) / 512


def version_of(array: npt.NDArray[np.floating], versions: range) -> int | None:
    """Give the last of the versions that an array is, value for value; None: it is none of them, or a mixture."""
    shift, columns = round(-float(array[0, 0]) * 512), array.shape[1]
    stride = max(1, columns // MAX_COMPARED)
    fitting = [version for version in versions if version % 1000 == shift]
    same = bool(fitting) and np.array_equal(array[:, ::stride], mel(fitting[-1], columns, stride))
    return fitting[-1] if same else None


def content(version: int, columns: int) -> bytes:
    """Give the file of a version; all have one size."""
    file = BytesIO()
    np.save(file, mel(version, columns))
    return file.getvalue()


def _slowly(path: Path, data: bytes, mode: str) -> None:
    step = -(-len(data) // PARTS)
    with path.open(mode, buffering=0) as file:
        for start in range(0, len(data), step):
            file.write(data[start : start + step])
            time.sleep(PAUSE)


def _in_place(path: Path, data: bytes) -> None:
    with path.open("r+b") as file:
        file.write(data)


def _renamed(path: Path, data: bytes) -> None:
    new = path.with_name("mel.npy.new")
    new.write_bytes(data)
    new.replace(path)


def _same_time(path: Path, data: bytes) -> None:
    before = path.stat()
    _in_place(path, data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _constant_time(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    os.utime(path, (0, 0))


def _mapped(path: Path, data: bytes) -> None:
    with path.open("r+b") as file, mmap.mmap(file.fileno(), len(data)) as mapped:
        step = -(-len(data) // PARTS)
        for start in range(0, len(data), step):
            mapped[start : start + step] = data[start : start + step]
            time.sleep(PAUSE)


def _created_anew(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


def _in_two_parts(path: Path, data: bytes) -> None:
    path.write_bytes(data[: len(data) // 2])
    time.sleep(PAUSE)
    with path.open("ab") as file:
        file.write(data[len(data) // 2 :])


def _after_garbage(path: Path, data: bytes) -> None:
    path.write_bytes(b"no array at all " * (len(data) // 16))
    time.sleep(PAUSE)
    path.write_bytes(data)


def _after_a_folder(path: Path, data: bytes) -> None:
    path.unlink()
    path.mkdir()
    time.sleep(PAUSE)
    path.rmdir()
    path.write_bytes(data)


def _with_its_folder(path: Path, data: bytes) -> None:
    shutil.rmtree(path.parent)
    time.sleep(PAUSE)
    path.parent.mkdir()
    path.write_bytes(data)


KINDS: dict[str, Write] = {
    "truncated and rewritten": lambda path, data: _slowly(path, data, "wb"),
    "rewritten in place": _in_place,
    "rewritten slowly in place": lambda path, data: _slowly(path, data, "r+b"),
    "renamed over": _renamed,
    "rewritten with its time kept": _same_time,
    "rewritten with a constant time": _constant_time,
    "rewritten through a mapping": _mapped,
    "deleted and created": _created_anew,
    "written in two parts": _in_two_parts,
    "garbage, then rewritten": _after_garbage,
    "a folder, then a file again": _after_a_folder,
    "gone with its folder, and back": _with_its_folder,
}
