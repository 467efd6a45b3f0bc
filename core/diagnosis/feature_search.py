"""The search of a port that gives no mel spectrogram: every hypothesis through the encoder, on a few frames."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ..arrays import NDArray
from ..config import WINDOW_COLUMNS
from ..stages.features import WindowEncoder
from ..stages.mel import decibels, normalised
from .columns import ColumnSource
from .encoder_faults import gain_fault
from .hypotheses import Hypothesis, mel_config
from .level_faults import LEVEL_FAULTS
from .mel_faults import CENTERING, EDGE_FAULTS, SHAPE_FAULTS
from .observed import Observed
from .precision import grid_noise, rms
from .search import State, beam_search, pruned
from .sources import Sources
from .steps import CUT_FAULTS, FED_TRANSPOSED, reshaped, window_starts, windows_with

_ROWS = 3
"""Frames that every hypothesis is judged by."""
_ENCODER_NOISE = 2e-4
"""Root mean square by which two runtimes of the same encoder may differ, with room for float32 mel values."""
_MOST_TRIALS = 720
"""Combinations that are run before a search ends that explains nothing: about four seconds."""
_ROUNDS = 3
"""Searches at most, each by the rows that the one before explained least."""
_MOST_ROOTS = 2
_LAST = 8
"""Frames at the end that are left out: how many columns there are decides where the last windows lie."""
_SPARE = 5
"""Columns beside a window that rounding and a row's offset can reach."""


@dataclass(slots=True, eq=False)
class FeatureEvidence:
    """Feature rows of a port, against any faults of the mel stage and of the windows.

    The rows are compared up to a factor, which is a fault of its own.
    """

    observed: Observed
    sources: Sources
    encoder: WindowEncoder
    fps: float
    rows: npt.NDArray[np.int64] = field(init=False)
    values: NDArray = field(init=False)
    chosen: npt.NDArray[np.int64] = field(init=False)
    _columns: ColumnSource = field(init=False)

    def __post_init__(self) -> None:
        some = self.observed.some(self.observed.count - _LAST)
        self.rows, self.values = some.frames, np.maximum(some.values, 0)  # a missing ReLU shows by itself
        if self.enough:
            spread = np.argsort(-self.values.std(axis=1))[: max(4 * _ROWS, len(self.rows) // 2)]
            self._choose(np.sort(spread)[np.linspace(0, len(spread) - 1, _ROWS).astype(int)])

    @property
    def enough(self) -> bool:
        """Whether there are rows enough to tell anything."""
        return len(self.rows) >= _ROWS

    def focus(self, chosen: tuple[Hypothesis, ...]) -> None:
        """Judge by the rows that some faults explain least from now on, and by one of those before."""
        errors = self._errors(chosen)
        self._choose(np.r_[np.argsort(-errors)[: _ROWS - 1], self.chosen[:1]])

    def _choose(self, rows: NDArray) -> None:
        self.chosen = np.unique(rows)
        self._columns = self._source(self.chosen)

    @property
    def allowed(self) -> float:
        """Mean square error at which nothing is left to explain."""
        return _ENCODER_NOISE**2 + (3 * rms(grid_noise(self.values[self.chosen]))) ** 2

    def judge(self, chosen: tuple[Hypothesis, ...], lag: int) -> float:
        """Give the mean square error of the chosen rows."""
        return float(self._error(self._columns, self.chosen, chosen).mean())

    def judge_all(self, chosen: tuple[Hypothesis, ...]) -> float:
        """Give the mean square error of all rows."""
        return float(self._errors(chosen).mean())

    def _errors(self, chosen: tuple[Hypothesis, ...]) -> NDArray:
        every = np.arange(len(self.rows))
        return self._error(self._source(every), every, chosen)

    def left(self, chosen: tuple[Hypothesis, ...]) -> NDArray:
        """Give the absolute differences of the chosen rows, a factor taken away."""
        predicted, values = self._predicted(self._columns, self.chosen, chosen), self.values[self.chosen]
        gain = _gain(values, predicted) if predicted is not None else 0.0
        return np.abs(predicted - values / gain) if predicted is not None and gain > 0 else np.full(1, np.nan)

    def factor(self, chosen: tuple[Hypothesis, ...]) -> Hypothesis | None:
        """Give the fault of the factor that the port's rows have beside those with some faults."""
        predicted = self._predicted(self._columns, self.chosen, chosen)
        return gain_fault(_gain(self.values[self.chosen], predicted)) if predicted is not None else None

    def column_count(self, chosen: tuple[Hypothesis, ...]) -> int:
        """Give how many mel columns a port with these faults computes."""
        return self._columns.column_count(chosen)

    def _source(self, rows: NDArray) -> ColumnSource:
        starts = window_starts(self.rows[rows], self.fps)
        ranges = ((max(0, int(start) - _SPARE), int(start) + WINDOW_COLUMNS + _SPARE) for start in starts)
        return ColumnSource(self.sources, tuple(ranges))

    def _error(self, source: ColumnSource, rows: NDArray, chosen: tuple[Hypothesis, ...]) -> NDArray:
        """Mean square error of each row, a factor on all of them taken away."""
        predicted, values = self._predicted(source, rows, chosen), self.values[rows]
        gain = _gain(values, predicted) if predicted is not None else 0.0
        if predicted is None or gain <= 0:
            return np.full(len(rows), np.inf)
        return np.asarray(np.square(predicted - values / gain, dtype=np.float64).mean(axis=1))

    def _predicted(self, source: ColumnSource, rows: NDArray, chosen: tuple[Hypothesis, ...]) -> NDArray | None:
        mel = _finished(source, chosen)
        if mel is None:
            return None
        windows = mel[self._cut(source, rows, chosen)]
        if np.isnan(windows).any():
            return None
        return self.encoder.encode(reshaped(windows) if FED_TRANSPOSED in chosen else windows)

    def _cut(self, source: ColumnSource, rows: NDArray, chosen: tuple[Hypothesis, ...]) -> NDArray:
        """Where the (k, 16) columns of the rows' windows lie among those of a source."""
        starts = window_starts(self._shifted(self.rows[rows], chosen), self.fps, {h.step for h in chosen})
        first = np.cumsum([0, *(stop - start for start, stop in source.ranges[:-1])])
        places = starts - [start for start, _ in source.ranges] + first
        return np.asarray(places[:, None] + np.arange(WINDOW_COLUMNS))

    def _shifted(self, frames: NDArray, chosen: tuple[Hypothesis, ...]) -> NDArray:
        shift = next((self.observed.shifts[h] for h in chosen if h in self.observed.shifts), 0)
        return np.asarray(np.maximum(frames + shift, 0))

    def last_errors(self, chosen: tuple[Hypothesis, ...], tails: Iterable[tuple[Hypothesis, ...]]) -> list[float]:
        """Give the mean square errors of the last rows with further faults of the last windows; 0 of no rows."""
        used = (self.observed.frames >= self.observed.count - _LAST) & np.isfinite(self.observed.values).all(axis=1)
        total = self.column_count(chosen)
        known = max(0, total - _LAST * 4 - 2 * WINDOW_COLUMNS)
        last = _finished(ColumnSource(self.sources, ((known, total),)), chosen)
        if last is None or not used.any():
            return [0.0 for _ in tails]
        mel = np.full((80, total), np.nan)
        mel[:, known:] = last.T
        frames = self._shifted(self.observed.frames[used], chosen)
        values = np.maximum(self.observed.values[used], 0) / float(getattr(self.factor(chosen), "value", 1))
        cut = (windows_with(mel, frames, self.fps, (*chosen, *tail)).astype(np.float32) for tail in tails)
        return [float(np.square(self.encoder.encode(windows) - values, dtype=np.float64).mean()) for windows in cut]


def _finished(source: ColumnSource, chosen: tuple[Hypothesis, ...]) -> NDArray | None:
    """The (columns, 80) values of a source as the hypotheses have them; None where they have no 80 bands."""
    bands, config = source.bands(chosen, 0), mel_config(chosen)
    if bands is None or bands.shape[1] != 80:
        return None
    scale = config.amplitude**config.power
    return normalised(decibels(np.nan_to_num(bands) * scale, config), config) + np.where(np.isnan(bands), np.nan, 0)


def _gain(values: NDArray, predicted: NDArray) -> float:
    """The factor of the values, 1 where it is as near as the encoder's noise, or as the values' own rounding."""
    power = float(np.square(predicted, dtype=np.float64).sum())
    gain = float((values * predicted).sum(dtype=np.float64)) / power if power else 0.0
    rounding = 3 * rms(grid_noise(values)) / max(rms(values), 1e-9)
    return gain if gain_fault(gain, rounding) else 1.0


def search_features(evidence: FeatureEvidence, seen: Callable[[State], None]) -> State:
    """Find the faults that give the port's features; the state's error is that of all rows."""
    shifts = tuple(evidence.observed.shifts)
    table = (*SHAPE_FAULTS, *LEVEL_FAULTS, *CUT_FAULTS, *shifts, CENTERING, *EDGE_FAULTS)
    left = iter(range(_MOST_TRIALS))

    def judge(chosen: tuple[Hypothesis, ...], lag: int) -> float:
        return evidence.judge(chosen, lag) if next(left, None) is not None else float("inf")

    found = State()
    for _ in range(_ROUNDS):
        timings = [(*timing, *moved) for timing in ((), (CENTERING,)) for moved in ((), *((h,) for h in shifts))]
        roots = [State(chosen, 0, judge(chosen, 0)) for chosen in (found.chosen, *timings)]
        nearest = sorted(roots, key=lambda root: root.error)[:_MOST_ROOTS]
        best = list(dict.fromkeys((roots[0], *nearest)))  # a fault can lead to a wrong timing
        found = beam_search(best, table, judge, evidence.allowed, seen)
        if found.error > evidence.allowed:
            break
        found = pruned(found, evidence.judge, evidence.allowed)
        found = replace(found, error=evidence.judge_all(found.chosen))
        if found.error <= evidence.allowed:
            break
        evidence.focus(found.chosen)
    return found
