"""The one door to files: opened only where they are files, bounded, replaced whole; one sentence for what is wrong."""

import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EISDIR, ENXIO
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import IO

from .errors import InputError

if sys.platform != "win32":
    import fcntl

PARTIAL = ".framescope-"
"""What the names of unfinished files and folders begin with; they are no part of a dump."""
_UNBLOCKED = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_MAX_SPOOLED = 1 << 20
"""Bytes for a device or pipe that wait in memory; more wait in a temporary file."""


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Put the file's name in front of the sentence of any InputError."""
    try:
        yield
    except InputError as error:
        raise type(error)(f"{path}: {error}") from None


def open_file(path: Path, what: str) -> BufferedReader:
    """Open a regular file for reading.

    Parameters
    ----------
    path : Path
        The file; a directory, a device or a pipe that could block for ever is refused, and never even opened.
    what : str
        What the file should be, for the error's sentence, such as ``an ONNX file``.

    Raises
    ------
    InputError
        There is no such file, or it may not be read.
    """
    try:
        file = open_regular(path)
    except FileNotFoundError:
        raise InputError(f"{path}: does not exist; name {what}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({_reason(error)}); name {what}") from None
    if file is None:
        raise InputError(f"{path}: is not a file; name {what}")
    return file


def open_regular(path: Path) -> BufferedReader | None:
    """Open a regular file for reading; None where something else lies there, which is never waited for.

    Raises
    ------
    OSError
        It cannot be opened.
    """
    if _is_file(os.stat(path)):
        file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | _UNBLOCKED))  # noqa: SIM115
        if _is_file(os.fstat(file.fileno())):  # what lies there may be another since
            return file
        file.close()
    return None


def read_file(path: Path, what: str, limit: int) -> bytes:
    """Read a regular file whole.

    Parameters
    ----------
    path, what : Path, str
        As for `open_file`.
    limit : int
        Bytes that such a file has at most; of a larger one nothing is read.

    Raises
    ------
    InputError
        There is no such file, it may not be read, or it is too large.
    """
    with open_file(path, what) as file:
        try:
            too_large = os.fstat(file.fileno()).st_size > limit
            content = b"" if too_large else file.read(limit + 1) or b""
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({_reason(error)}); name {what}") from None
    if too_large or len(content) > limit:
        raise InputError(f"{path}: is larger than {_size(limit)}, too large for {what}")
    return content


def replace_file(path: Path, data: bytes) -> None:
    """Write a file as `replacing` does.

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that becomes either the old one or the whole new one, even where the process is killed.

    A link stays, and what it leads to is replaced; permissions and owner stay as far as the user may give them. A
    device or pipe is written to, once all is there, and never replaced.

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    try:
        found = _checked_target(path)
        if _inherited(path) is None and (found is None or _is_file(found)):
            with _partial(Path(os.path.realpath(path)), found) as file:
                yield file
        else:
            with tempfile.SpooledTemporaryFile(_MAX_SPOOLED) as spool:
                yield spool
                spool.seek(0)
                _write_through(path, spool)
    except InputError:  # which is a ValueError
        raise
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be written ({_reason(error)}); name a place you may write to") from None


def remove_stale(partial: Path) -> None:
    """Remove an unfinished file or folder of a process that has ended; one that is being written stays."""
    with suppress(OSError):
        descriptor = os.open(partial, os.O_RDONLY | _UNBLOCKED)
        try:
            if not held(descriptor):
                return
            found = os.fstat(descriptor)
            if not found.st_nlink:  # removed already, and what has its name now is another's
                return
            if stat.S_ISDIR(found.st_mode):
                shutil.rmtree(partial, ignore_errors=True)
            else:
                partial.unlink()
        finally:
            os.close(descriptor)


def held(descriptor: int, *, wait: bool = False) -> bool:
    """Keep an open file or folder for this process until it is closed or the process ends, however it ends.

    Returns
    -------
    bool
        False where another holds it, and, without `wait`, on Windows, where nothing is held.
    """
    if sys.platform == "win32":
        return wait
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def _is_file(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode)


def _checked_target(path: Path) -> os.stat_result | None:
    """Look at what lies where one wants to write; None where nothing does."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(EISDIR, "it is a folder")
    if stat.S_ISBLK(found.st_mode):
        raise PermissionError(EACCES, "it is a disk")
    if not os.access(path, os.W_OK):
        raise PermissionError(EACCES, os.strerror(EACCES))
    return found


@contextmanager
def _partial(target: Path, old: os.stat_result | None) -> Iterator[IO[bytes]]:
    """Give a file beside the target, under a name that no other writer has, which takes the target's place."""
    mark = f"{PARTIAL}{sha256(os.fsencode(target.name)).hexdigest()[:12]}-"
    for stale in target.parent.glob(f"{mark}*.partial"):
        remove_stale(stale)
    partial = target.with_name(f"{mark}{secrets.token_hex(8)}.partial")
    try:
        with os.fdopen(_created(partial, old), "wb") as file:
            yield file
            file.flush()
            if sys.platform == "win32":
                file.close()  # an open file has its name for ever there; elsewhere it is held until it is in its place
            partial.replace(target)
    finally:
        with suppress(OSError):
            partial.unlink()


def _created(partial: Path, old: os.stat_result | None) -> int:
    mode = stat.S_IMODE(old.st_mode) & 0o777 if old else 0o666
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    held(descriptor, wait=True)
    if not os.fstat(descriptor).st_nlink:  # another writer has taken it for a stale one, before it was held
        os.close(descriptor)
        return _created(partial, old)
    if old and sys.platform != "win32":
        with suppress(OSError):  # only root may give a file away
            os.fchown(descriptor, old.st_uid, old.st_gid)
        with suppress(OSError):
            os.fchmod(descriptor, mode)
    return descriptor


def _write_through(path: Path, content: IO[bytes]) -> None:
    inherited = _inherited(path)
    try:
        descriptor = os.open(path, os.O_WRONLY | _UNBLOCKED) if inherited is None else os.dup(inherited)
    except OSError as error:
        raise OSError(error.errno, "nobody reads from it") if error.errno == ENXIO else error from None
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(content, file)


def _inherited(path: Path) -> int | None:
    """Give the number of an open file that is named as such; it may be a file that others write to, such as a log."""
    name = {"/dev/stdout": "/dev/fd/1", "/dev/stderr": "/dev/fd/2"}.get(str(path), str(path))
    found = re.fullmatch(r"(?:/dev|/proc/self)/fd/(\d{1,9})", name)
    return int(found[1]) if found else None


def _size(limit: int) -> str:
    return f"{limit >> 20} MB" if limit >> 20 else f"{limit >> 10} kB"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
