"""Where a port's signal ends elsewhere than the recording: filled up with zeros, or cut to whole seconds."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from ...recipe.kinds.frames import Frame
from ...recipe.kinds.rows import Drop
from ...recipe.kinds.signal import FitSignal, PadSignal
from .chains import place_of
from .sampled import Blocks

SECONDS = (30, 15, 10, 5, 1)
"""Lengths that signals are filled up to a multiple of, or by, the likeliest first, in s: a hop is 1 in 100 of one."""
MOST_FILLED = 64
"""Times as long as the recording a signal can be that is filled up: half a second to 30 s."""
_PLACEMENTS: tuple[tuple[Any, Any], ...] = (("center", "zeros"), ("start", "zeros"))


def fitted(blocks: Blocks, samples: int, total: int, rate: int) -> Iterator[Blocks]:
    """Give a chain with zeros behind its signal, or cut to whole seconds, so that there are so many rows.

    Parameters
    ----------
    blocks : tuple of Block
        A chain with frames, none of whose blocks fits its signal.
    samples : int
        How many there are before the frames.
    total : int
        Rows wanted.
    rate : int
        Sample rate, Hz.
    """
    place = place_of(blocks, Frame)
    assert place is not None
    frame = blocks[place]
    assert isinstance(frame, Frame)
    behind = blocks[place + 1 :]
    lead = tuple(block for block in behind if isinstance(block, Drop))
    plain = tuple(block for block in behind if not isinstance(block, Drop))
    framed = [
        _Framed(
            replace(frame, placement=placement, pad=pad), drops, total + sum(each.first + each.last for each in drops)
        )
        for placement, pad in dict.fromkeys(((frame.placement, frame.pad), *_PLACEMENTS))
        for drops in dict.fromkeys((lead, ()))
    ]
    ends = [(one, end) for one in framed for end in one.whole(samples, rate)]
    ends = ends or [(one, end) for one in framed for end in one.fewest(samples)]
    yield from ((*blocks[:place], *end, one.frame, *one.drops, *plain) for one, end in ends)


@dataclass(frozen=True, slots=True)
class _Framed:
    """Frames placed in one way, with what is dropped of them, of which there are to be so many."""

    frame: Frame
    drops: tuple[Drop, ...]
    count: int

    def whole(self, samples: int, rate: int) -> Iterator[Blocks]:
        """Fit a signal to whole seconds, or put whole seconds of zeros behind it, as long as the likeliest is.

        Frames that are not padded in front may reach as far beyond the end as leaves one for every hop.
        """
        reach = self.frame.length - self.frame.hop if self.frame.placement == "start" else 0
        lengths = self._lengths(samples)
        for unit, beyond in product(SECONDS, dict.fromkeys((0, reach))):
            length = _multiple(lengths, beyond, unit * rate)
            more = _multiple(lengths, beyond + samples, unit * rate)
            if length:
                zeros = (PadSignal(back=beyond),) if beyond else ()
                yield (FitSignal(seconds=length / rate, side="right"), *zeros)
            elif more:
                yield (PadSignal(back=more + beyond),)
            if length or more:
                return

    def fewest(self, samples: int) -> Iterator[Blocks]:
        """Put as few zeros behind a signal as do."""
        lengths = self._lengths(samples)
        if lengths and lengths[0] > samples:
            yield (PadSignal(back=lengths[0] - samples),)

    def _lengths(self, samples: int) -> range:
        """Lengths of a signal that give so many frames."""
        possible = range(1, MOST_FILLED * samples)
        first, last = (bisect_left(possible, wanted, key=self.frame.count) for wanted in (self.count, self.count + 1))
        return possible[first:last]


def _multiple(lengths: range, less: int, step: int) -> int:
    """A multiple of a step that is so much less than one of some lengths; 0: none."""
    return next((n - less for n in lengths if n > less and (n - less) % step == 0), 0)
