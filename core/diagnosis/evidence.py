"""The evidence: the columns of a port's mel spectrogram that tell most, and how far a hypothesis is from them."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..stages.mel import decibels, normalised
from .columns import ColumnSource, Ranges
from .hypotheses import Hypothesis, mel_config
from .noise import arithmetic_noise, weights_of
from .precision import grid_noise
from .search import least
from .sources import Sources

_BLOCK = 20
_ZONES = 4
_EDGE = 4
"""Columns at each end that padding and initial states can reach."""
_EDGE_BLOCK = 12
_CHUNKS = ((2400.0, 400.0, 160.0, 80.0, 40.0), (400.0, 80.0, 40.0), (327.68, 81.92))
"""Columns after which the chunks of most streams end together: of up to 30 s, of up to 5 s, and of powers of 2."""
_BREAK = 5
"""Columns on each side of such a place that tell of it."""
_LOW_MARGIN, _HIGH_MARGIN = 0.02, 1e-3
"""Shares of the port's range, next to its ends, in which a clip or floor may have been at work."""
_LEAST_CELLS, _LINE_CELLS = 12, 200
_ROUNDINGS, _ARITHMETICS = 1.3, 5.0
"""Room above the two kinds of noise: rounding is known well, the order of a port's float32 sums is not."""
_FLOOR_SECTIONS, _FLOOR_REACH = 12, 0.1
"""Steps by which a floor is looked for, and decades about it in which it is looked for again where it matters."""
_NEAR = 0.01
_FLOOR_CELLS = 4000
"""Values by which a floor is looked for."""
_WITH_FLOOR = 10.0
"""How much less sure slope and intercept are where a floor is fitted beside them."""
_PER_DB = 0.08
"""Of the reference's values."""
_FLOAT32 = 1e-6
"""Noise where the recording does not tell, of values to 4."""
_TYPICAL = 0.1
"""Quantile of the values' noise down to which less noise gives more weight."""
_ALIGNED = 4
"""Columns by which the number of them may differ where column t is at about the same moment."""


@dataclass(frozen=True, slots=True)
class Line:
    """port = slope * S + intercept for S = 20 log10 of magnitudes + floor; error: mean square of what is left."""

    slope: float
    intercept: float
    error: float
    slope_error: float
    intercept_error: float
    floor: float = 0.0


class MelEvidence:
    """Sampled columns of a port's mel spectrogram.

    Parameters
    ----------
    port : (bands, T) array
        The port's values.
    sources : Sources
        The recording they are of.
    lag : int
        The lag of the port's columns as the comparison found it.
    more : tuple of (start, stop)
        Columns to sample beside those that are worth most.
    """

    def __init__(self, port: NDArray, sources: Sources, lag: int = 0, more: Ranges = ()) -> None:
        self.total = port.shape[1]
        whole = port.T
        finite = np.nan_to_num(whole, nan=0.0, posinf=0.0, neginf=0.0)
        low, high = float(finite.min()), float(finite.max())
        self.low, self.high = low, high
        margins = low + _LOW_MARGIN * (high - low), high - _HIGH_MARGIN * (high - low)
        inside = np.isfinite(whole) & (whole > margins[0]) & (whole < margins[1])
        self.ranges = _merged(sorted((*_ranges(finite, inside), *more)))
        self.columns = np.concatenate([np.arange(start, stop) for start, stop in self.ranges])
        self.values: npt.NDArray[np.float64] = whole[self.columns].astype(np.float64)
        middle = (self.columns >= _EDGE) & (self.columns < self.total - _EDGE)
        self.middle = np.broadcast_to(middle[:, None], self.values.shape) & np.isfinite(self.values)
        self.unclipped = inside[self.columns] & self.middle
        self.edges = np.isfinite(self.values) & ~middle[:, None]
        self.source = ColumnSource(sources, self.ranges)
        self.grid = grid_noise(np.nan_to_num(whole[self.columns]))
        self._weigh(None)
        if abs(self.total - self.source.column_count(())) <= _ALIGNED:
            self.weigh((), lag)

    def off(self, chosen: tuple[Hypothesis, ...]) -> int:
        """Give by how many columns a port with these faults would have others than this one has."""
        return int(abs(self.total - self.source.column_count(chosen)))

    @property
    def enough(self) -> bool:
        """Whether there are values that no clip or floor made."""
        return int(self.unclipped.sum()) >= _LEAST_CELLS

    @property
    def lined(self) -> bool:
        """Whether these are enough to fit a line."""
        return int(self.unclipped.sum()) >= _LINE_CELLS

    @property
    def allowed(self) -> float:
        """Mean square error at which nothing is left to explain."""
        return self.noise**2

    @property
    def floor(self) -> float:
        """Mean square error below which less is no better."""
        return self.arithmetic**2

    def weigh(self, chosen: tuple[Hypothesis, ...], lag: int) -> None:
        """Weigh the values by the noise that float32 arithmetic has in a port with these faults."""
        noise, line = arithmetic_noise(self.source, chosen, lag), self.line(chosen, lag)
        per_db = line.slope if line and line.slope > 0 else _PER_DB
        if noise is not None and noise.shape == self.values.shape:
            self._weigh(per_db * noise)

    def explained(self, chosen: tuple[Hypothesis, ...], lag: int) -> bool:
        """Tell whether some faults leave no more than the noise of a port that has them."""
        weighed = copy(self)
        weighed.weigh(chosen, lag)
        return weighed.judge(chosen, lag) <= weighed.noise**2

    def _weigh(self, arithmetic: NDArray | None) -> None:
        """Weigh by the noise of arithmetic beside that of rounding."""
        even = _FLOAT32 * max(abs(self.low), abs(self.high), 1e-9) / 4
        known = np.full(self.values.shape, even) if arithmetic is None else np.nan_to_num(arithmetic, nan=even)
        known *= _ARITHMETICS
        self.deviations = np.hypot(_ROUNDINGS * self.grid, known)
        used = next((some for some in (self.unclipped, self.middle) if some.any()), self.edges)
        typical = float(np.quantile(self.deviations[used], _TYPICAL))
        self.weights = weights_of(self.deviations, typical)
        self.noise = float(np.sqrt(np.average(np.square(self.deviations[used]), weights=self.weights[used])))
        """Root of the weighted mean square that rounding and float32 arithmetic may leave, and no more."""
        self.arithmetic = float(np.sqrt(np.average(np.square(known[used]), weights=self.weights[used])))
        """The same of what float32 arithmetic leaves by itself: no evidence of anything."""
        values = self.values[used] - np.average(self.values[used], weights=self.weights[used])
        self.variance = float(np.average(np.square(values), weights=self.weights[used]))
        """Weighted variance of the unclipped values."""

    def line(self, chosen: tuple[Hypothesis, ...], lag: int) -> Line | None:
        """Fit the port's unclipped values by a straight line of a hypothesis's levels.

        A gain, the scale of the transform, the logarithm's base and the constants of the normalisation all only
        change the line, so that the shape of the spectrum is judged without them.
        """
        bands = self.source.bands(chosen, lag)
        if bands is None or bands.shape != self.values.shape:
            return None
        used = self.unclipped & np.isfinite(bands) & (bands > 0)
        if 2 * used.sum() < self.unclipped.sum() or used.sum() < _LINE_CELLS:
            return None
        cells = bands[used], self.values[used], self.weights[used]
        return _fit_floored(*cells, self.variance) if mel_config(chosen).log_guard == "add" else _fit(*cells)

    def judge(self, chosen: tuple[Hypothesis, ...], lag: int) -> float:
        """Give what the line leaves, whatever the level; where there is none, what the values leave."""
        if not self.lined:
            return self.error(chosen, lag)
        line = self.line(chosen, lag)
        return line.error if line and line.slope > 0 else np.inf

    def predicted(self, chosen: tuple[Hypothesis, ...], lag: int) -> npt.NDArray[np.float64] | None:
        """Give the sampled values as the hypotheses have them, finished; NaN where they have none."""
        bands = self.source.bands(chosen, lag)
        if bands is None or bands.shape != self.values.shape:
            return None
        config = mel_config(chosen)
        peak = self.source.sources.peak(chosen) if config.peak_normalise else 1.0
        scale = (config.amplitude / peak) ** config.power
        return normalised(decibels(np.nan_to_num(bands * scale), config), config) + np.where(np.isnan(bands), np.nan, 0)

    def error(self, chosen: tuple[Hypothesis, ...], lag: int, where: NDArray | None = None) -> float:
        """Give the weighted mean square of port minus hypothesis, clipped values too; infinite where there is none.

        Where nearly all values are clipped, they would hide what the others say: it is the mean over the others then.
        """
        if where is not None:
            return self._mean_square(chosen, lag, where, self.weights)
        error = self._mean_square(chosen, lag, self.middle, self.weights)
        return (
            error if self.lined else error * float(self.weights[self.middle].sum() / self.weights[self.unclipped].sum())
        )

    def unweighted(self, chosen: tuple[Hypothesis, ...], lag: int) -> float:
        """Give the same without weights, and with both ends of the recording."""
        return self._mean_square(chosen, lag, self.middle | self.edges, np.ones_like(self.weights))

    def _mean_square(self, chosen: tuple[Hypothesis, ...], lag: int, where: NDArray, weights: NDArray) -> float:
        predicted = self.predicted(chosen, lag)
        if predicted is None:
            return np.inf
        used = where & np.isfinite(predicted)
        squares = np.square(self.values[used] - predicted[used])
        return float(np.average(squares, weights=weights[used])) if used.any() else np.inf


def _ranges(whole: NDArray, inside: NDArray) -> Ranges:
    """Choose both ends, places where streams break, and of each zone the block with the most varied values."""
    total = len(whole)
    if total <= (_ZONES + 1) * _BLOCK + 2 * _EDGE_BLOCK:
        return ((0, total),)

    def worth(start: int, stop: int) -> float:
        return float(whole[start:stop].std(dtype=np.float64) * inside[start:stop].mean())

    starts = list(range(_EDGE_BLOCK, total - _EDGE_BLOCK - _BLOCK, _BLOCK))
    worths = np.array([worth(start, start + _BLOCK) for start in starts])
    loudest = np.clip(int(whole.max(axis=1).argmax()) - _BLOCK // 2, _EDGE_BLOCK, total - _EDGE_BLOCK - _BLOCK)
    best = {int(zone[worths[zone].argmax()]) for zone in np.array_split(np.arange(len(starts)), _ZONES)}
    blocks = [(0, _EDGE_BLOCK), *((starts[k], starts[k] + _BLOCK) for k in best)]
    broken = [max(breaks, key=lambda pair: worth(*pair)) for breaks in _breaks(total)]
    blocks += [(int(loudest), int(loudest) + _BLOCK), *broken, (total - _EDGE_BLOCK, total)]
    return _merged(sorted(blocks))


def _breaks(total: int) -> Iterator[list[tuple[int, int]]]:
    """The places of each kind of stream where its chunks end together, those of the longest chunks that end at all."""
    for periods in _CHUNKS:
        places = (np.arange(period, total - _BREAK - _EDGE, period).astype(int) for period in periods)
        found: NDArray = next((some for some in places if len(some)), np.zeros(0, int))
        if len(found):
            yield [(int(place) - _BREAK, int(place) + _BREAK) for place in found]


def _merged(blocks: list[tuple[int, int]]) -> Ranges:
    merged = [blocks[0]]
    for start, stop in blocks[1:]:
        if start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return tuple(merged)


def _fit_floored(magnitudes: NDArray, values: NDArray, weights: NDArray, variance: float) -> Line:
    """Fit the floor too, which a gain that is not known yet moves against the magnitudes.

    Where the line is far from the values, of so much `variance`, it does not matter where exactly the floor lies.
    """
    step = -(-len(values) // _FLOOR_CELLS)
    some = magnitudes[::step], values[::step], weights[::step]

    def error(exponent: float) -> float:
        return _fit(some[0] + 10**exponent, *some[1:]).error

    low, high = np.log10(np.quantile(magnitudes, (0.01, 0.9)))
    exponent = least(error, low - 2, high + 1, _FLOOR_SECTIONS)
    if error(exponent) < _NEAR * variance:
        exponent = least(error, exponent - _FLOOR_REACH, exponent + _FLOOR_REACH, 2 * _FLOOR_SECTIONS)
    floor = float(10**exponent)
    line = _fit(magnitudes + floor, values, weights)
    errors = _WITH_FLOOR * line.slope_error, _WITH_FLOOR * line.intercept_error
    return Line(line.slope, line.intercept, line.error, *errors, floor)


def _fit(magnitudes: NDArray, y: NDArray, weights: NDArray) -> Line:
    x, w = 20 * np.log10(magnitudes), weights / weights.sum()
    centre, level = _dot(w, x), _dot(w, y)
    spread = _dot(w, np.square(x - centre)) ** 0.5 or 1.0
    z = (x - centre) / spread
    slope = _dot(w, z * (y - level))
    error = _dot(w, np.square(y - level - slope * z))
    deviation = (error * _dot(w, w)) ** 0.5
    own = slope / spread, level - slope * centre / spread
    return Line(own[0], own[1], error, deviation / spread, deviation * float(np.hypot(1, centre / spread)))


def _dot(a: NDArray, b: NDArray) -> float:
    """The dot product without BLAS, whose threads wait for each other where the machine has other work."""
    return float(np.einsum("i,i->", a, b))
