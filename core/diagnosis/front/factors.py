"""The factor on a logarithm behind statistics: it shows only against the constant that is added to deviations."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ...base.errors import InputError
from ...recipe.kinds.values import Log, Normalise
from .chains import first_of, log_factor
from .evidence import Candidate, Evidence
from .fits import MIN_CELLS, fit_lines, weighed
from .sampled import MAX_WHOLE
from .tails import logs

SURE = 5.0
"""Standard errors that what is added may lie off: one of a hundred NeMo ports lay 3 off, and a decimal logarithm lies
200 off in speech and 50 in the probe."""


def with_factor(evidence: Evidence, candidate: Candidate, usual: Log | None) -> Candidate | None:
    """Give a whole candidate with the logarithm, or without the constant, that the port's deviations tell of.

    Parameters
    ----------
    usual : Log or None
        The reference's logarithm.

    Returns
    -------
    Candidate or None
        None where the candidate's own are right, nothing is added, or no one change explains more than another.
    """
    own, statistic = first_of(candidate.blocks, Log), first_of(candidate.blocks, Normalise)
    if own is None or usual is None or statistic is None or not _shows(evidence, statistic):
        return None
    added = _added(evidence, candidate, statistic)
    if added is None or abs(added[0] - statistic.eps) <= SURE * added[1]:
        return None
    mean, error = added
    near = [one for one in _others(own, usual, statistic) if abs(one.eps - mean) <= SURE * error]
    near = [one for one in near if one.changes == min(other.changes for other in near)]
    if len(near) != 1:
        return None
    put = {own: near[0].log, statistic: near[0].statistic}
    return replace(candidate, blocks=tuple(put.get(block, block) for block in candidate.blocks))


def _shows(evidence: Evidence, statistic: Normalise) -> bool:
    added = statistic.statistic == "mean_sd" and statistic.axis == "band" and statistic.eps > 0
    return added and statistic.eps_in == "sd" and len(evidence.port) <= MAX_WHOLE


class _Other(NamedTuple):
    """Another logarithm, or nothing added: its changes, and what is added in units of the candidate's logarithm."""

    changes: float
    eps: float
    log: Log
    statistic: Normalise


def _others(own: Log, usual: Log, statistic: Normalise) -> Iterator[_Other]:
    yield _Other(1.0, 0.0, own, replace(statistic, eps=0.0))
    for other, _ in logs(usual, own):
        ratio, changed = log_factor(other) / log_factor(own), replace(own, base=other.base, multiplier=other.multiplier)
        if ratio != 1:
            changes = float(changed.base != usual.base) + float(changed.multiplier != usual.multiplier)
            yield _Other(changes, statistic.eps / ratio, changed, statistic)


def _added(evidence: Evidence, candidate: Candidate, statistic: Normalise) -> tuple[float, float] | None:
    """Give what the port adds to the deviations of each band, as mean and standard error over the bands."""
    before = candidate.blocks[: candidate.blocks.index(statistic)]
    runs, audio, rate = evidence.runs, candidate.audio, candidate.rate
    try:
        values = runs.run(before, audio, rate).values
        scores = runs.run((*before, replace(statistic, eps=0.0)), audio, rate).values
    except InputError:
        return None
    port = evidence.line_fit(scores, own_slopes=True)
    if not len(port.shifts) or not np.isfinite(values).all():
        return None
    deviations = fit_lines(weighed(values, evidence.weights), scores, own_slopes=True).slope
    with np.errstate(divide="ignore", invalid="ignore"):
        added = (1 / port.slope - 1) * deviations
    added = added[np.isfinite(added)]
    if len(added) < MIN_CELLS:
        return None
    return float(added.mean()), float(added.std() / len(added) ** 0.5)
