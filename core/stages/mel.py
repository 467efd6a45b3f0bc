"""The mel stage: samples to the normalised log-mel spectrogram, by the blocks of its recipe."""

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..base.progress import Tick, silent
from ..config import SAMPLE_RATE, MelConfig
from ..recipe.block import Context
from ..recipe.held import Filled, held
from ..recipe.items import Items
from ..recipe.runner import applied
from .mel_blocks import frame_block, level_blocks, log_block, mel_blocks

REFERENCE = MelConfig()


def mel_spectrogram(
    samples: NDArray,
    config: MelConfig = REFERENCE,
    *,
    sample_rate: int = SAMPLE_RATE,
    tick: Tick = silent,
    filled: Filled = silent,
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
        Called with (columns, start, stop) for each block of columns that is finished: in the (T, n_mels) array they are
        right from now on; with ``top_db``, when all of them are.

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
    items = applied(mel_blocks(config), Items(samples, sample_rate), Context(tick))
    columns = held(items.array, tick=tick, filled=filled)
    return columns.T


def column_count(n_samples: int, config: MelConfig = REFERENCE) -> int:
    """Give the number of mel columns of a recording of `n_samples` samples; 0 where not one frame fits."""
    return max(0, frame_block(config).count(n_samples))


def decibels(mel: NDArray, config: MelConfig) -> NDArray:
    """Give the guarded logarithm of mel magnitudes, in dB by the reference's configuration; an array of any shape."""
    return log_block(config).levels(mel)


def normalised(levels: NDArray, config: MelConfig) -> NDArray:
    """Map decibels, (T, n_mels), to the output range."""
    return applied(level_blocks(config), Items(levels, SAMPLE_RATE)).array[:]
