"""An analysis of a whole recording, computed part by part so that it can be cancelled."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..base.errors import InputError
from ..base.extras import missing_extra
from ..base.progress import Tick, silent
from .table import Analysis, Samples

_HOP = 256
_MAX_ITEMS = 1 << 16
"""Items of a recording, at most: what is longer than 17 minutes has longer hops, and an hour fits into the memory."""
_PART_SECONDS, _MARGIN_SECONDS = 60, 5
"""A part, and what it is computed with on either side: a tempo is looked for in 8.4 s, a pitch by its neighbours."""
_SHORTEST = 2048
"""Samples that the longest transform takes; less is followed by silence."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What an analysis has found.

    Attributes
    ----------
    analysis : Analysis
        Which it is.
    values : (items,) or (items, rows) float32
        Item k is centred on sample k * hop.
    rate : float
        Items a second; item floor(seconds * rate + 0.5) lies at a moment.
    hz : (rows,) float64 or None
        The frequencies of the rows, where they have some.
    """

    analysis: Analysis
    values: npt.NDArray[np.float32]
    rate: float
    hz: npt.NDArray[np.float64] | None = None

    def at(self, seconds: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Give the values of the items at moments, (k, ...); the nearest ones beyond the ends."""
        places = np.floor(seconds * self.rate + 0.5).astype(np.intp)
        found: npt.NDArray[np.float32] = self.values[np.clip(places, 0, len(self.values) - 1)]
        return found


def hop_length(samples: int) -> int:
    """Give the samples from one item to the next, of a recording of so many."""
    return max(_HOP, -(-samples // _MAX_ITEMS))


def measure(analysis: Analysis, samples: Samples, rate: int, tick: Tick = silent) -> Measured:
    """Compute an analysis of (n,) samples.

    Raises
    ------
    InputError
        librosa is not installed.
    CancelledError
        Raised by `tick`, which is called with (done, total) samples.
    """
    hop = hop_length(len(samples))
    total = 1 + len(samples) // hop
    part, margin = max(1, _PART_SECONDS * rate // hop), -(-_MARGIN_SECONDS * rate // hop)
    blocks = []
    for first in range(0, total, part):
        last = min(first + part, total)
        begin = max(0, first - margin)
        piece = samples[begin * hop : min(len(samples), (last + margin) * hop)]
        blocks.append(_computed(analysis, piece, rate, hop)[first - begin : last - begin])
        tick(min(last * hop, len(samples)), len(samples))
    hz = analysis.hz(rate) if analysis.hz else None
    return Measured(analysis, np.concatenate(blocks).astype(np.float32), rate / hop, hz)


def _computed(analysis: Analysis, samples: Samples, rate: int, hop: int) -> npt.NDArray[np.floating]:
    short = _SHORTEST - len(samples)
    try:
        return analysis.compute(np.pad(samples, (0, short)) if short > 0 else samples, rate, hop)
    except ImportError as error:
        raise InputError(missing_extra(analysis.title, f"librosa ({error})", "gui")) from None
