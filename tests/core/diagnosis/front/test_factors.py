"""Behind statistics a factor on the logarithm is read off what is added to deviations, where that tells of one."""

from dataclasses import replace

import numpy as np
import pytest
from framescope.core.diagnosis.front.chains import bare, first_of
from framescope.core.diagnosis.front.evidence import Candidate, make_evidence
from framescope.core.diagnosis.front.factors import with_factor
from framescope.core.diagnosis.front.sampled import SampledRuns
from framescope.core.recipe.kinds.values import Log, Normalise
from framescope.core.recipe.presets import load_preset
from helpers import signals

RATE = 16000
SAMPLES = signals.speech_like(3 * RATE)
NEMO = bare(load_preset("nemo-80").blocks)
USUAL, STATISTIC = first_of(NEMO, Log), first_of(NEMO, Normalise)
ROWS = 1 + len(SAMPLES) // 160


def port(factor: float, eps: float) -> np.ndarray:
    """Natural logarithms times a factor, normalised by numpy in float32, with something added to the deviations."""
    chain = NEMO[: 1 + next(n for n, block in enumerate(NEMO) if block.kind == "filterbank")]
    bands = SampledRuns(lambda audio: SAMPLES, RATE, np.arange(ROWS)).run(chain).values
    values = (factor * np.log(bands + USUAL.floor)).astype(np.float32)
    valid = values[: ROWS - STATISTIC.padding]
    scores = (values - valid.mean(axis=0)) / (valid.std(axis=0, ddof=STATISTIC.ddof) + np.float32(eps))
    scores[len(valid) :] = np.nan
    return scores.astype(np.float64)


def found(factor: float, eps: float) -> tuple[str, float, float] | None:
    evidence = make_evidence(port(factor, eps), lambda audio: SAMPLES, RATE, 40, 6, own_slopes=True)
    candidate = with_factor(evidence, Candidate(NEMO), USUAL)
    if candidate is None:
        return None
    own, statistic = first_of(candidate.blocks, Log), first_of(candidate.blocks, Normalise)
    return own.base, own.multiplier, statistic.eps


@pytest.mark.parametrize(
    ("factor", "base", "multiplier"),
    [(1 / np.log(10), "10", 1.0), (1 / np.log(2), "2", 1.0), (10.0, "e", 10.0)],
)
def test_another_logarithm_is_told_by_what_is_added(factor: float, base: str, multiplier: float) -> None:
    assert found(factor, STATISTIC.eps) == (base, multiplier, STATISTIC.eps)


def test_of_two_that_lie_as_near_none_is_taken() -> None:
    """Twenty times a natural logarithm leaves no more of what is added than three seconds tell from nothing."""
    assert found(20.0, STATISTIC.eps) is None


def test_nothing_added_is_no_other_logarithm() -> None:
    assert found(1.0, 0.0) == ("e", 1.0, 0.0)


@pytest.mark.parametrize("eps", [STATISTIC.eps, 3e-4])
def test_the_usual_and_what_no_logarithm_explains_have_no_other(eps: float) -> None:
    assert found(1.0, eps) is None


def test_without_anything_added_nothing_is_told() -> None:
    blocks = tuple(replace(block, eps=0.0) if isinstance(block, Normalise) else block for block in NEMO)
    evidence = make_evidence(port(1 / np.log(10), 0.0), lambda audio: SAMPLES, RATE, 40, 6, own_slopes=True)
    assert with_factor(evidence, Candidate(blocks), USUAL) is None
