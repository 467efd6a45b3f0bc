"""The search of a port that gives no mel spectrogram: every hypothesis through the encoder, on a few frames."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .estimates import estimated, without_level
from .feature_evidence import FeatureEvidence
from .hypotheses import Hypothesis
from .level_faults import LEVEL_FAULTS, TOP_DB
from .mel_faults import CENTERING, EDGE_FAULTS, HIDDEN_CHUNKS, SHAPE_FAULTS, SUM
from .rows.cuts import CUT_FAULTS
from .search import ENOUGH_BETTER, MUCH_BETTER, State, beam_search, nearer_with, pruned
from .seeds import audio_faults, counted_chunks, shorter, timings

_MOST_ENCODED = 4500
"""Rows that are encoded before a search ends that explains nothing: about four seconds."""
_KEPT_BACK = 900
"""Of them, those that the first search leaves for others, by other rows."""
_ROUNDS = 4
"""Searches at most, each by other rows than the one before."""
_WIDTHS = (3, 2, 2, 1, 1, 1)
"""How many combinations are taken further by the whole table after each round."""
_MOST_ROOTS, _MOST_NEARER = 2, 2
"""Timings to begin with, and combinations of each kind beside the table that are kept."""
Faults = tuple[Hypothesis, ...]


def search_features(evidence: FeatureEvidence, seen: Callable[[State], None]) -> State:
    """Find the faults that give the port's features; the state's error is that of all rows."""
    return _Search(evidence, seen).run()


def _by_error(state: State) -> float:
    return state.error


@dataclass(slots=True)
class _Search:
    evidence: FeatureEvidence
    seen: Callable[[State], None]
    left: int = _MOST_ENCODED
    kept_back: int = _KEPT_BACK
    known: dict[frozenset[Hypothesis], float] = field(default_factory=dict)
    table: Faults = field(init=False)
    readings: Faults = field(init=False)
    timings: list[Faults] = field(init=False)

    def __post_init__(self) -> None:
        shifts = tuple(self.evidence.observed.shifts)
        levels = (*LEVEL_FAULTS, *TOP_DB)
        self.table = (*SHAPE_FAULTS, *levels, *CUT_FAULTS, *shifts, CENTERING, *EDGE_FAULTS)
        sums = {SUM}  # is a factor of the number of channels, which the table has
        self.readings = tuple(h for h in audio_faults(self.evidence) if h not in sums)
        framed = [(*timing, *framing) for timing in ((), *timings(self.evidence)) for framing in ((), (CENTERING,))]
        self.timings = [(*timing, *moved) for timing in framed for moved in ((), *((h,) for h in shifts))]

    def run(self) -> State:
        found = State()
        for _ in range(_ROUNDS):
            found = self._round(found.chosen)
            self.kept_back = 0
            self.known.clear()
            if found.error > self.evidence.allowed:
                if not (self.left > 0 and self.evidence.focus_nearest(found.chosen)):
                    break
                continue
            found = self._plainer(pruned(found, self.evidence.judge, self.evidence.allowed))
            found = replace(found, error=self.evidence.judge_all(found.chosen))
            if found.error <= self.evidence.allowed:
                break
            self.evidence.focus(found.chosen)
        return found

    def _round(self, known: Faults) -> State:
        """Search by the rows of now, from what is known and from the timings that the number of frames allows."""
        begin = [self._judged(chosen) for chosen in dict.fromkeys((known, *self.timings))]
        nearest = sorted(begin, key=_by_error)[:_MOST_ROOTS]
        best = list(dict.fromkeys((begin[0], *nearest)))  # a fault can lead to a wrong timing
        allowed = self.evidence.allowed
        return beam_search(best, self.table, self.judge, allowed, self.seen, widths=_WIDTHS, more=self._more)

    def _more(self, state: State) -> list[State]:
        """What is clearly nearer with a fault that no table can have in full, or with another timing.

        The likelier ones first: what is much nearer is taken further at once, and the others are not tried.
        """
        kept = list[State]()
        for nearer in (self._read, self._fitted, self._chunked):
            self.seen(state)
            found = sorted(nearer(state), key=_by_error)[:_MOST_NEARER]
            if found and found[0].error * MUCH_BETTER < state.error:
                return [*found, *(self._more(found[0]) if found[0].error > self.evidence.allowed else ())]
            kept = [*kept, *found]
        return kept

    def _read(self, state: State) -> list[State]:
        """The state with another reading, beside its level or instead of it, and with other timings."""
        timed = {h for timing in self.timings for h in timing}
        rest = tuple(h for h in state.chosen if h not in timed)
        timings = [self._judged((*rest, *timing)) for timing in self.timings]
        return [*nearer_with(self._with_other_level(state), self.readings, self.judge), *timings]

    def _fitted(self, state: State) -> list[State]:
        """The state with a level fitted, beside the level that it has or instead of it."""
        fitted = (one for base in self._with_other_level(state) for one in estimated(base, self.judge))
        return [one for one in fitted if one.error * ENOUGH_BETTER < state.error]

    def _with_other_level(self, state: State) -> list[State]:
        return list(dict.fromkeys((state, without_level(state, self.judge))))

    def _chunked(self, state: State) -> list[State]:
        chunks = (*shorter(self.evidence, HIDDEN_CHUNKS), *counted_chunks(self.evidence, state.chosen))
        return nearer_with([state], chunks, self.judge)

    def _plainer(self, state: State) -> State:
        """The state with its level fitted anew: beside faults that were missing, no plain value was the best one."""
        fitted = estimated(state, self.evidence.judge)
        same = [one for one in fitted if len(one.chosen) == len(state.chosen)]
        best = min(same, key=_by_error, default=state)
        return best if best.error * ENOUGH_BETTER < state.error else state

    def _judged(self, chosen: Faults) -> State:
        return State(chosen, self.judge(chosen))

    def judge(self, chosen: Faults) -> float:
        """Give the mean square error, infinite when all trials are used up."""
        key = frozenset(chosen)
        if key not in self.known:
            if self.left <= self.kept_back:
                return float("inf")
            self.left -= self.evidence.judging
            self.known[key] = self.evidence.judge(chosen)
        return self.known[key]
