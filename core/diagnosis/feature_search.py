"""The mel search of a port that gives no mel spectrogram: every hypothesis through the encoder, on a few frames."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ..arrays import NDArray
from ..config import CONTEXT_ROWS, FEATURE_SIZE, WINDOW_COLUMNS, Config
from ..run import Run
from ..stages.features import WindowEncoder
from ..stages.mel import decibels, normalised
from ..timebase import COLUMNS_PER_SECOND
from .columns import ColumnSource
from .hypotheses import Hypothesis, mel_config
from .level_faults import LEVEL_FAULTS
from .mel_faults import CENTERING, EDGE_FAULTS, SHAPE_FAULTS
from .precision import grid_noise, rms
from .search import State, beam_search
from .sources import Sources

_ROWS = 3
"""Frames that every hypothesis is judged by."""
_ENCODER_NOISE = 2e-4
"""Root mean square by which two runtimes of the same encoder may differ, with room for float32 mel values."""
_LAST = 8
"""Frames at the end that are left out: how many columns there are decides where the last windows lie."""


@dataclass(slots=True, eq=False)
class FeatureEvidence:
    """Feature rows of a port.

    Attributes
    ----------
    rows : (k,) int array
        Their frames.
    values : (k, 512) array
        The features.
    """

    rows: npt.NDArray[np.int64]
    values: NDArray
    sources: Sources
    encoder: WindowEncoder
    fps: float
    _columns: ColumnSource = field(init=False)
    chosen: npt.NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        spread = np.argsort(-self.values.std(axis=1))[: max(4 * _ROWS, len(self.rows) // 2)]
        self.chosen = np.unique(np.sort(spread)[np.linspace(0, len(spread) - 1, _ROWS).astype(int)])
        starts = self.starts[self.chosen]
        self._columns = ColumnSource(self.sources, tuple((int(s), int(s) + WINDOW_COLUMNS) for s in starts))

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """First mel column of the window of every row."""
        return (COLUMNS_PER_SECOND * (self.rows / self.fps)).astype(np.int64)

    @property
    def allowed(self) -> float:
        """Mean square error at which nothing is left to explain."""
        return _ENCODER_NOISE**2 + (3 * rms(grid_noise(self.values[self.chosen]))) ** 2

    def judge(self, chosen: tuple[Hypothesis, ...], lag: int) -> float:
        """Give the mean square error of the chosen rows."""
        return self._error(self._columns, self.chosen, chosen, lag)

    def judge_all(self, chosen: tuple[Hypothesis, ...], lag: int) -> float:
        """Give the mean square error of all rows."""
        every = np.arange(len(self.rows))
        source = ColumnSource(self.sources, tuple((int(s), int(s) + WINDOW_COLUMNS) for s in self.starts))
        return self._error(source, every, chosen, lag)

    def left(self, chosen: tuple[Hypothesis, ...]) -> NDArray:
        """Give the absolute differences of the chosen rows."""
        predicted = self._predicted(self._columns, chosen, 0)
        return np.abs(predicted - self.values[self.chosen]) if predicted is not None else np.full(1, np.nan)

    def column_count(self, chosen: tuple[Hypothesis, ...]) -> int:
        """Give how many mel columns a port with these faults computes."""
        return self._columns.column_count(chosen)

    def _error(self, source: ColumnSource, rows: NDArray, chosen: tuple[Hypothesis, ...], lag: int) -> float:
        predicted = self._predicted(source, chosen, lag)
        if predicted is None:
            return float("inf")
        return float(np.mean(np.square(predicted - self.values[rows], dtype=np.float64)))

    def _predicted(self, source: ColumnSource, chosen: tuple[Hypothesis, ...], lag: int) -> NDArray | None:
        bands = source.bands(chosen, lag)
        if bands is None or bands.shape[1] != 80 or np.isnan(bands).any():
            return None
        config = mel_config(chosen)
        scale = (config.gain * config.int_scale * config.fft_scale) ** config.power
        mel = normalised(decibels(bands * scale, config), config)
        return self.encoder.encode(mel.reshape(-1, WINDOW_COLUMNS, 80))


def observed_rows(port: Run, config: Config) -> tuple[NDArray, NDArray] | None:
    """Give the feature rows that a port shows somewhere, as (frames, values); None where it shows none it can trust.

    Whole features or padded rows, else the context rows of the frame tensors that are there.
    """
    if "features" in port and port["features"].array.shape[1:] == (FEATURE_SIZE,):
        stage = port["features"]
        frames = np.arange(len(stage.array)) if stage.frames is None else stage.frames
        frames, positions = frames[: -_LAST or None], np.arange(len(frames) - _LAST)
        some = positions[np.linspace(0, len(positions) - 1, min(len(positions), 64)).astype(int)]
        return (frames[some], np.asarray(stage.array[some])) if len(some) > _ROWS else None
    if "tensors" in port and int(np.prod(port["tensors"].shape[1:])) >= CONTEXT_ROWS * FEATURE_SIZE:
        return _rows_of_tensors(port)
    return None


def _rows_of_tensors(port: Run) -> tuple[NDArray, NDArray] | None:
    stage = port["tensors"]
    frames = np.arange(len(stage.array)) if stage.frames is None else stage.frames
    picked = np.unique(np.linspace(0, len(frames) - 1, min(len(frames), 4)).astype(int))
    context = np.asarray(stage.array[picked]).reshape(len(picked), -1)[:, : CONTEXT_ROWS * FEATURE_SIZE]
    values = context.reshape(-1, FEATURE_SIZE)
    # Row k of frame i is padded row i - 8 + k, and padded row r is the feature row of frame r - 1.
    rows = (frames[picked][:, None] + np.arange(CONTEXT_ROWS) - CONTEXT_ROWS // 2 - 1).ravel()
    last = int(frames.max()) if port.provenance.n_frames is None else port.provenance.n_frames - 1
    used = (rows >= 0) & (rows <= last - _LAST) & values.any(axis=1)
    return (rows[used], values[used]) if used.sum() >= _ROWS else None


def search_features(evidence: FeatureEvidence, seen: Callable[[State], None]) -> State:
    """Find the mel faults that give the port's features; the state's error is that of the chosen rows."""
    table = (*SHAPE_FAULTS, *LEVEL_FAULTS, *EDGE_FAULTS)
    roots = [State((), 0, evidence.judge((), 0)), State((CENTERING,), 0, evidence.judge((CENTERING,), 0))]
    found = beam_search(roots, table, evidence.judge, evidence.allowed, seen)
    return replace(found, error=evidence.judge_all(found.chosen, 0)) if found.error <= evidence.allowed else found
