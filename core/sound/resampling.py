"""Changing the sample rate of a mono sound that arrives in blocks."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import soxr

from ..config import Resampler

Samples: TypeAlias = npt.NDArray[np.float32]
"""Mono samples (n,), full scale 1.0."""


class _Stream(Protocol):
    """What `soxr.ResampleStream` and the linear resampler have in common."""

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples: ...


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
    stream = _stream(rate, target, resampler)
    taken = given = 0
    for block in blocks:
        part = stream.resample_chunk(block)
        taken, given = taken + len(block), given + len(part)
        yield part
    missing = int(np.ceil(taken * (target / rate))) - given
    rest = stream.resample_chunk(np.empty(0, np.float32), last=True)[:missing]
    yield np.pad(rest, (0, missing - len(rest)))


def _stream(rate: int, target: int, resampler: Resampler) -> _Stream:
    if resampler == "linear":
        return _Linear(rate, target)
    if resampler == "polyphase":
        return _Polyphase(rate, target)
    stream: _Stream = soxr.ResampleStream(rate, target, 1, dtype="float32", quality=resampler)
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
        line: Samples = (a + (b - a) * (part / self._target)).astype(np.float32)
        return line

    def _forget(self, place: int) -> None:
        self._kept = self._kept[place - self._start :]
        self._start = place


class _Polyphase:
    """The filter of ``scipy.signal.resample_poly``, over all of the sound at once."""

    def __init__(self, rate: int, target: int) -> None:
        self._rate, self._target = rate, target
        self._kept: list[Samples] = []

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give nothing until the end, and then everything."""
        self._kept.append(x)
        if not last:
            return np.empty(0, np.float32)
        from scipy.signal import resample_poly  # takes longer to load than all the rest

        return np.asarray(resample_poly(np.concatenate(self._kept), self._target, self._rate), np.float32)
