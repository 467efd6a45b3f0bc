"""A beam search over candidates of any kind: pure functions of a loss and of what a candidate may become."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

C = TypeVar("C", bound=Hashable)

WIDTHS = (5, 8, 5, 4, 3, 2, 2)
"""How many candidates are taken further after each round."""
SAME = 1e-7
"""Relative difference of losses up to which candidates give the same values: the simplest of them is kept."""
STALLED = 0.97
"""A round that gains less than this factor ends the search, unless it is among the first: two faults can hide each
other."""
MIN_ROUNDS = 2
REFINED = 3
"""Candidates of a round whose numbers are fitted: the best one may be so by what it lacks."""


def beam_search(
    seeds: Iterable[C],
    expand: Callable[[C], Iterable[C]],
    loss: Callable[[C], float],
    *,
    size: Callable[[C], float],
    done: Callable[[C], bool],
    widths: Sequence[int] = WIDTHS,
    refine: Callable[[C], Iterable[C]] = lambda one: (),
) -> list[C]:
    """Find the candidates of the least loss.

    Parameters
    ----------
    seeds : iterable
        Where the search begins.
    expand : callable
        Gives what a candidate may become by one more change.
    loss, size : callable
        How far a candidate is from what is looked for, and how many changes it is from the beginning.
    done : callable
        Whether nothing is left to explain.
    refine : callable
        Gives what the best candidates of each round may become by numbers that are fitted.

    Returns
    -------
    list
        The best first; of those that are done, the simplest first.
    """
    seen = dict.fromkeys(seeds)
    beam = distinct(seen, loss, size, widths[0])
    last = float("inf")
    for number, width in enumerate(widths):
        finished = sorted((one for one in beam if done(one)), key=lambda one: (size(one), loss(one)))
        if finished or not beam:
            return [*finished, *(one for one in beam if one not in finished)]
        if number >= MIN_ROUNDS and loss(beam[0]) > STALLED * last:
            break
        last = loss(beam[0])
        grown = dict.fromkeys(new for one in beam for new in expand(one) if new not in seen)
        seen |= grown
        beam = distinct([*beam, *grown], loss, size, width)
        if beam and not done(beam[0]):
            refined = [new for one in beam[:REFINED] for new in refine(one)]
            beam = distinct([*beam, *refined], loss, size, width)
    return beam


def distinct(found: Iterable[C], loss: Callable[[C], float], size: Callable[[C], float], width: int) -> list[C]:
    """Give the best, and of those that cannot be told apart the simplest."""
    ordered = sorted(((loss(one), one) for one in found), key=lambda pair: pair[0])
    kept: list[tuple[float, C]] = []
    for value, one in ordered:
        if value == float("inf"):
            break
        if kept and value - kept[-1][0] <= SAME * value:
            if size(one) < size(kept[-1][1]):
                kept[-1] = (value, one)
        elif len(kept) >= width:
            break
        else:
            kept.append((value, one))
    return [one for _, one in kept]


def simplest(one: C, simpler: Callable[[C], Iterable[C]], allowed: Callable[[C, C], bool]) -> C:
    """Take back changes as long as a candidate without one is allowed instead, the least missed first."""
    while (found := next((each for each in simpler(one) if allowed(each, one)), None)) is not None:
        one = found
    return one


def least(function: Callable[[float], float], low: float, high: float, sections: int = 24) -> float:
    """Give the place of the least value between two limits by golden section: for functions with one valley."""
    ratio = (5**0.5 - 1) / 2
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    at_a, at_b = function(a), function(b)
    for _ in range(sections):
        if at_a <= at_b:
            high, b, at_b = b, a, at_a
            a = high - ratio * (high - low)
            at_a = function(a)
        else:
            low, a, at_a = a, b, at_b
            b = low + ratio * (high - low)
            at_b = function(b)
    return a if at_a <= at_b else b
