"""How the C library keeps freed memory, for a window that opens one recording after another for days."""

import ctypes
import sys
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer

from ...models.jobs import Jobs

_OPTIONS = {-3: 1 << 20, -1: 4 << 20, -8: 2}
"""Of mallopt: M_MMAP_THRESHOLD, M_TRIM_THRESHOLD (bytes), M_ARENA_MAX."""
_CHANNEL = "memory"
_REST_MS = 500
"""How long no job has ended before freed memory is given back: what is used again at once costs time twice."""


def return_freed_memory() -> None:
    """Have freed arrays of 1 MB and more go back to the system at once, where the C library is glibc.

    Left to itself it raises its threshold to 32 MB with the first large array that is freed; the arrays of other
    recordings then fill the gaps of heaps that never shrink, one heap a thread.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # other C libraries have no mallopt, and no such habit
            mallopt = ctypes.CDLL(None).mallopt
            for option, value in _OPTIONS.items():
                mallopt(option, value)


class MemoryKeeper(QObject):
    """Has smaller pieces that were freed go back to the system once the window is at rest: up to 70 MB of gaps."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(jobs)
        self._jobs = jobs
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._give_back)
        if sys.platform == "linux":
            jobs.finished.connect(self._on_finished)

    def _on_finished(self, channel: str) -> None:
        if channel != _CHANNEL and not channel.startswith("watch"):
            self._rest.start()

    def _give_back(self) -> None:
        self._jobs.submit_quick(_CHANNEL, lambda _: _trim(), lambda _: None)


def _trim() -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
