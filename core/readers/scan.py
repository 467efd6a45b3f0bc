"""Finding the files of a dump: a walk of bounded depth and number that opens nothing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..base.errors import InputError
from ..base.files import PARTIAL
from ..dump import UNFINISHED
from .lazy_file_array import Stamp, stamp

_DEPTH = 2
_MAX_FILES = 200_000


@dataclass(frozen=True, slots=True)
class File:
    """A regular file: its label (relative to the dump's folder, with slashes), that folder, and what it was like."""

    label: str
    folder: Path
    stamp: Stamp

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.stamp.size

    @property
    def path(self) -> Path:
        """Where the file is; made when it is needed, because there may be 200,000 of them."""
        return self.folder / self.label


def find_files(path: Path) -> tuple[list[File], tuple[str, ...]]:
    """List the regular files of a folder, two folders deep, or a single file with its sidecar.

    Links are followed; pipes, devices, what cannot be looked at, and what Framescope itself is still writing are left
    out.

    Returns
    -------
    files, notes
        At most 200,000 files sorted by label; a note where there are more.

    Raises
    ------
    InputError
        A path that does not exist or cannot be listed, or files of two runs, of which the later was killed.
    """
    if path.is_file():
        return [File(found.name, path.parent, stamp(found.stat())) for found in (path, *_sidecars(path))], ()
    if not path.is_dir():
        what = "is neither a file nor a folder" if path.exists() else "does not exist"
        raise InputError(f"{path}: {what}; name the file or folder that the port has written")
    found = list(islice(_walk(path, "", 0), _MAX_FILES + 1))
    whole = [file for file in found if f"/{PARTIAL}" not in f"/{file.label}"]
    mixed = (path.parent / UNFINISHED).exists() or any(file.label.endswith(UNFINISHED) for file in whole)
    if mixed or (found and not whole):
        raise InputError(f"{path}: was left unfinished by framescope run, or is being written by it; run it again")
    notes = (f"only the first {_MAX_FILES} files were looked at",) if len(found) > _MAX_FILES else ()
    return sorted(whole[:_MAX_FILES], key=lambda file: file.label), notes


def _sidecars(path: Path) -> list[Path]:
    sidecar = path.with_name(path.name + ".json")
    return [sidecar] if sidecar.is_file() else []


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[File]:
    try:
        with os.scandir(folder / prefix) as entries:
            for entry in islice(entries, _MAX_FILES + 1):
                if (found := _file_stamp(entry)) is not None:
                    yield File(prefix + entry.name, folder, found)
                elif depth < _DEPTH and os.path.isdir(entry.path):
                    yield from _walk(folder, f"{prefix}{entry.name}/", depth + 1)
    except OSError as error:
        if not depth:
            raise InputError(f"{folder}: cannot be listed ({error.strerror})") from error


def _file_stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """Give the stamp of a regular file; None for anything else, also where it has just been removed."""
    try:
        return stamp(entry.stat()) if entry.is_file() else None
    except OSError:
        return None
