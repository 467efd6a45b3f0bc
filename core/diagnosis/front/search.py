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
KEPT_PLAIN = 4
"""Candidates of no more changes than there were rounds that are kept, each of another kind, however near others are:
of a probe with HTK bands and a symmetric window, HTK bands alone were the third kind, behind libraries."""
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
    kind: Callable[[C], Hashable] = lambda one: one,
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
    kind : callable
        What a candidate's changes are about.

    Returns
    -------
    list
        The best first; of those that are done, the simplest first.
    """
    seen = dict.fromkeys(seeds)
    beam = distinct(seen, loss, size, max(widths[0], len(seen)))
    last = float("inf")
    for number, width in enumerate(widths):
        finished = sorted((one for one in beam if done(one)), key=lambda one: (size(one), loss(one)))
        if finished or not beam:
            return [*finished, *(one for one in beam if one not in finished)]
        if number >= MIN_ROUNDS and loss(beam[0]) > STALLED * last:
            break
        last = loss(beam[0])
        grown = _grown(beam, seen, expand, size, done)
        few = (one for one in [*beam, *grown] if size(one) <= number + 1)
        plain = _of_each_kind(distinct(few, loss, size, len(beam) + len(grown)), kind)
        beam = list(dict.fromkeys([*distinct([*beam, *grown], loss, size, width), *plain]))
        if beam and not done(beam[0]):
            refined = [new for one in beam[:REFINED] for new in refine(one)]
            beam = list(dict.fromkeys([*distinct([*beam, *refined], loss, size, width), *plain]))
    return beam


def _grown(
    beam: Sequence[C],
    seen: dict[C, None],
    expand: Callable[[C], Iterable[C]],
    size: Callable[[C], float],
    done: Callable[[C], bool],
) -> dict[C, None]:
    """What a beam becomes, the simplest first; no more once one is done that no parent left has a simpler one of."""
    grown: dict[C, None] = {}
    beam = sorted(beam, key=size)
    for number, one in enumerate(beam):
        new = dict.fromkeys(each for each in expand(one) if each not in seen)
        seen |= new
        grown |= new
        most = 1 + min((size(other) for other in beam[number + 1 :]), default=0)
        if any(done(each) and size(each) <= most for each in new):
            break
    return grown


def _of_each_kind(ordered: Iterable[C], kind: Callable[[C], Hashable]) -> list[C]:
    """The best of each of the first kinds."""
    best: dict[Hashable, C] = {}
    for one in ordered:
        if len(best) == KEPT_PLAIN:
            break
        best.setdefault(kind(one), one)
    return list(best.values())


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
