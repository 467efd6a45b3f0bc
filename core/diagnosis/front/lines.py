"""A port's values as a line of a known shape's levels, and the norm of the filters by which all bands lie on one."""

from dataclasses import dataclass, replace

import numpy as np

from ...base.arrays import NDArray
from ...recipe.kinds.filterbank import Filterbank, filter_weights
from .evidence import SILENT, Candidate, Evidence
from .fits import MIN_CELLS


@dataclass(frozen=True, slots=True)
class Line:
    """port = slope * level + shift, over all bands, with what slope and middle may be off by.

    The middle is the port's value at the centre of the levels, of which more is known than of the shift.
    """

    slope: float
    shift: float
    slope_error: float
    shift_error: float
    centre: float
    middle: float


MIN_FLOORS = 8
"""Bands that have to lie on a floor for the norm to be told by it: of two any norm can be the better one."""


@dataclass(frozen=True, slots=True)
class Lowest:
    """The natural logarithm of the floor that values lie on; or, where none lies on one, the lowest of them."""

    level: float
    is_floor: bool


def line_of(evidence: Evidence, candidate: Candidate) -> Line | None:
    """Fit all cells by one line; None where bands do not lie on one."""
    levels = evidence.levels(candidate).values
    there = evidence.used & np.isfinite(levels) & (levels > -100)
    if there.sum() < 3:
        return None
    x, y, w = levels[there], evidence.values[there], evidence.weights[there]
    w = w / w.sum()
    centre, middle = float(w @ x), float(w @ y)
    spread = float(w @ np.square(x - centre))
    if spread <= 0:
        return None
    slope = float(w @ ((x - centre) * (y - middle))) / spread
    left = y - middle - slope * (x - centre)
    error = float(w @ np.square(left)) * float(w @ w)
    return Line(slope, middle - slope * centre, (error / spread) ** 0.5, error**0.5, centre, middle)


def lowest_level(evidence: Evidence, candidate: Candidate) -> Lowest:
    """Give the level of the floor by the bands whose lowest value is repeated; else that of what lies lowest."""
    floors = _floor_levels(evidence, candidate)
    if np.isfinite(floors).any():
        return Lowest(float(np.nanmedian(floors)), is_floor=True)
    levels = evidence.levels(candidate).values
    return Lowest(float(np.min(levels, initial=np.inf, where=evidence.used & (levels > SILENT))), is_floor=False)


def _floor_levels(evidence: Evidence, candidate: Candidate) -> NDArray:
    """The level of each band's lowest value, (width,); NaN of those where it is no limit."""
    fit = evidence.fit(evidence.levels(candidate))
    lows = np.fmin.reduce(evidence.port, axis=0)
    if fit.shifts.shape != lows.shape:
        return np.full(lows.shape, np.nan)
    limited = (evidence.port == lows).sum(axis=0) >= MIN_CELLS
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(limited, (lows - fit.shifts) / fit.slope, np.nan)


def normed(evidence: Evidence, candidate: Candidate) -> Candidate:
    """Give the candidate with the norm of its filters by which all bands lie on one line best.

    Where each lies on one of its own, they have one floor.
    """
    place = next((n for n, block in enumerate(candidate.blocks) if isinstance(block, Filterbank)), None)
    if place is None:
        return candidate
    bank = candidate.blocks[place]
    assert isinstance(bank, Filterbank)
    off = _bands_off(evidence, candidate)
    if len(off) != bank.bands:
        return candidate
    sampled = evidence.runs.run(candidate.blocks[: place + 1], candidate.audio, candidate.rate)
    own = _row_sums(bank, sampled.items.n_fft, candidate.rate or evidence.runs.rate)
    spreads = {}
    for norm in dict.fromkeys((bank.norm, "slaney", "none", "sum")):
        other = replace(bank, norm=norm)
        ratio = _row_sums(other, sampled.items.n_fft, candidate.rate or evidence.runs.rate) / np.maximum(own, 1e-300)
        with np.errstate(divide="ignore"):
            left = off - np.log(ratio)
        left = left[np.isfinite(left)]
        spreads[norm] = float(np.std(left)) if left.size else np.inf
    best = min(spreads, key=lambda norm: spreads[norm])
    if spreads[best] * 2 > spreads[bank.norm]:
        return candidate
    return candidate.put(place, replace(bank, norm=best))


def _bands_off(evidence: Evidence, candidate: Candidate) -> NDArray:
    """By how much each band lies too low, in natural logarithms of the levels, but for a constant."""
    if evidence.own_slopes:
        floors = _floor_levels(evidence, candidate)
        return -floors if np.isfinite(floors).sum() >= MIN_FLOORS else np.zeros(0)
    fit = evidence.fit(evidence.levels(candidate))
    return fit.shifts / fit.slope if np.isfinite(fit.slope) else np.zeros(0)


def _row_sums(bank: Filterbank, n_fft: int, rate: int) -> NDArray:
    return np.asarray(filter_weights(bank, n_fft, rate).sum(axis=1, dtype=np.float64))
