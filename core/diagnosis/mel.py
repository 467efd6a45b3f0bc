"""The mel search: first the shape of the spectrum, then its level, then the ends of the recording."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from .dither import dither_of
from .evidence import MelEvidence
from .hypotheses import Hypothesis, mel_config, with_hypothesis
from .level_faults import CLIP, LEVEL_FAULTS, equally_good, explained_levels, simplest
from .mel_faults import EDGE_FAULTS, HIDDEN_CHUNKS, POWER, POWER_SPECTRUM, SHAPE_FAULTS
from .roots import audio_faults, roots, settled
from .search import ENOUGH_BETTER, MUCH_BETTER, Judge, State, beam_search, least, nearer_with, pruned

_ESTIMATED: tuple[tuple[str, str, float, float, float], ...] = (
    ("preemphasis", "preemphasis", 0.0, 1.0, 0.005),
    ("fmin", "fmin", 0.0, 400.0, 1.0),
    ("fmax", "fmax", 3000.0, 8000.0, 5.0),
)
"""Fault, field, least and largest value, and the step that values are snapped to."""
_ESTIMATE_ROUNDS = 2
_MOST_LEFT = 0.01
"""Share of the squared difference that findings may leave where they do not explain all of it: else none is named."""
_MOST_READ = 6
"""Beginnings, the nearest ones, for which the file is read in other ways."""
_MOST_AT_ENDS = 3
"""Faults that are seen in the first and last columns alone."""
Seen = Callable[[State], None]


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
    noise = allowed(evidence)
    state = State()
    for begin in chain([[before.shape]] if before else [], roots(evidence, lag)):
        if state.error > noise:
            found = _search_shape(evidence, begin, seen)
            state, noise = min(state, found, key=lambda one: one.error), allowed(evidence)
    evidence.weigh(state.chosen, state.lag)
    noise = allowed(evidence)
    state = replace(state, error=evidence.judge(state.chosen, state.lag))
    shape = state = settled(evidence, pruned(state, evidence.judge, noise, _floor(evidence)))
    sets = _levelled(evidence, state)
    state = simplest(sets, noise, _floor(evidence))
    alike = equally_good(state, sets, explained=state.error <= noise)
    rivals = [replace(other, chosen=_one_power(other.chosen)) for other in alike]
    if state.error > noise and (dither := dither_of(evidence, state)):
        return Found(replace(state, chosen=(*_one_power(state.chosen), dither)), rivals, shape)
    plain = evidence.error((), lag)
    if max(noise, _MOST_LEFT * plain) < state.error and np.isfinite(plain):
        return Found(State((), lag, plain, bool(lag)), [], shape)
    return Found(_with_edges(evidence, replace(state, chosen=_one_power(state.chosen)), noise), rivals, shape)


def allowed(evidence: MelEvidence) -> float:
    """Give the mean square error at which nothing is left to explain."""
    return evidence.noise**2


def _levelled(evidence: MelEvidence, state: State) -> list[State]:
    """The sets of a state's faults with those of level that come with it, judged by the values."""
    line = evidence.line(state.chosen, state.lag)
    state = replace(state, error=evidence.error(state.chosen, state.lag))
    return explained_levels(evidence, state, line) if line and line.slope > 0 else [state]


def _floor(evidence: MelEvidence) -> float:
    """Give the mean square error below which less is no better."""
    return evidence.arithmetic**2


def _search_shape(evidence: MelEvidence, begin: list[State], seen: Seen) -> State:
    """The faults that change the shape of the spectrum, whatever its level."""
    judge = evidence.judge

    def explained(state: State) -> bool:
        return evidence.explained(state.chosen, state.lag)

    nearest = min(begin, key=lambda root: judge(root.chosen, root.lag))
    evidence.weigh(nearest.chosen, nearest.lag)  # its columns tell where the quiet bands are
    noise, floor = allowed(evidence), _floor(evidence)
    begin = [replace(root, error=judge(root.chosen, root.lag)) for root in begin]
    plain = sorted(begin, key=lambda root: root.error)[:_MOST_READ]
    table: tuple[Hypothesis, ...] = SHAPE_FAULTS if evidence.lined else (*SHAPE_FAULTS, *LEVEL_FAULTS)
    readings = audio_faults(evidence)
    nearer = [] if plain[0].error <= noise else nearer_with(plain, readings, judge)
    chunked = [] if nearer or plain[0].error <= noise else nearer_with(plain[:1], HIDDEN_CHUNKS, judge)
    squared = (with_hypothesis(root.chosen, POWER) for root in begin)  # hides what comes with it
    begin += [
        State(chosen, root.lag, judge(chosen, root.lag), root.odd)
        for chosen, root in zip(squared, begin[:], strict=True)
    ]
    table = (*table, *readings) if nearer else table
    state = beam_search([*begin, *nearer, *chunked], table, judge, noise, seen, floor=floor, explained=explained)
    if state.error > noise:  # the quiet bands are where these faults have them
        evidence.weigh(state.chosen, state.lag)
        noise, floor = allowed(evidence), _floor(evidence)
        state, *plain = (replace(one, error=judge(one.chosen, one.lag)) for one in (state, *plain))
    least = pruned(state, judge, noise, floor)
    if state.error > noise and dither_of(evidence, simplest(_levelled(evidence, least), noise, floor)):
        return settled(evidence, least)
    if state.error > noise and (nearer := nearer_with([*plain, state], (*readings, *HIDDEN_CHUNKS), judge)):
        met = (h for one in nearer for h in one.chosen if h in (*readings, *HIDDEN_CHUNKS))
        table = tuple(dict.fromkeys((*table, *met)))
        state = beam_search([state, *nearer], table, judge, noise, seen, floor=floor, explained=explained)
    for _ in range(_ESTIMATE_ROUNDS):
        if state.error <= noise:
            break
        starts = dict.fromkeys((state, pruned(state, judge, noise, floor), min(plain, key=lambda root: root.error)))
        closer = min((one for start in starts for one in _estimated(start, judge)), key=lambda one: one.error)
        if closer.error * ENOUGH_BETTER > state.error:
            break
        state = beam_search([closer], table, judge, noise, seen, floor=floor, explained=explained)
    return settled(evidence, pruned(state, judge, noise, floor))


def _estimated(state: State, judge: Judge) -> Iterator[State]:
    """The state with one continuous parameter fitted, and snapped to a plain value where that is as good."""
    for id, name, low, high, step in _ESTIMATED:
        fix = next(h.fix for h in SHAPE_FAULTS if h.id == id)

        def fitted(value: float, id: str = id, name: str = name, fix: str = fix) -> State:
            chosen = with_hypothesis(state.chosen, Hypothesis(id, f"{value:g}", fix, mel=((name, value),)))
            return State(chosen, state.lag, judge(chosen, state.lag), state.odd)

        own = float(getattr(mel_config(state.chosen), name))
        span = (high - low) / 8
        exact = least(lambda value: fitted(value).error, max(low, own - span), min(high, own + span))
        plain = fitted(round(exact / step) * step)
        yield plain if plain.error <= fitted(exact).error * ENOUGH_BETTER else fitted(exact)


def _one_power(chosen: tuple[Hypothesis, ...]) -> tuple[Hypothesis, ...]:
    """Name a squared magnitude and the 10 log10 that belongs to it as the one fault that they are."""
    if not {("power", 2.0), ("log_multiplier", 10.0)} <= {change for h in chosen for change in h.mel}:
        return chosen
    return (*(h for h in chosen if h.id != "power"), POWER_SPECTRUM)


def _with_edges(evidence: MelEvidence, state: State, noise: float) -> State:
    """Add the faults of the ends without which the first and last columns are not explained."""
    headers = [h for h in audio_faults(evidence) if h.id == "header_as_audio"]
    for _ in range(_MOST_AT_ENDS):
        before = evidence.error(state.chosen, state.lag, evidence.edges)
        if before <= noise or state.lag:
            break
        tried = [with_hypothesis(state.chosen, hypothesis) for hypothesis in (*EDGE_FAULTS, CLIP, *headers)]
        same = [chosen for chosen in tried if evidence.error(chosen, state.lag) <= max(state.error, noise)]
        errors = {chosen: evidence.error(chosen, state.lag, evidence.edges) for chosen in same}
        chosen = min(same, key=errors.__getitem__, default=state.chosen)
        least = errors.get(chosen, before)
        if least * (ENOUGH_BETTER if least <= noise else MUCH_BETTER) > before:
            break
        state = State(chosen, state.lag, evidence.error(chosen, state.lag), state.odd)
    return state
