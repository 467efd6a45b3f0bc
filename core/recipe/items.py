"""What flows from block to block: items along time, computed only where somebody looks, and where each came from."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Literal

import numpy as np

from ..axis import Clock
from ..base.arrays import Array, NDArray, OnDemand, RowBlocks
from .trace import Link, Rows, items_of, samples_of

MAX_HELD_BYTES = 8 << 30
"""Largest array that a block may hold at once: 24 hours of 80 bands in float64 have 4.4 GB."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How a signal is cut into chunks of `size` samples, and which rows of each are kept (see the block `chunks`)."""

    size: int
    rows: Literal["all", "trimmed", "joined"]


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Items along time, with what later blocks have to know about them.

    Attributes
    ----------
    array : (n, *item_shape) array or OnDemand
        The items; those of a signal are samples, (n,).
    rate : int
        Sample rate of the signal they come from, Hz.
    links : tuple of Link
        From these items down to the samples of the recording, one a block that moves items, nearest first.
    n_fft : int
        Length of the transform; 0 before there is one.
    hz : (k,) array or None
        Frequencies along the last axis of an item, where they have some.
    clock : Clock or None
        When the items are, where a block says it, such as for video frames; None: in the middle of their samples.
    cut : Cut or None
        How the signal is cut into chunks; None: it is whole.
    sources : tuple of (str, Items)
        The outputs of earlier blocks by kind, for blocks that look back (the energy of a frame).
    further : tuple of (str, Items)
        What the block has computed besides, by the names of the stages.
    """

    array: Array
    rate: int
    links: tuple[Link, ...] = ()
    n_fft: int = 0
    hz: NDArray | None = None
    clock: Clock | None = None
    cut: Cut | None = None
    sources: "tuple[tuple[str, Items], ...]" = ()
    further: "tuple[tuple[str, Items], ...]" = ()

    def __len__(self) -> int:
        return self.array.shape[0]

    @property
    def item_shape(self) -> tuple[int, ...]:
        """Shape of one item."""
        return self.array.shape[1:]

    def source(self, *kinds: str) -> "Items | None":
        """Give the output of the nearest earlier block of one of these kinds."""
        return next((items for kind, items in reversed(self.sources) if kind in kinds), None)

    def mapped(self, function: Callable[[NDArray], NDArray], item_shape: tuple[int, ...] | None = None) -> "Items":
        """Give items of which each is a function of the one in its place; `function` takes and gives blocks of them."""
        shape = self.item_shape if item_shape is None else item_shape
        return replace(self, array=Mapped(self.array, function, (len(self), *shape)))

    def beside(self, other: "Items", function: Callable[[NDArray, NDArray], NDArray]) -> "Items":
        """Give items that are computed from these and the ones of `other` in the same places."""
        return replace(self, array=_Paired(self.array, other.array, function))

    def gathered(self, index: NDArray, item_shape: tuple[int, ...]) -> "Items":
        """Give items that are made of rows of these: (n,) or (n, k) row numbers, -1 for a row of zeros."""
        array = RowBlocks(self.array, index.astype(np.int32), item_shape)
        return replace(self, array=array, links=(Rows(index), *self.links), hz=None, clock=None)


class Lazy(OnDemand):
    """What arrays have in common whose items are computed in float64 from those of another where somebody looks.

    A subclass is a dataclass with the other array as `base`; where the shape is another, with `shape` as well.
    """

    __slots__ = ()
    base: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """The other array's shape."""
        return self.base.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values."""
        return np.dtype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Mapped(Lazy):
    """An array of which each item is a function of one of another.

    Attributes
    ----------
    base : array or OnDemand, (n, *shape)
        What is computed from.
    function : callable
        Takes (k, *shape) items, gives (k, *item_shape) float64; it may write on what it is given only if that is new.
    shape : tuple of int
        Shape of the whole.
    """

    base: Array
    function: Callable[[NDArray], NDArray]
    shape: tuple[int, ...]

    def take(self, items: NDArray) -> NDArray:
        """Compute the items with these numbers."""
        return self.function(self.base[contiguous(items)])


@dataclass(frozen=True, slots=True, eq=False)
class _Paired(Lazy):
    """An array whose items are computed from those of two others."""

    base: Array
    other: Array
    function: Callable[[NDArray, NDArray], NDArray]

    def take(self, items: NDArray) -> NDArray:
        """Compute the items with these numbers."""
        place = contiguous(items)
        return self.function(self.base[place], self.other[place])


def contiguous(items: NDArray) -> NDArray | slice:
    """Give consecutive numbers as a slice, which arrays answer without a copy, and others as they are."""
    if len(items) and items[-1] - items[0] == len(items) - 1 and (items[1:] > items[:-1]).all():
        return slice(int(items[0]), int(items[-1]) + 1)
    return items


def items_between(own: Items, other: Items, item: int) -> tuple[int, int]:
    """Give the first and the last item of others that an item was made of, or went into; last < first: none.

    Both are outputs of one chain: the later one's links begin with those that lead to the earlier one.
    """
    later, earlier = (own, other) if len(own.links) >= len(other.links) else (other, own)
    links = later.links[: len(later.links) - len(earlier.links)]
    if later is own:
        first, last = samples_of(links, item)
        return max(first, 0), min(last, len(other) - 1)
    first, last = items_of(links, (len(later), *[sys.maxsize] * (len(links) - 1))[: len(links)], item)
    return first, min(last, len(other) - 1)


def bytes_held(array: Array) -> int:
    """Give the bytes of an array once all of it is held in float64."""
    return prod(array.shape) * 8
