"""Reductions for drawing that lose no peak: minimum and maximum of samples, and the largest of quantised values."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, NDArray
from ..base.errors import InputError
from ..base.progress import Tick, silent

ABSENT = 0
"""Code of a value that is not there yet, or lies outside the array."""
INVALID = 255
"""Code of NaN and the infinities: the largest, so that a single one survives every reduction."""
LOWEST, HIGHEST = 1, 254
"""Codes of the lower and the upper level; what lies beyond them is clipped."""
_RATIO = 4
"""Items of a mip that share one of the next."""
_STEPS = 126
"""Steps from zero to the upper level of a signed pyramid."""

_BASE = 64
"""Samples in a block of a peak pyramid's finest level: 14 MB for one hour."""
_FINENESS = 4
"""Blocks in a slice, at least: a bound is off by at most 1/8 of a slice."""
_BLOCK_ITEMS = 4096
"""Items quantised at a time: bounds the memory in between, whatever the array's length."""


@dataclass(frozen=True, slots=True, eq=False)
class PeakPyramid:
    """Minimum and maximum of blocks of 64, 128, 256, ... samples.

    Attributes
    ----------
    samples : (n,) float array
        The samples themselves, for views that are closer than the finest blocks.
    levels : tuple of (2, blocks) float32 arrays
        Minima and maxima; the last block may be shorter than the others. Without any, every view reads the samples.
    """

    samples: Array
    levels: tuple[npt.NDArray[np.float32], ...]

    @classmethod
    def build(cls, samples: Array, tick: Tick = silent) -> "PeakPyramid":
        """Reduce (n,) float samples; `tick` is called with (done, total) samples."""
        finest = np.empty((2, -(-len(samples) // _BASE)), np.float32)
        step = _BASE * _BLOCK_ITEMS
        for start in range(0, len(samples), step):
            block = samples[start : start + step]
            begins = np.arange(0, len(block), _BASE)
            finest[:, start // _BASE : start // _BASE + len(begins)] = _extremes(block, block, begins)
            tick(min(start + step, len(samples)), len(samples))
        levels = [finest]
        while levels[-1].shape[1] > 1:
            low, high = levels[-1]
            levels.append(_extremes(low, high, np.arange(0, len(low), 2)))
        return cls(samples, tuple(levels))

    def range(self, first: int, last: int, columns: int) -> npt.NDArray[np.float32]:
        """Minimum and maximum of equal slices of the samples [first, last).

        Parameters
        ----------
        first, last : int
            Samples, 0 <= first < last <= n.
        columns : int
            Number of slices; where there are fewer samples, neighbours show the same sample.

        Returns
        -------
        (2, columns) float32
            NaN where a slice holds one. Bounds of slices longer than 256 samples are rounded to whole blocks of at
            most a quarter of a slice, so that a peak may lie one column beside its place, but is never lost.
        """
        finest_blocks = (last - first) / columns / (_FINENESS * _BASE)
        if finest_blocks < 1 or not self.levels:
            return _slices(self.samples, self.samples, first, last, columns)
        level = min(int(np.log2(finest_blocks)), len(self.levels) - 1)
        low, high = self.levels[level]
        block = _BASE << level
        return _slices(low, high, first // block, -(-last // block), columns)


def _slices(low: Array, high: Array, first: int, last: int, columns: int) -> npt.NDArray[np.float32]:
    begins = np.arange(columns) * (last - first) // columns
    return _extremes(low[first:last], high[first:last], begins)


def _extremes(low: NDArray, high: NDArray, begins: NDArray) -> npt.NDArray[np.float32]:
    return np.stack([np.minimum.reduceat(low, begins), np.maximum.reduceat(high, begins)]).astype(np.float32)


class HeatPyramid:
    """8-bit codes of an (items, values) array, and the largest of 4, 16, 64, ... neighbouring items.

    The levels are fixed, so that a colour means the same value wherever one scrolls. What has not been filled is
    `ABSENT`. Takes a third more than a byte a value. Codes of a signed pyramid ascend with the magnitude, so that the
    largest of some codes is the value farthest from zero, on whichever side.

    Parameters
    ----------
    items, values : int
        Shape of the array.
    low, high : float
        The smallest and the largest value that is told apart; linear between them.
    signed : bool
        Order the codes by magnitude; `low` is then minus `high`.

    Raises
    ------
    InputError
        Levels that are not finite and ascending, or those of a signed pyramid that are not symmetrical.
    """

    def __init__(self, items: int, values: int, low: float, high: float, *, signed: bool = False) -> None:
        if not -np.inf < low < high < np.inf:
            raise InputError(f"levels {low} to {high}: they must be finite and ascending, such as -4 to 4")
        if signed and low != -high:
            raise InputError(f"levels {low} to {high}: those of signed values must be symmetrical, such as -4 to 4")
        self.items, self.values, self.low, self.high, self.signed = items, values, low, high, signed
        self._mips = [np.zeros((items, values), np.uint8)]
        while len(self._mips[-1]) > 1:
            self._mips.append(np.zeros((-(-len(self._mips[-1]) // _RATIO), values), np.uint8))

    @property
    def codes(self) -> npt.NDArray[np.uint8]:
        """The code of every value, (items, values), read-only."""
        codes = self._mips[0].view()
        codes.flags.writeable = False
        return codes

    @property
    def code_values(self) -> npt.NDArray[np.float64]:
        """The value of every code, (256,); those of `ABSENT` and `INVALID` mean nothing."""
        codes = np.arange(256.0)
        values: npt.NDArray[np.float64] = np.interp(codes, (LOWEST, HIGHEST), (self.low, self.high))
        if self.signed:
            values = np.where(codes % 2, 1, -1) * (codes // 2) * (self.high / _STEPS)
        return values

    def fill(self, start: int, rows: NDArray, present: npt.NDArray[np.bool_] | None = None) -> None:
        """Take over the (n, values) float rows from item `start` on; rows that are not `present` stay absent."""
        for offset in range(0, len(rows), _BLOCK_ITEMS):
            block = rows[offset : offset + _BLOCK_ITEMS]
            codes = self._signed(block) if self.signed else self._quantised(block)
            if present is not None:
                codes[~present[offset : offset + _BLOCK_ITEMS]] = ABSENT
            self._mips[0][start + offset : start + offset + len(block)] = codes
        first, last = start, start + len(rows)
        for finer, coarser in zip(self._mips, self._mips[1:], strict=False):
            first, last = first // _RATIO, -(-last // _RATIO)
            group = finer[_RATIO * first : _RATIO * last]
            coarser[first:last] = group[::_RATIO]
            for place in range(1, _RATIO):
                others = group[place::_RATIO]
                np.maximum(coarser[first : first + len(others)], others, out=coarser[first : first + len(others)])

    def factor(self, first: float, last: float, width: int) -> int:
        """How many items share a column where the items [first, last) are drawn `width` columns wide; 1 = exact."""
        step = (last - first) / width
        return int(2 ** np.ceil(np.log2(step))) if step > 1 else 1

    def columns(self, first: float, last: float, width: int) -> npt.NDArray[np.uint8]:
        """Give the codes to draw.

        Parameters
        ----------
        first, last : float
            Items to draw, first < last; parts of them, and what lies outside the array, are allowed.
        width : int
            Number of columns.

        Returns
        -------
        (width, values) uint8
            The largest code of the column's items and at most one mip's block on either side; `ABSENT` outside.
        """
        step = (last - first) / width
        edges = first + np.arange(width + 1) * step
        if step <= 1:
            return self._items(0, np.floor((edges[:-1] + edges[1:]) / 2).astype(np.int64))
        level = min(int(np.log(step) / np.log(_RATIO)), len(self._mips) - 1)
        block, count = _RATIO**level, len(self._mips[level])
        begin = np.clip(np.floor(edges[:-1] / block).astype(np.int64), -1, count)
        end = np.clip(np.ceil(edges[1:] / block).astype(np.int64) - 1, -1, count)
        columns = self._items(level, begin)
        for shift in range(1, int((end - begin).max()) + 1):
            np.maximum(columns, self._items(level, np.minimum(begin + shift, end)), out=columns)
        return columns

    def _items(self, level: int, place: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        mip = self._mips[level]
        if not len(mip):
            return np.zeros((len(place), self.values), np.uint8)
        items: npt.NDArray[np.uint8] = mip.take(place, axis=0, mode="clip")
        items[(place < 0) | (place >= len(mip))] = ABSENT
        return items

    def _quantised(self, rows: NDArray) -> npt.NDArray[np.uint8]:
        rows = rows.astype(np.float64 if rows.dtype.itemsize > 4 else np.float32, copy=False)
        values = np.clip(rows, self.low, self.high)
        values -= self.low
        values *= (HIGHEST - LOWEST) / (self.high - self.low)
        values += LOWEST + 0.5
        values[~np.isfinite(rows)] = INVALID
        return values.astype(np.uint8)

    def _signed(self, rows: NDArray) -> npt.NDArray[np.uint8]:
        """Give 1 for zero, then an even code for each negative and the next, odd one for the same positive value."""
        finite = np.isfinite(rows)
        values = np.clip(np.where(finite, rows, 0), self.low, self.high)
        codes: npt.NDArray[np.uint8] = 2 * np.rint(np.abs(values) * (_STEPS / self.high)).astype(np.uint8)
        codes += values >= 0
        np.maximum(codes, LOWEST, out=codes)
        codes[~finite] = INVALID
        return codes
