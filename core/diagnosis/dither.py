"""Dither: noise that no second run repeats, told by how much of it there is in every band and at every loudness."""

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..stages.audio import from_samples
from .columns import ColumnSource
from .evidence import MelEvidence
from .hypotheses import Hypothesis, mel_config
from .level_faults import straight_line
from .precision import rms
from .search import State
from .sources import Sources

_TRIAL = 1e-5
"""Standard deviation of the noise that the port's is held against."""
_LEAST_CELLS, _LEAST_GROUPS = 12, 16
_ABOVE_ROUNDING = 1.5
_LEAST_LSB, _MOST_LSB = 0.02, 100.0
"""Noise far below the last bit is rounding, and far above it nothing that anybody adds to hide rounding."""
_LOUDNESSES = 4
_NEARLY_ALL = (0.025, 0.975)
_MOST_UNEVEN = 0.5
"""Largest difference of a group of values from the median of all, as the logarithm of the noise's amplitude."""


def dither_of(evidence: MelEvidence, state: State) -> Hypothesis | None:
    """Give the dither that what a state leaves looks like; None where it does not look like white noise.

    White noise of a known amplitude is added to the samples and run. The port has dither where its differences in
    linear magnitude are larger or smaller than those by one and the same factor in all bands and at all loudnesses.
    """
    bands, noisy = evidence.source.bands(state.chosen, state.lag), _noisy(evidence, state)
    predicted, config = evidence.predicted(state.chosen, state.lag), mel_config(state.chosen)
    if bands is None or noisy is None or predicted is None:
        return None
    floor = config.log_floor / config.amplitude**config.power if config.log_guard == "add" else 0.0
    made, bands = noisy - bands, np.maximum(bands + floor, 1e-30)
    used = evidence.unclipped & np.isfinite(noisy) & (predicted > evidence.low)
    per_value = np.log(10) / 20 / straight_line(config)[0]
    # The noise of a power grows with the magnitude: over its root, it is as large in every value of a band.
    made, bands = made / bands ** (1 - 1 / config.power), bands ** (1 / config.power)
    left = np.where(used, bands * np.expm1(per_value * (evidence.values - predicted)), 0)
    rounding, made = np.where(used, bands * per_value * evidence.grid, 0), np.where(used, made, 0)
    seen = [group for group in _groups(bands, used) if rms(left[group]) > _ABOVE_ROUNDING * rms(rounding[group])]
    ratios = [np.sqrt(rms(left[group]) ** 2 - rms(rounding[group]) ** 2) / rms(made[group]) for group in seen]
    if len(ratios) < _LEAST_GROUPS or np.ptp(np.quantile(np.log(ratios), _NEARLY_ALL)) > 2 * _MOST_UNEVEN:
        return None
    amplitude = _TRIAL * float(np.median(ratios)) * abs(config.gain * config.int_scale)
    if not _LEAST_LSB <= 32768 * amplitude <= _MOST_LSB:
        return None
    return Hypothesis("dither", f"{32768 * amplitude:.2g} LSB rms", "add no noise", mel=(("dither", amplitude),))


def _noisy(evidence: MelEvidence, state: State) -> npt.NDArray[np.float64] | None:
    samples = evidence.source.sources.samples(state.chosen)
    if samples is None:
        return None
    noise = np.random.default_rng(0).normal(0, _TRIAL, len(samples))
    source = ColumnSource(Sources(from_samples((samples + noise).astype(np.float32), 16000)), evidence.ranges)
    return source.bands(tuple(h for h in state.chosen if not (h.audio or h.raw)), state.lag)


def _groups(bands: NDArray, used: NDArray) -> list[tuple[NDArray, NDArray]]:
    """The places of the values in every band, and those of equal loudness."""
    rows, columns = np.nonzero(used)
    order = bands[used].argsort()
    by_band = [np.flatnonzero(columns == band) for band in range(bands.shape[1])]
    groups = [*by_band, *np.array_split(order, _LOUDNESSES)]
    return [(rows[group], columns[group]) for group in groups if len(group) >= _LEAST_CELLS]
