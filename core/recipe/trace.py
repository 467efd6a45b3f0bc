"""Where an item came from: the links between the items of one block and those of the block before it."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Protocol

import numpy as np

from ..base.arrays import NDArray
from ..base.errors import InputError

MAX_DENOMINATOR = 1_000_000
"""A step of 16 digits is the nearest fraction with no more than this below the line: rates are quotients of such."""


MIN_STEP = 1e-3
"""Shorter ones would give more rows a second than a clock counts."""


class Link(Protocol):
    """How the items of a block lie over the items of the block before it."""

    def inputs(self, item: int) -> tuple[int, int]:
        """Give the first and the last item that an item is made of; both may lie beyond the ends."""

    def outputs(self, item: int, count: int) -> tuple[int, int]:
        """Give the first and the last of `count` items that an item went into; last < first where there is none."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Items at a fixed distance: item i is made of the items [start + i step, start + i step + span)."""

    start: int
    step: int
    span: int

    def inputs(self, item: int) -> tuple[int, int]:
        """Give the first and the last item that an item is made of."""
        first = self.start + item * self.step
        return first, first + self.span - 1

    def outputs(self, item: int, count: int) -> tuple[int, int]:
        """Give the first and the last of `count` items that an item went into."""
        first = -((self.start + self.span - 1 - item) // self.step)
        last = (item - self.start) // self.step
        return max(first, 0), min(last, count - 1)


@dataclass(frozen=True, slots=True)
class Spread:
    """Items at a distance that need not be whole: item i is made of what [start + i step, start + i step + span) has.

    Examples
    --------
    >>> Spread(Fraction(0), Fraction(3, 2), Fraction(3, 2)).inputs(1)
    (1, 2)
    """

    start: Fraction
    step: Fraction
    span: Fraction

    def inputs(self, item: int) -> tuple[int, int]:
        """Give the first and the last item that an item is made of."""
        place = self.start + item * self.step
        return floor(place), max(ceil(place + self.span) - 1, floor(place))

    def outputs(self, item: int, count: int) -> tuple[int, int]:
        """Give the first and the last of `count` items that an item went into."""
        place = (item - self.start) / self.step
        first = min(floor(place - self.span / self.step) + 1, ceil(place))
        return max(first, 0), min(ceil(place + 1 / self.step) - 1, count - 1)


def check_spread(start: float, step: float, span: float, what: str) -> None:
    """Refuse numbers that place no items: `what` is what they count.

    Raises
    ------
    InputError
        A start or span without a step, or a step that is as good as none.
    """
    if (start or span) and not step:
        raise InputError(f"start and span need step, the {what} from one row to the next")
    if 0 < step < MIN_STEP:
        raise InputError(f"step {step:g} is too short; it must be at least {MIN_STEP:g} {what}")


def spread(start: float, step: float, span: float) -> Spread:
    """Give the link of numbers as recipes have them: 533.3333333333334 is 1600 / 3; a span of 0 is the step."""
    return Spread(*(Fraction(number).limit_denominator(MAX_DENOMINATOR) for number in (start, step, span or step)))


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Items gathered from named rows: `index` is (n,) or (n, k) row numbers, -1 for none."""

    index: NDArray

    def inputs(self, item: int) -> tuple[int, int]:
        """Give the first and the last item that an item is made of."""
        rows = np.atleast_1d(self.index[item])
        rows = rows[rows >= 0]
        return (int(rows.min()), int(rows.max())) if len(rows) else (0, -1)

    def outputs(self, item: int, count: int) -> tuple[int, int]:
        """Give the first and the last of `count` items that an item went into."""
        found = np.flatnonzero((self.index[:count].reshape(len(self.index[:count]), -1) == item).any(axis=1))
        return (int(found[0]), int(found[-1])) if len(found) else (0, -1)


def samples_of(links: tuple[Link, ...], item: int) -> tuple[int, int]:
    """Give the first and the last sample that an item was computed from, through all links.

    Examples
    --------
    >>> samples_of((Steps(0, 6, 7), Steps(-200, 160, 400)), 1)
    (760, 2119)
    """
    first = last = item
    for link in links:
        (first, _), (_, last) = link.inputs(first), link.inputs(last)
    return first, last


def items_of(links: tuple[Link, ...], counts: tuple[int, ...], sample: int) -> tuple[int, int]:
    """Give the first and the last item that a sample went into; `counts` are the lengths that go with `links`."""
    first = last = sample
    for link, count in zip(reversed(links), reversed(counts), strict=True):
        (first, _), (_, last) = link.outputs(first, count), link.outputs(last, count)
        if last < first:
            return 0, -1
    return first, last
