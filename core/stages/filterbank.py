"""The mel filter bank of a configuration: with the defaults it equals ``librosa.filters.mel``."""

from ..base.arrays import NDArray
from ..config import SAMPLE_RATE, MelConfig
from ..recipe.kinds.filterbank import filter_weights
from .mel_blocks import bank_block


def band_edges(config: MelConfig) -> NDArray:
    """Give the edges of the bands in Hz, (n_mels + 2,) float64: band m spans edges m to m + 2, its centre is m + 1."""
    return bank_block(config).edges(SAMPLE_RATE)


def filterbank(config: MelConfig, sample_rate: int) -> NDArray:
    """Give the weights of the filter bank, (n_mels, n_fft // 2 + 1) float32, read-only."""
    return filter_weights(bank_block(config), config.n_fft, sample_rate)
