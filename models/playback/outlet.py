"""An open device and the line to it."""

from threading import Thread

from .line import Line
from .stream import SilentStream, Stream

LOST_SECONDS = 0.3
"""Without a buffer taken for so long, a device is lost: it may say nothing itself."""
STARTING_SECONDS = 1.5
"""So long a device may take to wake up before it counts as lost."""
_MAX_GAPS = 2
"""Gaps that are put up with before the device is opened anew with more in store."""
_CLOSING_SECONDS = 0.5
_MAX_BEAT = 0.1
"""Where the watching thread was held up for longer, so was perhaps the device's."""


class Outlet:
    """A device that has been started, and what of a passage goes out through it.

    Parameters
    ----------
    stream : Stream
        The device; this one starts and closes it.

    Raises
    ------
    NoDeviceError
        It does not start.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.line = Line(stream.rate, stream.channels)
        self.begin = 0
        """Index of the passage's first frame; None of what is heard before it belongs to the passage."""
        self.end: int | None = None
        """Index after its last frame, once that is prepared."""
        self._buffers, self._quiet, self._age = 0, 0.0, 0.0
        self._closer = Thread(target=stream.close, name="closing a sound device", daemon=True)
        stream.start(self.line.fill)

    @property
    def silent(self) -> bool:
        """Whether nothing can be heard of it."""
        return isinstance(self.stream, SilentStream)

    def index(self, ahead: float = 0.0) -> float:
        """Give the frame that is audible `ahead` seconds from now."""
        return self.line.clock.index(self.stream.time + ahead)

    def difference(self, rate: int, channels: int) -> str:
        """Say how the device plays a recording that it does not take as it is, nothing where it does."""
        if self.line.rate != rate:
            return f"the sound device refuses {rate:,} Hz: resampled to {self.line.rate:,} Hz"
        if self.line.channels < channels:
            return f"the sound device has not all of the {channels} channels: their mean is played"
        return ""

    def is_lost(self, passed: float) -> bool:
        """Tell whether the device has taken nothing for too long; `passed` seconds have gone by since the last call."""
        if (buffers := self.line.clock.buffers) != self._buffers:
            self._buffers, self._quiet = buffers, 0.0
        self._quiet += min(passed, _MAX_BEAT)
        self._age += passed
        return self._quiet > LOST_SECONDS and self._age > STARTING_SECONDS

    @property
    def stumbles(self) -> bool:
        """Whether the machine is too busy to give the device its buffers in time."""
        return self.line.clock.gaps >= _MAX_GAPS

    @property
    def closed(self) -> bool:
        """Whether `close` has done its work."""
        return self._closer.ident is not None and not self._closer.is_alive()

    def close(self) -> None:
        """Close the device and wait for it, half a second at most: where it is lost, closing may hang."""
        if self._closer.ident is None:
            self._closer.start()
            self._closer.join(_CLOSING_SECONDS)
