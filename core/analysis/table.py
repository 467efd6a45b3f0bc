"""The analyses of a recording, one row each: what it is called, what librosa computes, where errors are told apart."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from . import librosa_measures as measures

Samples: TypeAlias = npt.NDArray[np.float32]
Compute: TypeAlias = Callable[[Samples, int, int], npt.NDArray[np.floating]]
"""Given (n,) samples, their rate in Hz and the hop length in samples: (items,) or (items, rows) values."""
_PITCHES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


@dataclass(frozen=True, slots=True)
class Split:
    """How the moments of a curve are told apart.

    Attributes
    ----------
    level : float or None
        Below it, and from it on; None: its median. A curve with NaN is told apart by whether there is a value.
    below, above : str
        What the moments on either side are called; empty: by the level itself.
    """

    level: float | None = None
    below: str = ""
    above: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """One row of the table.

    Attributes
    ----------
    name : str
        In code and sessions.
    title, unit : str
        In words.
    compute : callable
        What computes it, with librosa.
    split : Split or None
        How errors are told apart by it; None: it has several rows.
    hz : callable or None
        Gives the frequencies of its rows for a sample rate, where they have some.
    rows : tuple of str
        Names of its rows, where they have some; none: numbers.
    """

    name: str
    title: str
    unit: str
    compute: Compute
    split: Split | None = None
    hz: Callable[[int], npt.NDArray[np.float64]] | None = None
    rows: tuple[str, ...] = ()

    @property
    def curve(self) -> bool:
        """Whether it has one value at a time."""
        return self.split is not None


ANALYSES: tuple[Analysis, ...] = (
    Analysis("stft", "STFT", "dB", measures.spectrum, hz=measures.linear_hz),
    Analysis("log_stft", "STFT, log frequency", "dB", measures.log_spectrum, hz=measures.logarithmic_hz),
    Analysis("f0", "f0 (pYIN)", "Hz", measures.pitch, Split(None, "there is no f0", "there is an f0")),
    Analysis("rms", "RMS", "dB", measures.level, Split(-40.0)),
    Analysis("onset", "Onset strength", "", measures.onset_strength, Split()),
    Analysis("centroid", "Spectral centroid", "Hz", measures.centroid, Split()),
    Analysis("rolloff", "Spectral roll-off", "Hz", measures.rolloff, Split()),
    Analysis("crossings", "Zero crossings", "per s", measures.crossings, Split()),
    Analysis("tempo", "Tempo", "BPM", measures.tempo, Split()),
    Analysis("mfcc", "MFCC", "", partial(measures.mfcc, count=measures.MFCC_COUNT)),
    Analysis("chroma", "Chroma", "", measures.chroma, rows=_PITCHES),
)
