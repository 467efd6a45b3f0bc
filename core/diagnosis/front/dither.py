"""Dither: noise that no second run repeats, told by how much of it there is in every band and at every loudness."""

from dataclasses import replace
from math import log

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.kinds.signal import Dither
from ...recipe.kinds.spectrum import Fft
from ..quantisation import rms
from .evidence import SILENT, Candidate, Evidence
from .fits import TINY

TRIAL = 1e-5
"""Standard deviation of the noise that the port's is held against."""
MIN_GROUP, MIN_GROUPS = 12, 16
"""Values that a group needs, and groups."""
ABOVE_ROUNDING = 1.5
MIN_LSB, MAX_LSB = 0.02, 100.0
"""Noise far below the last bit is rounding, and far above it nothing that anybody adds to hide rounding."""
LOUDNESSES = 4
LITTLE = 0.1
"""Logarithm of a ratio below which nothing is told of how differences grow."""
NEARLY_ALL = (0.025, 0.975)
MAX_UNEVEN, ROUGHLY = 0.5, 1.0
"""Largest difference of a group of values from the median of all, as the logarithm of the noise's amplitude; and of
noise of another amplitude: dither of one bit in a Kaldi filter bank came to 0.7 on music, and other faults to 1.0."""
MOST_SURE = 1e100
"""Ratio to the noise up to which values count: in a band that no noise moves it is past all numbers."""
MAX_BIASED = 0.3
"""Largest difference of what values are raised by at a loudness, as a share of how far they are off: dither came to 0.1
of noise of its own amplitude, and a floor that is added, which is as white, to 0.9."""


def dithered(evidence: Evidence, candidate: Candidate) -> Candidate | None:
    """Give a candidate with the dither that its remainder looks like; None where it does not look like white noise.

    White noise of a known amplitude is added to the samples and run. The port has dither where its differences in
    linear magnitude are larger or smaller than those by one and the same factor in all bands and at all loudnesses.
    The difference of a power that is mostly noise grows with the square of the noise: how it grows is seen by a second
    amplitude, and whether it is the same everywhere at the port's own.
    """
    first = _ratio(evidence, candidate, TRIAL, ROUGHLY)
    second = _ratio(evidence, candidate, TRIAL * first, ROUGHLY) if first else 0.0
    if not second:
        return None
    growth = min(max(1 - log(second) / log(first), 1.0), 2.0) if abs(log(first)) > LITTLE else 1.0
    amplitude = TRIAL * first ** (1 / growth)
    amplitude *= _ratio(evidence, candidate, amplitude, MAX_UNEVEN * growth, MAX_BIASED) ** (1 / growth)
    if not MIN_LSB <= 32768 * amplitude <= MAX_LSB:
        return None
    return replace(candidate, blocks=(Dither(std=amplitude), *candidate.blocks))


def _ratio(
    evidence: Evidence, candidate: Candidate, trial: float, uneven: float, biased: float = float("inf")
) -> float:
    """How many times as large as noise of a known amplitude the remainder is; 0 where it is not so everywhere alike."""
    if not _is_logarithm(candidate):
        return 0.0
    noisy = replace(candidate, blocks=(Dither(std=trial), *candidate.blocks))
    try:
        levels, moved = evidence.levels(candidate), evidence.levels(noisy).values
    except InputError:
        return 0.0
    power = next((block.power for block in candidate.blocks if isinstance(block, Fft)), 1.0)
    # The noise of a power grows with the magnitude: over its root, it is as large in every value of a band.
    scale = np.exp(np.nan_to_num(levels.values, neginf=SILENT) / power)
    if moved.shape != levels.values.shape:
        return 0.0
    made = np.nan_to_num(scale * np.expm1(moved - levels.values))
    noise = np.maximum(np.sqrt(np.mean(np.square(made), axis=0)), TINY)
    sure = np.minimum(scale / noise, MOST_SURE)  # noise is a small share of loud values
    used = evidence.used & np.isfinite(moved) & (levels.values > SILENT)
    slope, left = _line(levels.values, evidence.values, np.where(used, evidence.weights * np.square(sure), 0.0))
    if not slope > 0:
        return 0.0
    left = np.where(used, scale * np.expm1(np.clip(left, -50, 50)), 0.0)
    made = np.where(used, made, 0.0)
    rounding = np.where(used, scale * evidence.grid / slope, 0.0)
    groups = _groups(scale, used)
    if any(abs(_bias(left[group]) - _bias(made[group])) > biased for group in groups[-LOUDNESSES:]):
        return 0.0
    return _factor(left, made, rounding, groups, uneven)


def _bias(values: NDArray) -> float:
    """The mean as a share of the root mean square."""
    return float(values.mean() / max(rms(values), TINY))


def _line(levels: NDArray, values: NDArray, weights: NDArray) -> tuple[float, NDArray]:
    """The slope of one line through all values, and what it leaves, in natural logarithms: one a band hides noise."""
    if not weights.any():
        return 0.0, values
    there = weights > 0
    x, y, w = levels[there], values[there], weights[there] / weights[there].sum()
    centre, middle = float(w @ x), float(w @ y)
    slope = float(w @ ((x - centre) * (y - middle))) / max(float(w @ np.square(x - centre)), TINY)
    left = np.where(there, values - middle - slope * (levels - centre), 0.0)
    return slope, left / slope if slope > 0 else left


def _is_logarithm(candidate: Candidate) -> bool:
    return any(block.kind == "log" for block in candidate.blocks) and all(b.kind != "dct" for b in candidate.blocks)


def _factor(
    left: NDArray, made: NDArray, rounding: NDArray, groups: list[tuple[NDArray, NDArray]], uneven: float
) -> float:
    """How many times as large as the noise that was made the remainder is, in all groups alike; 0 where it is not."""
    seen = [group for group in groups if rms(left[group]) > ABOVE_ROUNDING * rms(rounding[group])]
    ratios = [
        np.sqrt(rms(left[group]) ** 2 - rms(rounding[group]) ** 2) / rms(made[group])
        for group in seen
        if rms(made[group]) > 0
    ]
    if len(ratios) < MIN_GROUPS or np.ptp(np.quantile(np.log(ratios), NEARLY_ALL)) > 2 * uneven:
        return 0.0
    return float(np.median(ratios))


def _groups(bands: NDArray, used: NDArray) -> list[tuple[NDArray, NDArray]]:
    """The places of the values in every band, and those of equal loudness."""
    rows, columns = np.nonzero(used)
    order = bands[used].argsort()
    by_band = [np.flatnonzero(columns == band) for band in range(bands.shape[1])]
    groups = [*by_band, *np.array_split(order, LOUDNESSES)]
    return [(rows[group], columns[group]) for group in groups if len(group) >= MIN_GROUP]
