"""Sound devices that do what a test tells them."""

from collections.abc import Callable

import numpy as np
from framescope.models.playback.stream import Fill, NoDeviceError
from helpers.signals import Array


class FakeStream:
    """An open device whose clock stands still until a test moves it.

    A buffer that it takes is heard `DELAY` seconds after those before it have been.
    """

    DELAY = 0.1

    def __init__(self, rate: int, channels: int) -> None:
        self.rate, self.channels = rate, channels
        self.time = 0.0
        self.heard = self.DELAY
        """When the next buffer will be heard."""
        self.closed = False
        self._fill: Fill | None = None
        self._dry = True

    def start(self, fill: Fill) -> None:
        self._fill = fill

    def close(self) -> None:
        self.closed = True

    def run_empty(self, seconds: float) -> None:
        """Be given nothing for so long that a gap of so many seconds is heard before the next buffer."""
        self.heard += seconds
        self._dry = True

    def take(self, frames: int) -> Array:
        """Take a buffer; zeros where nothing is ready."""
        assert self._fill is not None
        out = np.full((frames, self.channels), np.nan, np.float32)
        self._fill(out, self.heard, self._dry)
        self._dry = False
        self.heard += frames / self.rate
        return out

    def play(self, frames: int, wait: Callable[[Callable[[], bool]], object], buffer: int = 480) -> Array:
        """Take buffers until so many frames that are not zero have come, and give those; then all of it is heard."""
        blocks: list[Array] = []
        count = 0

        def take() -> bool:
            nonlocal count
            block = self.take(min(buffer, frames - count))
            blocks.append(block[np.any(block != 0, axis=1)])
            count += len(blocks[-1])
            return count >= frames

        wait(take)
        self.time = self.heard
        return np.concatenate(blocks)


class FakeDevices:
    """Devices of a machine: what a test puts there, and `streams` that were opened."""

    def __init__(self, rate: int | None = None, channels: int | None = None) -> None:
        self.rate, self.channels = rate, channels
        """What the device takes; None: everything."""
        self.reason = ""
        """Why there is no device; empty where there is one."""
        self.opened: list[str | None] = []
        self.latencies: list[float] = []
        self.streams: list[FakeStream] = []
        self.scans = 0

    def names(self) -> tuple[str, ...]:
        return () if self.reason else ("Speakers", "Headphones")

    def open(self, name: str | None, rate: int, channels: int, latency: float) -> FakeStream:
        if self.reason:
            raise NoDeviceError(self.reason)
        self.opened.append(name)
        self.latencies.append(latency)
        self.streams.append(FakeStream(self.rate or rate, self.channels or channels))
        return self.streams[-1]

    def rescan(self) -> bool:
        self.scans += 1
        return True
