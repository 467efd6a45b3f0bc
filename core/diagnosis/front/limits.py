"""The limits of a port's values: its floor, its clip, how far below the maximum values lie."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, log

import numpy as np

from ...recipe.kinds.values import Clip, Log, Top
from .evidence import Evidence
from .lines import Lowest
from .sampled import Blocks

REPEATED = 3
"""Values that lie on the lowest one from which it is a limit, and not a value."""
SLACK = 1e-3
"""How far values may pass a clip, as a share of their range, before there is none."""
ON_LIMIT = 1e-4
"""Distance of the lowest value from where a limit is, as a share of the range, up to which it is that limit."""
NEAR_FLOOR = 0.01
"""Relative difference of an estimated floor from a plain one that is taken for it: float16 knows ln(1e-5) to 0.4 %."""
WHOLE = 1e-3
"""Relative distance of a range from a whole number up to which it is one."""
LEAST_FLOOR, MOST_FLOOR = 1e-300, 1e12
"""What a logarithm can be guarded with."""
KNOWN_FLOORS = (*(10.0**n for n in range(-20, 3)), 2.0**-23, 2.0**-24, 2.0**-52)
ODD = 0.2
"""How much more than a plain number one counts that nobody writes."""
Limited = Iterator[tuple[Blocks, float]]


@dataclass(frozen=True)
class Limits:
    """Lets the limits of a tail be a port's.

    Attributes
    ----------
    scale, multiply, add : float
        The logarithm's factor on natural logarithms, and the line behind it.
    lowest : Lowest or None
        The floor where each band lies on a line of its own; None: they lie on one.
    power_ratio : float
        How many times the reference's power of the magnitudes the port's is.
    """

    evidence: Evidence
    scale: float
    multiply: float
    add: float
    lowest: Lowest | None = None
    power_ratio: float = 1.0

    @cached_property
    def low(self) -> float:
        """The port's lowest value."""
        return float(np.nanmin(self.evidence.port))

    @cached_property
    def high(self) -> float:
        """The port's highest value."""
        return float(np.nanmax(self.evidence.port))

    @cached_property
    def span(self) -> float:
        """How far they lie apart."""
        return max(self.high - self.low, 1e-9)

    @cached_property
    def step(self) -> float:
        """Distance of the numbers that the port's type has next to its lowest value."""
        rows = self.evidence.port[self.evidence.runs.rows]
        there = rows <= np.nanmin(rows)
        return float(np.max(self.evidence.grid_of(rows)[there], initial=0.0)) * 12**0.5

    def of(self, blocks: Blocks) -> Limited:
        """Give a tail with limits by which its lowest value is the port's, and how many changes they are."""
        kept = self._unclipped(blocks)
        changes = float(len(kept) < len(blocks))
        own = kept[0]
        if isinstance(own, Log) and own.guard == "max" and self.power_ratio != 1 and not self._is_lowest(kept, own):
            moved = replace(own, floor=own.floor**self.power_ratio)  # where it is of another power of the magnitude
            if self._is_lowest((moved, *kept[1:]), moved):
                yield (moved, *kept[1:]), changes
        if isinstance(own, Log) and own.guard == "max" and self.evidence.own_slopes:
            yield from ((found, changes + more) for found, more in self._floored(kept, own))
        elif not isinstance(own, Log) or own.guard == "add":  # a floor that is added is no limit, and was fitted
            yield from self._with_and_without_top(kept, changes)
        elif self._is_lowest(kept, own):
            yield kept, changes
        elif self._is_limit():
            yield from ((found, changes + more) for found, more in self._moved(kept, own))
        else:
            yield from ((found, changes + more) for found, more in self._lowered(kept, own))

    @staticmethod
    def _with_and_without_top(blocks: Blocks, changes: float) -> Limited:
        yield blocks, changes
        if (without := _without_top(blocks)) != blocks:
            yield without, changes + 1.0

    def _floored(self, blocks: Blocks, own: Log) -> Limited:
        """The floor that bands have whose lines are their own, or one below all of them."""
        lowest = self.lowest
        apart = lowest.level - log(own.floor) if lowest else 0.0
        if lowest is None or abs(apart) < NEAR_FLOOR or (apart > 0 and not lowest.is_floor):
            yield blocks, 0.0
        else:
            value = exp(min(max(lowest.level, -690.0), 600.0))
            value = (plain_floor(value) or value) if lowest.is_floor else _below(value)
            yield (replace(own, floor=value), *blocks[1:]), 1.0

    def _unclipped(self, blocks: Blocks) -> Blocks:
        """The tail without clips that the port's values pass."""
        slack = SLACK * self.span
        clips = [block for block in blocks if isinstance(block, Clip)]
        if any(self.low < block.low - slack or self.high > block.high + slack for block in clips):
            return tuple(block for block in blocks if not isinstance(block, Clip))
        return blocks

    def _is_limit(self) -> bool:
        return int((self.evidence.port == self.low).sum()) >= REPEATED

    def _is_lowest(self, blocks: Blocks, own: Log) -> bool:
        """Whether the tail's highest limit from below is where the port's lowest value is, or below all of them."""
        limits = [self.scale * log(own.floor) * self.multiply + self.add]
        limits += [block.low for block in blocks if isinstance(block, Clip)]
        tops = [block for block in blocks if isinstance(block, Top) and block.scope == "all"]
        limits += [self.high - block.below * self.multiply for block in tops]
        apart = max(limits) - self.low
        if any(isinstance(block, Top) and block.scope != "all" for block in blocks):
            return True  # each row, or chunk, has a lowest value of its own
        return abs(apart) <= max(ON_LIMIT * self.span, self.step) or (apart < 0 and not self._is_limit())

    @property
    def _floor(self) -> float:
        """The floor that gives the port's lowest value."""
        if not self.multiply:
            return 1e-10
        return exp(min(max((self.low - self.add) / (self.multiply * self.scale), -690.0), 600.0))

    def _moved(self, blocks: Blocks, own: Log) -> Limited:
        """Other floors, and other distances from the maximum, where the port has a limit."""
        value, rest = self._floor, _without_top(blocks)[1:]
        nice = plain_floor(value)
        if nice is not None:
            yield (replace(own, floor=nice), *blocks[1:]), 1.0
            yield (replace(own, floor=nice), *rest), 1.2
        yield from self._tops(own, rest)
        if len(rest) < len(blocks) - 1:
            yield (own, *rest), 1.0
        if LEAST_FLOOR < value < MOST_FLOOR:
            yield (replace(own, floor=value), *blocks[1:]), 1.5

    def _tops(self, own: Log, rest: Blocks) -> Limited:
        span = self.span / self.multiply if self.multiply else 0.0
        if span >= 1 and abs(span - round(span)) < max(WHOLE * span, self.step / abs(self.multiply)):
            top = Top(below=float(round(span)), scope="all")
            yield (replace(own, floor=min(own.floor, 1e-10)), top, *rest), 1.0
            yield (own, top, *rest), 1.0

    def _lowered(self, blocks: Blocks, own: Log) -> Limited:
        """A floor below all of the port's values, and no limit that they pass."""
        value = self._floor
        lower = _below(value * 1.001, own.floor**self.power_ratio)  # the reference's own level before any other
        least = replace(own, floor=min(lower, own.floor))
        rest = tuple(b for b in blocks[1:] if not isinstance(b, Top) or self.high - b.below * self.multiply <= self.low)
        rest = tuple(b for b in rest if not isinstance(b, Clip) or b.low <= self.low)
        yield (least, *rest), float(len(rest) < len(blocks) - 1) + float(least != own)


def _below(value: float, *first: float) -> float:
    """A floor that is no higher than a value."""
    return next((each for each in (*first, 1e-8, 1e-10, 1e-12, 1e-20) if each <= value), 1e-300)


def _without_top(blocks: Blocks) -> Blocks:
    return tuple(block for block in blocks if not isinstance(block, Top))


def plain_floor(value: float) -> float | None:
    """Give the plain number that a floor is: a power of ten, or one of float's own; None where it is no such."""
    return next((each for each in KNOWN_FLOORS if abs(value / each - 1) < NEAR_FLOOR), None)
