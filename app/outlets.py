"""Standard output and error as the commands need them: a reader who has gone, or a full disk, is no crash."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import TextIOWrapper
from typing import Any, TextIO, cast

from ..core.base.errors import InputError


class Outlet:
    """A stream to write to; when its reader, such as ``head``, closes it, the rest goes nowhere, and all else goes on.

    The exit code of a comparison, and its reports in files, do not depend on how much of its text somebody reads.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name of a file may hold what the terminal cannot show

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write."""
        with self._forgiving():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let everything be seen that was written."""
        with self._forgiving():
            self._stream.flush()

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self._drop()
        except OSError as error:
            self._drop()
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        raise InputError(f"standard output cannot be written ({error.strerror or error})") from None

    def _drop(self) -> None:
        """Send what is still to come nowhere, also what the interpreter writes when it ends."""
        with suppress(OSError):  # a stream in memory has no descriptor
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


class ErrorOutlet(Outlet):
    """A stream for what is said of errors: where it cannot be written, there is no place left to say so."""

    def _complain(self, error: OSError) -> None:
        pass


@contextmanager
def open_outlets() -> Iterator[None]:
    """Let everything within be written by outlets; a process that was started without the streams has none."""
    out = cast(TextIO, Outlet(sys.stdout)) if sys.stdout else None
    error = cast(TextIO, ErrorOutlet(sys.stderr)) if sys.stderr else None
    with redirect_stdout(out), redirect_stderr(error):
        yield
