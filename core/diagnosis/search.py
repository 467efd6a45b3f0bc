"""The search: a beam over combinations of hypotheses, the simplest of those that explain the values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .hypotheses import Hypothesis, with_hypothesis

BEAM = (4, 3, 2, 2, 2, 2)
"""How many combinations are taken further after each round, and how many rounds there are."""
_SAME = 1e-7
"""Relative difference of errors up to which two combinations give the same values."""
NEARLY = 100.0
"""Times the noise from which what is left is no noise that was taken for too little."""
_STALLED = 0.98
"""Two faults can hide each other, so that only the second round may end the search for want of progress."""
ENOUGH_BETTER = 1.25
"""A fault must raise the mean square error by this factor when it is left out, where all is explained ..."""
MUCH_BETTER = 4.0
"""... and by this one where something unexplained is left that could deceive."""


@dataclass(frozen=True, slots=True)
class State:
    """A combination of hypotheses, the lag that is left beside them, and the mean square error of the two.

    `odd` counts what the combination leaves open beside the values: a lag, another number of columns.
    """

    chosen: tuple[Hypothesis, ...] = ()
    lag: int = 0
    error: float = float("inf")
    odd: int = 0

    @property
    def simplicity(self) -> tuple[int, int]:
        """Sorts the simplest combination first."""
        return len(self.chosen) + self.odd, self.odd


_GOLDEN = (5**0.5 - 1) / 2
Judge = Callable[[tuple[Hypothesis, ...], int], float]
"""Mean square error of a combination at a lag."""


def no_more(state: State) -> Iterable[State]:
    """Add nothing to what the table has."""
    return ()


def beam_search(
    roots: Iterable[State],
    table: Sequence[Hypothesis],
    judge: Judge,
    noise: float,
    seen: Callable[[State], None],
    *,
    floor: float = 0.0,
    explained: Callable[[State], bool] | None = None,
    widths: Sequence[int] = BEAM,
    more: Callable[[State], Iterable[State]] = no_more,
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
    floor : float
        Mean square error below which less is no better.
    explained : callable or None
        Tells of a state whether everything is explained where its error is above `noise`, but not far.
    widths : sequence of int
        How many combinations are taken further after each round, and how many rounds there are.
    more : callable
        What else may become of the best combination of a round.
    """

    def done(state: State) -> bool:
        near = state.error <= NEARLY * noise
        return state.error <= noise or (near and explained is not None and explained(state))

    beam = _simplest(roots, noise, floor)
    best = beam[0]
    for depth, width in enumerate(widths):
        if done(best):
            break
        grown = list(more(best))
        parents = beam[:width]
        if not depth:  # where the beginnings are far off, the simplest one has the least that could deceive
            parents = list(dict.fromkeys([*parents, min(beam, key=lambda state: state.simplicity)]))
        for parent in parents:
            whole = [state for state in grown if not state.odd]
            if whole and done(min(whole, key=lambda state: state.error)):
                break
            grown += _grown(parent, table, judge, seen, best)
        beam = _simplest([*grown, *beam[:width]], noise, floor)
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
            error = judge(chosen, state.lag)
            if error * ENOUGH_BETTER < state.error:
                better.append(State(chosen, state.lag, error, state.odd))
    return better


def pruned(state: State, judge: Judge, noise: float, floor: float = 0.0) -> State:
    """Leave out, one after the other, the hypotheses without which the error hardly rises, or not above the floor."""
    while state.chosen:
        factor = ENOUGH_BETTER if state.error <= noise else MUCH_BETTER
        least = least_missed(state, judge)
        if least.error > max(factor * state.error, floor, 1e-30):
            break
        state = least
    return state


def least_missed(state: State, judge: Judge) -> State:
    """Give a state, which has faults, without the one whose absence raises the error least."""
    rests = [tuple(other for other in state.chosen if other != left_out) for left_out in state.chosen]
    without = [State(rest, state.lag, judge(rest, state.lag), state.odd) for rest in rests]
    return min(without, key=lambda other: other.error)


def _grown(
    parent: State, table: Sequence[Hypothesis], judge: Judge, seen: Callable[[State], None], best: State
) -> Iterable[State]:
    seen(best)
    for hypothesis in table:
        chosen = with_hypothesis(parent.chosen, hypothesis)
        if len(chosen) >= len(parent.chosen) and hypothesis not in parent.chosen:
            yield State(chosen, parent.lag, judge(chosen, parent.lag), parent.odd)


def _simplest(states: Iterable[State], noise: float, floor: float) -> list[State]:
    """Sort by error, and those that explain all as well as the best by simplicity; keep one of the same values."""
    states, kept = list(states), list[State]()
    even = max(min(noise, ENOUGH_BETTER * min(state.error for state in states)), floor)
    for state in sorted(states, key=lambda one: (max(one.error, even), one.simplicity, one.error)):
        if kept and abs(state.error - kept[-1].error) <= _SAME * kept[-1].error:
            kept[-1] = min(kept[-1], state, key=lambda one: one.simplicity)
        else:
            kept.append(state)
    return kept


def least(error: Callable[[float], float], low: float, high: float, sections: int = 16) -> float:
    """Find where a function with one valley between `low` and `high` is least, by golden sections."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = error(left), error(right)
    for _ in range(sections):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = error(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = error(right)
    return (low + high) / 2
