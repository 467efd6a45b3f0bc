"""The noise of float32 arithmetic in a mel spectrogram, value by value: largest in quiet bands below loud ones."""

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..config import AudioConfig
from .columns import ColumnSource
from .hypotheses import Hypothesis, audio_config, mel_config

_FLOAT32_FFT = 1e-7
"""Error of a float32 transform of 800 points, as a share of the spectrum's root mean square."""
_RESAMPLED = 4e-7
"""The same where the samples were resampled before: their rounding is white, and louder than the filtered signal's."""
_FLOAT32_SUM = 1e-7
"""Relative error of a float32 sum over a band."""


def arithmetic_noise(source: ColumnSource, chosen: tuple[Hypothesis, ...], lag: int) -> npt.NDArray[np.float64] | None:
    """Give the noise of float32 arithmetic in a port with these faults.

    A float32 transform spreads its rounding evenly over all bins, so that the noise of a bin depends on how loud the
    whole spectrum is, and its share of the bin's magnitude on how quiet that is.

    Returns
    -------
    (columns, n_mels) float64 or None
        Standard deviations in units of 20 log10; NaN where the port has no such column, and None where it has none.
    """
    plain = tuple(h for h in chosen if "power" not in h.touches)
    bands, white = source.bands(plain, lag), source.white_bands(plain, lag)
    if bands is None or white is None or np.isnan(bands).all():
        return None
    format, config = source.sources.recording.format, audio_config(chosen, AudioConfig())
    share = _RESAMPLED if config.resample and format.rate != config.sample_rate else _FLOAT32_FFT
    relative = share * white / np.maximum(bands, 1e-30) + _FLOAT32_SUM
    return np.asarray(20 * mel_config(chosen).power * np.log10(1 + relative))


def weights_of(deviations: NDArray, typical: float) -> npt.NDArray[np.float64]:
    """Give the weights of values with these standard deviations; none far above that of a typical one."""
    return np.asarray(1 / (np.square(deviations) + max(typical, 1e-12) ** 2))
