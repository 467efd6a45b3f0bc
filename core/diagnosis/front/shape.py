"""The search for the shape of a port's levels: everything from the recording to the bands."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from math import exp
from typing import Any, get_args

from ...recipe.block import Block
from ...recipe.kinds.filterbank import Filterbank, Norm
from ...recipe.kinds.frames import Frame
from ...recipe.kinds.rows import Drop
from ...recipe.kinds.signal import Gain, Preemphasis
from ...recipe.kinds.spectrum import Fft
from ...recipe.kinds.values import Log
from ..hypotheses import Hypothesis
from .chains import first_of
from .difference import Difference, differences
from .dither import dithered
from .evidence import LN, Candidate, Evidence, level_chain
from .floors import refloored
from .limits import KNOWN_FLOORS, ODD
from .lines import lowest_level
from .names import reverted
from .numbers import Numbers
from .profiles import library_chains
from .sampled import Blocks
from .search import beam_search, distinct, simplest
from .timing import framings, hidden_chunks, off_by_one
from .values import neighbours

REACHED = 5.0
"""Mean square in units of the noise, with the room that it has, at which nothing is left to explain: a C++ port whose
window and transform are float32 came to 1.5, one whose mel scale is float32, too, to 4.2."""
EXACT = 0.04
"""The same without any room: less is no better."""
MUCH = 2.0
"""The same at which one of a candidate's changes may be a wrong one: of music sqrt(x^2 + 1e-9) left 3.3 where 1e-10 was
added before the logarithm."""
BETTER = 4.0
"""Factor by which the loss falls, at the least, by a further change where no more than noise is left already."""
MISSED = 1.5
"""Factor by which the loss grows, at the least, without a change that is one."""
NEAR = 1e-2
"""Loss below which it is worth while to ask whether the noise is reached, and to fit numbers."""
ROWS_OFF = 1.3
"""Factor on the loss of a candidate with another number of rows than the port."""
NEARER = 1.1
"""Factor by which another reading has to be nearer: a resampler, say, shows only where it is known what is streamed."""
MUCH_NEARER = 4.0
"""The same before anything else is tried: chunks that are none can be three times nearer to a port without
pre-emphasis."""


Seen = Callable[[Candidate], None]


@dataclass(eq=False)
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
    _changes: dict[Candidate, tuple[Difference, ...]] = field(default_factory=dict)
    _most: int = field(init=False)

    def __post_init__(self) -> None:
        self._most = MAX_RUNS

    def run(self, audio: Iterable[tuple[Any, ...]] = ((),)) -> list[Candidate]:
        """Find the nearest candidate, and those that have the same shape for other reasons."""
        ways = [(chain, reading) for reading in audio for chain in self._own()]
        own = [*dict.fromkeys(seed for chain, reading in ways for seed in self._seeds(chain, reading))]
        nearest = self._nearest(own, 2)
        if nearest and self.done(nearest[0]):
            return self.go_on(nearest)
        libraries = [seed for chain in library_chains(self.reference, self.rate) for seed in self._library_seeds(chain)]
        seeds = [*own, *dict.fromkeys(libraries)]
        if not self._nearest(seeds, 1):
            return []
        return self.go_on([*dict.fromkeys([*distinct(own, self.loss, self.size, 2), *self._nearest(seeds, 3)])])

    def _nearest(self, seeds: list[Candidate], width: int) -> list[Candidate]:
        """The nearest seeds, with weights that are right for the first of them."""
        best = distinct(seeds, self.loss, self.size, 1)
        if best:
            self.evidence.weigh(best[0])
        return distinct(seeds, self.loss, self.size, width)

    def go_on(self, starts: list[Candidate]) -> list[Candidate]:
        """Find the nearest candidates from some on."""
        if not self.done(starts[0]) and dithered(self.evidence, starts[0]):
            return starts
        early = self._varied(starts[:2], MUCH_NEARER) if self.count(()) <= EARLY_SECONDS * self.rate else []
        found = self._reread(self._searched([*early, *starts]))
        nearest = self._simplest(self._polished(self._simplest(found[0])))
        own, alike = first_of(nearest.blocks, Log), [*self._alike(nearest)]
        if own is None or not self._floor_added or own.floor in KNOWN_FLOORS:
            return [nearest, *alike]
        lowest = lowest_level(self.evidence, nearest)  # the fit does not look at what lies on the floor alone
        if not lowest.is_floor or not KNOWN_FLOORS[0] < exp(lowest.level) < KNOWN_FLOORS[-1]:
            return [*alike, nearest]
        blocks = (replace(b, floor=exp(lowest.level)) if b is own else b for b in nearest.blocks)
        return [replace(nearest, blocks=tuple(blocks)), *alike, nearest]

    def _searched(self, starts: list[Candidate]) -> list[Candidate]:
        """Search from some candidates on, and once more with weights that are right for the nearest."""
        found = self._beam(dict.fromkeys(starts))
        if self.done(found[0]):
            return found
        self.evidence.weigh(found[0])
        if self.loss(found[0]) <= FIT_BELOW and self.evidence.runs.runs > self._most:
            self._most = self.evidence.runs.runs + MAX_MORE_RUNS
        return self._beam(found)

    def _alike(self, candidate: Candidate) -> Iterator[Candidate]:
        """The candidate with what its loss does not see: values of silence, below limits, or behind a large factor."""
        blocks = reverted(self.reference, candidate.blocks, _FACTORS)
        for other in (*self._guarded_otherwise(blocks), *self._rooted(candidate.blocks)):
            if self.loss(replace(candidate, blocks=other)) <= MISSED * self.loss(candidate):
                yield replace(candidate, blocks=other)

    def _guarded_otherwise(self, blocks: Blocks) -> Iterator[Blocks]:
        """No floor added, where it is too low to be seen, or no logarithm, where it is too high; and one added."""
        own = first_of(blocks, Log)
        if own is not None:
            other: Log = replace(own, guard="max" if own.guard == "add" else "add")
            yield tuple(other if block is own else block for block in blocks)
        if own is not None and own.guard == "add":
            yield tuple(block for block in blocks if block is not own)

    def _rooted(self, blocks: Blocks) -> Iterator[Blocks]:
        """The constant under the root put back, which shows in silence alone if the samples are integers."""
        ours, own = first_of(self.reference, Fft), first_of(blocks, Fft)
        if ours is None or own is None or own.inside == ours.inside:
            return
        rooted: Fft = replace(own, inside=ours.inside)
        yield (Gain(factor=INT16), *(rooted if b is own else b for b in blocks if not isinstance(b, Gain)))

    def _reread(self, found: list[Candidate]) -> list[Candidate]:
        """Go on with other ways of reading the recording, where one of them is clearly nearer."""
        for _ in range(READ_ROUNDS):
            if self.done(found[0]):
                break
            nearer = self._varied(found[:2])
            if not nearer:
                break
            self._most = self.evidence.runs.runs + MAX_MORE_RUNS
            anew = (seed for one in nearer[:1] if one.audio for seed in self._seeds(self.reference, one.audio))
            found = self._searched([*nearer, *self._reduced(nearer[0]), *anew, *found[:2]])
        return found

    def _reduced(self, candidate: Candidate) -> list[Candidate]:
        """A candidate without one of its changes each: with another reading some are no longer needed."""
        return [replace(candidate, blocks=each.without) for each in differences(self.reference, candidate.blocks)]

    def _varied(self, found: Iterable[Candidate], factor: float = NEARER) -> list[Candidate]:
        """Candidates with another reading, or in chunks, that are clearly nearer than without; none of those done."""
        nearer = []
        for one in found:
            if self.done(one):
                return []
            self.seen(one)
            placed = dict.fromkeys((one.blocks, self._not_cut(one.blocks)))
            chunks = (each for blocks in placed for each in hidden_chunks(blocks, self.count(one.audio), self.rate))
            varied = [
                *(replace(one, audio=(*one.audio, fault)) for fault in self._others(one)),
                *(replace(one, blocks=blocks) for blocks in (*chunks, *off_by_one(one.blocks))),
            ]
            nearer += [each for each in varied if self.loss(each) * factor < self.loss(one)]
        return distinct(nearer, self.loss, self.size, MAX_VARIED)

    def _not_cut(self, blocks: Blocks) -> Blocks:
        """A chain without the rows that it drops and the reference does not: spare rows of chunks look like them."""
        return tuple(block for block in blocks if not isinstance(block, Drop) or block in self.reference)

    def _others(self, candidate: Candidate) -> list[Hypothesis]:
        touched = {name for fault in candidate.audio for name in fault.touches}
        return [fault for fault in self.readings if not fault.touches & touched]

    def loss(self, candidate: Candidate) -> float:
        """Give the loss, more where the rows are not as many as the port's."""
        loss, more = self.evidence.judged(candidate)
        return loss * (ROWS_OFF if more else 1.0)

    def size(self, candidate: Candidate) -> float:
        """Give how many changes a candidate's shape is from the reference's."""
        changed = self._changed(candidate)
        guarded = any(one.parameter == "log.guard" for one in changed)  # which a floor goes with
        return sum(_size(one) for one in changed if not (guarded and _is_floor(one))) + len(candidate.audio)

    @cached_property
    def _floor_added(self) -> float:
        """What the reference adds before the logarithm; 0: nothing."""
        own = first_of(self.reference, Log)
        return own.floor if own is not None and own.guard == "add" else 0.0

    def _kind(self, candidate: Candidate) -> tuple[str, ...]:
        """The parameters that a candidate has otherwise."""
        return tuple(one.parameter for one in self._changed(candidate))

    def _changed(self, candidate: Candidate) -> tuple[Difference, ...]:
        """What a candidate's shape has otherwise than the reference's."""
        if candidate not in self._changes:
            self._changes[candidate] = tuple(differences(self._own_shape, self._shape(candidate)))
        return self._changes[candidate]

    @cached_property
    def _own_shape(self) -> Blocks:
        return self._shape(Candidate(self.reference))

    def _shape(self, candidate: Candidate) -> Blocks:
        """What of a chain its levels' shape depends on; with a floor that is added and fitted it is no other shape."""
        blocks = (block for block in level_chain(candidate.blocks) if not isinstance(block, Gain))
        return tuple(_plain(block, self._floor_added) for block in blocks)

    def done(self, candidate: Candidate) -> bool:
        """Tell whether no more than noise is left of a candidate, and its rows are as many as the port's."""
        loss, more = self.evidence.judged(candidate)
        return not more and loss < NEAR and self.evidence.excess(candidate) <= REACHED

    def _beam(self, seeds: Iterable[Candidate]) -> list[Candidate]:
        def expand(candidate: Candidate) -> Iterator[Candidate]:
            self.seen(candidate)
            if self.evidence.runs.runs > self._most:
                return
            for blocks in neighbours(candidate.blocks, self.rate):
                yield from self._refloored(replace(candidate, blocks=blocks), candidate)

        return beam_search(
            seeds, expand, self.loss, size=self.size, done=self.done, refine=self._refined, kind=self._kind
        )

    def _refloored(self, candidate: Candidate, parent: Candidate) -> Iterator[Candidate]:
        """What a parent became, its floor fitted where the reference adds one, too: whatever changes bands moves it."""
        if not self._floor_added:
            yield candidate
        elif self._shape(candidate) != self._shape(parent):  # else it is a factor, or a floor, which is fitted
            yield refloored(self.evidence, candidate, self._floor_added) or candidate

    def _refined(self, candidate: Candidate) -> list[Candidate]:
        """The candidate with fitted numbers, where its loss says that it is near."""
        refined = dict.fromkeys(self._normed(candidate))
        if self.loss(candidate) <= FIT_BELOW and self.evidence.runs.runs <= self._most:
            refined |= dict.fromkeys(self._numbers.fitted(candidate))
            if not self._floor_added and (floored := refloored(self.evidence, candidate)):
                refined[floored] = None
        return [*refined]

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers(self.loss, self.rate, first_of(self.reference, Preemphasis))

    def _normed(self, candidate: Candidate) -> Iterator[Candidate]:
        """The candidate with each norm of its filters, which a floor that is added hides, and the floor with it."""
        for norm in get_args(Norm) if self._floor_added else ():
            blocks = tuple(replace(b, norm=norm) if isinstance(b, Filterbank) else b for b in candidate.blocks)
            yield from self._refloored(replace(candidate, blocks=blocks), candidate)

    def _own(self) -> list[Blocks]:
        """The reference's chain, and where it takes no logarithm also the one that does."""
        spectral = first_of(self.reference, Frame) is not None and first_of(self.reference, Log) is None
        return [self.reference, (*self.reference, LN)] if spectral else [self.reference]

    def _library_seeds(self, chain: Blocks) -> Iterator[Candidate]:
        """A library's chain; where any of many hops could be the port's, only the reference's chain has them all."""
        if self.evidence.unseen:
            yield Candidate(self._banded(chain))
        else:
            yield from self._seeds(chain, ())

    def _seeds(self, chain: Blocks, audio: tuple[Any, ...]) -> Iterator[Candidate]:
        """A chain as it is, and with its frames placed so that there are as many as the port's."""
        chain = self._banded(chain)
        yield Candidate(chain, audio)
        rows, unseen = len(self.evidence.port), self.evidence.unseen
        for framed in framings(chain, self.count(audio), rows, self.rate, unseen):
            yield Candidate(framed, audio)

    def _banded(self, chain: Blocks) -> Blocks:
        """The chain with as many bands as the port has."""
        width = self.evidence.values.shape[1]
        if any(block.kind == "dct" for block in chain):
            return tuple(replace(b, keep=width) if b.kind == "dct" else b for b in chain)  # type: ignore[call-arg]
        return tuple(replace(b, bands=width) if isinstance(b, Filterbank) else b for b in chain)

    def _simplest(self, candidate: Candidate) -> Candidate:
        def simpler(one: Candidate) -> list[Candidate]:
            less = [replace(one, blocks=each.without) for each in differences(self.reference, one.blocks)]
            less += [fitted for each in less for fitted in self._refloored(each, one) if self._floor_added]
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
        """The candidate with one more change, or another one where much is left, if it is much nearer."""
        if not self.done(candidate) or self.evidence.excess(candidate) <= EXACT:
            return candidate
        self.evidence.weigh(candidate)
        starts = [candidate, *(self._reduced(candidate) if self.evidence.excess(candidate) > MUCH else ())]
        further = [replace(one, blocks=blocks) for one in starts for blocks in neighbours(one.blocks, self.rate)]
        best = min(further, key=self.loss)
        return best if self.loss(best) * BETTER < self.loss(candidate) and self.done(best) else candidate


def _size(one: Difference) -> float:
    """How many decisions a difference counts for: numbers that nobody writes are no simple ones."""
    odd = one.parameter == "pad_signal" or (one.parameter == "log.floor" and not _is_floor(one))
    return 1.0 + ODD * (odd or one.parameter == "log.guard")


def _is_floor(one: Difference) -> bool:
    return one.parameter == "log.floor" and one.found in KNOWN_FLOORS


@lru_cache(maxsize=4096)
def _plain(block: Block, floor: float) -> Block:
    """A block without what its chain's levels have the same shape for, be it otherwise."""
    if isinstance(block, Fft) and block.scale != 1:
        return replace(block, scale=1.0)
    if floor and isinstance(block, Log) and block.guard == "add" and block.floor != floor:
        return replace(block, floor=floor)
    return block


_FACTORS = frozenset({"gain", "gain.factor", "fft.scale", "log.floor"})
"""What moves an added floor."""
INT16 = 32768.0
"""Factor of samples that are left as 16-bit integers."""
READ_ROUNDS = 2
MAX_VARIED = 3
"""Candidates with another reading, or in chunks, that go on."""
EARLY_SECONDS = 120
"""Length of a recording up to which it is read in other ways before anything else is tried."""
MAX_MORE_RUNS = 1500
"""Chains that are computed after another reading has proved to be nearer."""
MAX_RUNS = 3500
"""Chains that are computed at the most: what is not found by then is not found by more of the same."""
FIT_BELOW = 0.02
"""Loss from which numbers are fitted: before, other things are wrong."""
