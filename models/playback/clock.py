"""Which sample is heard now: from what the sound device says about each buffer that it takes."""

from collections import deque
from threading import Lock
from typing import NamedTuple

_KEPT = 256
"""Buffers that are remembered: those on their way to the ear and a good second of what was heard."""
_YOUNG_SECONDS = 0.5
"""So long after a start the middle of what the device says counts."""
_DRIFT = 3e-4
"""By how much the clocks of a device and of the machine differ at most, as a part of the time: cards are ten times
better. What a device says of single buffers is wrong by 15 ms where the machine is busy, for seconds on end."""
_GAP_SECONDS = 0.004
"""By how much a gap moves what follows, at least: back by its length, and forward where the device drops a buffer."""
_FAR_SECONDS, _PATIENCE_SECONDS = 0.02, 0.5
"""A device that contradicts by so much for so long is right: its latency is another one, such as after a sleep."""


class _Buffer(NamedTuple):
    first: int
    frames: int
    heard: float


class Start:
    """When the first of all frames would have been heard, had there never been a gap: steady where buffers are not.

    The device's word is taken at its start and after each gap. From there on the start moves towards what the device
    says only as fast as clocks drift.
    """

    def __init__(self) -> None:
        self.gaps = 0
        """How often the device ran empty in mid-play."""
        self._seconds = self._age = self._far = 0.0
        self._first: list[float] = []
        self._dry = False

    def follow(self, said: float, length: float, dry: bool) -> float:
        """Take down what a buffer says of the start; give the start.

        Parameters
        ----------
        said : float
            The start by this buffer alone, on the device's clock, seconds.
        length : float
            Of the buffer, seconds.
        dry : bool
            Whether the device had nothing left before it, so that a gap may precede it.
        """
        error = said - self._seconds
        self._far = self._far + length if abs(error) > _FAR_SECONDS else 0.0
        gap = dry and not self._dry and abs(error) > _GAP_SECONDS
        self._dry = dry
        if not self._first or gap or self._far > _PATIENCE_SECONDS:
            self.gaps += gap and self._age > _YOUNG_SECONDS
            self._seconds, self._first, self._age, self._far = said, [said], 0.0, 0.0
        elif self._age < _YOUNG_SECONDS:
            self._first.append(said)
            self._seconds = sorted(self._first)[len(self._first) // 2]
        else:
            self._seconds += min(max(error, -_DRIFT * length), _DRIFT * length)
        self._age += length
        return self._seconds


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
        self._start = Start()
        self._played = 0
        """Frames that the device has taken, silence where nothing was ready among them."""
        self._index = 0.0
        self._lock = Lock()
        self.buffers = 0
        """How many buffers the device has taken: while it does not grow, nothing plays."""

    @property
    def gaps(self) -> int:
        """How often the device ran empty in mid-play, because the machine was too busy to give it a buffer."""
        return self._start.gaps

    def note(self, first: int, frames: int, heard: float, length: int | None = None, dry: bool = False) -> None:
        """Take down that frames are given to the device.

        Parameters
        ----------
        first, frames : int
            Index of the first one, and how many.
        heard : float
            From when on they are heard, as the device says, seconds on its clock.
        length : int, optional
            Frames that the device takes; those beyond `frames` are silence.
        dry : bool
            Whether the device had nothing left.
        """
        taken = frames if length is None else length
        place = self._played / self._rate
        with self._lock:
            start = self._start.follow(heard - place, taken / self._rate, dry)
            self._noted.append(_Buffer(first, frames, start + place))
        self._played += taken
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
