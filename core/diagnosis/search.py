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
class Candidate:
    """A combination of hypotheses, and its loss: the mean square error."""

    faults: tuple[Hypothesis, ...] = ()
    loss: float = float("inf")


LossFunction = Callable[[tuple[Hypothesis, ...]], float]
"""Mean square error of a combination."""


def beam_search(
    seeds: Iterable[Candidate],
    table: Sequence[Hypothesis],
    loss: LossFunction,
    noise: float,
    on_progress: Callable[[Candidate], None],
    *,
    widths: Sequence[int],
    expand: Callable[[Candidate], Iterable[Candidate]],
) -> Candidate:
    """Find the simplest combination of hypotheses with the smallest error, not yet `pruned`.

    Parameters
    ----------
    seeds : iterable of Candidate
        Where to begin, judged.
    table : sequence of Hypothesis
        What may be added; one that changes what another changes takes its place.
    noise : float
        Mean square error at which everything is explained.
    on_progress : callable
        Called with the best candidate before each expansion; raises `CancelledError` to end the search.
    widths : sequence of int
        How many combinations are taken further after each round, and how many rounds there are.
    expand : callable
        What else may become of the best combination of a round.
    """
    beam = _simplest(seeds, noise)
    best = beam[0]
    for depth, width in enumerate(widths):
        if best.loss <= noise:
            break
        grown = list(expand(best))
        parents = beam[:width]
        if not depth:  # where the beginnings are far off, the simplest one has the least that could deceive
            parents = list(dict.fromkeys([*parents, min(beam, key=_size)]))
        for parent in parents:
            if min((candidate.loss for candidate in grown), default=float("inf")) <= noise:
                break
            grown += _grown(parent, table, loss, on_progress, best)
        beam = _simplest([*grown, *beam[:width]], noise)
        if beam[0].loss > _STALLED * best.loss and depth:
            break
        best = beam[0]
    return best


def nearer_with(candidates: Iterable[Candidate], table: Iterable[Hypothesis], loss: LossFunction) -> list[Candidate]:
    """Give the candidates that are clearly nearer with another hypothesis than without, such as another reading."""
    better, candidates = list[Candidate](), list(candidates)
    for hypothesis in table:  # outside, so that the file is read once for all candidates
        for candidate in candidates:
            chosen = with_hypothesis(candidate.faults, hypothesis)
            error = loss(chosen)
            if error * ENOUGH_BETTER < candidate.loss:
                better.append(Candidate(chosen, error))
    return better


def pruned(candidate: Candidate, loss: LossFunction, noise: float) -> Candidate:
    """Leave out, one after the other, the hypotheses without which the error hardly rises."""
    while candidate.faults:
        factor = ENOUGH_BETTER if candidate.loss <= noise else MUCH_BETTER
        least = _least_missed(candidate, loss)
        if least.loss > max(factor * candidate.loss, 1e-30):
            break
        candidate = least
    return candidate


def _least_missed(candidate: Candidate, loss: LossFunction) -> Candidate:
    """A candidate, which has faults, without the one whose absence raises the error least."""
    rests = [tuple(other for other in candidate.faults if other != left_out) for left_out in candidate.faults]
    without = [Candidate(rest, loss(rest)) for rest in rests]
    return min(without, key=lambda other: other.loss)


def _grown(
    parent: Candidate,
    table: Sequence[Hypothesis],
    loss: LossFunction,
    on_progress: Callable[[Candidate], None],
    best: Candidate,
) -> Iterable[Candidate]:
    on_progress(best)
    for hypothesis in table:
        chosen = with_hypothesis(parent.faults, hypothesis)
        if len(chosen) >= len(parent.faults) and hypothesis not in parent.faults:
            yield Candidate(chosen, loss(chosen))


def _simplest(candidates: Iterable[Candidate], noise: float) -> list[Candidate]:
    """Sort by error, and those that explain all as well as the best by simplicity; keep one of the same values."""
    candidates, kept = list(candidates), list[Candidate]()
    even = min(noise, ENOUGH_BETTER * min(candidate.loss for candidate in candidates))
    for candidate in sorted(candidates, key=lambda one: (max(one.loss, even), _size(one), one.loss)):
        if kept and abs(candidate.loss - kept[-1].loss) <= _SAME * kept[-1].loss:
            kept[-1] = min(kept[-1], candidate, key=_size)
        else:
            kept.append(candidate)
    return kept


def _size(candidate: Candidate) -> int:
    return len(candidate.faults)
