"""The ways to make frame tensors of padded rows, as ports get them wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations, product
from typing import get_args

import numpy as np

from ...base.arrays import Array, NDArray
from ...config import CONTEXT_ROWS, FEATURE_SIZE, EdgePolicy
from ...recipe.kinds.rows import rows_with_edge
from ..findings import Equivalence
from ..hypotheses import Hypothesis, altered

_OFFSET_FIX = "collect the rows i - 8 to i + 7 of the padded features for frame i"
_EDGE_FIX = "put rows of zeros where the context passes the ends"
_LAYOUT_FIX = "flatten the 16 rows of 512 one after the other, and only then give them the tensor's shape"
_TILE_FIX = "collect the rows i - 8 to i + 7 of the padded features for frame i, not one row sixteen times"
_BLOCK_SHAPES = ((32, 16, 16), (16, 32, 16), (16, 16, 32))
_CONTEXT = tuple(range(-CONTEXT_ROWS // 2, CONTEXT_ROWS // 2))
_OFFSETS = (1, -1, 2, -2, 3, -3, 4, -4)
Order = tuple[tuple[int, ...], tuple[int, ...]]
_PLAIN_ORDER: Order = ((32, 16, 16), (0, 1, 2))


@dataclass(frozen=True, slots=True)
class FrameContext:
    """One way to make frame tensors; without arguments the reference's.

    Attributes
    ----------
    context : (16,) tuple of int
        The rows of the padded features that frame i has, less i.
    edge : str
        What stands beyond the ends.
    order : (shape, axes)
        The shape that the values are given, and the order in which its axes are then written.
    faults : tuple of Hypothesis
        What it stands for.
    """

    context: tuple[int, ...] = _CONTEXT
    edge: EdgePolicy = "zeros"
    order: Order = _PLAIN_ORDER
    faults: tuple[Hypothesis, ...] = ()

    def blocks(self, padded: Array, frames: NDArray) -> NDArray:
        """Give (k, 8192) values for some frames."""
        rows = self.numbers(frames, len(padded))
        values = np.asarray(padded[np.maximum(rows, 0).ravel()]).reshape(len(frames), CONTEXT_ROWS, FEATURE_SIZE)
        values = np.where(rows[..., None] >= 0, values, 0)
        shape, axes = self.order
        turned = values.reshape(-1, *shape).transpose(0, *(axis + 1 for axis in axes))
        return turned.reshape(len(frames), -1)

    def numbers(self, frames: NDArray, n_rows: int) -> NDArray:
        """Give the padded row behind every context row of some frames, (k, 16); -1 stands for zeros."""
        return rows_with_edge(frames[:, None] + np.array(self.context), n_rows, self.edge)

    def rows(self, blocks: NDArray) -> NDArray:
        """Give the (k, 16, 512) rows in (k, 8192) values that were made so: `blocks` undone."""
        shape, axes = self.order
        back = np.argsort(axes)
        turned = blocks.reshape(-1, *(shape[axis] for axis in axes)).transpose(0, *(axis + 1 for axis in back))
        return np.asarray(turned.reshape(len(blocks), CONTEXT_ROWS, FEATURE_SIZE))


def context_of(faults: Iterable[Hypothesis]) -> FrameContext:
    """Give how a port with some faults makes its frame tensors; those of other stages change nothing."""
    return altered(FrameContext(), faults, "tensors")


@lru_cache(maxsize=1)
def frame_contexts() -> tuple[FrameContext, ...]:
    """Give all ways, the simplest first: the reference's own, one fault, then several."""
    ways = (
        tuple(fault for fault in way if fault)
        for way in product((None, *_contexts()), (None, *_edges()), (None, *_orders()))
    )
    return tuple(sorted((replace(context_of(way), faults=way) for way in ways), key=lambda way: len(way.faults)))


def _fault(id: str, value: str, fix: str, name: str, changed: object) -> Hypothesis:
    return Hypothesis(id, value, fix, "tensors", block=((name, changed),))


def context_offset(by: int) -> Hypothesis:
    """Give the fault of a context that lies so many rows too late."""
    return _moved(f"rows [i{by - 8:+d}, i{by + 8:+d})", tuple(k + by for k in _CONTEXT))


def _moved(value: str, context: tuple[int, ...]) -> Hypothesis:
    return _fault("context_offset", value, _OFFSET_FIX, "context", context)


def _tiled(row: int) -> Hypothesis:
    return _fault("tiled_context", "16 copies of one row", _TILE_FIX, "context", (row,) * CONTEXT_ROWS)


TILED = _tiled(1)


def _contexts() -> Iterator[Hypothesis]:
    """The rows that ports collect: those too late or early, 17 less one, and one sixteen times."""
    yield from map(context_offset, _OFFSETS)
    yield _moved("rows [i-8, i+9) without row i", (*_CONTEXT[:8], *(k + 1 for k in _CONTEXT[8:])))
    yield from (TILED, _tiled(0), _tiled(2))


def _edges() -> Iterator[Hypothesis]:
    for edge in get_args(EdgePolicy):
        if edge != "zeros":
            yield _fault("edge_policy", edge, _EDGE_FIX, "edge", edge)


def _orders() -> Iterator[Hypothesis]:
    flat: list[Order] = [((CONTEXT_ROWS, FEATURE_SIZE), (1, 0))]
    turned = ((shape, axes) for shape in _BLOCK_SHAPES for axes in permutations(range(3)) if axes != (0, 1, 2))
    for shape, axes in (*flat, *turned):
        yield _fault("tensor_layout", f"{shape} transposed by {axes}", _LAYOUT_FIX, "order", (shape, axes))


def alternatives(one: Iterable[Hypothesis], other: Iterable[Hypothesis]) -> Equivalence:
    """Give two ways to make the same values as faults that are alike."""
    first, second = ([fault for fault in faults if fault not in rest] for faults, rest in ((one, other), (other, one)))
    names = tuple(f"{fault.id} {fault.value}" for fault in (*first, *second))
    return Equivalence(names, "the first and last frames of a recording that is loud at both ends, and the padded rows")
