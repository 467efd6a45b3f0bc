"""One run's samples as they are drawn, or the difference of two."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...core.base.arrays import Array
from ...core.drawing.pyramid import PeakPyramid

_DIRECT_SAMPLES = 1 << 20
"""Samples that are reduced without a pyramid in a millisecond or two."""


@dataclass(frozen=True, slots=True, eq=False)
class WaveLayer:
    """What the waveform lane shows in one of its parts.

    Attributes
    ----------
    samples : (n,) float array
        What is drawn and probed.
    pyramid : PeakPyramid or None
        Of the same samples; without it only views of at most 2**20 samples are drawn.
    start : int
        Sample of the reference at which the first one lies.
    full : float
        Value at the upper edge before anyone zooms.
    """

    samples: Array
    pyramid: PeakPyramid | None
    start: int = 0
    full: float = 1.0

    def value(self, sample: int) -> float | None:
        """Give the value at a sample of the reference, None where there is none."""
        place = sample - self.start
        return float(self.samples[place]) if 0 <= place < len(self.samples) else None

    def within(self, first: int, last: int) -> tuple[int, int]:
        """Give those of the reference's samples [first, last) that are there, as places in `samples`."""
        return max(0, first - self.start), min(len(self.samples), last - self.start)

    def peaks(self, first: int, last: int, columns: int) -> npt.NDArray[np.float32] | None:
        """Give minimum and maximum of the places [first, last), (2, columns); None: too many without a pyramid."""
        if self.pyramid is not None:
            return self.pyramid.range(first, last, columns)
        return PeakPyramid(self.samples, ()).range(first, last, columns) if last - first <= _DIRECT_SAMPLES else None
