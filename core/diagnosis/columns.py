"""Mel columns as a port with given faults computes them, with what hypotheses share computed once."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..config import MelConfig
from ..stages.filterbank import filterbank
from ..stages.mel import column_frames, magnitudes, piece_columns, piece_samples
from ..stages.mel_blocks import frame_block
from .hypotheses import Hypothesis, mel_config
from .sources import Sources

_SPECTRAL = (
    "preemphasis", "preemphasis_passes", "preemphasis_state", "preemphasis_dtype", "n_fft", "hop_length",
    "win_length", "window", "window_symmetry", "window_align", "center", "pad_mode", "chunk_samples", "chunk_columns",
    "transform", "power",
)  # fmt: skip
"""What the spectra depend on; everything else comes behind them."""
_BANK = ("n_fft", "n_mels", "fmin", "fmax", "mel_scale", "mel_norm", "triangle_domain", "bin_width", "bin_shift")
_GROUP = 8
_MOST_KEPT = 96
_SAMPLE_RATE = 16000
Ranges = tuple[tuple[int, int], ...]


@dataclass(slots=True, eq=False)
class ColumnSource:
    """Computes band magnitudes of some columns for any set of faults.

    Attributes
    ----------
    sources : Sources
        The recording.
    ranges : tuple of (start, stop)
        The columns that are wanted, as the port numbers them.
    """

    sources: Sources
    ranges: Ranges
    _kept: OrderedDict[tuple[object, ...], tuple[NDArray, NDArray]] = field(default_factory=OrderedDict)

    def bands(self, chosen: tuple[Hypothesis, ...], lag: int) -> npt.NDArray[np.float64] | None:
        """Give the magnitudes in the mel bands, without gain.

        Parameters
        ----------
        chosen : tuple of Hypothesis
            The faults.
        lag : int
            The port's column t is the hypothetical pipeline's column t + lag.

        Returns
        -------
        (columns, n_mels) float64 or None
            NaN where the pipeline has no such column; None where the recording cannot be read in that way.
        """
        config = mel_config(chosen)
        found = self._spectra(chosen, config, lag)
        if found is None:
            return None
        inside, spectra = found
        bands = np.full((len(inside), config.n_mels), np.nan)
        bands[inside] = np.concatenate([spectra[:, bins] @ part for bins, part in _bank(_only(config, _BANK))], axis=1)
        return bands

    def white_bands(self, chosen: tuple[Hypothesis, ...], lag: int) -> npt.NDArray[np.float64] | None:
        """Give what the mel bands would be of white noise as loud as each column, (columns, n_mels) float64."""
        config = mel_config(chosen)
        found = self._spectra(chosen, config, lag)
        if found is None:
            return None
        inside, spectra = found
        white = np.full((len(inside), config.n_mels), np.nan)
        heights = [np.sqrt(np.square(part).sum(axis=0)) for _, part in _bank(_only(config, _BANK))]
        white[inside] = np.sqrt(np.square(spectra).mean(axis=1))[:, None] * np.concatenate(heights)
        return white

    def column_count(self, chosen: tuple[Hypothesis, ...]) -> int:
        """Give how many columns a port with these faults computes."""
        samples = self.sources.count(chosen)
        if not samples:
            return 0
        config = mel_config(chosen)
        length = piece_samples(samples, config)
        whole, rest = divmod(samples, length)
        return whole * piece_columns(length, config) + (piece_columns(rest, config) if rest else 0)

    def _spectra(self, chosen: tuple[Hypothesis, ...], config: MelConfig, lag: int) -> tuple[NDArray, NDArray] | None:
        """Which of the wanted columns there are, and their spectra."""
        spectral = _only(config, _SPECTRAL)
        readings = tuple((h.audio, h.raw) for h in chosen if h.audio or h.raw)
        key = (spectral, readings, lag)
        if key not in self._kept:
            total = self.column_count(chosen)
            count = self.sources.count(chosen)
            inside = [(max(0, a + lag), min(total, b + lag)) for a, b in self.ranges]
            spans = (_span(piece, spectral) for a, b in inside for piece in _pieces(count, a, b, spectral))
            samples = self.sources.part(chosen, spans)
            if samples is None:
                return None
            wanted = np.concatenate([np.arange(start, stop) for start, stop in self.ranges]) + lag
            parts = [_frames(samples, a, b, spectral) for a, b in inside]
            self._kept[key] = (wanted >= 0) & (wanted < total), magnitudes(np.concatenate(parts), spectral)
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def column_offset(chosen: tuple[Hypothesis, ...]) -> float:
    """Give the sample on which the first column is centred, in columns."""
    config = mel_config(chosen)
    return 0.0 if config.center else frame_block(config).length / 2 / config.hop_length


@lru_cache(maxsize=256)
def _only(config: MelConfig, names: tuple[str, ...]) -> MelConfig:
    """The reference with some of a configuration's fields."""
    return replace(MelConfig(), **{name: getattr(config, name) for name in names})


@lru_cache(maxsize=128)
def _bank(config: MelConfig) -> tuple[tuple[slice, NDArray], ...]:
    """The filter bank in groups of bands, each with the bins it reaches: products too small to wait for threads."""
    weights = filterbank(config, _SAMPLE_RATE).astype(np.float64).T
    groups = (weights[:, start : start + _GROUP] for start in range(0, config.n_mels, _GROUP))
    return tuple((bins := _reach(group), np.ascontiguousarray(group[bins])) for group in groups)


def _reach(group: NDArray) -> slice:
    used = np.flatnonzero(group.any(axis=1))
    return slice(used[0], used[-1] + 1) if used.size else slice(0, 1)


def _frames(samples: NDArray, start: int, stop: int, config: MelConfig) -> NDArray:
    """Frames of the columns `start` to `stop`, of a recording computed whole or in chunks."""
    pieces = _pieces(len(samples), start, stop, config)
    parts = (column_frames(samples[piece.start : piece.stop], piece.first, piece.last, config) for piece in pieces)
    return np.concatenate([np.zeros((0, frame_block(config).length)), *parts])


class _Piece(NamedTuple):
    """Samples that are computed by themselves, and the columns of them that are wanted."""

    start: int
    stop: int
    first: int
    last: int


def _pieces(count: int, start: int, stop: int, config: MelConfig) -> Iterator[_Piece]:
    """The pieces of so many samples in which the columns `start` to `stop` lie."""
    length = piece_samples(count, config)
    each = max(piece_columns(length, config), 1)
    for chunk in range(start // each, -(-stop // each)):
        first, last = max(start - chunk * each, 0), min(stop - chunk * each, each)
        if last > first:
            yield _Piece(chunk * length, min((chunk + 1) * length, count), first, last)


def _span(piece: _Piece, config: MelConfig) -> tuple[int, int]:
    """The samples that such columns reach, and that their padding looks at."""
    reach = 2 * frame_block(config).length + config.preemphasis_passes
    start, stop = (piece.start + column * config.hop_length for column in (piece.first, piece.last))
    return max(piece.start, start - reach), min(piece.stop, stop + reach)
