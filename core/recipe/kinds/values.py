"""Blocks on the values of rows: logarithm, levels, statistics, cepstra."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np

from ...base.arrays import NDArray
from ...base.checking import Range
from ...base.errors import InputError
from ..block import Block, Context, Level, parameter
from ..held import held
from ..items import Items
from ..tables import read_table

ROWS: tuple[Level, ...] = ("rows", "spectrum")
Number = Annotated[float, Range(-1e12, 1e12)]
MAX_ROWS = 1 << 24
_DECIBELS = (10.0, 20.0)
"""Factors on a logarithm to base 10, of powers and of magnitudes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(Block):
    """Take the logarithm, guarded against zero."""

    kind: ClassVar[str] = "log"
    group: ClassVar = "values"
    takes: ClassVar[tuple[Level, ...]] = ROWS

    base: Literal["e", "2", "10"] = parameter("base of the logarithm")
    guard: Literal["max", "add"] = parameter("max: log(max(x, floor)); add: log(x + floor)")
    floor: Annotated[float, Range(1e-300, 1e12)] = parameter(
        "smallest value whose logarithm is taken, or what is added"
    )
    multiplier: Annotated[float, Range(-1e6, 1e6)] = parameter("factor on the logarithm: 10 or 20 for dB", default=1.0)

    def unit_of(self, unit: str) -> str:
        """Which logarithm it is; decibels where it is 10 or 20 times that to base 10."""
        if self.base == "10" and self.multiplier in _DECIBELS:
            return "dB"
        name = {"e": "ln", "2": "log2", "10": "log10"}[self.base]
        return name if self.multiplier == 1 else f"{self.multiplier:g} {name}"

    def apply(self, items: Items, context: Context) -> Items:
        """Take logarithms where somebody looks."""
        return items.mapped(self.levels)

    def levels(self, values: NDArray) -> NDArray:
        """Give the logarithms of an array of any shape."""
        guarded = np.maximum(self.floor, values) if self.guard == "max" else values + self.floor
        levels: NDArray = {"e": np.log, "2": np.log2, "10": np.log10}[self.base](guarded)
        return levels if self.multiplier == 1 else self.multiplier * levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Top(Block):
    """Raise values that lie far below the largest one (librosa's top_db, Whisper's maximum minus 8)."""

    kind: ClassVar[str] = "top"
    group: ClassVar = "values"
    takes: ClassVar[tuple[Level, ...]] = ROWS

    below: Annotated[float, Range(0, 1e9)] = parameter("how far below the maximum values may lie")
    scope: Literal["all", "frame", "chunk", "fixed"] = parameter(
        "whose maximum: of the whole recording, of each row, of each chunk of rows, or a fixed value"
    )
    rows: Annotated[int, Range(0, MAX_ROWS)] = parameter("rows of a chunk, for scope = chunk", default=0)
    maximum: Number = parameter("the maximum, for scope = fixed", default=0.0)

    def check(self) -> None:
        """A chunk needs its length."""
        if (self.scope == "chunk") != (self.rows > 0):
            raise InputError(
                f"rows {self.rows} does not go with scope {self.scope!r}; only chunks have rows, at least 1"
            )

    def unit_of(self, unit: str) -> str:
        """That of the values, of which some are raised."""
        return unit

    def apply(self, items: Items, context: Context) -> Items:
        """Raise values where somebody looks; the maximum of all needs all of them first."""
        if self.scope == "fixed":
            return items.mapped(lambda rows: np.maximum(rows, self.maximum - self.below))
        if self.scope == "frame":
            return items.mapped(lambda rows: np.maximum(rows, rows.max(axis=1, keepdims=True) - self.below))
        values = held(items.array, "float64", tick=context.tick)
        size = self.rows or max(len(values), 1)
        floors = np.array([values[start : start + size].max(initial=-np.inf) for start in range(0, len(values), size)])
        raised = np.maximum(values, np.repeat(floors - self.below, size)[: len(values), None])
        return replace(items, array=raised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Affine(Block):
    """Multiply, then add."""

    kind: ClassVar[str] = "affine"
    group: ClassVar = "values"
    takes: ClassVar[tuple[Level, ...]] = ("signal", *ROWS)

    multiply: Number = parameter("factor")
    add: Number = parameter("what is added to the product")

    def unit_of(self, unit: str) -> str:
        """That of the values where they are only shifted."""
        return unit if self.multiply == 1 else ""

    def apply(self, items: Items, context: Context) -> Items:
        """Compute where somebody looks."""
        return items.mapped(lambda values: values * self.multiply + self.add)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRange(Block):
    """Map decibels to an output range: S - ref, and then [min, 0] dB to [-max_abs, max_abs] or [0, max_abs]."""

    kind: ClassVar[str] = "level"
    group: ClassVar = "values"
    takes: ClassVar[tuple[Level, ...]] = ROWS

    ref: Annotated[float, Range(-1e6, 1e6)] = parameter("level that is subtracted first", "dB")
    min: Annotated[float, Range(-1e6, -1e-6)] = parameter("level that becomes the lower end", "dB")
    max_abs: Annotated[float, Range(1e-9, 1e9)] = parameter("upper end of the range")
    range: Literal["symmetric", "positive"] = parameter("lower end of the range: -max_abs, or 0")

    def apply(self, items: Items, context: Context) -> Items:
        """Compute where somebody looks, in the original's order of operations."""
        return items.mapped(self.mapped)

    def mapped(self, decibels: NDArray) -> NDArray:
        """Map an array of any shape."""
        span, offset = (2 * self.max_abs, self.max_abs) if self.range == "symmetric" else (self.max_abs, 0.0)
        values = decibels - self.ref
        values -= self.min
        values /= -self.min
        values *= span
        values -= offset
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip(Block):
    """Limit values."""

    kind: ClassVar[str] = "clip"
    group: ClassVar = "values"
    takes: ClassVar[tuple[Level, ...]] = ("signal", *ROWS)

    low: Number = parameter("smallest value")
    high: Number = parameter("largest value")

    def check(self) -> None:
        """Limits in order."""
        if self.low > self.high:
            raise InputError(f"low {self.low:g} is above high {self.high:g}; give them in order")

    def unit_of(self, unit: str) -> str:
        """That of the values, which are limited."""
        return unit

    @property
    def limits(self) -> tuple[float, float]:
        """Low and high."""
        return self.low, self.high

    def apply(self, items: Items, context: Context) -> Items:
        """Limit where somebody looks."""
        return items.mapped(lambda values: np.clip(values, self.low, self.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalise(Block):
    """Normalise by the recording's own statistics."""

    kind: ClassVar[str] = "normalise"
    group: ClassVar = "values"
    takes: ClassVar[tuple[Level, ...]] = ROWS

    axis: Literal["band", "row", "all"] = parameter("whose statistics: of each band, of each row, or of all values")
    statistic: Literal["mean", "mean_sd", "min_max", "max"] = parameter(
        "mean: x - mean; mean_sd: (x - mean) / deviation; min_max: (x - min) / (max - min); max: x - max"
    )
    ddof: Annotated[int, Range(0, 1)] = parameter("0: divide by n, 1: by n - 1", default=0)
    eps: Annotated[float, Range(0, 1)] = parameter("added to the deviation, or to the variance", default=0.0)
    eps_in: Literal["sd", "variance"] = parameter("what eps is added to", default="sd")
    padding: Annotated[int, Range(0, MAX_ROWS)] = parameter(
        "rows at the end that are no part of the statistics and become 0", "rows", default=0
    )

    def unit_of(self, unit: str) -> str:
        """That of the values where something is subtracted; deviations where they are divided by that."""
        return {"mean": unit, "max": unit, "mean_sd": "sd", "min_max": ""}[self.statistic]

    def apply(self, items: Items, context: Context) -> Items:
        """Normalise each row where somebody looks; statistics over rows need all of them first."""
        if self.axis == "row":
            return items.mapped(lambda rows: self._normalised(rows, rows, (1,)))
        values = held(items.array, "float64", tick=context.tick)
        valid = values[: max(len(values) - self.padding, 0)]
        if not len(valid):
            raise InputError(
                f"too short: {len(values)} rows are no more than padding {self.padding}; use a longer recording"
            )
        normalised = self._normalised(values, valid, (0,) if self.axis == "band" else (0, 1))
        normalised[len(valid) :] = 0
        return replace(items, array=normalised)

    def _normalised(self, values: NDArray, valid: NDArray, axis: tuple[int, ...]) -> NDArray:
        if self.statistic == "max":
            return np.asarray(values - valid.max(axis=axis, keepdims=True))
        if self.statistic == "min_max":
            low, high = valid.min(axis=axis, keepdims=True), valid.max(axis=axis, keepdims=True)
            return np.asarray((values - low) / _not_zero(high - low))
        centred: NDArray = values - valid.mean(axis=axis, keepdims=True)
        if self.statistic == "mean":
            return centred
        count = int(np.prod([valid.shape[each] for each in axis]))
        variance = valid.var(axis=axis, ddof=min(self.ddof, count - 1), keepdims=True)
        deviation = np.sqrt(variance) + self.eps if self.eps_in == "sd" else np.sqrt(variance + self.eps)
        return centred / _not_zero(deviation)


def _not_zero(values: NDArray) -> NDArray:
    """Constant values have no deviation: they become 0 by whatever they are divided."""
    return np.where(values == 0, 1.0, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cmvn(Block):
    """Normalise by statistics of a data set: (x + shift) scale, one of each a band, in a file or written out."""

    kind: ClassVar[str] = "cmvn"
    group: ClassVar = "values"
    takes: ClassVar[tuple[Level, ...]] = ROWS
    files: ClassVar = ("file",)

    file: str = parameter("a .npy file, (2, bands): shift, then scale", default="")
    shift: tuple[float, ...] = parameter("without a file: what is added to each band; empty: nothing", default=())
    scale: tuple[float, ...] = parameter("without a file: the factor on each band; empty: 1", default=())

    def check(self) -> None:
        """Either a file or numbers."""
        if bool(self.file) == bool(self.shift or self.scale):
            raise InputError("needs either a file or shift and scale, and not both")

    def apply(self, items: Items, context: Context) -> Items:
        """Compute where somebody looks.

        Raises
        ------
        InputError
            Statistics of another number of bands.
        """
        if self.file:
            shift, scale = read_table(context.folder / self.file, (2, *items.item_shape))
        else:
            shift, scale = self._numbers(self.shift, 0.0, items), self._numbers(self.scale, 1.0, items)
        return items.mapped(lambda rows: (rows + shift) * scale)

    def _numbers(self, given: tuple[float, ...], otherwise: float, items: Items) -> NDArray:
        (bands,) = items.item_shape
        if given and len(given) != bands:
            raise InputError(f"gives {len(given)} numbers for {bands} bands; one for each is needed")
        return np.array(given or [otherwise] * bands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dct(Block):
    """Cepstral coefficients: the DCT-II of each row (MFCC)."""

    kind: ClassVar[str] = "dct"
    group: ClassVar = "values"
    takes: ClassVar[tuple[Level, ...]] = ROWS

    keep: Annotated[int, Range(1, 4096)] = parameter("coefficients kept")
    norm: Literal["ortho", "none"] = parameter("ortho: an orthonormal transform; none: 2 sum(x cos(..))")
    lifter: Annotated[float, Range(0, 1e6)] = parameter(
        "L of the factor 1 + L/2 sin(pi k / L) on coefficient k; 0: none", default=0.0
    )
    energy: Literal["none", "spectrum", "frame", "windowed"] = parameter(
        "what stands for coefficient 0: itself, ln of the sum of the spectrum, or ln of the sum of the squared samples "
        "of the frame before pre-emphasis and window, or (windowed) behind them",
        default="none",
    )
    energy_floor: Annotated[float, Range(1e-300, 1e12)] = parameter(
        "smallest energy whose logarithm is taken", default=float(np.finfo(np.float64).eps)
    )

    def apply(self, items: Items, context: Context) -> Items:
        """Transform row by row."""
        (bands,) = items.item_shape
        if self.keep > bands:
            raise InputError(f"keep {self.keep} is more than the rows' {bands} values")
        matrix = self._matrix(bands)
        cepstra = replace(items.mapped(lambda rows: rows @ matrix, (self.keep,)), hz=None)
        if self.energy == "none":
            return cepstra
        return cepstra.beside(self._energies(items), self._with_energy)

    def _matrix(self, bands: int) -> NDArray:
        order = np.arange(self.keep)
        cosines = 2 * np.cos(np.pi * order * (2 * np.arange(bands)[:, None] + 1) / (2 * bands))
        if self.norm == "ortho":
            cosines *= np.where(order == 0, np.sqrt(1 / (4 * bands)), np.sqrt(1 / (2 * bands)))
        return cosines * (1 + self.lifter / 2 * np.sin(np.pi * order / self.lifter)) if self.lifter else cosines

    def _energies(self, items: Items) -> Items:
        kinds = {"spectrum": ("fft",), "frame": ("remove_dc", "frame"), "windowed": ("window",)}[self.energy]
        found = items.source(*kinds)
        if found is None:
            raise InputError(f"energy {self.energy!r} needs one of the blocks {', '.join(kinds)} before it")
        if self.energy == "spectrum":
            return found.mapped(lambda spectra: spectra.sum(axis=1), ())
        return found.mapped(lambda frames: (frames * frames).sum(axis=1), ())

    def _with_energy(self, cepstra: NDArray, energies: NDArray) -> NDArray:
        cepstra = cepstra.copy()
        cepstra[:, 0] = np.log(np.maximum(energies, self.energy_floor))
        return cepstra


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast(Block):
    """Round values to a type, and go on with them."""

    kind: ClassVar[str] = "cast"
    group: ClassVar = "values"
    takes: ClassVar[tuple[Level, ...]] = ("signal", *ROWS)

    to: Literal["float32", "float16", "int16"] = parameter("type that values are rounded to")

    def unit_of(self, unit: str) -> str:
        """That of the values, which are rounded."""
        return unit

    def apply(self, items: Items, context: Context) -> Items:
        """Round where somebody looks."""

        def rounded(values: NDArray) -> NDArray:
            if self.to == "int16":
                return np.clip(np.round(values), -32768, 32767)
            with np.errstate(over="ignore"):  # beyond float16 becomes infinite, as it does in the port
                return values.astype(self.to).astype(np.float64)

        return items.mapped(rounded)
