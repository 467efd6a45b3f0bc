"""A port's values as a line of a known shape's levels, and the norm of the filters by which all bands lie on one."""

from dataclasses import dataclass, replace

import numpy as np

from ...base.arrays import NDArray
from ...recipe.kinds.filterbank import Filterbank, filter_weights
from .evidence import MIN_CELLS, Candidate, Evidence


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


def floor_level(evidence: Evidence, candidate: Candidate) -> float | None:
    """Give the level of the floor where each band has a line of its own, by those whose lowest value is repeated."""
    fit = evidence.fit(evidence.levels(candidate), own_slopes=True)
    lows = np.fmin.reduce(evidence.port, axis=0)
    if fit.slope.shape != lows.shape:
        return None
    limited = (evidence.port == lows).sum(axis=0) >= MIN_CELLS
    with np.errstate(divide="ignore", invalid="ignore"):
        levels = ((lows - fit.shifts) / fit.slope)[limited]
    levels = levels[np.isfinite(levels)]
    return float(np.median(levels)) if levels.size else None


def normed(evidence: Evidence, candidate: Candidate) -> Candidate:
    """Give the candidate with the norm of its filters by which all bands lie on one line best."""
    place = next((n for n, block in enumerate(candidate.blocks) if isinstance(block, Filterbank)), None)
    if place is None:
        return candidate
    bank = candidate.blocks[place]
    assert isinstance(bank, Filterbank)
    fit = evidence.fit(evidence.levels(candidate))
    if fit.slope.ndim or not np.isfinite(fit.slope) or len(fit.shifts) != bank.bands:
        return candidate
    sampled = evidence.runs.run(candidate.blocks[: place + 1], candidate.audio, candidate.rate)
    own = _row_sums(bank, sampled.items.n_fft, candidate.rate or evidence.runs.rate)
    spreads = {}
    for norm in dict.fromkeys((bank.norm, "slaney", "none", "sum")):
        other = replace(bank, norm=norm)
        ratio = _row_sums(other, sampled.items.n_fft, candidate.rate or evidence.runs.rate) / np.maximum(own, 1e-300)
        with np.errstate(divide="ignore"):
            off = fit.shifts / fit.slope - np.log(ratio)
        off = off[np.isfinite(off)]
        spreads[norm] = float(np.std(off)) if off.size else np.inf
    best = min(spreads, key=lambda norm: spreads[norm])
    if spreads[best] * 2 > spreads[bank.norm]:
        return candidate
    bank = replace(bank, norm=best)
    return replace(candidate, blocks=(*candidate.blocks[:place], bank, *candidate.blocks[place + 1 :]))


def _row_sums(bank: Filterbank, n_fft: int, rate: int) -> NDArray:
    return np.asarray(filter_weights(bank, n_fft, rate).sum(axis=1, dtype=np.float64))
