"""A floor that is added before the logarithm, fitted: every factor, and the norm of the filters, hides behind it."""

from dataclasses import dataclass, replace
from math import exp

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.kinds.values import Log
from .evidence import Candidate, Evidence
from .fits import Fit
from .limits import LEAST_FLOOR, MOST_FLOOR, NEAR_FLOOR, plain_floor
from .numbers import SNAPPED

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


def refloored(evidence: Evidence, candidate: Candidate, usual: float = 0.0) -> Candidate | None:
    """Give a candidate with the floor that it adds fitted to the port; None: it adds none, or its own is as near.

    The losses of both are known then: their bands are the same, and are computed once.

    Parameters
    ----------
    usual : float
        The reference's floor, which is taken where it is as near; 0: none.
    """
    place = next((n for n, b in enumerate(candidate.blocks) if isinstance(b, Log) and b.guard == "add"), None)
    chain = evidence.chain(candidate)
    if place is None or not isinstance(chain[-1], Log):
        return None
    try:
        sampled = evidence.runs.run(chain[:-1], candidate.audio, candidate.rate)
    except InputError:
        return None
    if sampled.values.shape != evidence.values.shape:
        return None
    own = candidate.blocks[place]
    assert isinstance(own, Log)
    bands = _Bands(evidence, sampled.values)
    before = bands.fit(own.floor)
    evidence.judge(candidate, sampled, before)
    fit, floor = _snapped(bands, *_fitted(bands, own.floor, before), usual)
    if fit.error > NEARER * before.error or floor == own.floor:
        return None
    found = candidate.put(place, replace(own, floor=floor))
    evidence.judge(found, sampled, fit)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Bands:
    """The bands of a candidate at the sampled rows, to which a floor is added."""

    evidence: Evidence
    values: NDArray

    def fit(self, floor: float) -> Fit:
        return self.evidence.line_fit(np.log(self.values + floor), own_slopes=self.evidence.own_slopes)

    def step(self, floor: float, fit: Fit) -> float:
        """The change of the floor's logarithm by which what lines leave becomes least."""
        moved = floor / (self.values + floor)
        return fit.step(np.where(np.isfinite(moved), moved, 0.0))

    @property
    def most(self) -> float:
        """The highest floor that can be told from a higher one."""
        largest = float(np.max(self.values, initial=0.0, where=np.isfinite(self.values)))
        return min(max(ABOVE * largest, LEAST_FLOOR), MOST_FLOOR)


def _fitted(bands: _Bands, floor: float, fit: Fit) -> tuple[Fit, float]:
    """The best fit, and the floor that has it, by Gauss and Newton's steps in its logarithm from a fit on."""
    step, shortened, most = bands.step(floor, fit), 0, bands.most
    for _ in range(STEPS):
        if abs(step) < SMALLEST_STEP or shortened > SHORTENED:
            break
        other = min(max(floor * exp(min(max(step, -LARGEST_STEP), LARGEST_STEP)), LEAST_FLOOR), most)
        tried = bands.fit(other)
        if tried.error < fit.error:
            settled = tried.error > SETTLED * fit.error
            fit, floor, shortened = tried, other, 0
            if settled:
                break
            step = bands.step(floor, fit)
        else:
            step, shortened = step / 4, shortened + 1
    return fit, floor


def _snapped(bands: _Bands, fit: Fit, floor: float, usual: float) -> tuple[Fit, float]:
    """The same for a plain floor, where that is as near."""
    for plain in (usual, plain_floor(floor)):
        if plain and abs(plain / floor - 1) < NEAR_FLOOR and (other := bands.fit(plain)).error <= SNAPPED * fit.error:
            return other, plain
    return fit, floor
