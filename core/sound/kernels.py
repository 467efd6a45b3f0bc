"""The filters of resamplers that weigh the samples around each place by a table, one set of weights a phase."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, gcd

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]
"""Of the samples around each place between two of them, (samples, phases): the middle one is the last before it."""


def polyphase(rate: int, target: int) -> Weights:
    """A sinc of ten zero crossings on each side under a Kaiser window of 5.0, as in ``scipy.signal.resample_poly``."""
    up, down = _ratio(rate, target)
    slower = max(up, down)
    half = 10 * slower
    places = np.arange(-half, half + 1) / slower
    prototype = np.sinc(places) * np.kaiser(len(places), 5.0)
    prototype *= up / prototype.sum()
    reach = half // up + 1
    at = half + np.arange(up) - up * np.arange(-reach, reach + 1)[:, None]
    inside = (at >= 0) & (at < len(prototype))
    return np.where(inside, prototype[at.clip(0, len(prototype) - 1)], 0).astype(np.float32)


def torchaudio(rate: int, target: int) -> Weights:
    """A sinc of six zero crossings under a Hann window, cut at 99 % of the band: torchaudio's resample."""
    up, down = _ratio(rate, target)
    cut = 0.99 * min(up, down)
    reach = ceil(6 * down / cut) + 1
    places = np.arange(up) / up - np.arange(-reach, reach + 1)[:, None]
    turns = np.clip(places * cut / down, -6, 6)
    return np.asarray(np.sinc(turns) * np.cos(np.pi * turns / 12) ** 2 * cut / down, np.float32)


@dataclass(frozen=True, slots=True)
class KaiserTable:
    """A table of one side of a sinc under a Kaiser window, whose values between are interpolated: resampy's filters.

    Attributes
    ----------
    crossings : int
        Zero crossings of the sinc.
    steps : int
        Values of the table from one to the next.
    rolloff : float
        Where the band is cut, as a share of half the lower rate.
    beta : float
        The window's shape.
    """

    crossings: int
    steps: int
    rolloff: float
    beta: float

    def weights(self, rate: int, target: int) -> Weights:
        """Give the weights between two rates; steps through the table are whole ones, as resampy takes them."""
        up, down = _ratio(rate, target)
        scale = min(1.0, up / down)
        table, step = self._table() * scale, int(scale * self.steps)
        reach = len(table) // step + 1
        after = scale * np.arange(up) / up
        left, right = (self._side(table, places, step, reach) for places in (after, scale - after))
        return np.concatenate([np.zeros_like(left[:1]), left[::-1], right])

    def _side(self, table: npt.NDArray[np.float64], places: npt.NDArray[np.float64], step: int, reach: int) -> Weights:
        """The weights of the samples on one side, the nearest first, (reach, phases)."""
        first = (places * self.steps).astype(int)
        share = places * self.steps - first
        at = first + step * np.arange(reach)[:, None]
        inside = np.arange(reach)[:, None] < (len(table) - first) // step
        low, high = table[at.clip(max=len(table) - 1)], table[(at + 1).clip(max=len(table) - 1)]
        return np.where(inside, low + share * (high - low), 0).astype(np.float32)

    def _table(self) -> npt.NDArray[np.float64]:
        length = self.steps * self.crossings
        places = np.linspace(0, self.crossings, length + 1)
        return np.asarray(self.rolloff * np.sinc(self.rolloff * places) * np.kaiser(2 * length + 1, self.beta)[length:])


Kernel = Callable[[int, int], Weights]
"""Gives the weights between two rates, Hz."""
KERNELS: dict[str, Kernel] = {
    "polyphase": polyphase,
    "torchaudio": torchaudio,
    "kaiser_best": KaiserTable(50, 8192, 0.9173473712608761, 12.984585247040012).weights,
    "kaiser_fast": KaiserTable(24, 512, 0.8682120388377784, 9.903224416458764).weights,
    "old_kaiser_best": KaiserTable(64, 512, 0.9475937167399596, 14.769656459379492).weights,
    "old_kaiser_fast": KaiserTable(16, 512, 0.85, 8.555504641634386).weights,
}
"""By the names that configurations have for them; resampy's filters were other ones before its version 0.3."""


def _ratio(rate: int, target: int) -> tuple[int, int]:
    """Give how many places there are from one sample to the next, and how many of them are taken at once."""
    common = gcd(rate, target)
    return target // common, rate // common
