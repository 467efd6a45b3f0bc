"""Watching what a port writes: its folder is looked at beside the GUI thread, and announced once it has settled."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from ..core.errors import InputError
from .jobs import Jobs

if TYPE_CHECKING:
    from ..core.readers.scan import File

SETTLE_MS = 300
"""A change is over when two looks, so far apart, find the same."""
POLL_MS = 1000
"""How often one looks where nothing is announced, as by many network folders."""
_EVENT_MS = 20
"""Announcements come in swarms; one look is enough for so many milliseconds."""
_MOST_OBSERVED = 64
"""Files that are observed one by one: on macOS each takes a file descriptor, of which there are 256."""
_POLL_SHARE = 20
"""A folder of many files is looked at for at most one twentieth of the time."""
_Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a port's files lay at one moment.

    Attributes
    ----------
    digest : bytes
        Differs as soon as a file's name, size, time of change or inode does.
    places : tuple of str
        The folders and, up to a number, the files to be told about.
    seconds : float
        How long looking took.
    """

    digest: bytes
    places: tuple[str, ...]
    seconds: float


def snapshot(path: Path) -> Snapshot:
    """Look at the files of a folder, or at one file and its sidecar; what is not there is a state as well."""
    from ..core.readers.scan import find_files  # noqa: PLC0415  (a window without ports need not wait for it)

    start = perf_counter()
    try:
        files, _ = find_files(path)
    except (InputError, OSError):
        files = []
    states = hashlib.blake2b(repr([(file.label, _state(file)) for file in files]).encode(errors="surrogatepass"))
    return Snapshot(states.digest(), _places(path, files), perf_counter() - start)


class Watch(QObject):
    """Tells when what a port has written is other than what was read, and has stopped changing."""

    settled = Signal(int)
    """The number that it was given."""

    def __init__(
        self,
        path: Path,
        jobs: Jobs,
        number: int,
        *,
        settle_ms: int = SETTLE_MS,
        poll_ms: int = POLL_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._path, self._jobs, self._number = path, jobs, number
        self._channel = f"watch {number}"
        self._settle_ms, self._poll_ms = settle_ms, poll_ms
        self._known: bytes | None = None
        self._changing: bytes | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        self._observer = QFileSystemWatcher(self)
        self._observer.directoryChanged.connect(self._on_announced)
        self._observer.fileChanged.connect(self._on_announced)
        self._timer.start(poll_ms)

    def note(self, found: Snapshot) -> None:
        """Take note of the state that was read; whether it is still the same is looked at at once."""
        self._known = found.digest
        self._timer.start(0)

    def close(self) -> None:
        """Stop watching."""
        self._timer.stop()
        self._jobs.cancel(self._channel)
        self.deleteLater()

    def _look(self) -> None:
        path = self._path  # this object itself must not be let go of on the job's thread
        self._jobs.submit(self._channel, lambda _: snapshot(path), self._on_seen)

    def _on_seen(self, found: Snapshot) -> None:
        self._observe(found.places)
        if found.digest == (self._known or found.digest):
            self._known, self._changing = found.digest, None
            self._timer.start(max(self._poll_ms, round(1000 * _POLL_SHARE * found.seconds)))
        elif found.digest != self._changing:
            self._changing = found.digest
            self._timer.start(self._settle_ms)
        else:
            self._known, self._changing = found.digest, None
            self._timer.start(self._poll_ms)
            self.settled.emit(self._number)

    def _observe(self, places: tuple[str, ...]) -> None:
        """Be told about these places; one that was replaced has to be named again."""
        known = {*self._observer.files(), *self._observer.directories()}
        if old := sorted(known.difference(places)):
            self._observer.removePaths(old)
        if new := sorted(set(places) - known):
            self._observer.addPaths(new)

    def _on_announced(self, _: str) -> None:
        if self._changing is None and self._timer.isActive():
            self._timer.start(min(_EVENT_MS, self._timer.remainingTime()))


def _state(file: "File") -> _Place | None:
    try:
        found = os.stat(file.path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _places(path: Path, files: "list[File]") -> tuple[str, ...]:
    if not files:
        return (str(path if path.is_dir() else path.parent),)
    folders = {str(path if path.is_dir() else path.parent), *(os.path.dirname(file.path) for file in files)}
    return (*sorted(folders)[:_MOST_OBSERVED], *(str(file.path) for file in files[:_MOST_OBSERVED]))
