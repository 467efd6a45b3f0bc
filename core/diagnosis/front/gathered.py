"""Rows that a chain puts together at its end (low frame rate, patches, a number to fill up to), taken apart again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.items import Items
from ...recipe.kinds.rows import FitRows, Patches, Stack
from ...recipe.kinds.values import Affine, Cast, Clip
from .sampled import Blocks, applied

_GATHERING = (FitRows, Patches, Stack)
_BY_VALUE = (Affine, Cast, Clip)
"""Blocks that may stand before what gathers rows as well as behind it: but for what rows are filled up with."""
MIN_ITEMS = 4
"""Items from which shared rows say how far they lie apart."""
_ROOM = 4
"""Times as many rows as are known of that a port may have at the most."""


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """The rows that a port has put together.

    Attributes
    ----------
    rows : (T, width) array
        Each once; a row that is put into several places had the same values in all of them.
    chain : tuple of Block
        The reference's chain to them.
    reference, port : tuple of Block
        What puts them together in the reference, and in the port.
    at_end : bool
        Whether that is the end of the reference's chain.
    unseen : int
        How many rows more a chain may give of which none is put into the port.
    """

    rows: NDArray
    chain: Blocks
    reference: Blocks
    port: Blocks
    at_end: bool
    unseen: int


def taken_apart(values: NDArray, chain: Blocks, samples: NDArray | None, rate: int) -> list[Apart]:
    """Take a port's items apart into the rows that the end of the reference's chain puts together.

    Parameters
    ----------
    values : (N, ...) array
        The port's items.
    chain : tuple of Block
        The reference's chain to them.
    samples : (n,) array or None
        The signal of the recording, which says how many rows the reference puts together.
    rate : int
        Its sample rate, Hz.

    Returns
    -------
    list of Apart
        In all ways that are possible, the reference's first; empty where the chain puts no rows together, or the
        port's items cannot be made of rows.
    """
    first = next((n for n, block in enumerate(chain) if isinstance(block, _GATHERING)), len(chain))
    possible = all(isinstance(block, (*_GATHERING, *_BY_VALUE)) for block in chain[first:])
    if not possible or first == len(chain) or not values.size:
        return []
    behind = tuple(block for block in chain[first:] if isinstance(block, _GATHERING))
    before = (*chain[:first], *(block for block in chain[first:] if not isinstance(block, _GATHERING)))
    wanted = _row_count(samples, rate, before) if samples is not None else 0
    flat = values.reshape(len(values), -1)
    made = []
    for alike in _ways(behind, flat):
        ways = [_Gathering(blocks, flat) for blocks in alike]
        found = next(((way, wanted) for way in ways if way.rows(wanted) is not None), None)
        found = found or next(((way, n) for way in ways if (n := way.total(wanted)) is not None), None)
        if found is None:
            continue
        way, total = found
        rows = way.rows(total)
        assert rows is not None
        made.append(Apart(rows, before, behind, way.blocks, len(before) == first, way.last_alike(total) - len(rows)))
    return made


def without_filling(values: NDArray, chain: Blocks) -> Apart | None:
    """Leave out the rows at the end that a port has filled up with one value, as an array that was made too long is.

    Returns
    -------
    Apart or None
        None where the last row's values are not all equal, or all rows are like it.
    """
    last = values[-1].flat[0]
    others = np.flatnonzero((values.reshape(len(values), -1) != last).any(axis=1))
    count = int(others[-1]) + 1 if len(others) else len(values)
    if count == len(values) or not np.isfinite(last):
        return None
    filled = FitRows(rows=len(values), value=float(last))
    return Apart(values[:count], chain, (), (filled,), True, 0)


def _row_count(samples: NDArray, rate: int, chain: Blocks) -> int:
    try:
        return len(applied(chain, Items(samples, rate)))
    except InputError:
        return 0


def _ways(behind: Blocks, values: NDArray) -> Iterator[list[Blocks]]:
    """The ways in which a port may put rows together: as the reference does, or as its items show.

    Those that begin alike stand in one list. Equal items at the beginning are copies, or a silence that is.
    """
    *others, last = behind
    if not isinstance(last, Patches | Stack) or values.shape[1] % last.size:
        yield [behind]
        return
    cells = values.reshape(len(values), last.size, -1)
    hop = _shown_hop(cells) or last.hop
    if isinstance(last, Patches):
        yield [(*others, replace(last, hop=hop))]
        return
    other = np.flatnonzero((cells[0] != cells[0, 0]).any(axis=1))
    copies = int(other[0] if len(other) else last.size) - 1
    tails: tuple[Literal["drop", "repeat"], ...] = ("drop", "repeat")
    for front in dict.fromkeys((min(last.front, copies), copies)):
        ends = sorted(tails, key=lambda each: each != last.tail)
        yield [(*others, replace(last, hop=hop, front=front, tail=tail)) for tail in ends]


def _shown_hop(cells: NDArray) -> int:
    """How many rows items lie apart, (N, size, width), that share some; 0 where they share none, or are too few."""
    size, inner = cells.shape[1], cells[:-1]  # the last one may be filled up
    if len(inner) < MIN_ITEMS:
        return 0
    shared = (hop for hop in range(1, size) if np.array_equal(inner[:-1, hop:], inner[1:, : size - hop]))
    return next(shared, 0)


@dataclass(slots=True, eq=False)
class _Gathering:
    """Blocks that put rows together, and the items that a port has of them."""

    blocks: Blocks
    values: NDArray

    def total(self, wanted: int) -> int | None:
        """Of how many rows the items can be: as many as are wanted, or else the fewest."""
        most = self._most(wanted)
        low, high = self._first(len(self.values), most), self._first(len(self.values) + 1, most) - 1
        likely = [wanted] if low <= wanted <= high else []
        found = (number for number in (*likely, *range(low, high + 1)) if self.rows(number) is not None)
        return next(found, None)

    def _most(self, known: int) -> int:
        """How many rows are looked for at the most: of an hour, its values would be a gigabyte of numbers of rows."""
        sizes = [block.size for block in self.blocks if isinstance(block, Patches | Stack)]
        return _ROOM * max(known, len(self.values) * max(sizes, default=1))

    def _first(self, count: int, most: int) -> int:
        """The fewest rows that give so many items."""
        low, high = 1, most
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if len(self._places(middle)) >= count else (middle + 1, high)
        return low

    def last_alike(self, total: int) -> int:
        """The most rows that give the same items as a number of them."""
        places, most = self._places(total), self._most(total)
        low, high = total, most
        while low < high:
            middle = -(-(low + high) // 2)
            low, high = (middle, high) if np.array_equal(self._places(middle), places) else (low, middle - 1)
        return low

    def rows(self, total: int) -> NDArray | None:
        """The rows of the items, where they are of so many; None where they cannot be."""
        places = self._places(total)
        if len(places) != len(self.values) or self.values.shape[1] % places.shape[1]:
            return None
        width = self.values.shape[1] // places.shape[1]
        cells, where = self.values.reshape(-1, width), places.ravel()
        filled, last = cells[where == 0], int(where.max(initial=0))
        if not last or (filled.size and not np.all(filled == filled.flat[0])):
            return None
        rows = np.full((last, width), np.nan)
        rows[where[where > 0][::-1] - 1] = cells[where > 0][::-1]
        same = np.array_equal(rows[where[where > 0] - 1], cells[where > 0], equal_nan=True)
        return rows if same else None

    def _places(self, total: int) -> NDArray:
        """Which rows, counted from 1, are put into each item, (N, k); 0 stands for one that is filled up."""
        if total < 1:
            return np.zeros((0, 1), np.int64)
        try:
            items = applied(self.blocks, Items(np.arange(1.0, total + 1)[:, None], 1))
        except InputError:
            return np.zeros((0, 1), np.int64)
        places = np.asarray(items.array[:]).reshape(len(items), -1)
        return np.asarray(np.rint(places), np.int64)
