"""The search for the faults that change the shape of the spectrum, whatever its level."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce

from .dither import dither_of
from .evidence import MelEvidence
from .hypotheses import Hypothesis, mel_config, with_hypothesis
from .level_faults import LEVEL_FAULTS, explained_levels, simplest
from .mel_faults import EDGE_FAULTS, HIDDEN_CHUNKS, POWER, SHAPE_FAULTS, SHAPE_PAIRS
from .roots import audio_faults, settled
from .search import ENOUGH_BETTER, Judge, State, beam_search, least, nearer_with, pruned

_ESTIMATED: tuple[tuple[str, str, float, float, float], ...] = (
    ("preemphasis", "preemphasis", 0.0, 1.0, 0.005),
    ("fmin", "fmin", 0.0, 400.0, 1.0),
    ("fmax", "fmax", 3000.0, 8000.0, 5.0),
)
"""Fault, field, least and largest value, and the step that values are snapped to."""
_ESTIMATE_ROUNDS = 2
_MOST_BESIDE = 2
"""Faults beside which pairs are tried: a search that has come to more has gone past them."""
_READ_ROUNDS = 2
"""A resampler, say, shows only where it is known what is streamed."""
_MOST_NEARER = 8
"""Sets with another reading, and with chunks, that are taken further, the nearest ones: many are a little nearer."""
_MOST_READ = 6
"""Beginnings, the nearest ones, for which the file is read in other ways."""
Seen = Callable[[State], None]


@dataclass(slots=True, eq=False)
class ShapeSearch:
    """A search in one recording's evidence.

    Attributes
    ----------
    evidence : MelEvidence
        What is searched; its weights are those of the faults found so far.
    seen : callable
        Called now and then with the best state so far; raises `CancelledError` to end the search.
    """

    evidence: MelEvidence
    seen: Seen
    _readings: tuple[Hypothesis, ...] = field(init=False)
    _table: tuple[Hypothesis, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._readings = audio_faults(self.evidence)
        self._table = SHAPE_FAULTS if self.evidence.lined else (*SHAPE_FAULTS, *LEVEL_FAULTS)

    def run(self, begin: list[State]) -> State:
        """Find the simplest set of faults with the smallest error, from some sets to begin with."""
        self._weigh(min(begin, key=self._error))  # its columns tell where the quiet bands are
        begin = self._judged(begin)
        plain = sorted(begin, key=lambda root: root.error)[:_MOST_READ]
        state = self._beam([*begin, *self._read(plain), *self._squared(begin)])
        if self._open(state):  # the quiet bands are where these faults have them
            self._weigh(state)
            state, *plain = self._judged([state, *plain])
        if self._open(state) and self._dithered(state):
            return self._settled(state)
        return self._settled(self._fitted(self._read_again(state, plain), plain))

    def _read(self, plain: list[State]) -> list[State]:
        """Beginnings with another reading that is clearly nearer; where there is none, in chunks."""
        if not self._open(plain[0]):
            return []
        nearer = nearer_with(plain, self._readings, self.evidence.judge)
        self._table = (*self._table, *self._readings) if nearer else self._table
        return nearer or nearer_with(plain[:1], HIDDEN_CHUNKS, self.evidence.judge)

    def _squared(self, begin: list[State]) -> list[State]:
        """A squared magnitude hides what comes with it."""
        return self._judged([replace(root, chosen=with_hypothesis(root.chosen, POWER)) for root in begin])

    def _read_again(self, state: State, plain: list[State]) -> State:
        hidden = (*self._readings, *HIDDEN_CHUNKS)
        for _ in range(_READ_ROUNDS):
            if not self._open(state):
                break
            kinds = (
                nearer_with([*plain, state], kind, self.evidence.judge) for kind in (self._readings, HIDDEN_CHUNKS)
            )
            nearer = [
                one for kind in kinds for one in sorted(dict.fromkeys(kind), key=lambda one: one.error)[:_MOST_NEARER]
            ]
            if not nearer:
                break
            met = (h for one in nearer for h in one.chosen if h in hidden)
            self._table = tuple(dict.fromkeys((*self._table, *met)))
            state, plain = self._beam([state, *nearer]), plain[:1]
        return state

    def _fitted(self, state: State, plain: list[State]) -> State:
        """The state with continuous parameters fitted where that is clearly nearer."""
        for _ in range(_ESTIMATE_ROUNDS):
            if not self._open(state):
                break
            starts = dict.fromkeys((state, self._pruned(state), min(plain, key=lambda root: root.error)))
            fitted = (one for start in starts for one in _estimated(start, self.evidence.judge))
            closer = min(fitted, key=lambda one: one.error)
            if closer.error * ENOUGH_BETTER > state.error:
                break
            state = self._beam([closer])
        return state

    def _settled(self, state: State) -> State:
        return settled(self.evidence, self._pruned(state))

    def _beam(self, begin: list[State]) -> State:
        allowed, floor = self.evidence.allowed, self.evidence.floor
        judge, explained = self.evidence.judge, self._explained
        chunked = any(h.id == "streaming" for state in begin for h in state.chosen)
        table = (*self._table, *EDGE_FAULTS) if chunked else self._table  # every chunk has ends
        return beam_search(begin, table, judge, allowed, self.seen, floor=floor, explained=explained, more=self._pairs)

    def _pairs(self, state: State) -> list[State]:
        if len(state.chosen) > _MOST_BESIDE:
            return []
        chosen = (reduce(with_hypothesis, pair, state.chosen) for pair in SHAPE_PAIRS)
        return self._judged([replace(state, chosen=some) for some in dict.fromkeys(chosen)])

    def _explained(self, state: State) -> bool:
        return self.evidence.explained(state.chosen, state.lag)

    def _open(self, state: State) -> bool:
        return state.error > self.evidence.allowed

    def _pruned(self, state: State) -> State:
        return pruned(state, self.evidence.judge, self.evidence.allowed, self.evidence.floor)

    def _dithered(self, state: State) -> bool:
        sets = levelled(self.evidence, self._pruned(state))
        return dither_of(self.evidence, simplest(sets, self.evidence.allowed, self.evidence.floor)) is not None

    def _error(self, state: State) -> float:
        return self.evidence.judge(state.chosen, state.lag)

    def _judged(self, states: list[State]) -> list[State]:
        return [replace(state, error=self._error(state)) for state in states]

    def _weigh(self, state: State) -> None:
        self.evidence.weigh(state.chosen, state.lag)


def levelled(evidence: MelEvidence, state: State) -> list[State]:
    """Give the sets of a state's faults with those of level that come with it, judged by the values."""
    line = evidence.line(state.chosen, state.lag)
    state = replace(state, error=evidence.error(state.chosen, state.lag))
    return explained_levels(evidence, state, line) if line and line.slope > 0 else [state]


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
