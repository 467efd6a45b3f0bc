"""Changing the sample rate of a mono sound that arrives in blocks."""

from collections.abc import Iterable, Iterator
from math import gcd
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import soxr

from ..config import Resampler

Samples: TypeAlias = npt.NDArray[np.float32]
"""Mono samples (n,), full scale 1.0."""


_CROSSINGS, _KAISER = 10, 5.0
"""Of the polyphase filter: zero crossings on each side, and the window's shape."""


class ResampleStream(Protocol):
    """What `soxr.ResampleStream` and the linear resampler have in common."""

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give the samples that are ready after these; `last`: all that are left."""


def resampled(blocks: Iterable[Samples], rate: int, target: int, resampler: Resampler) -> Iterator[Samples]:
    """Resample consecutive blocks; the values do not depend on where one ends and the next begins.

    The yielded blocks have ceil(n * target / rate) samples together. That is what the resampler gives, cut or filled
    up with zeros at the end, and with soxr what `librosa.resample` gives for the whole.

    Parameters
    ----------
    blocks : iterable of (n,) float32
        The sound.
    rate, target : int
        Its sample rate and the wanted one, Hz.
    resampler : str
        A soxr quality such as ``soxr_hq``, ``linear``, or ``polyphase``.
    """
    if rate == target:
        yield from blocks
        return
    stream = resampling(rate, target, resampler)
    taken = given = 0
    for block in blocks:
        part = stream.resample_chunk(block)
        taken, given = taken + len(block), given + len(part)
        yield part
    missing = int(np.ceil(taken * (target / rate))) - given
    rest = stream.resample_chunk(np.empty(0, np.float32), last=True)[:missing]
    yield np.pad(rest, (0, missing - len(rest)))


def resampling(rate: int, target: int, resampler: Resampler) -> ResampleStream:
    """Give what resamples (n,) float32 blocks one after another; ``polyphase`` gives all at the end."""
    if resampler == "linear":
        return _Linear(rate, target)
    if resampler == "polyphase":
        return _Polyphase(rate, target)
    stream: ResampleStream = soxr.ResampleStream(rate, target, 1, dtype="float32", quality=resampler)
    return stream


class _Linear:
    """Straight lines between neighbouring samples; the last sample is held."""

    def __init__(self, rate: int, target: int) -> None:
        self._rate, self._target = rate, target
        self._given = 0
        self._kept = np.empty(0, np.float32)
        self._start = 0
        """Place of the first kept sample in the whole sound."""

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give what lies between the samples that are there, and at the end what lies after the last one."""
        self._kept = np.concatenate([self._kept, x])
        end = self._start + len(self._kept)
        ready = -(-(end if last else max(end - 1, 0)) * self._target // self._rate)
        left, part = np.divmod(np.arange(self._given, ready, dtype=np.int64) * self._rate, self._target)
        a = self._kept[left - self._start].astype(np.float64)
        b = self._kept[np.minimum(left + 1, end - 1) - self._start]
        self._given = ready
        self._forget(min(ready * self._rate // self._target, end))
        with np.errstate(invalid="ignore"):  # samples that are no numbers give none
            line: Samples = (a + (b - a) * (part / self._target)).astype(np.float32)
        return line

    def _forget(self, place: int) -> None:
        self._kept = self._kept[place - self._start :]
        self._start = place


class _Polyphase:
    """A sinc of ten zero crossings on each side under a Kaiser window, as in ``scipy.signal.resample_poly``."""

    def __init__(self, rate: int, target: int) -> None:
        common = gcd(rate, target)
        self._down, self._up = rate // common, target // common
        self._kept: list[Samples] = []

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give nothing until the end, and then everything."""
        self._kept.append(x)
        return self._resampled(np.concatenate(self._kept)) if last else np.empty(0, np.float32)

    def _resampled(self, x: Samples) -> Samples:
        taps = self._taps()
        reach = len(taps) // 2
        padded = np.pad(x, reach)
        result = np.empty(-(-len(x) * self._up // self._down), np.float32)
        for phase in range(min(self._up, len(result))):
            first, part = divmod(phase * self._down, self._up)
            frames = np.lib.stride_tricks.sliding_window_view(padded, len(taps))[first :: self._down]
            wanted = result[phase :: self._up]
            wanted[:] = frames[: len(wanted)] @ taps[:, part]
        return result

    def _taps(self) -> npt.NDArray[np.float32]:
        """The filter's values at the samples around each place between two of them, (samples, places)."""
        slower = max(self._up, self._down)
        half = _CROSSINGS * slower
        places = np.arange(-half, half + 1) / slower
        prototype = np.sinc(places) * np.kaiser(len(places), _KAISER)
        prototype *= self._up / prototype.sum()
        reach = half // self._up + 1
        at = half + np.arange(self._up) - self._up * np.arange(-reach, reach + 1)[:, None]
        inside = (at >= 0) & (at < len(prototype))
        return np.where(inside, prototype[at.clip(0, len(prototype) - 1)], 0).astype(np.float32)
