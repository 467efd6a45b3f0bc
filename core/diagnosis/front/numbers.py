"""Numbers of a candidate that are fitted to the port, and snapped to plain ones where those are as good."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ...recipe.block import Block
from ...recipe.kinds.filterbank import Filterbank
from ...recipe.kinds.frames import Frame, PreemphasisFrame
from ...recipe.kinds.signal import Preemphasis
from .chains import first_of
from .evidence import Candidate
from .search import least

WEAK = 0.5
"""Coefficient of a pre-emphasis that is put where there is none, before it is fitted."""
SNAPPED = 1.25
"""Factor by which a plain number may be further off than the fitted one."""

SAME = 0.1
"""Share of its step that a fitted number has to lie off to be another: float32 mel scales move 7600 Hz by 4 mHz."""


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


@dataclass(frozen=True, slots=True)
class Numbers:
    """Fits one number of a candidate at a time.

    Attributes
    ----------
    loss : callable
        How far a candidate is from the port.
    rate : int
        The recipe's rate, Hz.
    emphasis : Preemphasis or None
        The reference's.
    """

    loss: Callable[[Candidate], float]
    rate: int
    emphasis: Preemphasis | None

    def fitted(self, candidate: Candidate) -> Iterator[Candidate]:
        """Give a candidate with each of its numbers fitted, and with edges of bands that fitted ones come near."""
        yield from self._emphasised(candidate)
        yield from _floored_otherwise(candidate)
        for place, block in enumerate(candidate.blocks):
            for number in FITTED.get(type(block), ()):
                yield self._fit(candidate, place, number)

    def _emphasised(self, candidate: Candidate) -> Iterator[Candidate]:
        """The candidate with a pre-emphasis that it lacks, fitted: one of another coefficient looks like none."""
        place = next((n for n, block in enumerate(candidate.blocks) if isinstance(block, Frame)), None)
        if self.emphasis is None or place is None or first_of(candidate.blocks, (Preemphasis, PreemphasisFrame)):
            return
        weak = replace(self.emphasis, coefficient=WEAK)
        blocks = (*candidate.blocks[:place], weak, *candidate.blocks[place:])
        yield self._fit(replace(candidate, blocks=blocks), place, FITTED[Preemphasis][0])

    def _fit(self, candidate: Candidate, place: int, number: Number) -> Candidate:
        def changed(value: float) -> Candidate:
            change: dict[str, Any] = {number.name: value}
            return candidate.put(place, replace(candidate.blocks[place], **change))

        own = float(getattr(candidate.blocks[place], number.name))
        low, high = number.low, min(number.high, self.rate / 2) if number.name == "fmax" else number.high
        span = high - low if number.name == "coefficient" else (high - low) / 8
        exact = least(lambda value: self.loss(changed(value)), max(low, own - span), min(high, own + span))
        if abs(exact - own) < SAME * number.step:
            return candidate
        plain = changed(round(exact / number.step) * number.step)
        return plain if self.loss(plain) <= SNAPPED * self.loss(changed(exact)) else changed(exact)


def _floored_otherwise(candidate: Candidate) -> Iterator[Candidate]:
    """The candidate with its edges moved down to bins in the other way: fitted edges come near it, and hide it."""
    for place, block in enumerate(candidate.blocks):
        if isinstance(block, Filterbank) and block.bins in ("floor", "floor+2"):
            yield candidate.put(place, replace(block, bins="floor+2" if block.bins == "floor" else "floor"))
