"""The only place that converts sample, column, context window, video frame and seconds into each other."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from .axis import Clock
from .config import COLUMNS_PER_SECOND, FRAME_RATE, HOP_LENGTH, SAMPLE_RATE, WINDOW_COLUMNS, Config
from .recipe.kinds.rows import Windows
from .run import Run, Stage

Step: TypeAlias = Literal["frame", "row", "step"]
"""What the cursor goes by: video frames, rows of a recipe's last stage, or equal steps where that is a signal."""
_SAME_RATE = 1e-6
"""Relative difference of two rates that are the same."""
SIGNAL_STEP = 0.01
"""Seconds of one step of the cursor where a recipe gives a signal and no frame rate: the usual hop of front ends."""


@lru_cache(maxsize=64)
def window_block(fps: float) -> Windows:
    """Give the block that cuts the context windows of SyncTalk_2D."""
    return Windows(size=WINDOW_COLUMNS, fps=fps, rows_per_second=COLUMNS_PER_SECOND, rule="floor", tail="clamp")


@dataclass(frozen=True, slots=True)
class Timebase:
    """Conversions for one sample rate, hop length and frame rate.

    A mel column c is centred on sample c * hop_length; a video frame i begins at i / fps seconds and its context
    window covers the columns [s, s + 16) with s as in `window_starts`. Of another recipe than SyncTalk_2D the frames
    are the rows of its last stage, which `rows` places in time; `fps` is how many there are in a second.
    """

    sample_rate: int = SAMPLE_RATE
    hop_length: int = HOP_LENGTH
    fps: float = FRAME_RATE
    rows: Clock | None = None
    row_count: int = 0
    step: Step = "frame"

    @classmethod
    def of(cls, config: Config) -> "Timebase":
        """Give the time base of a configuration."""
        return cls(config.audio.sample_rate, config.mel.hop_length, config.fps)

    @classmethod
    def of_run(cls, run: Run) -> "Timebase":
        """Give the time base of a run: of its configuration, or of the last stage that its recipe has given."""
        if run.is_original:
            return cls.of(run.config or Config())
        recipe, stages = run.recipe, [*run.stages.values()]
        if not stages:
            return cls(recipe.rate)
        last = stages[-1]
        signal = last.array.ndim == 1
        fps = recipe.fps or (1 / SIGNAL_STEP if signal else last.clock.rate)
        seconds = last.shape[last.time] / last.clock.rate
        own = not signal and abs(fps / last.clock.rate - 1) < _SAME_RATE
        rows = last.clock if own else Clock(fps)
        count = last.shape[last.time] if own else ceil(seconds * fps)
        step: Step = "row" if own else "frame" if recipe.fps else "step"
        return cls(recipe.rate, _hop(recipe.rate, stages), fps, rows, count, step)

    def sample_seconds(self, sample: float) -> float:
        """Seconds at which a sample lies."""
        return sample / self.sample_rate

    def seconds_sample(self, seconds: float) -> int:
        """Sample that sounds at a moment: the last one that has begun."""
        return int(np.floor(seconds * self.sample_rate + 1e-6))

    def column_seconds(self, column: float) -> float:
        """Seconds of the centre of a mel column."""
        return column * self.hop_length / self.sample_rate

    def seconds_column(self, seconds: float) -> int:
        """Mel column whose centre is nearest to a moment."""
        return round(seconds * self.sample_rate / self.hop_length)

    def frame_seconds(self, frame: float) -> float:
        """Seconds at which a video frame begins, or of the middle of a row."""
        return self.rows.seconds(frame) if self.rows else frame / self.fps

    def seconds_frame(self, seconds: float) -> int:
        """Video frame, or row, that is shown at a moment."""
        return int(self.frames_at(np.float64(seconds)))

    def frames_at(self, seconds: npt.NDArray[np.float64] | np.float64) -> npt.NDArray[np.int64]:
        """Video frames, or rows, that are shown at some moments; a millionth of one is rounding."""
        offset = self.rows.offset if self.rows else 0.0
        return np.floor(seconds * self.fps + offset + 1e-6).astype(np.int64)

    def frames_in(self, seconds: float) -> int:
        """Video frames, or rows, of a recording so long; 0 only where there is none."""
        samples = round(seconds * self.sample_rate)
        if self.rows:
            return self.row_count if samples else 0
        return max(1, self.frame_count(self.column_count(samples))) if samples else 0

    def column_count(self, n_samples: int) -> int:
        """Mel columns T = 1 + n // hop_length of a recording of n samples, centred."""
        return 1 + n_samples // self.hop_length

    def frame_count(self, n_columns: int) -> int:
        """Video frames N = int((T - 16) / 80.0 * fps) + 2 of a mel spectrogram of T >= 16 columns."""
        return window_block(self.fps).count(n_columns)

    def window_starts(self, n_columns: int) -> npt.NDArray[np.int64]:
        """First mel column of every frame's context window.

        Parameters
        ----------
        n_columns : int
            Columns T >= 16 of the mel spectrogram.

        Returns
        -------
        (N,) int64, range 0 .. T - 16
            s = int(80.0 * (i / float(fps))), in float64 and in that order of operations; T - 16 where the window
            would pass the end.
        """
        block = window_block(self.fps)
        return block.rows(np.arange(block.count(n_columns)), n_columns)[:, 0]

    @property
    def minimum_samples(self) -> int:
        """Samples of the shortest recording that fills one context window."""
        return (WINDOW_COLUMNS - 1) * self.hop_length


def _hop(rate: int, stages: list[Stage]) -> int:
    """Give the samples from one row to the next of the first stage that has rows."""
    rows = [stage.clock.rate for stage in stages if stage.array.ndim > 1]
    return max(1, round(rate / rows[0])) if rows else round(rate * SIGNAL_STEP)
