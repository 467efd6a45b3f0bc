"""The mel search: first the shape of the spectrum, then its level, then the ends of the recording."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain, combinations

import numpy as np

from .dither import dither_of
from .evidence import MelEvidence
from .hypotheses import Hypothesis, with_hypothesis
from .level_faults import CLIP, equally_good, simplest
from .mel_faults import EDGE_FAULTS, POWER_SPECTRUM
from .roots import audio_faults, roots, settled
from .search import ENOUGH_BETTER, MUCH_BETTER, NEARLY, State, least_missed, pruned
from .shape_search import Seen, ShapeSearch, levelled

_MOST_LEFT = 0.01
"""Share of the squared difference that findings may leave where they do not explain all of it: else none is named."""
_LEAST_SHARE = 0.01
"""Share of the squared difference that a finding has to explain where something is left that is no noise."""
_MOST_AT_ENDS = 3
"""Faults that are seen in the first and last columns alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gives.

    Attributes
    ----------
    state : State
        The faults, with the mean square error over the sampled values between the ends of the recording.
    rivals : list of State
        Other sets that give the same values.
    shape : State
        The faults that change the shape of the spectrum alone, for a second search to begin with.
    """

    state: State
    rivals: list[State]
    shape: State


def search_mel(evidence: MelEvidence, lag: int, seen: Seen, before: Found | None = None) -> Found:
    """Find the faults of a port's mel spectrogram.

    Parameters
    ----------
    lag : int
        The lag of the port's columns as the comparison found it.
    seen : callable
        Called now and then with the best state so far; raises `CancelledError` to end the search.
    before : Found or None
        What was found by fewer columns: chunks of another length are all that may be wrong with it.
    """
    state = State()
    for begin in chain([[before.shape]] if before else [], roots(evidence, lag)):
        if state.error > evidence.allowed:
            state = min(state, ShapeSearch(evidence, seen).run(begin), key=lambda one: one.error)
    evidence.weigh(state.chosen, state.lag)
    noise, floor = evidence.allowed, evidence.floor
    state = replace(state, error=evidence.judge(state.chosen, state.lag))
    shape = state = settled(evidence, pruned(state, evidence.judge, noise, floor))
    sets = levelled(evidence, state)
    state = simplest(sets, noise, floor)
    alike = equally_good(state, sets, explained=state.error <= noise)
    rivals = [replace(other, chosen=_one_power(other.chosen)) for other in alike]
    if state.error > noise and (dither := dither_of(evidence, state)):
        return Found(replace(state, chosen=(*_one_power(state.chosen), dither)), rivals, shape)
    plain = evidence.error((), lag)
    if state.error > NEARLY * noise:
        state = _weighty(evidence, state, plain)
    if max(noise, _MOST_LEFT * plain) < state.error and np.isfinite(plain):
        return Found(State((), lag, plain, bool(lag)), [], shape)
    return Found(_with_edges(evidence, replace(state, chosen=_one_power(state.chosen)), noise), rivals, shape)


def _weighty(evidence: MelEvidence, state: State, plain: float) -> State:
    """Leave out what explains next to nothing of the difference between the port and the reference."""
    while state.chosen:
        least = least_missed(state, evidence.error)
        if least.error - state.error > _LEAST_SHARE * plain:
            break
        state = least
    return state


def _one_power(chosen: tuple[Hypothesis, ...]) -> tuple[Hypothesis, ...]:
    """Name a squared magnitude and the 10 log10 that belongs to it as the one fault that they are."""
    if not {("power", 2.0), ("log_multiplier", 10.0)} <= {change for h in chosen for change in h.mel}:
        return chosen
    return (*(h for h in chosen if h.id != "power"), POWER_SPECTRUM)


def _with_edges(evidence: MelEvidence, state: State, noise: float) -> State:
    """Add the faults of the ends without which the first and last columns are not explained."""
    headers = [h for h in audio_faults(evidence) if h.id == "header_as_audio"]
    both = [(header, edge) for header in headers for edge in EDGE_FAULTS]
    for _ in range(_MOST_AT_ENDS):
        before = evidence.error(state.chosen, state.lag, evidence.edges)
        if before <= noise or state.lag:
            break
        errors = _at_ends(evidence, state, noise, [(h,) for h in (*EDGE_FAULTS, CLIP, *headers)])
        if min(errors.values(), default=before) > noise:  # two that hide each other have to explain all
            errors |= {k: v for k, v in _at_ends(evidence, state, noise, both).items() if v <= noise}
        chosen = min(errors, key=errors.__getitem__, default=state.chosen)
        least = errors.get(chosen, before)
        if least * (ENOUGH_BETTER if least <= noise else MUCH_BETTER) > before:
            break
        read_anew = {h for h in chosen if h in headers} - {*state.chosen}
        state = State(chosen, state.lag, evidence.error(chosen, state.lag), state.odd)
        state = _without_stand_ins(evidence, state) if read_anew else state
    return state


def _without_stand_ins(evidence: MelEvidence, state: State) -> State:
    """The simplest part of a state that leaves no more than all of it: faults can stand in for samples that are off."""
    at_ends = evidence.error(state.chosen, state.lag, evidence.edges)
    for size in range(len(state.chosen)):
        for part in combinations(state.chosen, size):
            error = evidence.error(part, state.lag)
            if error <= state.error and evidence.error(part, state.lag, evidence.edges) <= at_ends:
                return replace(state, chosen=part, error=error)
    return state


def _at_ends(
    evidence: MelEvidence, state: State, noise: float, more: Sequence[tuple[Hypothesis, ...]]
) -> dict[tuple[Hypothesis, ...], float]:
    """What a state leaves at the ends with more faults, of those that leave no more between them."""
    tried = [reduce(with_hypothesis, some, state.chosen) for some in more]
    same = [chosen for chosen in tried if evidence.error(chosen, state.lag) <= max(state.error, noise)]
    return {chosen: evidence.error(chosen, state.lag, evidence.edges) for chosen in same}
