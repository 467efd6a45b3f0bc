"""Levels fitted through the encoder, where there are no values to fit a line to: one constant at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log10

import numpy as np

from .front.search import least
from .hypotheses import Hypothesis, mel_config
from .level_faults import KNOWN_GAINS, LEVEL_FAULTS, PEAK, TOP_DB, LevelName, gain_fault, level_fault, plain_gain
from .search import ENOUGH_BETTER, Candidate, LossFunction

_GRID = 9
"""Values that are tried before the best of them is refined: the encoder makes more valleys than one."""
_SECTIONS, _FINER_SECTIONS = 14, 18
_FINER = 1e-2
"""Share of the distance between two values of the grid that is fitted more finely ..."""
_WORTH = 1e-2
"""... where the fitted value leaves this share of the error, or less."""


@dataclass(frozen=True, slots=True)
class _Constant:
    """A constant of the level, by the fields that it stands for.

    Its least and largest value, what it is called, and the plain values near one.
    """

    fields: frozenset[str]
    low: float
    high: float
    called: Callable[[float], Hypothesis]
    plain: Callable[[float], Iterator[Hypothesis]]


def estimated(candidate: Candidate, loss: LossFunction) -> Iterator[Candidate]:
    """Give a candidate with one constant of the level fitted, for each of them: a plain number where it is as good."""
    for constant in _CONSTANTS:
        yield _fitted(constant, candidate, loss)


def without_level(candidate: Candidate, loss: LossFunction) -> Candidate:
    """Give a candidate without its faults of level, which stand in for each other and for what is louder or quieter."""
    rest = tuple(h for h in candidate.faults if not h.touches <= _LEVEL)
    return Candidate(rest, loss(rest))


def _fitted(constant: _Constant, candidate: Candidate, loss: LossFunction) -> Candidate:
    rest = tuple(h for h in candidate.faults if not h.touches & constant.fields)

    def with_fault(hypothesis: Hypothesis) -> Candidate:
        chosen = (*rest, hypothesis)
        return Candidate(chosen, loss(chosen))

    def error(value: float) -> float:
        return with_fault(constant.called(value)).loss

    grid = np.linspace(constant.low, constant.high, _GRID)
    step = float(grid[1] - grid[0])
    place = float(min(grid, key=error))
    place = least(error, max(constant.low, place - step), min(constant.high, place + step), _SECTIONS)
    exact = with_fault(constant.called(place))
    plain = min(map(with_fault, constant.plain(place)), key=lambda one: one.loss)
    if plain.loss > exact.loss * ENOUGH_BETTER and exact.loss <= _WORTH * candidate.loss:
        place = least(error, place - _FINER * step, place + _FINER * step, _FINER_SECTIONS)
        exact = with_fault(constant.called(place))
    return plain if plain.loss <= exact.loss * ENOUGH_BETTER else exact


def _gain(decibels: float) -> Hypothesis:
    return gain_fault(float(f"{10 ** (decibels / 20):.5g}"))


def _plain_offsets(decibels: float) -> Iterator[Hypothesis]:
    """What may be behind an offset; of another one than the loudest sample's, only a plain number tells."""
    yield PEAK
    yield min(KNOWN_GAINS, key=lambda h: abs(20 * log10(mel_config((h,)).amplitude) - decibels))
    yield level_fault("ref_level", round(20 - decibels))
    yield gain_fault(plain_gain(10 ** (decibels / 20)))


def _called(name: LevelName) -> Callable[[float], Hypothesis]:
    return lambda value: level_fault(name, float(f"{value:.5g}"))


def _near(name: LevelName, *steps: float) -> Callable[[float], Iterator[Hypothesis]]:
    return lambda value: (level_fault(name, round(round(value / step) * step, 6)) for step in steps)


_OFFSET = frozenset({"gain", "peak_normalise", "int_scale", "fft_scale", "ref_level"})
_CONSTANTS = (
    _Constant(_OFFSET, -40, 40, _gain, _plain_offsets),
    _Constant(frozenset({"min_level"}), -160, -60, _called("min_level"), _near("min_level", 5, 1)),
    _Constant(frozenset({"max_abs"}), 0.5, 10, _called("max_abs"), _near("max_abs", 0.5, 0.1)),
)
_LEVEL = frozenset[str]().union(*(h.touches for h in (*LEVEL_FAULTS, *TOP_DB)), _OFFSET)
"""Everything that a fault of level changes."""
