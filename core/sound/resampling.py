"""Changing the sample rate of a mono sound that arrives in blocks."""

from collections.abc import Callable, Iterable, Iterator
from math import ceil, gcd
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import soxr

from ..config import Resampler
from .kernels import KERNELS, Kernel

Samples: TypeAlias = npt.NDArray[np.float32]
"""Mono samples (n,), full scale 1.0."""


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
        A soxr quality such as ``soxr_hq``, or one of the others that `AudioConfig` knows.
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
    """Give what resamples (n,) float32 blocks one after another; some give all at the end."""
    if resampler in _OWN:
        return _OWN[resampler](rate, target)
    if resampler in ("ffmpeg", "ffmpeg_float"):
        from .ffmpeg import FfmpegResampler  # noqa: PLC0415

        return FfmpegResampler(rate, target, wide=resampler == "ffmpeg_float")
    if resampler in KERNELS:
        return _Weighed(rate, target, KERNELS[resampler])
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


class _LinearEnds:
    """Straight lines whose first and last place are the first and the last sample: (n - 1) / (m - 1) samples apart."""

    def __init__(self, rate: int, target: int) -> None:
        self._ratio = target / rate
        self._kept: list[Samples] = []

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give nothing until the end, and then everything."""
        self._kept.append(x)
        samples = np.concatenate(self._kept) if last else np.empty(0, np.float32)
        if not len(samples):
            return samples
        places = np.linspace(0, len(samples) - 1, max(1, round(len(samples) * self._ratio)))
        return np.interp(places, np.arange(len(samples)), samples).astype(np.float32)


class _Nearest:
    """The sample at or before each place: what a decimation that filters nothing leaves."""

    def __init__(self, rate: int, target: int) -> None:
        self._rate, self._target = rate, target
        self._taken = self._given = 0

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give the samples whose places have come."""
        first, self._taken = self._taken, self._taken + len(x)
        ready = -(-self._taken * self._target // self._rate)
        places = np.arange(self._given, ready, dtype=np.int64) * self._rate // self._target
        self._given = ready
        return x[places - first]


class _Averaged:
    """The mean of the samples from each place, rounded, to the next, as recorders in browsers make it."""

    def __init__(self, rate: int, target: int) -> None:
        self._step = rate / target
        self._kept: list[Samples] = []

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give nothing until the end, and then everything; places without a sample of their own take the one before."""
        self._kept.append(x)
        samples = np.concatenate(self._kept) if last else np.empty(0, np.float32)
        edges = np.floor(np.arange(ceil(len(samples) / self._step) + 1) * self._step + 0.5).astype(np.int64)
        starts, stops = edges[:-1].clip(max=max(len(samples) - 1, 0)), edges[1:].clip(max=len(samples))
        sums = np.concatenate([[0.0], np.cumsum(samples, dtype=np.float64)])
        stops = np.maximum(stops, starts + 1)
        mean: Samples = (
            ((sums[stops] - sums[starts]) / (stops - starts)).astype(np.float32) if len(samples) else samples
        )
        return mean


class _Weighed:
    """Weights of the samples around each place, as many sets of them as there are places between two samples."""

    def __init__(self, rate: int, target: int, kernel: Kernel) -> None:
        common = gcd(rate, target)
        self._down, self._up = rate // common, target // common
        self._weights = kernel(rate, target)
        self._kept: list[Samples] = []

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give nothing until the end, and then everything."""
        self._kept.append(x)
        return self._resampled(np.concatenate(self._kept)) if last else np.empty(0, np.float32)

    def _resampled(self, x: Samples) -> Samples:
        padded = np.pad(x, len(self._weights) // 2)
        result = np.empty(-(-len(x) * self._up // self._down), np.float32)
        for phase in range(min(self._up, len(result))):
            first, part = divmod(phase * self._down, self._up)
            frames = np.lib.stride_tricks.sliding_window_view(padded, len(self._weights))[first :: self._down]
            wanted = result[phase :: self._up]
            wanted[:] = frames[: len(wanted)] @ self._weights[:, part]
        return result


class _Transformed:
    """The spectrum of all samples, cut or filled up with zeros, as in ``scipy.signal.resample``."""

    def __init__(self, rate: int, target: int) -> None:
        self._rate, self._target = rate, target
        self._kept: list[Samples] = []

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Give nothing until the end, and then everything."""
        self._kept.append(x)
        import scipy.signal  # noqa: PLC0415

        samples = np.concatenate(self._kept) if last else np.empty(0, np.float32)
        if not len(samples):
            return samples
        whole: Samples = scipy.signal.resample(samples, ceil(len(samples) * self._target / self._rate))
        return whole.astype(np.float32)


_OWN: dict[str, Callable[[int, int], ResampleStream]] = {
    "linear": _Linear,
    "linear_ends": _LinearEnds,
    "nearest": _Nearest,
    "average": _Averaged,
    "fft": _Transformed,
}
