"""The search of a port that gives no mel spectrogram: every hypothesis through the encoder, on a few frames."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .estimates import estimated, without_level
from .feature_evidence import FeatureEvidence
from .hypotheses import Hypothesis
from .level_faults import LEVEL_FAULTS, TOP_DB
from .mel_faults import CENTERING, EDGE_FAULTS, HIDDEN_CHUNKS, SHAPE_FAULTS, SUM
from .rows.cuts import CUT_FAULTS
from .search import ENOUGH_BETTER, MUCH_BETTER, Candidate, beam_search, nearer_with, pruned
from .seeds import audio_faults, counted_chunks, shorter, timings

_MAX_ENCODED = 4500
"""Rows that are encoded before a search ends that explains nothing: about four seconds."""
_KEPT_BACK = 900
"""Of them, those that the first search leaves for others, by other rows."""
_ROUNDS = 4
"""Searches at most, each by other rows than the one before."""
_WIDTHS = (3, 2, 2, 1, 1, 1)
"""How many combinations are taken further by the whole table after each round."""
_MAX_ROOTS, _MAX_NEARER = 2, 2
"""Timings to begin with, and combinations of each kind beside the table that are kept."""
Faults = tuple[Hypothesis, ...]


def search_features(evidence: FeatureEvidence, on_progress: Callable[[Candidate], None]) -> Candidate:
    """Find the faults that give the port's features; the candidate's error is that of all rows."""
    return _Search(evidence, on_progress).run()


def _by_loss(candidate: Candidate) -> float:
    return candidate.loss


@dataclass(slots=True)
class _Search:
    evidence: FeatureEvidence
    on_progress: Callable[[Candidate], None]
    left: int = _MAX_ENCODED
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

    def run(self) -> Candidate:
        found = Candidate()
        for _ in range(_ROUNDS):
            found = self._round(found.faults)
            self.kept_back = 0
            self.known.clear()
            if found.loss > self.evidence.noise_floor:
                if not (self.left > 0 and self.evidence.focus_nearest(found.faults)):
                    break
                continue
            found = self._plainer(pruned(found, self.evidence.loss, self.evidence.noise_floor))
            found = replace(found, loss=self.evidence.loss_of_all(found.faults))
            if found.loss <= self.evidence.noise_floor:
                break
            self.evidence.focus(found.faults)
        return found

    def _round(self, known: Faults) -> Candidate:
        """Search by the rows of now, from what is known and from the timings that the number of frames allows."""
        begin = [self._judged(chosen) for chosen in dict.fromkeys((known, *self.timings))]
        nearest = sorted(begin, key=_by_loss)[:_MAX_ROOTS]
        best = list(dict.fromkeys((begin[0], *nearest)))  # a fault can lead to a wrong timing
        noise_floor = self.evidence.noise_floor
        return beam_search(
            best, self.table, self.loss, noise_floor, self.on_progress, widths=_WIDTHS, expand=self._expand
        )

    def _expand(self, candidate: Candidate) -> list[Candidate]:
        """What is clearly nearer with a fault that no table can have in full, or with another timing.

        The likelier ones first: what is much nearer is taken further at once, and the others are not tried.
        """
        kept = list[Candidate]()
        for nearer in (self._read, self._fitted, self._chunked):
            self.on_progress(candidate)
            found = sorted(nearer(candidate), key=_by_loss)[:_MAX_NEARER]
            if found and found[0].loss * MUCH_BETTER < candidate.loss:
                return [*found, *(self._expand(found[0]) if found[0].loss > self.evidence.noise_floor else ())]
            kept = [*kept, *found]
        return kept

    def _read(self, candidate: Candidate) -> list[Candidate]:
        """The candidate with another reading, beside its level or instead of it, and with other timings."""
        timed = {h for timing in self.timings for h in timing}
        rest = tuple(h for h in candidate.faults if h not in timed)
        timings = [self._judged((*rest, *timing)) for timing in self.timings]
        return [*nearer_with(self._with_other_level(candidate), self.readings, self.loss), *timings]

    def _fitted(self, candidate: Candidate) -> list[Candidate]:
        """The candidate with a level fitted, beside the level that it has or instead of it."""
        fitted = (one for base in self._with_other_level(candidate) for one in estimated(base, self.loss))
        return [one for one in fitted if one.loss * ENOUGH_BETTER < candidate.loss]

    def _with_other_level(self, candidate: Candidate) -> list[Candidate]:
        return list(dict.fromkeys((candidate, without_level(candidate, self.loss))))

    def _chunked(self, candidate: Candidate) -> list[Candidate]:
        chunks = (*shorter(self.evidence, HIDDEN_CHUNKS), *counted_chunks(self.evidence, candidate.faults))
        return nearer_with([candidate], chunks, self.loss)

    def _plainer(self, candidate: Candidate) -> Candidate:
        """The candidate with its level fitted anew: while faults were missing, no plain value was the best one."""
        fitted = estimated(candidate, self.evidence.loss)
        same = [one for one in fitted if len(one.faults) == len(candidate.faults)]
        best = min(same, key=_by_loss, default=candidate)
        return best if best.loss * ENOUGH_BETTER < candidate.loss else candidate

    def _judged(self, chosen: Faults) -> Candidate:
        return Candidate(chosen, self.loss(chosen))

    def loss(self, chosen: Faults) -> float:
        """Give the mean square error, infinite when all trials are used up."""
        key = frozenset(chosen)
        if key not in self.known:
            if self.left <= self.kept_back:
                return float("inf")
            self.left -= self.evidence.judging
            self.known[key] = self.evidence.loss(chosen)
        return self.known[key]
