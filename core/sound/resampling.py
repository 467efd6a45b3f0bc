"""Changing the sample rate of a mono sound that arrives in blocks."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
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
        return _AtTheEnd(partial(_weighed, KERNELS[resampler]), rate, target)
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


class _AtTheEnd:
    """Gives nothing until the end, and then all samples resampled at once: resample(samples, rate, target)."""

    def __init__(self, resample: Callable[[Samples, int, int], Samples], rate: int, target: int) -> None:
        self._resample, self._rate, self._target = resample, rate, target
        self._kept: list[Samples] = []

    def resample_chunk(self, x: Samples, last: bool = False) -> Samples:
        """Keep the samples; `last`: give everything."""
        self._kept.append(x)
        samples = np.concatenate(self._kept) if last else np.empty(0, np.float32)
        return self._resample(samples, self._rate, self._target) if len(samples) else samples


def _linear_ends(samples: Samples, rate: int, target: int) -> Samples:
    """Straight lines whose first and last place are the first and the last sample: (n - 1) / (m - 1) samples apart."""
    places = np.linspace(0, len(samples) - 1, max(1, round(len(samples) * (target / rate))))
    return np.interp(places, np.arange(len(samples)), samples).astype(np.float32)


def _averaged(samples: Samples, rate: int, target: int) -> Samples:
    """The mean of the samples from each place, rounded, to the next, as recorders in browsers make it.

    Places without a sample of their own take the one before.
    """
    step = rate / target
    edges = np.floor(np.arange(ceil(len(samples) / step) + 1) * step + 0.5).astype(np.int64)
    starts, stops = edges[:-1].clip(max=len(samples) - 1), edges[1:].clip(max=len(samples))
    sums = np.concatenate([[0.0], np.cumsum(samples, dtype=np.float64)])
    stops = np.maximum(stops, starts + 1)
    mean: Samples = ((sums[stops] - sums[starts]) / (stops - starts)).astype(np.float32)
    return mean


def _weighed(kernel: Kernel, samples: Samples, rate: int, target: int) -> Samples:
    """Weights of the samples around each place, as many sets of them as there are places between two samples."""
    common, weights = gcd(rate, target), kernel(rate, target)
    down, up = rate // common, target // common
    padded = np.pad(samples, len(weights) // 2)
    result = np.empty(-(-len(samples) * up // down), np.float32)
    for phase in range(min(up, len(result))):
        first, part = divmod(phase * down, up)
        frames = np.lib.stride_tricks.sliding_window_view(padded, len(weights))[first::down]
        wanted = result[phase::up]
        wanted[:] = frames[: len(wanted)] @ weights[:, part]
    return result


def _transformed(samples: Samples, rate: int, target: int) -> Samples:
    """The spectrum of all samples, cut or filled up with zeros, as in ``scipy.signal.resample``.

    Where the shorter of both has a bin at its own Nyquist frequency, this stands for both signs of that frequency.
    """
    wanted = ceil(len(samples) * target / rate)
    spectrum, shorter = np.fft.rfft(samples.astype(np.float64)), min(len(samples), wanted)
    kept = np.zeros(wanted // 2 + 1, np.complex128)
    kept[: shorter // 2 + 1] = spectrum[: shorter // 2 + 1]
    if shorter % 2 == 0 and wanted != len(samples):
        kept[shorter // 2] *= 2 if wanted < len(samples) else 0.5
    return (np.fft.irfft(kept, wanted) * (wanted / len(samples))).astype(np.float32)


_OWN: dict[str, Callable[[int, int], ResampleStream]] = {
    "linear": _Linear,
    "linear_ends": partial(_AtTheEnd, _linear_ends),
    "nearest": _Nearest,
    "average": partial(_AtTheEnd, _averaged),
    "fft": partial(_AtTheEnd, _transformed),
}
