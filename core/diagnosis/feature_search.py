"""The search of a port that gives no mel spectrogram: every hypothesis through the encoder, on a few frames."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .estimates import estimated
from .feature_evidence import FeatureEvidence
from .hypotheses import Hypothesis
from .level_faults import LEVEL_FAULTS, PEAK, TOP_DB
from .mel_faults import CENTERING, EDGE_FAULTS, HIDDEN_CHUNKS, SHAPE_FAULTS, SUM
from .roots import audio_faults, counted_chunks, shorter, timings
from .search import Judge, State, beam_search, nearer_with, pruned
from .steps import CUT_FAULTS

_MOST_ENCODED = 3600
"""Rows that are encoded before a search ends that explains nothing: about four seconds."""
_KEPT_BACK = 1350, 600
"""Of them, those that the first search leaves for readings and levels beside what it found, and the second."""
_ROUNDS = 4
"""Searches at most, each by other rows than the one before."""
_MOST_ROOTS = 2
_MOST_NEARER = 2
_LEVEL_BETTER = 4.0
"""A level that fits by chance, beside faults that are not found yet, is nearer by less than this factor."""
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
    table: Faults = field(init=False)
    readings: Faults = field(init=False)

    def __post_init__(self) -> None:
        shifts = tuple(self.evidence.observed.shifts)
        levels = (*LEVEL_FAULTS, *TOP_DB)
        self.table = (*SHAPE_FAULTS, *levels, *CUT_FAULTS, *shifts, CENTERING, *EDGE_FAULTS)
        sums = {SUM}  # is a factor of the number of channels, which the table has
        self.readings = tuple(h for h in audio_faults(self.evidence) if h not in sums)

    def run(self) -> State:
        found = State()
        for _ in range(_ROUNDS):
            found = self._round(found.chosen)
            if found.error > self.evidence.allowed:
                if not (self.left > 0 and self.evidence.focus_nearest(found.chosen)):
                    break
                continue
            found = pruned(found, self.evidence.judge, self.evidence.allowed)
            found = replace(found, error=self.evidence.judge_all(found.chosen))
            if found.error <= self.evidence.allowed:
                break
            self.evidence.focus(found.chosen)
        return found

    def _round(self, known: Faults) -> State:
        """Search by the rows of now: from the timings that fit, then from what comes near them with more faults."""
        begin = [self._judged(chosen) for chosen in dict.fromkeys((known, *self._timings()))]
        nearest = sorted(begin, key=_by_error)[:_MOST_ROOTS]
        begin = list(dict.fromkeys((begin[0], *nearest)))  # a fault can lead to a wrong timing
        state = nearest[0]
        for kept_back in _KEPT_BACK:
            if state.error <= self.evidence.allowed:
                break
            begin += self._nearer(state)
            table = tuple(dict.fromkeys((*self.table, *(h for one in begin for h in one.chosen))))
            state = beam_search(begin, table, self._judge_until(kept_back), self.evidence.allowed, self.seen)
            begin = [state]
        return state

    def _timings(self) -> list[Faults]:
        """The timings that the number of frames allows, centred or not, and with what can have moved the rows."""
        shifts = tuple(self.evidence.observed.shifts)
        framed = [(*timing, *framing) for timing in ((), *timings(self.evidence)) for framing in ((), (CENTERING,))]
        return [(*timing, *moved) for timing in framed for moved in ((), *((h,) for h in shifts))]

    def _nearer(self, state: State) -> list[State]:
        """The state with one more fault of those that no table can have in full, where that is clearly nearer."""
        self.seen(state)
        simple = pruned(state, self.judge, self.evidence.allowed)
        chunks = (*shorter(self.evidence, HIDDEN_CHUNKS), *counted_chunks(self.evidence, simple.chosen))
        read = nearer_with([simple], (*self.readings, PEAK, *chunks), self.judge)
        self.seen(state)
        fitted = [one for one in estimated(simple, self.judge) if one.error * _LEVEL_BETTER < simple.error]
        return [*sorted(read, key=_by_error)[:_MOST_NEARER], *sorted(fitted, key=_by_error)[:1]]

    def _judged(self, chosen: Faults) -> State:
        return State(chosen, 0, self.judge(chosen, 0))

    def judge(self, chosen: Faults, lag: int) -> float:
        """Give the mean square error, infinite when all trials are used up."""
        return self._judge_until(0)(chosen, lag)

    def _judge_until(self, kept_back: int) -> Judge:
        def judge(chosen: Faults, lag: int) -> float:
            if self.left <= kept_back:
                return float("inf")
            self.left -= self.evidence.judging
            return self.evidence.judge(chosen, lag)

        return judge
