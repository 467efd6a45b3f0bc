"""The beam search of features: over combinations of hypotheses, the simplest of those that explain the rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .hypotheses import Hypothesis, with_hypothesis

_SAME = 1e-7
"""Relative difference of errors up to which two combinations give the same values."""
_STALLED = 0.98
"""Two faults can hide each other, so that only the second round may end the search for want of progress."""
ENOUGH_BETTER = 1.25
"""A fault must raise the mean square error by this factor when it is left out, where all is explained ..."""
MUCH_BETTER = 4.0
"""... and by this one where something unexplained is left that could deceive."""


@dataclass(frozen=True, slots=True)
class State:
    """A combination of hypotheses, and its mean square error."""

    chosen: tuple[Hypothesis, ...] = ()
    error: float = float("inf")


Judge = Callable[[tuple[Hypothesis, ...]], float]
"""Mean square error of a combination."""


def beam_search(
    roots: Iterable[State],
    table: Sequence[Hypothesis],
    judge: Judge,
    noise: float,
    seen: Callable[[State], None],
    *,
    widths: Sequence[int],
    more: Callable[[State], Iterable[State]],
) -> State:
    """Find the simplest combination of hypotheses with the smallest error, not yet `pruned`.

    Parameters
    ----------
    roots : iterable of State
        Where to begin, judged.
    table : sequence of Hypothesis
        What may be added; one that changes what another changes takes its place.
    noise : float
        Mean square error at which everything is explained.
    seen : callable
        Called with the best state before each expansion; raises `CancelledError` to end the search.
    widths : sequence of int
        How many combinations are taken further after each round, and how many rounds there are.
    more : callable
        What else may become of the best combination of a round.
    """
    beam = _simplest(roots, noise)
    best = beam[0]
    for depth, width in enumerate(widths):
        if best.error <= noise:
            break
        grown = list(more(best))
        parents = beam[:width]
        if not depth:  # where the beginnings are far off, the simplest one has the least that could deceive
            parents = list(dict.fromkeys([*parents, min(beam, key=_size)]))
        for parent in parents:
            if min((state.error for state in grown), default=float("inf")) <= noise:
                break
            grown += _grown(parent, table, judge, seen, best)
        beam = _simplest([*grown, *beam[:width]], noise)
        if beam[0].error > _STALLED * best.error and depth:
            break
        best = beam[0]
    return best


def nearer_with(states: Iterable[State], table: Iterable[Hypothesis], judge: Judge) -> list[State]:
    """Give the states that are clearly nearer with another hypothesis than without, such as another reading."""
    better, states = list[State](), list(states)
    for hypothesis in table:  # outside, so that the file is read once for all states
        for state in states:
            chosen = with_hypothesis(state.chosen, hypothesis)
            error = judge(chosen)
            if error * ENOUGH_BETTER < state.error:
                better.append(State(chosen, error))
    return better


def pruned(state: State, judge: Judge, noise: float) -> State:
    """Leave out, one after the other, the hypotheses without which the error hardly rises."""
    while state.chosen:
        factor = ENOUGH_BETTER if state.error <= noise else MUCH_BETTER
        least = _least_missed(state, judge)
        if least.error > max(factor * state.error, 1e-30):
            break
        state = least
    return state


def _least_missed(state: State, judge: Judge) -> State:
    """A state, which has faults, without the one whose absence raises the error least."""
    rests = [tuple(other for other in state.chosen if other != left_out) for left_out in state.chosen]
    without = [State(rest, judge(rest)) for rest in rests]
    return min(without, key=lambda other: other.error)


def _grown(
    parent: State, table: Sequence[Hypothesis], judge: Judge, seen: Callable[[State], None], best: State
) -> Iterable[State]:
    seen(best)
    for hypothesis in table:
        chosen = with_hypothesis(parent.chosen, hypothesis)
        if len(chosen) >= len(parent.chosen) and hypothesis not in parent.chosen:
            yield State(chosen, judge(chosen))


def _simplest(states: Iterable[State], noise: float) -> list[State]:
    """Sort by error, and those that explain all as well as the best by simplicity; keep one of the same values."""
    states, kept = list(states), list[State]()
    even = min(noise, ENOUGH_BETTER * min(state.error for state in states))
    for state in sorted(states, key=lambda one: (max(one.error, even), _size(one), one.error)):
        if kept and abs(state.error - kept[-1].error) <= _SAME * kept[-1].error:
            kept[-1] = min(kept[-1], state, key=_size)
        else:
            kept.append(state)
    return kept


def _size(state: State) -> int:
    return len(state.chosen)
