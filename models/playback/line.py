"""The line to the sound device: samples that wait to be taken, and what they are of the recording."""

from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from ...core.sound import Block
from .clock import Clock

SPLICE_SECONDS = 0.003
"""Length of the cross-fade where waiting samples are replaced: without it a seek would click."""
_KEPT_ROUTES = 64


@dataclass(frozen=True, slots=True)
class Route:
    """Which frames of a recording follow each other, and how fast.

    Attributes
    ----------
    start, stop : int
        The first frame, and the end of the last one.
    loop : int or None
        The frame that follows the last one; None: nothing does.
    step : float
        Frames of the recording to one frame of the device: 1 at equal rates and normal speed.
    """

    start: int
    stop: int
    loop: int | None = None
    step: float = 1.0

    def frame(self, played: float) -> float:
        """Give the frame of the recording that is heard after so many frames of the device."""
        place = self.start + played * self.step
        if place < self.stop:
            return place
        return self.stop if self.loop is None else self.loop + (place - self.stop) % (self.stop - self.loop)

    def pieces(self, place: int, count: int) -> list[slice]:
        """Give the frames of the recording from `place` frames after the start on, cut where the loop closes.

        Before the start come the frames that lie before it; after the end, where nothing loops, those after it.
        """
        pieces, first = list[slice](), self.start + place
        if self.loop is not None and first >= self.stop:
            first = self.loop + (first - self.stop) % (self.stop - self.loop)
        while count > 0:
            last = first + count if self.loop is None else min(first + count, self.stop)
            pieces.append(slice(first, last))
            count -= last - first
            first = self.loop or 0
        return pieces


class Line:
    """A ring of samples between the thread that prepares them and the device's callback, with the device's clock.

    Frames are counted from the opening of the device on. Every method may be called from any thread; what it locks
    takes microseconds.

    Parameters
    ----------
    rate : int
        Frames a second that the device takes, Hz.
    channels : int
        Its channels.
    seconds : float
        What fits in.
    """

    def __init__(self, rate: int, channels: int, seconds: float = 1.0) -> None:
        self.rate, self.channels = rate, channels
        self.gain = 1.0
        self.clock = Clock(rate)
        self._ring = np.zeros((round(rate * seconds), channels), np.float32)
        self._read = self._written = 0
        self._routes: list[tuple[int, Route]] = []
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """Frames that wait to be taken."""
        return self._written - self._read

    @property
    def taken(self) -> int:
        """Frames that the device has taken so far."""
        return self._read

    @property
    def end(self) -> int:
        """Index after the last frame that was written."""
        return self._written

    def fill(self, out: Block, heard: float, dry: bool = False) -> None:
        """Give the device its next buffer; see `Fill`. It is the callback, so it does next to nothing."""
        with self._lock:
            start, count = self._read, min(len(out), self._written - self._read)
            place = start % len(self._ring)
            first = min(count, len(self._ring) - place)
            np.multiply(self._ring[place : place + first], self.gain, out=out[:first])
            np.multiply(self._ring[: count - first], self.gain, out=out[first:count])
            self._read = start + count
        out[count:] = 0
        self.clock.note(start, count, heard, len(out), dry)

    def write(self, block: Block) -> None:
        """Add frames (n, channels) float32 after those that wait; there must be room for them."""
        with self._lock:
            self._put(self._written, block)
            self._written += len(block)

    def splice(self, block: Block, route: Route, index: int = 0) -> int:
        """Put frames in the place of those that wait from `index` on, with a short cross-fade.

        Parameters
        ----------
        block : (n, channels) float32
            The first frames of `route`; more may be written after them.
        route : Route
            What they and the following ones are.
        index : int
            Where they begin, if that has not been taken meanwhile: then at once.

        Returns
        -------
        int
            Where they begin.
        """
        with self._lock:
            index = min(max(index, self._read), self._written)
            fade = min(round(SPLICE_SECONDS * self.rate), self._written - index, len(block))
            block = block.copy()
            share = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
            block[:fade] = share * block[:fade] + (1 - share) * self._get(index, fade)
            self._put(index, block)
            self._written = index + len(block)
            kept = [(at, old) for at, old in self._routes if at < index]
            self._routes = [*kept, (index, route)][-_KEPT_ROUTES:]
        return index

    def frame(self, index: float) -> float:
        """Give the frame of the recording that one of the device's frames is; 0 where there is none."""
        with self._lock:
            for start, route in reversed(self._routes):
                if start <= index:
                    return route.frame(index - start)
        return 0.0

    def _places(self, index: int, count: int) -> npt.NDArray[np.intp]:
        return np.arange(index, index + count) % len(self._ring)

    def _get(self, index: int, count: int) -> Block:
        frames: Block = self._ring[self._places(index, count)]
        return frames

    def _put(self, index: int, block: Block) -> None:
        self._ring[self._places(index, len(block))] = block
