"""A floor that is added before the logarithm is found however far off, and left where it is right."""

from dataclasses import replace

import numpy as np
import pytest
from framescope.core.diagnosis.front.chains import bare, first_of
from framescope.core.diagnosis.front.evidence import Candidate, Evidence, make_evidence
from framescope.core.diagnosis.front.floors import refloored
from framescope.core.diagnosis.front.sampled import Blocks, SampledRuns
from framescope.core.recipe.kinds.values import Log
from framescope.core.recipe.presets import load_preset
from helpers import signals

RATE = 16000
SAMPLES = signals.speech_like(2 * RATE)
NEMO = bare(load_preset("nemo-80").blocks)
USUAL = first_of(NEMO, Log).floor
ROWS = 1 + len(SAMPLES) // 160


def with_floor(floor: float, guard: str = "add") -> Blocks:
    return tuple(replace(b, floor=floor, guard=guard) if isinstance(b, Log) else b for b in NEMO)  # type: ignore[arg-type]


def bands() -> np.ndarray:
    chain = NEMO[: 1 + next(n for n, block in enumerate(NEMO) if block.kind == "filterbank")]
    return SampledRuns(lambda audio: SAMPLES, RATE, np.arange(ROWS)).run(chain).values


def evidence_of(floor: float) -> Evidence:
    """A port whose bands each have a slope and a mean of their own, with no blocks of this application behind them."""
    values = np.log(bands() + floor) * np.linspace(0.2, 3, 80) + np.linspace(-5, 5, 80)
    return make_evidence(values, lambda audio: SAMPLES, RATE, 40, 6, own_slopes=True)


def floor_of(candidate: Candidate | None) -> float:
    assert candidate is not None
    return float(first_of(candidate.blocks, Log).floor)


@pytest.mark.parametrize("floor", [3.7e-10, 8.1e-8, 2.3e-6])
@pytest.mark.parametrize("off", [1e-3, 0.1, 10.0, 1e3])
def test_the_floor_is_found_from_far(floor: float, off: float) -> None:
    found = refloored(evidence_of(floor), Candidate(with_floor(floor * off)), USUAL)
    assert floor_of(found) == pytest.approx(floor, rel=1e-3)


def test_a_plain_floor_and_the_reference_s_are_met_exactly() -> None:
    assert floor_of(refloored(evidence_of(1e-6), Candidate(with_floor(3e-5)), USUAL)) == 1e-6
    assert floor_of(refloored(evidence_of(USUAL), Candidate(with_floor(1e-9)), USUAL)) == USUAL


def test_what_is_right_or_adds_none_stays() -> None:
    assert refloored(evidence_of(1e-6), Candidate(with_floor(1e-6)), USUAL) is None
    assert refloored(evidence_of(1e-6), Candidate(with_floor(1e-6, "max")), USUAL) is None
