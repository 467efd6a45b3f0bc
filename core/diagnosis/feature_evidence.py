"""The evidence of a port that gives no mel spectrogram: some of its feature rows, and how far a hypothesis is off."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..config import WINDOW_COLUMNS, Config
from ..stages.features import WindowEncoder
from ..stages.mel import decibels, normalised
from .audio_variants import AudioVariants
from .columns import ColumnSource, Ranges
from .counts import columns_off
from .feature_rows import RecoveredFeatures
from .hypotheses import Hypothesis, mel_config
from .quantisation import quantisation_noise, rms
from .rows.cuts import block_with, fed, windows_with
from .rows.names import gain_fault
from .rows.scales import plain_gain

_ROWS = 3
"""Frames that every hypothesis is judged by."""
_ENCODER_NOISE = 2e-4
"""Root mean square by which two runtimes of the same encoder may differ, with room for float32 mel values."""
_ROUNDINGS = 3.0
"""Times their own rounding by which rows may be off."""
_MIN_VARIATION = 100.0
"""Times the mean square of that by which rows have to vary: else many sets of faults would give them."""
_LAST = 8
"""Frames at the end that are left out: how many columns there are decides where the last windows lie."""
_SPARE = 5
"""Columns beside a window that rounding and a row's offset can reach."""
_HOP = 200
_MAX_COLUMNS, _LOUDEST, _AROUND = 2000, 6, 4
"""Columns among which the loudest are looked for, how many of these are looked at, and columns beside each."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Some rows, the columns that their windows can lie in, and the root mean squares of values and their rounding."""

    frames: npt.NDArray[np.int64]
    values: NDArray
    source: ColumnSource
    size: float
    rounding: float


@dataclass(slots=True, eq=False)
class FeatureEvidence:
    """Feature rows of a port, against any faults of the mel stage and of the windows.

    The rows are compared up to a factor, which is a fault of its own.
    """

    observed: RecoveredFeatures
    sources: AudioVariants
    encoder: WindowEncoder
    config: Config
    rows: npt.NDArray[np.int64] = field(init=False)
    values: NDArray = field(init=False)
    _telling: npt.NDArray[np.int64] = field(init=False)
    _chosen: npt.NDArray[np.int64] = field(init=False)
    _some: _Sample = field(init=False)
    _every: _Sample = field(init=False)
    _loud: ColumnSource = field(init=False)
    _usual: float = field(init=False)

    def __post_init__(self) -> None:
        some = self.observed.some(self.observed.count - _LAST)
        self.rows, self.values = some.frames, np.maximum(some.values, 0)  # a missing ReLU shows by itself
        if self.enough:
            spread = np.argsort(-self.values.std(axis=1, dtype=np.float64))[: max(4 * _ROWS, len(self.rows) // 2)]
            self._telling = np.sort(spread)
            self._every = self._sample(np.arange(len(self.rows)))
            self._loud = ColumnSource(self.sources, _loudest(self.sources))
            self._usual = self._usual_size()
            self._choose(self._telling[np.linspace(0, len(spread) - 1, _ROWS).astype(int)])

    @property
    def enough(self) -> bool:
        """Whether there are rows enough to tell anything, and they vary by far more than their rounding."""
        if len(self.rows) < _ROWS:
            return False
        varied = float(self.values.var(axis=0, dtype=np.float64).mean())
        return varied > _MIN_VARIATION * (_ROUNDINGS * rms(quantisation_noise(self.values))) ** 2

    @property
    def source(self) -> ColumnSource:
        """Computes the columns that the chosen rows' windows can lie in."""
        return self._some.source

    def focus(self, chosen: tuple[Hypothesis, ...]) -> None:
        """Judge by the rows that some faults explain least from now on, beside those before."""
        errors = self._errors(self._every, chosen)
        self._choose(np.r_[np.argsort(-errors)[: _ROWS - 1], self._chosen])

    def focus_nearest(self, chosen: tuple[Hypothesis, ...]) -> bool:
        """Judge by the rows that some faults explain best from now on; tell whether they are others than before.

        Where some rows have a fault that others have not, such as those where chunks meet, the others tell the rest.
        """
        errors = self._errors(self._every, chosen)[self._telling]
        before = self._chosen
        self._choose(self._telling[np.argsort(errors)[:_ROWS]])
        return not np.array_equal(before, self._chosen)

    def _choose(self, rows: NDArray) -> None:
        self._chosen = np.unique(rows)
        self._some = self._sample(self._chosen)

    def _sample(self, rows: NDArray) -> _Sample:
        frames, values = self.rows[rows], self.values[rows]
        starts = block_with(self.config.fps).starts(frames)
        ranges = ((max(0, int(start) - _SPARE), int(start) + WINDOW_COLUMNS + _SPARE) for start in starts)
        sizes = max(rms(values), 1e-9), rms(quantisation_noise(values))
        return _Sample(frames, values, ColumnSource(self.sources, tuple(ranges)), *sizes)

    def _usual_size(self) -> float:
        """Root mean square of the encoder's features of the reference, where the recording is loudest."""
        mel = self._finished(self._loud, ())
        known = np.zeros((1, 80)) if mel is None else mel[np.isfinite(mel).all(axis=1)]
        return rms(self.encoder.encode(np.resize(known, (1, WINDOW_COLUMNS, 80))))

    @property
    def judging(self) -> int:
        """How many rows every hypothesis is judged by."""
        return len(self._chosen)

    @property
    def noise_floor(self) -> float:
        """Mean square error at which nothing is left to explain."""
        return _ENCODER_NOISE**2 + (_ROUNDINGS * self._usual * self._some.rounding / self._some.size) ** 2

    def loss(self, chosen: tuple[Hypothesis, ...]) -> float:
        """Give the mean square error of the chosen rows."""
        return float(self._errors(self._some, chosen).mean())

    def loss_of_all(self, chosen: tuple[Hypothesis, ...]) -> float:
        """Give the mean square error of all rows."""
        return float(self._errors(self._every, chosen).mean())

    def left(self, chosen: tuple[Hypothesis, ...]) -> NDArray:
        """Give the absolute differences of the chosen rows, a factor taken away."""
        predicted = self._predicted(self._some, chosen)
        gain = _gain(self._some, predicted) if predicted is not None else 0.0
        return (
            np.abs(predicted - self._some.values / gain) if predicted is not None and gain > 0 else np.full(1, np.nan)
        )

    def factor(self, chosen: tuple[Hypothesis, ...]) -> Hypothesis | None:
        """Give the fault of the factor that the port's rows have beside those with some faults."""
        predicted = self._predicted(self._some, chosen)
        gain = plain_gain(_gain(self._some, predicted)) if predicted is not None else 0.0
        return gain_fault(gain) if gain else None

    def column_count(self, chosen: tuple[Hypothesis, ...]) -> int:
        """Give how many mel columns a port with these faults computes."""
        return self.source.column_count(chosen)

    def off(self, chosen: tuple[Hypothesis, ...]) -> int:
        """Give by how many columns a port with these faults would have others than this one's frames say."""
        return columns_off(self.column_count(chosen), self.observed.count, self.config)

    def _errors(self, sample: _Sample, chosen: tuple[Hypothesis, ...]) -> NDArray:
        """Mean square error of each row, a factor on all of them taken away.

        It is that of values as large as the encoder's usual ones: else faults that make small values would leave less.
        """
        predicted = self._predicted(sample, chosen)
        gain = _gain(sample, predicted) if predicted is not None else 0.0
        if predicted is None or gain <= 0:
            return np.full(len(sample.frames), np.inf)
        left = (gain * predicted - sample.values) * (self._usual / sample.size)
        return np.asarray(np.square(left, dtype=np.float64).mean(axis=1))

    def _predicted(self, sample: _Sample, chosen: tuple[Hypothesis, ...]) -> NDArray | None:
        mel = self._finished(sample.source, chosen)
        if mel is None:
            return None
        windows = mel[self._cut(sample, chosen)]
        if np.isnan(windows).any():
            return None
        return self.encoder.encode(fed(windows, chosen))

    def _cut(self, sample: _Sample, chosen: tuple[Hypothesis, ...]) -> NDArray:
        """Where the (k, 16) columns of the rows' windows lie among those of their source."""
        ranges = sample.source.ranges
        starts = block_with(self.config.fps, chosen).starts(self._shifted(sample.frames, chosen))
        first = np.cumsum([0, *(stop - start for start, stop in ranges[:-1])])
        places = starts - [start for start, _ in ranges] + first
        return np.asarray(places[:, None] + np.arange(WINDOW_COLUMNS))

    def _shifted(self, frames: NDArray, chosen: tuple[Hypothesis, ...]) -> NDArray:
        shift = next((self.observed.shifts[h] for h in chosen if h in self.observed.shifts), 0)
        return np.asarray(np.maximum(frames + shift, 0))

    def _finished(self, source: ColumnSource, chosen: tuple[Hypothesis, ...]) -> NDArray | None:
        """The (columns, 80) values of a source as the hypotheses have them; None where they have no 80 bands."""
        bands, config = source.bands(chosen), mel_config(chosen)
        if bands is None or bands.shape[1] != 80:
            return None
        levels = self._levels(bands, chosen)
        if config.top_db is not None and (loud := self._loud.bands(chosen)) is not None:
            levels = np.maximum(levels, self._levels(loud, chosen).max() - config.top_db)
        return normalised(levels, replace(config, top_db=None)) + np.where(np.isnan(bands), np.nan, 0)

    def _levels(self, bands: NDArray, chosen: tuple[Hypothesis, ...]) -> NDArray:
        """The decibels of magnitudes, the gain applied."""
        config = mel_config(chosen)
        peak = self.sources.peak(chosen) if config.peak_normalise else 1.0
        return decibels(np.nan_to_num(bands) * (config.amplitude / peak) ** config.power, config)

    def last_errors(self, chosen: tuple[Hypothesis, ...], tails: Iterable[tuple[Hypothesis, ...]]) -> list[float]:
        """Give the mean square errors of the last rows with further faults of the last windows; 0 of no rows."""
        used = (self.observed.frames >= self.observed.count - _LAST) & np.isfinite(self.observed.values).all(axis=1)
        total = self.column_count(chosen)
        known = max(0, total - _LAST * 4 - 2 * WINDOW_COLUMNS)
        last = self._finished(ColumnSource(self.sources, ((known, total),)), chosen)
        if last is None or not used.any():
            return [0.0 for _ in tails]
        mel = np.full((80, total), np.nan)
        mel[:, known:] = last.T
        frames = self._shifted(self.observed.frames[used], chosen)
        predicted = self._predicted(self._some, chosen)
        gain = plain_gain(_gain(self._some, predicted)) if predicted is not None else 0.0
        values = np.maximum(self.observed.values[used], 0) / (gain or 1.0)
        cut = (windows_with(mel, frames, self.config.fps, (*chosen, *tail)).astype(np.float32) for tail in tails)
        return [float(np.square(self.encoder.encode(windows) - values, dtype=np.float64).mean()) for windows in cut]


def _gain(sample: _Sample, predicted: NDArray) -> float:
    """The factor of the values, 1 where it is as near as the encoder's noise, or as the values' own rounding."""
    power = float(np.square(predicted, dtype=np.float64).sum())
    gain = float((sample.values * predicted).sum(dtype=np.float64)) / power if power else 0.0
    rounding = _ROUNDINGS * sample.rounding / sample.size
    return gain if plain_gain(gain, rounding) else 1.0


def _loudest(sources: AudioVariants) -> Ranges:
    """The columns about the loudest values, as the reference numbers them: found among those with the most power."""
    samples = sources.recording.samples
    blocks = samples[: len(samples) // _HOP * _HOP].reshape(-1, _HOP)
    loud = np.sort(np.argsort(-np.einsum("ij,ij->i", blocks, blocks))[: min(_MAX_COLUMNS, len(blocks) // 4 + 1)])
    bands = ColumnSource(sources, tuple((int(column), int(column) + 1) for column in loud)).bands(())
    places = () if bands is None else np.sort(loud[np.argsort(-bands.max(axis=1))[:_LOUDEST]])
    return tuple((max(0, int(place) - _AROUND), int(place) + _AROUND) for place in places)
