"""Which sample is heard now: from what the sound device says about each buffer that it takes."""

from collections import deque
from threading import Lock
from typing import NamedTuple

_KEPT = 256
"""Buffers that are remembered: those on their way to the ear and a good second of what was heard."""


class _Buffer(NamedTuple):
    first: int
    frames: int
    heard: float


class Clock:
    """Turns time on the device's clock into the index of the audible frame.

    Between two buffers the index is extrapolated at the nominal rate, from every buffer anew, so that neither the
    drift of the device's clock nor a late callback adds up. It never runs backwards, and never beyond what the device
    was given: in a gap it waits.

    Parameters
    ----------
    rate : int
        Frames a second, Hz.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._noted: deque[_Buffer] = deque(maxlen=_KEPT)
        self._index = 0.0
        self._lock = Lock()
        self.buffers = 0
        """How many buffers the device has taken: while it does not grow, nothing plays."""

    def note(self, first: int, frames: int, heard: float) -> None:
        """Take down that `frames` frames from `first` on are heard from the device's time `heard` (seconds) on."""
        with self._lock:
            self._noted.append(_Buffer(first, frames, heard))
        self.buffers += 1

    def index(self, now: float) -> float:
        """Give the frame that is audible at the device's time `now`, seconds; 0 before the first."""
        with self._lock:
            self._index = max(self._index, self._estimate(now))
            return self._index

    def _estimate(self, now: float) -> float:
        for buffer in reversed(self._noted):
            if buffer.heard <= now:
                return buffer.first + min((now - buffer.heard) * self._rate, buffer.frames)
        return 0.0
