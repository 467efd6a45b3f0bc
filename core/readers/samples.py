"""The samples of a recording, decoded when somebody looks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..base.arrays import NDArray, OnDemand


@dataclass(frozen=True, slots=True, eq=False)
class SoundSamples(OnDemand):
    """The samples of a recording as float32, full scale 1; (n,) of one channel, (n, channels) of more.

    Attributes
    ----------
    rate : int
        Sample rate, Hz.
    load : callable
        Gives the frames from one number up to another, (k, channels).
    shape : tuple of int
        As the header gives it.
    """

    rate: int
    load: Callable[[int, int], NDArray]
    shape: tuple[int, ...]

    @property
    def dtype(self) -> np.dtype[Any]:
        """float32."""
        return np.dtype(np.float32)

    def take(self, items: NDArray) -> NDArray:
        """Decode the frames with these numbers."""
        if not len(items):
            return np.empty((0, *self.shape[1:]), np.float32)
        low = int(items.min())
        block = self.load(low, int(items.max()) + 1)
        samples: NDArray = block.reshape(len(block), *self.shape[1:])[items - low]
        return samples

    def held(self) -> "SoundSamples":
        """Give the same with its samples in memory."""
        samples = self[:]
        return replace(self, load=lambda start, stop: samples[start:stop])
