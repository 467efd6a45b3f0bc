"""The mel filter bank: the reference equals ``librosa.filters.mel``, the switches are the ways ports get it wrong."""

from functools import lru_cache

import numpy as np

from ..arrays import NDArray
from ..config import MelConfig

_SLANEY_HZ_PER_MEL = 200.0 / 3
_SLANEY_BREAK_HZ = 1000.0
_SLANEY_BREAK_MEL = _SLANEY_BREAK_HZ / _SLANEY_HZ_PER_MEL
_SLANEY_LOG_STEP = np.log(6.4) / 27.0


def hz_to_mel(hz: NDArray, scale: str) -> NDArray:
    """Convert frequencies to mel.

    Parameters
    ----------
    hz : array
        Frequencies, Hz, at least 0.
    scale : str
        ``htk``: 2595 log10(1 + f / 700); ``slaney``: linear below 1 kHz (200/3 Hz a mel), logarithmic above, as in
        Slaney's Auditory Toolbox and librosa.
    """
    if scale == "htk":
        return np.asarray(2595.0 * np.log10(1.0 + hz / 700.0))
    logarithmic = _SLANEY_BREAK_MEL + np.log(np.maximum(hz, 1e-9) / _SLANEY_BREAK_HZ) / _SLANEY_LOG_STEP
    return np.where(hz >= _SLANEY_BREAK_HZ, logarithmic, hz / _SLANEY_HZ_PER_MEL)


def mel_to_hz(mel: NDArray, scale: str) -> NDArray:
    """Convert mel to frequencies in Hz: the inverse of `hz_to_mel`."""
    if scale == "htk":
        return np.asarray(700.0 * (10.0 ** (mel / 2595.0) - 1.0))
    logarithmic = _SLANEY_BREAK_HZ * np.exp(_SLANEY_LOG_STEP * (mel - _SLANEY_BREAK_MEL))
    return np.where(mel >= _SLANEY_BREAK_MEL, logarithmic, _SLANEY_HZ_PER_MEL * mel)


def band_edges(config: MelConfig) -> NDArray:
    """Give the edges of the bands in Hz, (n_mels + 2,) float64: band m spans edges m to m + 2, its centre is m + 1."""
    limits = hz_to_mel(np.array([config.fmin, config.fmax]), config.mel_scale)
    return mel_to_hz(np.linspace(limits[0], limits[1], config.n_mels + 2), config.mel_scale)


@lru_cache(maxsize=64)
def filterbank(config: MelConfig, sample_rate: int) -> NDArray:
    """Build the filter bank.

    Returns
    -------
    (n_mels, n_fft // 2 + 1) float32, read-only
        float32 because librosa's is: the reference multiplies a float64 spectrum by float32 weights.
    """
    edges = band_edges(config)
    weights = _triangles(edges, config, sample_rate).astype(np.float32)
    if config.mel_norm == "slaney":
        weights *= (2.0 / (edges[2:] - edges[:-2]))[:, None]
    weights = _shifted(weights, config.bin_shift)
    weights.flags.writeable = False
    return weights


def _triangles(edges: NDArray, config: MelConfig, sample_rate: int) -> NDArray:
    """Triangles of height 1 over the bins, (n_mels, bins) float64."""
    bins = _bin_frequencies(config, sample_rate)
    if config.bin_width == "floor":
        edges = np.floor((config.n_fft + 1) * edges / sample_rate) * sample_rate / config.n_fft
    if config.triangle_domain == "mel":
        edges, bins = hz_to_mel(edges, config.mel_scale), hz_to_mel(bins, config.mel_scale)
    widths = np.diff(edges)
    ramps = edges[:, None] - bins
    with np.errstate(divide="ignore", invalid="ignore"):  # floored edges may coincide
        rising = -ramps[:-2] / widths[:-1, None]
        falling = ramps[2:] / widths[1:, None]
        return np.nan_to_num(np.maximum(0, np.minimum(rising, falling)), nan=0.0)


def _bin_frequencies(config: MelConfig, sample_rate: int) -> NDArray:
    steps = {"n-1": -1, "n+1": 1}.get(config.bin_width, 0)
    if steps:
        return np.arange(config.n_fft // 2 + 1) * (sample_rate / 2 / (config.n_fft // 2 + steps))
    return np.fft.rfftfreq(config.n_fft, 1.0 / sample_rate)


def _shifted(weights: NDArray, shift: int) -> NDArray:
    """Let filter column k meet bin k + shift."""
    if not shift:
        return weights
    shifted = np.zeros_like(weights)
    source = weights[:, max(0, -shift) : weights.shape[1] - max(0, shift)]
    shifted[:, max(0, shift) : max(0, shift) + source.shape[1]] = source
    return shifted
