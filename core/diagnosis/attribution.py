"""What faults explain of a port's features, where there is no mel spectrogram."""

from collections.abc import Iterator
from itertools import combinations
from math import isclose, log10

import numpy as np

from .feature_evidence import FeatureEvidence
from .findings import Equivalence, Finding, Residual, finding_of
from .hypotheses import REFERENCE, Hypothesis, mel_config
from .level_faults import KNOWN_GAINS, LEVEL_FAULTS, gain_fault, level_fault
from .mel_faults import SUM
from .search import Candidate

_FACTORS = {"fft_scale", "gain", "int_scale"}
"""What a hypothesis changes that is nothing but a factor."""
_LEVELS = {"ref_level"}
_CURVED = {"log_base", "log_multiplier", "power", "log_guard", "log_floor", "top_db"}
"""What makes another reference level something else than a factor."""
_SAME, _FITTED = 1e-5, 1e-4
"""Relative differences up to which plain factors are the same, and up to which a fitted one is a plain one."""
_CODE = "they give equal values on every recording; only the port's code tells them apart"


def row_findings(evidence: FeatureEvidence, candidate: Candidate) -> Iterator[Finding]:
    """Give the findings of a candidate, those that explain most first, and how the rows were laid down."""
    total = max(evidence.loss(()), 1e-300)
    after = _residual(evidence, candidate.faults)
    named: tuple[Hypothesis, ...] = ()
    error = total
    while rest := [h for h in candidate.faults if h not in named]:
        least, chosen = min(((evidence.loss((*named, h)), h) for h in rest), key=lambda trial: trial[0])
        before = _residual(evidence, tuple(h for h in candidate.faults if h != chosen))
        without = f"by {before.max:.2g} without it" if np.isfinite(before.max) else "without it there are none"
        text = (
            f"through the encoder, {len(evidence.rows)} feature rows differ by at most {after.max:.2g} with it, "
            f"{without}"
        )
        shares = max(0.0, _share(error, least, total)), _share(total, evidence.loss((chosen,)), total)
        where = "the features of all frames"
        yield finding_of(chosen, "proven", where, text, shares=shares, before=before, after=after)
        named, error = (*named, chosen), min(error, least)
    if factor := evidence.factor(candidate.faults):
        text = f"divided by {factor.value}, {len(evidence.rows)} feature rows differ by at most {after.max:.2g}"
        yield finding_of(factor, "proven", "the features of all frames", text, after=after)


def _share(before: float, after: float, total: float) -> float:
    """The share of an error that goes; all of one that is infinite because some windows are not there."""
    if not np.isfinite(after):
        return 0.0
    return (before - after) / total if np.isfinite(total) else float(np.isinf(before))


def _residual(evidence: FeatureEvidence, chosen: tuple[Hypothesis, ...]) -> Residual:
    left = evidence.left(chosen)
    return Residual(float(np.max(left)), float(np.mean(left)))


def same_constants(chosen: tuple[Hypothesis, ...]) -> Iterator[Equivalence]:
    """Give the names that a constant factor on the samples or the transform, or another level, has as well."""
    lined = not any(h.touches & _CURVED for h in chosen)
    for hypothesis in chosen:
        if hypothesis.touches <= (_FACTORS | _LEVELS if lined else _FACTORS):
            factor = _factor(hypothesis)
            table = (*LEVEL_FAULTS, gain_fault(factor), *(_reference_levels(factor) if lined else ()))
            same = [h for h in table if h.touches <= _FACTORS | _LEVELS and isclose(_factor(h), factor, rel_tol=_SAME)]
            both = ["channel sum"] if isclose(factor, 2) else []
            names = [*dict.fromkeys(f"{h.id} {h.value}" for h in (hypothesis, *same)), *both]
            names += _products(factor) if len(names) == 1 else ()
            if len(names) > 1:
                yield Equivalence(tuple(names), _CODE)


def _products(factor: float) -> Iterator[str]:
    """The pairs of known factors that make one that is not a plain number, as far as rows tell it."""
    known = [*((h.id, f"{h.id} {h.value}", _factor(h)) for h in KNOWN_GAINS), (SUM.id, f"{SUM.id} {SUM.value}", 2.0)]
    for (one, name, first), (other, second_name, second) in combinations(known, 2):
        if one != other and isclose(first * second, factor, rel_tol=_FITTED):
            yield f"{name} and {second_name}"


def _factor(hypothesis: Hypothesis) -> float:
    """The factor on the magnitudes that a hypothesis is, or that does what its reference level does."""
    config = mel_config((hypothesis,))
    return float(config.amplitude * 10 ** ((REFERENCE.ref_level - config.ref_level) / 20))


def _reference_levels(factor: float) -> Iterator[Hypothesis]:
    """The reference level that does what a factor does, where it is a plain number."""
    exact = REFERENCE.ref_level - 20 * log10(factor)
    if isclose(exact, round(exact), abs_tol=_SAME):
        yield level_fault("ref_level", round(exact))
