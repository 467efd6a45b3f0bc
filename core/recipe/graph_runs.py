"""Running a graph over all rows: so many at a time, with the state that it carries from one run to the next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, prod
from typing import Literal

import numpy as np

from ..base.arrays import Array, NDArray, chunks
from ..base.errors import InputError
from ..base.progress import Tick, cancellable
from ..encoder.graph import Graph, as_dtype
from .held import chunk_items
from .items import MAX_HELD_BYTES
from .laid import Laid

MAX_RUN_BYTES = 256 << 20
"""Largest input of one run, in float64: what a model makes of it is a multiple, and it may take 1.5 GB."""
Tail = Literal["short", "zeros", "drop"]


@dataclass(frozen=True, slots=True)
class Feeding:
    """How a graph is fed.

    Attributes
    ----------
    input : str
        The input that the rows go into.
    laid : Laid
        How they lie in it.
    rows, context : int
        Rows that are new in each run (0: all at once), and rows before those that go in again, zeros at first.
    tail : str
        What becomes of a last run with fewer rows.
    state : tuple of (str, str)
        Inputs that get, in each run, the output of the run before; zeros at first.
    constants : tuple of (str, float)
        Inputs that always get the same value.
    lengths : tuple of str
        Inputs that get the number of rows of the run.
    """

    input: str
    laid: Laid
    rows: int
    context: int
    tail: Tail
    state: tuple[tuple[str, str], ...]
    constants: tuple[tuple[str, float], ...]
    lengths: tuple[str, ...]


@dataclass(slots=True)
class _Gathered:
    """The rows that a tensor has given so far, in an array that is made for all of them at the first run."""

    laid: Laid
    done: int = 0
    step: Fraction = Fraction(0)
    whole: NDArray = field(default_factory=lambda: np.empty(0))

    def add(self, name: str, values: NDArray, new: int, size: int, runs: int) -> None:
        """Put the rows of a run behind those before; of its `size` rows `new` are of the recording."""
        rows = self.laid.out_of(name, values)
        if not self.done:
            self.whole = _room(name, (runs * len(rows), *rows.shape[1:]), values.dtype)
            self.step = Fraction(size, max(len(rows), 1))
        rows = rows[: -(-len(rows) * new // size)]
        if rows.shape[1:] != self.whole.shape[1:] or self.done + len(rows) > len(self.whole):
            raise InputError(f"the graph's {name} has another shape in each run: rows of {rows.shape} do not go on")
        self.whole[self.done : self.done + len(rows)] = rows
        self.done += len(rows)


def run_graph(
    graph: Graph, feeding: Feeding, array: Array, outputs: Mapping[str, Laid], tick: Tick
) -> dict[str, tuple[NDArray, Fraction]]:
    """Run a graph over all rows.

    Parameters
    ----------
    array : (n, *item_shape) array or OnDemand
        The rows.
    outputs : mapping of str to Laid
        The tensors wanted, and how rows lie in them.
    tick : callable
        Called after each run with (rows done, rows in all), and again while one takes long.

    Returns
    -------
    mapping of str to ((m, *shape) array, Fraction)
        The rows of each tensor, float32 or float64, and how many rows of `array` each of them stands for.

    Raises
    ------
    InputError
        No rows, more than go in at once, or a graph that fails on them.
    CancelledError
        Raised by `tick`.
    """
    size = feeding.rows or len(array)
    runs = len(array) // size if size and feeding.tail == "drop" else ceil(len(array) / max(size, 1))
    if not runs:
        raise InputError(f"too short: {len(array)} rows are less than one run takes; use a longer recording")
    _check_room(feeding, array, size)
    gathered = {name: _Gathered(laid) for name, laid in outputs.items()}
    state = {name: np.zeros(graph.input(name).least, graph.input(name).dtype) for name, _ in feeding.state}
    done = 0
    with cancellable(lambda: tick(done, len(array))):
        for rows, new in _runs(array, feeding, size):
            made = graph.run(_feed(graph, feeding, rows, state))
            state = {name: made[output] for name, output in feeding.state}
            for name, each in gathered.items():
                each.add(name, made[name], new, len(rows) - feeding.context, runs)
            done += new
            tick(done, len(array))
    return {name: (each.whole[: each.done], each.step) for name, each in gathered.items()}


def _check_room(feeding: Feeding, array: Array, size: int) -> None:
    """Refuse a run that is too large before any of its rows are computed."""
    if (size + feeding.context) * prod(array.shape[1:]) * 8 > MAX_RUN_BYTES:
        raise InputError(
            f"{size + feeding.context} rows of {array.shape[1:]} would go in at once; at most "
            f"{MAX_RUN_BYTES >> 20} MB do: give a smaller batch, or use a shorter recording"
        )


def _runs(array: Array, feeding: Feeding, size: int) -> Iterator[tuple[NDArray, int]]:
    """Yield the rows of each run, those of its context in front, and how many of them are new."""
    before = np.zeros((feeding.context, *array.shape[1:]))
    # Many runs' rows are computed at a time: their number must not make what lies before the graph slow.
    for chunk in chunks(array, size * max(chunk_items(array) // size, 1)):
        for rows in chunks(chunk, size):
            new = len(rows)
            if new < size and feeding.tail == "drop":
                return
            if new < size and feeding.tail == "zeros":
                rows = np.concatenate([rows, np.zeros((size - new, *rows.shape[1:]))])  # noqa: PLW2901
            whole = np.concatenate([before, rows]) if feeding.context else rows
            before = whole[len(whole) - feeding.context :]
            yield whole, new


def _feed(graph: Graph, feeding: Feeding, rows: NDArray, state: Mapping[str, NDArray]) -> dict[str, NDArray]:
    source = graph.input(feeding.input)
    feed = {feeding.input: as_dtype(feeding.laid.into(rows), source.dtype), **state}
    for name, value in (*feeding.constants, *((name, float(len(rows))) for name in feeding.lengths)):
        tensor = graph.input(name)
        feed[name] = as_dtype(np.full(tensor.least, float(value)), tensor.dtype)
    return feed


def _room(name: str, shape: tuple[int, ...], dtype: "np.dtype[np.generic]") -> NDArray:
    if prod(shape) * 8 > MAX_HELD_BYTES:
        raise InputError(f"the graph's {name} would be {shape}, more than {MAX_HELD_BYTES >> 30} GB")
    return np.empty(shape, np.float64 if dtype.kind != "f" else np.result_type(dtype, np.float32))
