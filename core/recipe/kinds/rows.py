"""Blocks that choose, repeat and put together rows."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np

from ...axis import Clock
from ...base.arrays import NDArray
from ...base.checking import Range
from ...base.errors import InputError
from ..block import Block, Context, Level, parameter
from ..items import Items
from .values import MAX_ROWS, ROWS, Number

MAX_STACK = 1 << 14
Edge = Literal["zeros", "repeat", "last_block"]
Count = Annotated[int, Range(0, MAX_ROWS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Block):
    """Leave out rows at the ends."""

    kind: ClassVar[str] = "drop"
    group: ClassVar = "rows"
    takes: ClassVar[tuple[Level, ...]] = ("frames", *ROWS)
    gathers: ClassVar[bool] = True

    first: Count = parameter("rows left out in front", "rows", default=0)
    last: Count = parameter("rows left out at the end", "rows", default=0)

    def apply(self, items: Items, context: Context) -> Items:
        """Choose the rows between."""
        rows = np.arange(self.first, max(len(items) - self.last, self.first))
        return _taken(items, rows, f"first {self.first} and last {self.last}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Every(Block):
    """Keep one row in so many."""

    kind: ClassVar[str] = "every"
    group: ClassVar = "rows"
    takes: ClassVar[tuple[Level, ...]] = ROWS
    gathers: ClassVar[bool] = True

    step: Annotated[int, Range(1, MAX_STACK)] = parameter("rows from one that is kept to the next", "rows")

    def apply(self, items: Items, context: Context) -> Items:
        """Choose the rows."""
        return _taken(items, np.arange(0, len(items), self.step), f"step {self.step}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRows(Block):
    """Cut the rows, or fill them up, to a number or to a multiple of one."""

    kind: ClassVar[str] = "fit_rows"
    group: ClassVar = "rows"
    takes: ClassVar[tuple[Level, ...]] = ROWS

    rows: Count = parameter("rows, or 0 where multiple is given", "rows", default=0)
    multiple: Count = parameter("fill up to a multiple of so many rows", "rows", default=0)
    cut: bool = parameter("cut down to a multiple instead of filling up", default=False)
    value: Number = parameter("what rows are filled up with", default=0.0)

    def check(self) -> None:
        """Either a number or a multiple."""
        if bool(self.rows) == bool(self.multiple):
            raise InputError("needs either rows or multiple above 0, and not both")

    def unit_of(self, unit: str) -> str:
        """That of the rows, whatever fills them up."""
        return unit

    def apply(self, items: Items, context: Context) -> Items:
        """Choose the rows there are, then rows of the value."""
        whole = (
            self.rows or (len(items) // self.multiple if self.cut else -(-len(items) // self.multiple)) * self.multiple
        )
        index = np.where(np.arange(whole) < len(items), np.arange(whole), -1)
        fitted = _taken(items, index, f"multiple {self.multiple}")
        if not self.value or whole <= len(items):
            return fitted
        filling = replace(fitted, array=index)
        return fitted.beside(filling, lambda rows, place: np.where(place[:, None] < 0, self.value, rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack(Block):
    """Put consecutive rows together into longer ones (low frame rate, LFR)."""

    kind: ClassVar[str] = "stack"
    group: ClassVar = "rows"
    takes: ClassVar[tuple[Level, ...]] = ROWS
    gathers: ClassVar[bool] = True

    size: Annotated[int, Range(1, MAX_STACK)] = parameter("rows in one", "rows")
    hop: Annotated[int, Range(1, MAX_STACK)] = parameter("rows from one to the next", "rows")
    front: Annotated[int, Range(0, MAX_STACK)] = parameter("copies of the first row in front", "rows", default=0)
    tail: Literal["drop", "repeat"] = parameter("the last, incomplete one: dropped, or filled with the last row")

    def apply(self, items: Items, context: Context) -> Items:
        """Gather the rows."""
        n = len(items) + self.front
        count = -(-len(items) // self.hop) if self.tail == "repeat" else 1 + (n - self.size) // self.hop
        index = np.arange(max(count, 0))[:, None] * self.hop + np.arange(self.size) - self.front
        _check_rows(items, index, f"size {self.size}")
        width = int(np.prod(items.item_shape))
        return items.gathered(np.clip(index, 0, len(items) - 1), (self.size * width,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches(Block):
    """Cut the rows into overlapping patches, each a small picture of (rows, values)."""

    kind: ClassVar[str] = "patches"
    group: ClassVar = "rows"
    takes: ClassVar[tuple[Level, ...]] = ROWS
    gathers: ClassVar[bool] = True

    size: Annotated[int, Range(1, MAX_STACK)] = parameter("rows in one patch", "rows")
    hop: Annotated[int, Range(1, MAX_STACK)] = parameter("rows from one patch to the next", "rows")

    def apply(self, items: Items, context: Context) -> Items:
        """Gather the rows; the last, incomplete patch is dropped."""
        count = 1 + (len(items) - self.size) // self.hop
        index = np.arange(max(count, 0))[:, None] * self.hop + np.arange(self.size)
        _check_rows(items, index, f"size {self.size}")
        return items.gathered(index, (self.size, *items.item_shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows(Block):
    """Cut one window of rows for each video frame; frame i begins at i / fps."""

    kind: ClassVar[str] = "windows"
    group: ClassVar = "rows"
    takes: ClassVar[tuple[Level, ...]] = ROWS
    gathers: ClassVar[bool] = True

    size: Annotated[int, Range(1, MAX_STACK)] = parameter("rows in one window", "rows")
    fps: Annotated[float, Range(1e-9, 1000)] = parameter("video frames a second", "1/s")
    rows_per_second: Annotated[float, Range(1e-3, 1e6)] = parameter("rows a second, as the formula has it", "1/s")
    rule: Literal["floor", "round", "ceil", "accumulate", "accumulate_float32"] = parameter(
        "first row of window i: int(rows_per_second (i / fps)); rounded, or rounded up, instead; or rows_per_second / "
        "fps added up i times, in float64 or float32"
    )
    late: Annotated[int, Range(-MAX_STACK, MAX_STACK)] = parameter(
        "rows by which every window begins later, or, negative, earlier", "rows", default=0
    )
    tail: Literal["clamp", "fill"] = parameter("windows that pass the end: the last rows, or value for missing ones")
    value: Number = parameter("what stands for missing rows, for tail = fill", default=0.0)

    def apply(self, items: Items, context: Context) -> Items:
        """Gather the rows of N = int((T - size) / rows_per_second fps) + 2 windows.

        Raises
        ------
        InputError
            Fewer rows than one window has.
        """
        if len(items) < self.size:
            raise InputError(f"too short: {len(items)} rows do not fill one window of {self.size}")
        index = self.rows(np.arange(self.count(len(items))), len(items))
        windows = replace(
            items.gathered(np.maximum(index, 0), (self.size, *items.item_shape)),
            hz=items.hz,
            clock=Clock(self.fps, begins=True),
        )
        if index.min() >= 0:
            return windows
        missing = replace(windows, array=np.asarray(index < 0))
        return windows.beside(missing, lambda rows, gone: np.where(np.expand_dims(gone, -1), self.value, rows))

    def count(self, total: int) -> int:
        """Give the number of windows of `total` rows."""
        return int((total - self.size) / self.rows_per_second * float(self.fps)) + 2

    def rows(self, numbers: NDArray, total: int) -> NDArray:
        """Give the rows of some windows, (k, size) int64, of `total` rows; -1 stands for a missing row."""
        starts = self.starts(numbers)
        if self.tail == "clamp":
            starts = np.clip(starts, 0, total - self.size)
        index = starts[:, None] + np.arange(self.size)
        return np.where((index >= 0) & (index < total), index, -1)

    def starts(self, numbers: NDArray) -> NDArray:
        """Give the first rows of some windows, (k,) int64; those that pass the ends are not clamped."""
        return self._starts(numbers) + self.late

    def _starts(self, numbers: NDArray) -> NDArray:
        if self.rule.startswith("accumulate"):
            dtype = np.float32 if self.rule == "accumulate_float32" else np.float64
            places = np.full(int(numbers.max(initial=0)) + 1, self.rows_per_second / self.fps, dtype)
            places[0] = 0
            return np.cumsum(places, dtype=dtype)[numbers].astype(np.int64)
        exact = self.rows_per_second * (numbers / float(self.fps))
        whole: np.ufunc = {"round": np.rint, "ceil": np.ceil}.get(self.rule, np.floor)
        return np.asarray(whole(exact), np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class PadRows(Block):
    """Put rows in front and at the end."""

    kind: ClassVar[str] = "pad_rows"
    group: ClassVar = "rows"
    takes: ClassVar[tuple[Level, ...]] = ROWS
    gathers: ClassVar[bool] = True
    repeats: ClassVar[bool] = True

    front: Annotated[int, Range(0, MAX_STACK)] = parameter("rows put in front", "rows")
    back: Annotated[int, Range(0, MAX_STACK)] = parameter("rows put at the end", "rows")
    fill: Literal["repeat", "zeros"] = parameter(
        "what they are: the first or the last row again, or zeros", default="repeat"
    )

    def apply(self, items: Items, context: Context) -> Items:
        """Choose the rows."""
        return replace(items.gathered(self.rows(len(items)), items.item_shape), clock=_shifted(items.clock, self.front))

    def rows(self, total: int) -> NDArray:
        """Give the row behind each padded row of `total` rows, (total + front + back,) int64; -1 for a row of zeros."""
        rows = np.arange(-self.front, total + self.back)
        if self.fill == "zeros":
            return np.where((rows >= 0) & (rows < total), rows, -1)
        return np.clip(rows, 0, total - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextRows(Block):
    """Give each row its neighbours: (rows, before + after, width)."""

    kind: ClassVar[str] = "context"
    group: ClassVar = "rows"
    takes: ClassVar[tuple[Level, ...]] = ROWS
    gathers: ClassVar[bool] = True

    before: Annotated[int, Range(0, MAX_STACK)] = parameter("rows before", "rows")
    after: Annotated[int, Range(1, MAX_STACK)] = parameter("rows from the row itself on", "rows")
    edge: Edge = parameter(
        "missing rows: zeros; the first or last row again; or, last_block, in front the first row again, and a context "
        "that passes the end is the last row in every place"
    )
    less: Annotated[int, Range(0, MAX_STACK)] = parameter("rows at the end that get no context", "rows", default=0)

    def apply(self, items: Items, context: Context) -> Items:
        """Gather the rows."""
        rows = self.rows(np.arange(max(len(items) - self.less, 0)), len(items))
        made = items.gathered(rows, (self.before + self.after, *items.item_shape))
        # The rows without a context are as many as stand in front and behind: item i is told by frame i, not by row i.
        return replace(made, clock=_shifted(items.clock, -self.less / 2))

    def rows(self, numbers: NDArray, total: int) -> NDArray:
        """Give the rows behind some contexts, (k, before + after), of `total` rows; -1 stands for a row of zeros."""
        return rows_with_edge(numbers[:, None] + np.arange(-self.before, self.after), total, self.edge)


def rows_with_edge(rows: NDArray, total: int, edge: Edge) -> NDArray:
    """Give row numbers, (k, n), as an edge policy has them where they lie beyond `total` rows; -1: a row of zeros."""
    if edge == "zeros":
        return np.where((rows >= 0) & (rows < total), rows, -1)
    if edge == "last_block":
        beyond: NDArray = np.asarray(rows >= total)
        rows = np.where(beyond.any(axis=1, keepdims=True), total - 1, rows)
    return np.clip(rows, 0, total - 1)


def _shifted(clock: Clock | None, rows: float) -> Clock | None:
    """Give when rows are that so many have been put in front of."""
    return clock and replace(clock, offset=clock.offset + rows)


def _taken(items: Items, rows: NDArray, what: str) -> Items:
    _check_rows(items, rows, what)
    return replace(items.gathered(rows, items.item_shape), hz=items.hz)


def _check_rows(items: Items, rows: NDArray, what: str) -> None:
    if not len(rows):
        raise InputError(f"too short: {len(items)} rows leave nothing with {what}; use a longer recording")
