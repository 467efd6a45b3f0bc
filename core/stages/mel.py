"""The mel stage: samples to the normalised log-mel spectrogram, block by block."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..arrays import NDArray
from ..config import SAMPLE_RATE, MelConfig
from ..errors import InputError
from ..progress import Tick, silent
from .filterbank import filterbank
from .spectrum import frame_length, magnitudes

_BLOCK_COLUMNS = 2048
_THREADS = 2
"""Columns computed at a time: bounds the memory at about 40 MB, whatever the recording's length."""

REFERENCE = MelConfig()

Filled: TypeAlias = Callable[[NDArray, int, int], None]
"""Called with (columns, start, stop): in the (T, n_mels) array these columns are right from now on."""


def unwatched(columns: NDArray, start: int, stop: int) -> None:
    """Wait for the whole."""


def mel_spectrogram(
    samples: NDArray,
    config: MelConfig = REFERENCE,
    *,
    sample_rate: int = SAMPLE_RATE,
    tick: Tick = silent,
    filled: Filled = unwatched,
) -> npt.NDArray[np.float64]:
    """Compute the normalised log-mel spectrogram.

    With the default configuration: pre-emphasis y[t] = x[t] - 0.97 x[t-1] in float64, magnitude of the STFT
    (800 points, hop 200, periodic Hann, centred with zero padding), 80 Slaney mel bands from 55 to 7600 Hz,
    20 log10(max(1e-5, .)) - 20 dB, then clip(8 (S + 100) / 100 - 4, -4, 4).

    Parameters
    ----------
    samples : (n,) float array
        Mono samples at `sample_rate`, range -1 to 1.
    tick : callable
        Called after each block of columns with (done, total).
    filled : callable
        Called for each block of columns that is finished; with ``top_db``, when all of them are.

    Returns
    -------
    (n_mels, T) float64, range -4 to 4
        T = 1 + n // hop_length; column t is centred on sample t hop_length.

    Raises
    ------
    InputError
        No samples at all, or fewer than one frame where the frames are not centred.

    Examples
    --------
    >>> mel = mel_spectrogram(np.zeros(16000, np.float32))
    >>> mel.shape, float(mel.max())
    ((80, 81), -4.0)
    """
    pieces = [(piece, piece_columns(len(piece), config)) for piece in _pieces(samples, config)]
    columns = np.empty((_checked_sum((count for _, count in pieces), len(samples), config), config.n_mels))
    start, stop = 0, 0
    for levels in chain.from_iterable(_levels(piece, count, config, sample_rate) for piece, count in pieces):
        start, stop = stop, stop + len(levels)
        columns[start:stop] = levels if config.top_db is not None else normalised(levels, config)
        if config.top_db is None:
            filled(columns, start, stop)
        tick(stop, len(columns))
    if config.top_db is not None:  # each column depends on all others
        columns[:] = normalised(columns, config)
        for start in range(0, len(columns), _BLOCK_COLUMNS):
            filled(columns, start, min(start + _BLOCK_COLUMNS, len(columns)))
    return columns.T


def column_count(n_samples: int, config: MelConfig = REFERENCE) -> int:
    """Give the number of mel columns of a recording of `n_samples` samples; 0 where not one frame fits."""
    padding = 2 * (frame_length(config) // 2) if config.center else 0
    return max(0, 1 + (n_samples + padding - frame_length(config)) // config.hop_length)


def piece_columns(n_samples: int, config: MelConfig) -> int:
    """Give the number of columns that a port keeps of a piece of its stream, or of a whole recording."""
    count = column_count(n_samples, config)
    trimmed = config.chunk_samples is not None and config.chunk_columns == "trimmed"
    return min(count, (config.chunk_samples or 0) // config.hop_length) if trimmed else count


def piece_samples(n_samples: int, config: MelConfig) -> int:
    """Give the length of the pieces in which a recording of `n_samples` samples is framed, at least 1."""
    joined = config.chunk_samples is None or config.chunk_columns == "joined"
    return max(n_samples, 1) if joined else config.chunk_samples or 1


def _pieces(samples: NDArray, config: MelConfig) -> Iterator[NDArray]:
    """The signal as the pre-emphasis sees it, whole or in the pieces of a port that streams without overlap."""
    signal = samples
    if config.peak_normalise:
        signal = signal / max(float(np.abs(signal).max(initial=0)), np.finfo(np.float32).tiny)
    if (factor := config.gain * config.int_scale) != 1.0:
        signal = signal * np.float64(factor)
    if config.dither:
        signal = signal + np.random.default_rng(0).normal(0, config.dither, len(signal))
    length = piece_samples(len(signal), config)
    return (signal[start : start + length] for start in range(0, max(len(signal), 1), length))


def _checked_sum(counts: Iterable[int], n_samples: int, config: MelConfig) -> int:
    total = sum(counts)
    if not n_samples or not total:
        needed = 1 if config.center else frame_length(config)
        raise InputError(f"too short: {n_samples} samples; the mel spectrogram needs at least {needed}")
    return total


def _levels(signal: NDArray, count: int, config: MelConfig, sample_rate: int) -> Iterator[NDArray]:
    """Mel levels in dB before the normalisation, in blocks (k, n_mels) float64."""
    weights = filterbank(config, sample_rate).astype(np.float64).T

    def block(start: int) -> NDArray:
        stop = min(start + _BLOCK_COLUMNS, count)
        return decibels(column_spectra(signal, start, stop, config) @ weights, config)

    if count <= _BLOCK_COLUMNS:  # as each chunk of a stream has
        yield block(0)
        return
    # The transforms let go of the interpreter's lock; each block is computed alone, so threads change no value.
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(block, range(0, count, _BLOCK_COLUMNS))


def column_spectra(signal: NDArray, start: int, stop: int, config: MelConfig = REFERENCE) -> NDArray:
    """Give the magnitude spectra of the columns `start` to `stop` alone, (stop - start, bins) float64."""
    return magnitudes(column_frames(signal, start, stop, config), config)


def column_frames(signal: NDArray, start: int, stop: int, config: MelConfig) -> NDArray:
    """Give frames `start` to `stop` of the pre-emphasised, padded signal, (stop - start, frame_length) float64."""
    length, hop = frame_length(config), config.hop_length
    first = start * hop - (length // 2 if config.center else 0)
    last = (stop - 1) * hop + length + first - start * hop
    left, right = max(0, -first), max(0, last - len(signal))
    # Reflected padding looks back into the signal, so the ends are filtered with some more of it.
    spare = length if left or right else 0
    begin = max(0, first - spare)
    padded = _emphasised(signal, begin, last + spare, config)
    if left or right:
        padded = np.pad(padded, (left, right), mode=config.pad_mode)
    offset = first + left - begin
    frames = np.lib.stride_tricks.sliding_window_view(padded[offset : offset + last - first], length)
    return frames[::hop]


def _emphasised(signal: NDArray, start: int, stop: int, config: MelConfig) -> NDArray:
    """Samples `start` to `stop` of the pre-emphasised signal, float64."""
    lead = min(start, config.preemphasis_passes)
    block = signal[start - lead : stop].astype(config.preemphasis_dtype)
    for _ in range(config.preemphasis_passes):
        filtered = block.copy()
        filtered[1:] -= block.dtype.type(config.preemphasis) * block[:-1]
        for place in _restarts(start - lead, len(block), config):
            filtered[place] = block[place] + _initial_state(block[place:], config)
        block = filtered
    return block[lead:].astype(np.float64, copy=False)


def _restarts(start: int, size: int, config: MelConfig) -> range:
    """Where in a block the filter begins: at the first sample of all, or of each piece of a joined stream."""
    joined = config.chunk_columns == "joined" and config.chunk_samples
    every = joined or max(start + size, 1)
    return range(-start % every, size, every)


def _initial_state(block: NDArray, config: MelConfig) -> float:
    """What the filter adds to its first output: the state that a port starts it with."""
    if config.preemphasis_state == "hold":
        return float(-config.preemphasis * block[0])
    if config.preemphasis_state == "librosa":
        return float(2 * block[0] - block[min(1, len(block) - 1)])
    return 0.0


def decibels(mel: NDArray, config: MelConfig) -> NDArray:
    """Give the guarded logarithm of mel magnitudes, in dB by the reference's configuration; an array of any shape."""
    guarded = np.maximum(config.log_floor, mel) if config.log_guard == "max" else mel + config.log_floor
    logarithm = np.log10(guarded) if config.log_base == 10 else np.log(guarded) / np.log(config.log_base)
    return config.log_multiplier * logarithm


def normalised(levels: NDArray, config: MelConfig) -> NDArray:
    """Map decibels to the output range, in place; an array of any shape."""
    if config.top_db is not None:
        np.maximum(levels, levels.max() - config.top_db, out=levels)
    span, offset = (2 * config.max_abs, config.max_abs) if config.output_range == "symmetric" else (config.max_abs, 0)
    levels -= config.ref_level
    levels -= config.min_level
    levels /= -config.min_level
    levels *= span
    levels -= offset
    if config.clip:
        np.clip(levels, -offset, config.max_abs, out=levels)
    return levels if config.precision == "float64" else levels.astype(config.precision).astype(np.float64)
