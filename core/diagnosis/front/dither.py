"""Dither: noise that no second run repeats, told by how much of it there is in every band and at every loudness."""

from dataclasses import replace

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.kinds.signal import Dither
from ...recipe.kinds.spectrum import Fft
from ..precision import rms
from .evidence import SILENT, TINY, Candidate, Evidence

TRIAL = 1e-5
"""Standard deviation of the noise that the port's is held against."""
MIN_GROUP, MIN_GROUPS = 12, 16
"""Values that a group needs, and groups."""
ABOVE_ROUNDING = 1.5
MIN_LSB, MAX_LSB = 0.02, 100.0
"""Noise far below the last bit is rounding, and far above it nothing that anybody adds to hide rounding."""
LOUDNESSES = 4
NEARLY_ALL = (0.025, 0.975)
MAX_UNEVEN = 0.5
"""Largest difference of a group of values from the median of all, as the logarithm of the noise's amplitude."""


def dithered(evidence: Evidence, candidate: Candidate) -> Candidate | None:
    """Give a candidate with the dither that its remainder looks like; None where it does not look like white noise.

    White noise of a known amplitude is added to the samples and run. The port has dither where its differences in
    linear magnitude are larger or smaller than those by one and the same factor in all bands and at all loudnesses.
    """
    noisy = replace(candidate, blocks=(Dither(std=TRIAL), *candidate.blocks))
    try:
        levels, moved = evidence.levels(candidate), evidence.levels(noisy).values
    except InputError:
        return None
    power = next((block.power for block in candidate.blocks if isinstance(block, Fft)), 1.0)
    # The noise of a power grows with the magnitude: over its root, it is as large in every value of a band.
    scale = np.exp(np.nan_to_num(levels.values, neginf=SILENT) / power)
    if moved.shape != levels.values.shape:
        return None
    made = np.nan_to_num(scale * np.expm1(moved - levels.values))
    sure = scale / np.maximum(np.sqrt(np.mean(np.square(made), axis=0)), TINY)  # noise is a small share of loud values
    used = evidence.used & np.isfinite(moved) & (levels.values > SILENT)
    slope, left = _line(levels.values, evidence.values, np.where(used, evidence.weights * np.square(sure), 0.0))
    if not slope > 0 or not _is_logarithm(candidate):
        return None
    left = np.where(used, scale * np.expm1(np.clip(left, -50, 50)), 0.0)
    made = np.where(used, made, 0.0)
    rounding = np.where(used, scale * evidence.grid / slope, 0.0)
    amplitude = TRIAL * _factor(left, made, rounding, _groups(scale, used))
    if not MIN_LSB <= 32768 * amplitude <= MAX_LSB:
        return None
    return replace(candidate, blocks=(Dither(std=amplitude), *candidate.blocks))


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


def _factor(left: NDArray, made: NDArray, rounding: NDArray, groups: list[tuple[NDArray, NDArray]]) -> float:
    """How many times as large as the noise that was made the remainder is, in all groups alike; 0 where it is not."""
    seen = [group for group in groups if rms(left[group]) > ABOVE_ROUNDING * rms(rounding[group])]
    ratios = [
        np.sqrt(rms(left[group]) ** 2 - rms(rounding[group]) ** 2) / rms(made[group])
        for group in seen
        if rms(made[group]) > 0
    ]
    if len(ratios) < MIN_GROUPS or np.ptp(np.quantile(np.log(ratios), NEARLY_ALL)) > 2 * MAX_UNEVEN:
        return 0.0
    return float(np.median(ratios))


def _groups(bands: NDArray, used: NDArray) -> list[tuple[NDArray, NDArray]]:
    """The places of the values in every band, and those of equal loudness."""
    rows, columns = np.nonzero(used)
    order = bands[used].argsort()
    by_band = [np.flatnonzero(columns == band) for band in range(bands.shape[1])]
    groups = [*by_band, *np.array_split(order, LOUDNESSES)]
    return [(rows[group], columns[group]) for group in groups if len(group) >= MIN_GROUP]
