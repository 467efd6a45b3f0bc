"""Small JSON files: read within bounds, written whole; those of the user's folders are shared by all processes."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Generic, TypeVar

import platformdirs
from filelock import FileLock

from .errors import InputError
from .files import naming, read_file, replace_file

T = TypeVar("T")

MAX_BYTES = 4 << 20
"""Of a file: the longest session with ten thousand markers has less than one megabyte."""
_PATIENCE = 2.0
"""Seconds that another process may hold the lock: it needs milliseconds."""
_log = logging.getLogger(__name__)


def decode(content: str | bytes, *, finite: bool = False) -> Any:
    """Give what a JSON text says.

    Parameters
    ----------
    finite : bool
        Whether NaN and numbers that are too large for a float are refused.

    Raises
    ------
    InputError
        It is no JSON, or nested too deeply.
    """
    numbers = {"parse_float": _finite, "parse_constant": _finite} if finite else {}
    try:
        return json.loads(content, **numbers)  # type: ignore[arg-type]
    except RecursionError:
        raise InputError("is not usable JSON (it is nested too deeply)") from None
    except ValueError as error:  # json's errors are ValueErrors
        raise InputError(f"is not usable JSON ({error})") from None


def read_json(path: Path, what: str) -> Any:
    """Read a JSON file; `what` is what it should be, as for `open_file`.

    Raises
    ------
    InputError
        It cannot be read, is too large, or no JSON.
    """
    content = read_file(path, what, MAX_BYTES)
    with naming(path):
        return decode(content)


def encode(values: Any) -> bytes:
    """Give values as a JSON text, ASCII: even a path that is no Unicode text comes back."""
    return json.dumps(values, indent=2).encode() + b"\n"


def write_json(path: Path, values: Any) -> None:
    """Write a JSON file, all or nothing, and its folder where that is missing.

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    _make_folder(path.parent)
    replace_file(path, encode(values))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{folder}: cannot be made ({reason}); name a folder that you may make") from None


@contextmanager
def alone(name: str, patience: float) -> Iterator[None]:
    """Keep the user's other processes from doing the same: one at a time, however each of them ends.

    Parameters
    ----------
    name : str
        What is done, as the name of the lock's file.
    patience : float
        How long another process is waited for, seconds.

    Raises
    ------
    OSError
        Another process takes longer, or the lock's file cannot be made.
    InputError
        Its folder cannot be made.
    """
    # Beside no file of the user's: a lock's file stays for ever.
    folder = platformdirs.user_state_path("framescope", appauthor=False)
    _make_folder(folder)
    with FileLock(folder / f"{name}.lock", timeout=patience):
        yield


@dataclass(frozen=True, slots=True)
class Store(Generic[T]):
    """One of the files by which Framescope remembers, in the user's folders.

    Attributes
    ----------
    path : callable
        Gives its place.
    what : str
        What it holds, for sentences, such as ``settings``.
    check : callable
        Makes the value of what the JSON says; an InputError refuses it.
    empty : callable
        Gives the value where there is no file.
    """

    path: Callable[[], Path]
    what: str
    check: Callable[[Any], T]
    empty: Callable[[], T]

    def read(self) -> T:
        """Read the value; a broken file is logged and counts as none."""
        path = self.path()
        try:
            return self.check(read_json(path, f"a file of {self.what}")) if path.exists() else self.empty()
        except (InputError, OSError) as error:
            _log.warning("the %s in %s are ignored (%s); mend or delete the file", self.what, path, error)
            return self.empty()

    def change(self, change: Callable[[T], T]) -> None:
        """Read the value, change it and write it; what other processes write meanwhile waits for that.

        Raises
        ------
        InputError
            The file cannot be written.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(alone(self.path().stem, _PATIENCE))
            except OSError as error:
                raise InputError(
                    f"the {self.what} are not remembered, because another process changes them or their folder "
                    f"cannot be written ({error})"
                ) from None
            write_json(self.path(), change(self.read()))


def _finite(text: str) -> float:
    if not isfinite(value := float(text)):
        raise ValueError(f"{text} is not a finite number")
    return value
