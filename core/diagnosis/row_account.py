"""What faults explain of a port's features, where there is no mel spectrogram."""

from collections.abc import Iterator
from math import isclose

import numpy as np

from .feature_search import FeatureEvidence
from .findings import Equivalence, Finding, Residual, finding_of
from .hypotheses import Hypothesis, mel_config
from .level_faults import LEVEL_FAULTS, gain_fault
from .search import State

_FACTORS = {"fft_scale", "gain", "int_scale"}
"""What a hypothesis changes that is nothing but a factor."""
_CODE = "equal on every recording; the port's code tells"


def row_findings(evidence: FeatureEvidence, state: State) -> Iterator[Finding]:
    """Give the findings of a state, those that explain most first, and how the rows were laid down."""
    total = max(evidence.judge((), 0), 1e-300)
    after = _residual(evidence, state.chosen)
    named: tuple[Hypothesis, ...] = ()
    error = total
    while rest := [h for h in state.chosen if h not in named]:
        least, chosen = min(((evidence.judge((*named, h), 0), h) for h in rest), key=lambda trial: trial[0])
        before = _residual(evidence, tuple(h for h in state.chosen if h != chosen))
        text = (
            f"run through the encoder, {len(evidence.rows)} feature rows differ by {after.max:.2g} at most "
            f"with it and by {before.max:.2g} without"
        )
        shares = max(0.0, (error - least) / total), 1 - evidence.judge((chosen,), 0) / total
        where = "the features of all frames"
        yield finding_of(chosen, "proven", where, text, shares=shares, before=before, after=after)
        named, error = (*named, chosen), min(error, least)
    if factor := evidence.factor(state.chosen):
        text = f"divided by {factor.value}, {len(evidence.rows)} feature rows differ by {after.max:.2g} at most"
        yield finding_of(factor, "proven", "the features of all frames", text, after=after)


def _residual(evidence: FeatureEvidence, chosen: tuple[Hypothesis, ...]) -> Residual:
    left = evidence.left(chosen)
    return Residual(float(np.max(left)), float(np.mean(left)))


def same_constants(chosen: tuple[Hypothesis, ...]) -> Iterator[Equivalence]:
    """Give the names that a constant factor on the samples or the transform has as well."""
    for hypothesis in chosen:
        if hypothesis.touches <= _FACTORS:
            factor = mel_config((hypothesis,)).amplitude
            same = [h for h in LEVEL_FAULTS if h.touches <= _FACTORS and isclose(mel_config((h,)).amplitude, factor)]
            names = [f"{h.id} {h.value}" for h in (*same, gain_fault(factor))]
            both = ["channel sum"] if isclose(factor, 2) else []
            yield Equivalence(tuple(dict.fromkeys((f"{hypothesis.id} {hypothesis.value}", *names, *both))), _CODE)
