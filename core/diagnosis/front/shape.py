"""The search for the shape of a port's levels: everything from the recording to the bands."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ...recipe.block import Block
from ...recipe.kinds.filterbank import Filterbank
from ...recipe.kinds.frames import Frame, PreemphasisFrame
from ...recipe.kinds.signal import Preemphasis
from ...recipe.kinds.values import Log
from ..hypotheses import Hypothesis
from .chains import first_of
from .difference import Difference, differences
from .evidence import LN, Candidate, Evidence
from .limits import KNOWN_FLOORS
from .names import reverted
from .profiles import library_chains
from .sampled import Blocks
from .search import beam_search, distinct, least, simplest
from .timing import framings
from .values import neighbours

REACHED = 4.0
"""Mean square in units of the noise, with the room that it has, at which nothing is left to explain: a C++ port whose
window and transform are float32 came to 1.5."""
EXACT = 0.04
"""The same without any room: less is no better."""
BETTER = 4.0
"""Factor by which the loss falls, at the least, by a further change where no more than noise is left already."""
MISSED = 1.5
"""Factor by which the loss grows, at the least, without a change that is one."""
NEAR = 1e-2
"""Loss below which it is worth while to ask whether the noise is reached, and to fit numbers."""
ROWS_OFF = 1.3
"""Factor on the loss of a candidate with another number of rows than the port."""


class Number(NamedTuple):
    """A parameter that is fitted, its limits, and the step that a value is snapped to where that is as good."""

    name: str
    low: float
    high: float
    step: float


FITTED: dict[type[Block], tuple[Number, ...]] = {
    Filterbank: (Number("fmin", 0.0, 400.0, 1.0), Number("fmax", 2000.0, 24000.0, 5.0)),
    Preemphasis: (Number("coefficient", 0.3, 1.0, 0.001),),
    PreemphasisFrame: (Number("coefficient", 0.3, 1.0, 0.001),),
}

Seen = Callable[[Candidate], None]


@dataclass(slots=True, eq=False)
class ShapeSearch:
    """A search in one port's evidence.

    Attributes
    ----------
    reference : tuple of Block
        The reference's chain.
    count : callable
        Gives how many samples an audio variant has.
    seen : callable
        Called with the best candidate after each round; raises `CancelledError`.
    readings : tuple of Hypothesis
        Ways of reading the recording that are tried where nothing else explains the port.
    """

    evidence: Evidence
    reference: Blocks
    rate: int
    count: Callable[[object], int]
    seen: Seen
    readings: tuple[Hypothesis, ...] = ()

    def run(self, audio: Iterable[tuple[Any, ...]] = ((),)) -> list[Candidate]:
        """Find the nearest candidate, and those that have the same shape for other reasons."""
        seeds = [seed for reading in audio for seed in self._seeds(reading)]
        best = distinct(dict.fromkeys(seeds), self.loss, self.size, 1)
        if not best:
            return []
        self.evidence.weigh(best[0])
        own = [seed for seed in seeds if self.size(seed) <= OWN_CHANGES]
        plain = [seed for seed in own if self.size(seed) == 0]
        starts = [*plain, *distinct(own, self.loss, self.size, 2), *distinct(seeds, self.loss, self.size, 2)]
        found = self._beam([*dict.fromkeys(starts)])
        if not self.done(found[0]):
            self.evidence.weigh(found[0])
            found = self._beam(found)
        found = self._reread(found)
        nearest = self._simplest(self._polished(found[0]))
        return [nearest, *self._alike(nearest)]

    def _alike(self, candidate: Candidate) -> Iterator[Candidate]:
        """The candidate with its floor not added, where an added one is too low to be seen."""
        own = first_of(candidate.blocks, Log)
        if own is None or own.guard != "add":
            return
        blocks = reverted(self.reference, candidate.blocks, _FACTORS)
        blocks = tuple(replace(block, guard="max") if isinstance(block, Log) else block for block in blocks)
        other = replace(candidate, blocks=blocks)
        if self.loss(other) <= MISSED * self.loss(candidate):
            yield other

    def _reread(self, found: list[Candidate]) -> list[Candidate]:
        """Go on with other ways of reading the recording, where one of them is clearly nearer."""
        for _ in range(READ_ROUNDS):
            if self.done(found[0]) or not self.readings:
                break
            read = [replace(one, audio=(*one.audio, fault)) for one in found[:2] for fault in self._others(one)]
            nearer = [one for one in read if self.loss(one) * NEARER < self.loss(found[0])]
            if not nearer:
                break
            found = self._beam([*nearer, *found[:2]])
        return found

    def _others(self, candidate: Candidate) -> list[Hypothesis]:
        touched = {name for fault in candidate.audio for name in fault.touches}
        return [fault for fault in self.readings if not fault.touches & touched]

    def loss(self, candidate: Candidate) -> float:
        """Give the loss, more where the rows are not as many as the port's."""
        loss, more = self.evidence.judged(candidate)
        return loss * (ROWS_OFF if more else 1.0)

    def size(self, candidate: Candidate) -> float:
        """Give how many changes a candidate is from the reference."""
        return sum(_size(each) for each in differences(self.reference, candidate.blocks)) + len(candidate.audio)

    def done(self, candidate: Candidate) -> bool:
        """Tell whether no more than noise is left of a candidate, and its rows are as many as the port's."""
        loss, more = self.evidence.judged(candidate)
        return not more and loss < NEAR and self.evidence.excess(candidate) <= REACHED

    def _beam(self, seeds: Iterable[Candidate]) -> list[Candidate]:
        def expand(candidate: Candidate) -> list[Candidate]:
            self.seen(candidate)
            if self.evidence.runs.runs > MAX_RUNS:
                return []
            return [replace(candidate, blocks=blocks) for blocks in neighbours(candidate.blocks, self.rate)]

        return beam_search(seeds, expand, self.loss, size=self.size, done=self.done, refine=self._refined)

    def _refined(self, candidate: Candidate) -> list[Candidate]:
        """The candidate with fitted numbers, where its loss says that it is near."""
        if self.loss(candidate) > FIT_BELOW or self.evidence.runs.runs > MAX_RUNS:
            return []
        return [*dict.fromkeys(self._fitted(candidate))]

    def _seeds(self, audio: tuple[Any, ...]) -> Iterator[Candidate]:
        samples, total = self.count(audio), len(self.evidence.port)
        chains = [self.reference, *library_chains(self.reference, self.rate)]
        if first_of(self.reference, Frame) is not None and first_of(self.reference, Log) is None:
            chains.append((*self.reference, LN))
        for chain in map(self._banded, chains):
            yield Candidate(chain, audio)
            yield from (Candidate(each, audio) for each in framings(chain, samples, total))

    def _banded(self, chain: Blocks) -> Blocks:
        """The chain with as many bands as the port has."""
        width = self.evidence.values.shape[1]
        if any(block.kind == "dct" for block in chain):
            return tuple(replace(b, keep=width) if b.kind == "dct" else b for b in chain)  # type: ignore[call-arg]
        return tuple(replace(b, bands=width) if isinstance(b, Filterbank) else b for b in chain)

    def _simplest(self, candidate: Candidate) -> Candidate:
        def simpler(one: Candidate) -> list[Candidate]:
            less = [replace(one, blocks=each.without) for each in differences(self.reference, one.blocks)]
            return sorted(less, key=self.loss)

        reached = self.done(candidate)

        def allowed(new: Candidate, old: Candidate) -> bool:
            if reached and self._is_only_rounded(new, old):
                return self.done(new)
            if self.loss(new) <= MISSED * self.loss(old):
                return not reached or self.done(new)
            return reached and self.done(new) and self.evidence.excess(new) <= EXACT

        return simplest(candidate, simpler, allowed)

    def _is_only_rounded(self, new: Candidate, old: Candidate) -> bool:
        """Whether all that a candidate has more is arithmetic in float32, which is what the noise is of."""
        parameters = {one.parameter for one in differences(new.blocks, old.blocks)}
        return parameters == {"preemphasis.precision"}

    def _polished(self, candidate: Candidate) -> Candidate:
        """The candidate with one more change, where that is much nearer although no more than noise was left."""
        if not self.done(candidate) or self.evidence.excess(candidate) <= EXACT:
            return candidate
        self.evidence.weigh(candidate)
        further = [replace(candidate, blocks=blocks) for blocks in neighbours(candidate.blocks, self.rate)]
        best = min(further, key=self.loss)
        return best if self.loss(best) * BETTER < self.loss(candidate) and self.done(best) else candidate

    def _fitted(self, candidate: Candidate) -> Iterator[Candidate]:
        """The candidate with one number fitted, and snapped to a plain one where that is as good."""
        for place, block in enumerate(candidate.blocks):
            for number in FITTED.get(type(block), ()):
                yield self._fit(candidate, place, number)
            if isinstance(block, Log) and block.guard == "add":
                yield self._floored(candidate, place)

    def _fit(self, candidate: Candidate, place: int, number: Number) -> Candidate:
        def changed(value: float) -> Candidate:
            blocks = candidate.blocks
            change: dict[str, Any] = {number.name: value}
            block = replace(blocks[place], **change)
            return replace(candidate, blocks=(*blocks[:place], block, *blocks[place + 1 :]))

        own = float(getattr(candidate.blocks[place], number.name))
        low, high = number.low, min(number.high, self.rate / 2) if number.name == "fmax" else number.high
        span = (high - low) / 8
        exact = least(lambda value: self.loss(changed(value)), max(low, own - span), min(high, own + span))
        plain = changed(round(exact / number.step) * number.step)
        return plain if self.loss(plain) <= SNAPPED * self.loss(changed(exact)) else changed(exact)

    def _floored(self, candidate: Candidate, place: int) -> Candidate:
        def changed(exponent: float) -> Candidate:
            blocks = candidate.blocks
            block = replace(blocks[place], floor=10.0**exponent)  # type: ignore[call-arg]
            return replace(candidate, blocks=(*blocks[:place], block, *blocks[place + 1 :]))

        return changed(least(lambda exponent: self.loss(changed(exponent)), -14.0, 4.0, 40))


def _size(one: Difference) -> float:
    """How many decisions a difference counts for: numbers that nobody writes are no simple ones."""
    odd = one.parameter == "log.floor" and one.found not in KNOWN_FLOORS
    return 1.0 + ODD * (odd or one.parameter == "log.guard")


ODD = 0.2
_FACTORS = frozenset({"gain", "gain.factor", "fft.scale", "log.floor"})
"""What moves an added floor."""
READ_ROUNDS = 2
NEARER = 1.1
"""Factor by which another reading has to be nearer: a resampler, say, shows only where it is known what is streamed."""
OWN_CHANGES = 4
"""Changes up to which a seed is the reference with its frames placed otherwise, and no library's chain: the nearest of
both go on, as a library's may be nearer by chance."""
MAX_RUNS = 3500
"""Chains that are computed at the most: what is not found by then is not found by more of the same."""
FIT_BELOW = 0.02
"""Loss from which numbers are fitted: before, other things are wrong."""
SNAPPED = 1.25
"""Factor by which a plain number may be further off than the fitted one."""
