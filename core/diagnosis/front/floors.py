"""A floor that is added before the logarithm, fitted: every factor, and the norm of the filters, hides behind it."""

from dataclasses import replace
from math import exp

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.kinds.values import Log
from .evidence import TINY, Candidate, Evidence, Fit
from .limits import LEAST_FLOOR, MOST_FLOOR, NEAR_FLOOR, plain_floor

STEPS = 16
"""Steps of the fit, of which one that led astray is shortened: from a hundredth of the floor it takes six."""
SHORTENED = 3
"""How often a step is shortened before the fit ends: what a sixty-fourth does not better is near enough."""
SETTLED = 0.999
"""Factor by which a step has to lower the error for another one to be worth its time."""
SMALLEST_STEP = 1e-6
LARGEST_STEP = 4.0
"""How much the floor's natural logarithm may change in a step: farther off nothing is a straight line."""
ABOVE = 300.0
"""How many times the largest band a floor may be: the logarithm of more is a straight line, which rounding hides."""
NEARER = 0.98
"""Factor by which the fit has to be nearer for another floor to be worth a candidate."""
SNAPPED = 1.25
"""Factor by which a plain floor may be further off than the fitted one."""


def refloored(evidence: Evidence, candidate: Candidate, usual: float) -> Candidate | None:
    """Give a candidate with the floor that it adds fitted to the port; None: it adds none, or its own is as near.

    Parameters
    ----------
    usual : float
        The reference's floor, which is taken where it is as near.
    """
    place = next((n for n, b in enumerate(candidate.blocks) if isinstance(b, Log) and b.guard == "add"), None)
    if place is None:
        return None
    own = candidate.blocks[place]
    assert isinstance(own, Log)
    try:
        levels = evidence.levels(candidate).values
    except InputError:
        return None
    if levels.shape != evidence.values.shape:
        return None
    bands = np.maximum(np.exp(levels) - own.floor, 0.0)
    before = _fit(evidence, bands, own.floor)
    error, found = _fitted(evidence, bands, own.floor, before)
    plain = [each for each in (usual, plain_floor(found)) if each and abs(each / found - 1) < NEAR_FLOOR]
    floor = next((each for each in plain if _fit(evidence, bands, each).error <= SNAPPED * error), found)
    if error > NEARER * before.error or floor == own.floor:
        return None
    block = replace(own, floor=floor)
    return replace(candidate, blocks=(*candidate.blocks[:place], block, *candidate.blocks[place + 1 :]))


def _fitted(evidence: Evidence, bands: NDArray, floor: float, fit: Fit) -> tuple[float, float]:
    """The least error, and the floor that has it, by Gauss and Newton's steps in its logarithm from a fit on."""
    step, shortened = _step(evidence, bands, floor, fit), 0
    most = min(max(ABOVE * float(bands.max(initial=0.0)), LEAST_FLOOR), MOST_FLOOR)
    for _ in range(STEPS):
        if abs(step) < SMALLEST_STEP or shortened > SHORTENED:
            break
        other = min(max(floor * exp(min(max(step, -LARGEST_STEP), LARGEST_STEP)), LEAST_FLOOR), most)
        tried = _fit(evidence, bands, other)
        if tried.error < fit.error:
            settled = tried.error > SETTLED * fit.error
            fit, floor, shortened = tried, other, 0
            if settled:
                break
            step = _step(evidence, bands, floor, fit)
        else:
            step, shortened = step / 4, shortened + 1
    return fit.error, floor


def _fit(evidence: Evidence, bands: NDArray, floor: float) -> Fit:
    return evidence.line_fit(np.log(bands + floor), own_slopes=evidence.own_slopes)


def _step(evidence: Evidence, bands: NDArray, floor: float, fit: Fit) -> float:
    """The change of the floor's logarithm by which what lines leave becomes least, lines fitted anew."""
    if not np.isfinite(fit.error):
        return 0.0
    there = np.isfinite(fit.left)
    weights = np.where(there, evidence.weights, 0.0)
    levels, moved = _centred(np.log(bands + floor), weights), _centred(floor / (bands + floor), weights)
    axis = 0 if evidence.own_slopes else None
    along = np.sum(weights * moved * levels, axis=axis) / np.maximum(np.sum(weights * levels**2, axis=axis), TINY)
    moved = moved - along * levels
    slopes = np.where(np.isfinite(fit.slope), fit.slope, 0.0)
    left = np.where(there, fit.left, 0.0)  # in natural logarithms, as the levels are
    weights = weights * np.square(slopes)
    return float(np.sum(weights * moved * left) / max(float(np.sum(weights * np.square(moved))), TINY))


def _centred(values: NDArray, weights: NDArray) -> NDArray:
    """Values less the mean of their band."""
    finite = np.where(weights > 0, values, 0.0)
    return np.asarray(finite - (weights * finite).sum(axis=0) / np.maximum(weights.sum(axis=0), TINY))
