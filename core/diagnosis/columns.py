"""Mel columns as a port with given faults computes them, with what hypotheses share computed once."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..base.errors import InputError
from ..config import SAMPLE_RATE
from ..recipe.block import Block
from ..recipe.kinds.filterbank import Filterbank
from ..stages.mel_blocks import mel_blocks
from .audio_variants import AudioVariants
from .front.sampled import SampledRuns
from .front.timing import row_count
from .hypotheses import Hypothesis, mel_config

Ranges = tuple[tuple[int, int], ...]


@dataclass(slots=True, eq=False)
class ColumnSource:
    """Computes band magnitudes of some columns for any set of faults.

    Attributes
    ----------
    sources : AudioVariants
        The recording.
    ranges : tuple of (start, stop)
        The columns that are wanted, as the port numbers them.
    """

    sources: AudioVariants
    ranges: Ranges
    _runs: SampledRuns = field(init=False)

    def __post_init__(self) -> None:
        columns = np.concatenate([np.zeros(0, np.int64), *(np.arange(start, stop) for start, stop in self.ranges)])
        self._runs = SampledRuns(self._samples, SAMPLE_RATE, columns)

    def _samples(self, readings: Any) -> NDArray | None:
        return self.sources.samples(readings)

    def bands(self, chosen: tuple[Hypothesis, ...]) -> npt.NDArray[np.float64] | None:
        """Give the magnitudes in the mel bands, without gain.

        Returns
        -------
        (columns, n_mels) float64 or None
            NaN where the pipeline has no such column; None where the recording cannot be read in that way.
        """
        readings = tuple(fault for fault in chosen if fault.audio or fault.raw)
        try:
            return np.asarray(self._runs.run(_to_bands(chosen), readings).values)
        except InputError:
            return None

    def column_count(self, chosen: tuple[Hypothesis, ...]) -> int:
        """Give how many columns a port with these faults computes."""
        samples = self.sources.count(chosen)
        return row_count(_to_bands(chosen), samples, SAMPLE_RATE) if samples else 0


def _to_bands(chosen: tuple[Hypothesis, ...]) -> tuple[Block, ...]:
    """The chain from the samples to the bands; what is nothing but a factor is left to the levels."""
    plain = replace(mel_config(chosen), gain=1.0, int_scale=1.0, fft_scale=1.0, peak_normalise=False)
    chain = mel_blocks(plain)
    end = next(place for place, block in enumerate(chain) if isinstance(block, Filterbank))
    return chain[: end + 1]
