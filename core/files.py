"""Opening and replacing files, with one clear sentence for everything that can be wrong with them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from .errors import InputError


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Put the file's name in front of the sentence of any InputError."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def open_file(path: Path, what: str) -> IO[bytes]:
    """Open a regular file for reading.

    Parameters
    ----------
    path : Path
        The file; a directory, a device or a pipe that could block for ever is refused.
    what : str
        What the file should be, for the error's sentence, such as ``an ONNX file``.

    Raises
    ------
    InputError
        There is no such file, or it may not be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: is not a file; name {what}")
        return path.open("rb")
    except InputError:  # which is a ValueError
        raise
    except FileNotFoundError:
        raise InputError(f"{path}: does not exist; name {what}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({_reason(error)}); name {what}") from None


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

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    partial: Path | None = None
    try:
        path = path.resolve()
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    except InputError:  # which is a ValueError
        raise
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be written ({_reason(error)}); name a place you may write to") from None
    finally:
        if partial:
            with suppress(OSError, ValueError):
                partial.unlink()


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
