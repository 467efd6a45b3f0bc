"""Blocks on the signal, before it is cut into frames."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np

from ...base.arrays import Array, NDArray
from ...base.checking import Range
from ...base.errors import InputError
from ..block import Block, Context, Level, parameter
from ..held import held
from ..items import MAX_HELD_BYTES, Cut, Items, Lazy, contiguous
from ..trace import Steps

SIGNAL: tuple[Level, ...] = ("signal",)
MAX_FITTED_SECONDS = 24 * 3600
Pad = Literal["zeros", "reflect", "edge", "symmetric"]
FORGETS, REMEMBERED = 0.99, 4096
"""A filter of its own results is computed from so many before the first that is wanted: 0.99 to that power is 1e-18."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain(Block):
    """Multiply every sample by a factor, such as 32768 for front ends that compute on int16 values."""

    kind: ClassVar[str] = "gain"
    group: ClassVar = "signal"
    takes: ClassVar[tuple[Level, ...]] = SIGNAL

    factor: Annotated[float, Range(-1e10, 1e10)] = parameter("factor on the samples")

    def apply(self, items: Items, context: Context) -> Items:
        """Multiply in float64."""
        return items.mapped(lambda samples: samples * np.float64(self.factor))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dither(Block):
    """Add Gaussian noise, the same in every run: its seed is fixed."""

    kind: ClassVar[str] = "dither"
    group: ClassVar = "signal"
    takes: ClassVar[tuple[Level, ...]] = SIGNAL

    std: Annotated[float, Range(0, 1e9)] = parameter("standard deviation of the noise, in units of the samples")

    def apply(self, items: Items, context: Context) -> Items:
        """Add noise to all samples at once: any part of it depends on all that comes before."""
        noise = np.random.default_rng(0).normal(0, self.std, len(items))
        return replace(items, array=held(items.array, "float64", tick=context.tick) + noise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preemphasis(Block):
    """Filter y[t] = x[t] - a x[t-1] over the whole signal."""

    kind: ClassVar[str] = "preemphasis"
    group: ClassVar = "signal"
    takes: ClassVar[tuple[Level, ...]] = SIGNAL

    coefficient: Annotated[float, Range(-2, 2)] = parameter("a in y[t] = x[t] - a x[t-1]")
    initial: Literal["zero", "hold", "librosa"] = parameter(
        "what stands before the first sample: zero (y[0] = x[0]), hold (y[0] = x[0] - a x[0]), or librosa "
        "(y[0] = 3 x[0] - x[1], what librosa.effects.preemphasis begins with)"
    )
    precision: Literal["float64", "float32"] = parameter("type that is computed in", default="float64")
    before: Literal["sample", "result"] = parameter(
        "what a is multiplied with: the sample before, or the result before (y[t] = x[t] - a y[t-1], what a loop makes "
        "that writes into the samples from the first on)",
        default="sample",
    )

    def check(self) -> None:
        """A filter of its own results must not grow without end."""
        if self.before == "result" and abs(self.coefficient) > 1:
            raise InputError(f"coefficient {self.coefficient:g} of results before must lie between -1 and 1")

    def apply(self, items: Items, context: Context) -> Items:
        """Filter where somebody looks; in a signal cut into chunks, anew in each."""
        every = items.cut.size if items.cut else 0
        return replace(items, array=_Emphasised(items.array, self, every))


@dataclass(frozen=True, slots=True, eq=False)
class _Emphasised(Lazy):
    """A signal behind the pre-emphasis filter, which begins anew `every` so many samples; 0: never."""

    base: Array
    block: Preemphasis
    every: int

    def take(self, items: NDArray) -> NDArray:
        """Filter the samples with these numbers."""
        if self.block.before == "result" and len(items):
            return self._fed_back(items)
        samples, before = self._pairs(items)
        filtered = samples.dtype.type(self.block.coefficient) * before
        np.subtract(samples, filtered, out=filtered)
        for place in np.flatnonzero(items % self.every == 0 if self.every else items == 0):
            filtered[place] = samples[place] + self._state(int(items[place]))
        return np.asarray(filtered, np.float64)

    def _fed_back(self, items: NDArray) -> NDArray:
        """The samples filtered with the results before them, as far back as these can be seen."""
        stop = int(items.max()) + 1
        start = max(int(items.min()) - REMEMBERED, 0) if abs(self.block.coefficient) <= FORGETS else 0
        cuts = range((start // self.every + 1) * self.every, stop, self.every) if self.every else ()
        parts = np.split(self.base[start:stop].astype(np.float64), [cut - start for cut in cuts])
        filtered = np.concatenate([_one_pole(part, -self.block.coefficient) for part in parts])
        return np.asarray(filtered[items - start])

    def _pairs(self, items: NDArray) -> tuple[NDArray, NDArray]:
        """The samples with these numbers, and the one before each; before the first, any."""
        kind = self.block.precision
        if isinstance(place := contiguous(items), slice):
            lead = min(place.start, 1)
            span = self.base[place.start - lead : place.stop].astype(kind, copy=False)
            return span[lead:], span[:-1] if lead else np.concatenate([span[:1], span[:-1]])
        return self.base[items].astype(kind), self.base[np.maximum(items - 1, 0)].astype(kind)

    def _state(self, place: int) -> float:
        """What the filter adds to its first output."""
        if self.block.initial == "zero":
            return 0.0
        first = self.base[place : place + 2].astype(self.block.precision)
        if self.block.initial == "hold":
            return float(-self.block.coefficient * first[0])
        return float(2 * first[0] - first[-1])


def _one_pole(samples: NDArray, pole: float) -> NDArray:
    """Give y[n] = x[n] + pole * y[n - 1], (n,) float64, in log2(n) steps.

    1 / (1 - p / z) is the product of 1 + (p / z)**(2**k) over k = 0, 1, 2 ...
    """
    filtered, step = samples.copy(), 1
    while step < len(filtered) and pole:
        filtered[step:] += pole * filtered[:-step]
        step, pole = 2 * step, pole * pole
    return filtered


@dataclass(frozen=True, slots=True, kw_only=True)
class NormaliseSignal(Block):
    """Normalise the signal by its own statistics."""

    kind: ClassVar[str] = "normalise_signal"
    group: ClassVar = "signal"
    takes: ClassVar[tuple[Level, ...]] = SIGNAL

    how: Literal["zero_mean_unit_var", "peak", "mean"] = parameter(
        "zero_mean_unit_var: (x - mean) / sqrt(variance + eps); peak: x / largest |x| times peak; mean: x - mean"
    )
    eps: Annotated[float, Range(0, 1)] = parameter("added to the variance", default=0.0)
    peak: Annotated[float, Range(1e-9, 1e9)] = parameter("largest |x| afterwards, for how = peak", default=1.0)

    def apply(self, items: Items, context: Context) -> Items:
        """Look at all samples once, then normalise where somebody looks."""
        samples = held(items.array, "float64", tick=context.tick)
        items = replace(items, array=samples)
        if not len(samples):
            return items
        if self.how == "peak":
            factor = self.peak / max(float(np.abs(samples).max()), float(np.finfo(np.float32).tiny))
            return items.mapped(lambda part: part * factor)
        mean = samples.mean()
        if self.how == "mean":
            return items.mapped(lambda part: part - mean)
        deviation = np.sqrt(samples.var() + self.eps) or 1.0
        return items.mapped(lambda part: (part - mean) / deviation)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSignal(Block):
    """Cut the signal, or fill it up, to a length or to a multiple of one."""

    kind: ClassVar[str] = "fit_signal"
    group: ClassVar = "signal"
    takes: ClassVar[tuple[Level, ...]] = SIGNAL

    seconds: Annotated[float, Range(0, MAX_FITTED_SECONDS)] = parameter(
        "length, or 0 where multiple is given", "s", default=0.0
    )
    multiple: Annotated[int, Range(0, 1 << 24)] = parameter(
        "fit to a multiple of so many samples, the next one up", "samples", default=0
    )
    side: Literal["right", "left", "both"] = parameter("where the signal is filled up and cut")
    do: Literal["fit", "fill", "cut"] = parameter(
        "fit: whichever is needed; fill: longer signals stay as they are; cut: shorter ones do, and a multiple is the "
        "next one down",
        default="fit",
    )
    fill: Literal["zeros", "reflect", "repeat", "copies"] = parameter(
        "what a signal is filled up with: zeros, its own reflection, itself over and over, or whole copies of it and "
        "then zeros",
        default="zeros",
    )

    def check(self) -> None:
        """Either a length or a multiple."""
        if bool(self.seconds) == bool(self.multiple):
            raise InputError("needs either seconds or multiple above 0, and not both")

    def apply(self, items: Items, context: Context) -> Items:
        """Copy the samples into an array of the length wanted.

        Raises
        ------
        InputError
            A length that cannot be held, or nothing to fill up with but zeros.
        """
        n, wanted = len(items), self.length(len(items), items.rate)
        left = {"right": 0, "left": wanted - n, "both": (wanted - n) // 2}[self.side]
        right = wanted - n - left
        return _extended(items, left, right, self.fill, context)

    def length(self, n: int, rate: int) -> int:
        """Give how many samples there are behind it of n at a rate in Hz."""
        if self.multiple:
            return (n // self.multiple if self.do == "cut" else -(-n // self.multiple)) * self.multiple
        wanted = round(self.seconds * rate)
        return {"fit": wanted, "fill": max(n, wanted), "cut": min(n, wanted)}[self.do]


@dataclass(frozen=True, slots=True, kw_only=True)
class PadSignal(Block):
    """Put zeros before and behind the signal."""

    kind: ClassVar[str] = "pad_signal"
    group: ClassVar = "signal"
    takes: ClassVar[tuple[Level, ...]] = SIGNAL

    front: Annotated[int, Range(0, 1 << 24)] = parameter("zeros in front", "samples", default=0)
    back: Annotated[int, Range(0, 1 << 24)] = parameter("zeros at the end", "samples", default=0)

    def apply(self, items: Items, context: Context) -> Items:
        """Put zeros there where somebody looks."""
        array = _Padded(items.array, self.front, (self.front + len(items) + self.back,))
        return replace(items, array=array, links=(Steps(-self.front, 1, 1), *items.links))


@dataclass(frozen=True, slots=True, eq=False)
class _Padded(Lazy):
    """A signal behind `front` zeros, and before as many as its shape says."""

    base: Array
    front: int
    shape: tuple[int, ...]

    def take(self, items: NDArray) -> NDArray:
        """Give the samples with these numbers."""
        places = items - self.front
        inside = (places >= 0) & (places < len(self.base))
        if inside.all():
            return np.asarray(self.base[contiguous(places)], np.float64)
        samples = np.zeros(len(items))
        samples[inside] = self.base[contiguous(places[inside])]
        return samples


def _extended(items: Items, left: int, right: int, fill: str, context: Context) -> Items:
    """Put so many samples before and behind a signal; negative numbers cut it."""
    n = len(items)
    if (n + left + right) * 8 > MAX_HELD_BYTES:
        raise InputError(
            f"{(n + left + right) / items.rate:.4g} s are more than the {MAX_HELD_BYTES >> 30} GB that are held at once"
        )
    if not n and fill != "zeros":
        raise InputError(f"too short: no samples leave nothing for fill {fill!r}; use a longer recording")
    samples = held(items.array, tick=context.tick)
    parts = (
        _beyond(samples, -max(left, 0), 0, fill),
        samples[max(-left, 0) : n + min(right, 0)],
        _beyond(samples, n, n + max(right, 0), fill),
    )
    return replace(items, array=np.concatenate(parts), links=(Steps(-left, 1, 1), *items.links))


def _beyond(samples: NDArray, start: int, stop: int, fill: str) -> NDArray:
    """What stands from one place to another beyond an end of a signal."""
    n = len(samples)
    if fill == "zeros" or start == stop:
        return np.zeros(stop - start, samples.dtype)
    place = np.arange(start, stop)
    if fill == "reflect":
        return np.asarray(samples[padded_place(place, n, "reflect")])
    copies = stop // n * n if fill == "copies" else stop
    return np.where(place < copies, samples[place % n], samples.dtype.type(0))


def padded_place(place: NDArray, n: int | NDArray, pad: Pad) -> NDArray:
    """Give the sample of a signal of n samples that stands at a place within or beyond its ends; -1 for a zero.

    Signals of several lengths are given by an array of these beside the places.

    Examples
    --------
    >>> padded_place(np.arange(-2, 5), 3, "reflect").tolist()
    [2, 1, 0, 1, 2, 1, 0]
    """
    if pad == "zeros":
        return np.where((place >= 0) & (place < n), place, -1)
    if pad == "edge":
        return np.clip(place, 0, n - 1)
    if pad == "reflect":
        period = np.maximum(2 * (n - 1), 1)
        folded = place % period
        return np.where(folded < n, folded, period - folded)
    folded = place % (2 * n)
    return np.where(folded < n, folded, 2 * n - 1 - folded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunks(Block):
    """Compute the signal in chunks of so many samples without any overlap, as a stream that keeps no state does."""

    kind: ClassVar[str] = "chunks"
    group: ClassVar = "signal"
    takes: ClassVar[tuple[Level, ...]] = SIGNAL

    size: Annotated[int, Range(1, 1 << 48)] = parameter("samples of a chunk", "samples")
    rows: Literal["all", "trimmed", "joined"] = parameter(
        "rows of each chunk: all that its frames give; trimmed: as many as its samples are worth; joined: frames reach "
        "across the chunks, and only filters begin anew in each"
    )

    def apply(self, items: Items, context: Context) -> Items:
        """Tell the filters and the frames behind where the signal is cut."""
        return replace(items, cut=Cut(self.size, self.rows))
