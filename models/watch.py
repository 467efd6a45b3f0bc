"""Watching what a port writes: its folder is looked at beside the GUI thread, and announced once it has settled."""

import hashlib
import os
import zlib
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ..core.base.errors import InputError
from ..core.base.files import open_file
from .jobs import Jobs
from .observer import Observer

if TYPE_CHECKING:
    from ..core.readers.scan import File

SETTLE_MS = 300
"""A change is over when two looks, so far apart, find the same."""
POLL_MS = 1000
"""How often one looks where nothing is announced, as by many network folders."""
_EVENT_MS = 20
"""Announcements come in swarms; one look is enough for so many milliseconds."""
_MAX_OBSERVED = 64
"""Files that are observed one by one: on macOS each takes a file descriptor, of which there are 256."""
_POLL_SHARE = 20
"""A folder of many files, and the content of large ones, is looked at for at most one twentieth of the time."""
MAX_BYTES = 128 << 20
"""Bytes that are read at a look: all of a port of so many, in 50 ms; of a larger one, blocks spread over all of it."""
MAX_FILES = 2000
"""Files that are opened at a look; of more, some spread over all of them."""
_BLOCK_BYTES = 1 << 16
_State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a port's files lay at one moment.

    Attributes
    ----------
    digest : bytes
        Differs as soon as a file's name, size, times of change or inode do, or its content: a copy that keeps the
        time, or a write through a mapping, changes nothing else.
    states : bytes
        The same without the content.
    places : tuple of str
        The folders and, up to a number, the files to be told about.
    taken, seconds : float
        When one began to look, on the monotonic clock, and how long it took.
    """

    digest: bytes
    states: bytes
    places: tuple[str, ...]
    taken: float
    seconds: float


def snapshot(path: Path) -> Snapshot:
    """Look at the files of a folder, or at one file and its sidecar; what is not there is a state as well."""
    start, files = perf_counter(), _files(path)
    states = _states(files)
    digest = hashlib.blake2b(states + repr(_contents(files)).encode()).digest()
    return Snapshot(digest, states, _places(path, files), start, perf_counter() - start)


def glance(path: Path, before: Snapshot | None) -> tuple[Snapshot, float]:
    """Look again, at the content only where a state is another or its turn has come; give the seconds without that.

    A write through a mapping is announced by nobody, and the content of 100 MB may be looked at every two seconds only;
    but the file's time of change is another from the first byte on.
    """
    start = perf_counter()
    states = _states(_files(path))
    seconds = perf_counter() - start
    if before is None or states != before.states or start > before.taken + _POLL_SHARE * before.seconds:
        before = snapshot(path)
    return before, seconds


def _files(path: Path) -> "list[File]":
    from ..core.readers.scan import find_files  # noqa: PLC0415  (a window without ports need not wait for it)

    try:
        return find_files(path)[0]
    except (InputError, OSError):
        return []


def _states(files: "list[File]") -> bytes:
    states = [(file.label, _state(file)) for file in files]
    return hashlib.blake2b(repr(states).encode(errors="surrogatepass")).digest()


class Watch(QObject):
    """Tells when what a port has written is other than what was read, and has stopped changing."""

    settled = Signal(int)
    """The number that it was given."""

    def __init__(
        self,
        path: Path,
        jobs: Jobs,
        observer: Observer,
        number: int,
        *,
        settle_ms: int = SETTLE_MS,
        poll_ms: int = POLL_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._path, self._jobs, self._observer, self._number = path, jobs, observer, number
        self._channel = f"watch {number}"
        self._settle_ms, self._poll_ms = settle_ms, poll_ms
        self.seen: Snapshot | None = None
        """What the last look has found."""
        self._known: bytes | None = None
        self._changing: bytes | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        observer.announced.connect(self._on_announced)
        self._timer.start(poll_ms)

    def note(self, found: Snapshot) -> None:
        """Take note of the state that was read; whether it is still the same is looked at at once."""
        self._known, self.seen = found.digest, None  # what was written while it was read is seen by its content alone
        self._timer.start(0)

    def close(self) -> None:
        """Stop watching."""
        self._timer.stop()
        self._jobs.cancel(self._channel)
        self._observer.announced.disconnect(self._on_announced)
        self._observer.observe(self._number, ())
        self.deleteLater()

    def _look(self) -> None:
        # This object itself must not be let go of on the job's thread.
        path, before = self._path, self.seen if self._changing is None else None
        self._jobs.submit(self._channel, lambda _: glance(path, before), self._on_seen)

    def _on_seen(self, seen: tuple[Snapshot, float]) -> None:
        found, seconds = seen
        self.seen = found
        self._observer.observe(self._number, found.places)
        if found.digest == (self._known or found.digest):
            self._known, self._changing = found.digest, None
            self._timer.start(max(self._poll_ms, round(1000 * _POLL_SHARE * seconds)))
        elif found.digest != self._changing:
            self._changing = found.digest
            self._timer.start(self._settle_ms)
        else:
            self._known, self._changing = found.digest, None
            self._timer.start(self._poll_ms)
            self.settled.emit(self._number)

    def _on_announced(self, place: str) -> None:
        if self._changing is None and self._timer.isActive() and self._observer.wants(self._number, place):
            self._timer.start(min(_EVENT_MS, self._timer.remainingTime()))


def _state(file: "File") -> _State | None:
    try:
        found = os.stat(file.path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _contents(files: "list[File]") -> "list[int | None]":
    """Give a checksum of every file's content; None where it cannot be read."""
    stride = max(1, -(-sum(file.size for file in files) // MAX_BYTES), -(-len(files) // MAX_FILES))
    blocks = count()
    return [_checksum(file, [n for n in _offsets(file) if next(blocks) % stride == 0]) for file in files]


def _offsets(file: "File") -> range:
    return range(0, file.size, _BLOCK_BYTES)


def _checksum(file: "File", offsets: list[int]) -> int | None:
    checksum = 0
    try:
        if offsets:
            with open_file(file.path, "a file of a port") as opened:
                for offset in offsets:
                    opened.seek(offset)
                    checksum = zlib.crc32(opened.read(_BLOCK_BYTES), checksum)
    except (InputError, OSError):
        return None
    return checksum


def _places(path: Path, files: "list[File]") -> tuple[str, ...]:
    if not files:
        return (str(path if path.is_dir() else path.parent),)
    folders = {str(path if path.is_dir() else path.parent), *(os.path.dirname(file.path) for file in files)}
    return (*sorted(folders)[:_MAX_OBSERVED], *(str(file.path) for file in files[:_MAX_OBSERVED]))
