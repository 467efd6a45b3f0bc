"""The only place that converts sample, mel column, context window, video frame and seconds into each other."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .config import SAMPLE_RATE, WINDOW_COLUMNS, Config
from .recipe.kinds.rows import Windows
from .run import StageName

COLUMNS_PER_SECOND = 80.0
"""Mel columns per second in the original's window formula: a constant there, whatever the hop length."""


@lru_cache(maxsize=64)
def window_block(fps: float) -> Windows:
    """Give the block that cuts the context windows of SyncTalk_2D."""
    return Windows(size=WINDOW_COLUMNS, fps=fps, rows_per_second=COLUMNS_PER_SECOND, rule="floor", tail="clamp")


@dataclass(frozen=True, slots=True)
class Timebase:
    """Conversions for one sample rate, hop length and frame rate.

    A mel column c is centred on sample c * hop_length; a video frame i begins at i / fps seconds and its context
    window covers the columns [s, s + 16) with s as in `window_starts`.
    """

    sample_rate: int = SAMPLE_RATE
    hop_length: int = 200
    fps: float = 25

    @classmethod
    def of(cls, config: Config) -> "Timebase":
        """Give the time base of a configuration."""
        return cls(config.audio.sample_rate, config.mel.hop_length, config.fps)

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
        """Seconds at which a video frame begins."""
        return frame / self.fps

    def seconds_frame(self, seconds: float) -> int:
        """Video frame that is shown at a moment."""
        return int(np.floor(seconds * self.fps + 1e-6))

    def column_count(self, n_samples: int) -> int:
        """Mel columns T = 1 + n // hop_length of a recording of n samples, centred."""
        return 1 + n_samples // self.hop_length

    def frame_count(self, n_columns: int) -> int:
        """Video frames N = int((T - 16) / 80.0 * fps) + 2 of a mel spectrogram of T >= 16 columns."""
        return window_block(self.fps).count(n_columns)

    def items_at(self, stage: StageName) -> tuple[float, float]:
        """Give (rate, offset) of a stage: its item at a moment is floor(seconds * rate + offset).

        A mel column is centred on its moment, and the first padded row comes before frame 0.
        """
        if stage in {"audio", "mel"}:
            step, offset = (1, 0.0) if stage == "audio" else (self.hop_length, 0.5)
            return self.sample_rate / step, offset
        return self.fps, 1.0 if stage == "padded" else 0.0

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
