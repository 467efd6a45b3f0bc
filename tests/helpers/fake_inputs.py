"""Sound devices that record what a test gives them."""

import numpy as np
from framescope.models.live.inputs import Take
from framescope.models.playback.stream import NoDeviceError
from helpers.signals import Array


class FakeInput:
    """An open device."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.closed = False
        self._take: Take | None = None

    def start(self, take: Take) -> None:
        self._take = take

    def close(self) -> None:
        self.closed = True

    @property
    def started(self) -> bool:
        return self._take is not None

    def give(self, samples: Array, *, channels: int = 1, lost: bool = False) -> None:
        """Give (n,) samples on every channel, and use the memory for something else afterwards, as devices do."""
        assert self._take is not None
        block = np.repeat(samples.astype(np.float32)[:, None], channels, axis=1)
        self._take(block, lost)
        block[:] = np.nan


class FakeInputs:
    """One device, which takes only one rate; none where the rate is 0."""

    def __init__(self, rate: int = 16000) -> None:
        self._rate = rate
        self.device = FakeInput(rate)

    def names(self) -> tuple[str, ...]:
        return ("microphone, fake",) if self._rate else ()

    def open(self, name: str | None, rate: int) -> FakeInput:
        if not self._rate:
            raise NoDeviceError("there is no device to record from")
        return self.device
