"""The steps behind the mel stage as ports get them wrong, each a function of the stage's own input."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, permutations, product
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from ..arrays import Array, NDArray
from ..config import CONTEXT_ROWS, FEATURE_SIZE, WINDOW_COLUMNS, EdgePolicy
from ..recipe.kinds.rows import Windows, rows_with_edge
from ..run import Run
from ..timebase import window_block
from .findings import Equivalence
from .hypotheses import Hypothesis

_INDEX_FIX = "begin window i at int(80.0 * (i / fps)), in float64"
_TAIL_FIX = "where a window passes the end, take the last 16 columns"
_TURN_FIX = "transpose the (16, 80) window; do not reshape it"
_OFFSET_FIX = "collect the rows i - 8 to i + 7 of the padded features for frame i"
_ROWS_FIX = "compare raw rows with raw rows: padded row r is the feature row of frame r - 1"
_EDGE_FIX = "put rows of zeros where the context passes the ends"
_PADDING_FIX = "repeat the first feature row in front and the last at the end"
_LAYOUT_FIX = "flatten the 16 rows of 512 one after the other, and only then give them the tensor's shape"

_BLOCK_SHAPES = ((32, 16, 16), (16, 32, 16), (16, 16, 32))
_CONTEXT = tuple(range(-CONTEXT_ROWS // 2, CONTEXT_ROWS // 2))
_OFFSETS = (1, -1, 2, -2, 3, -3, 4, -4)
_TILE_FIX = "collect the rows i - 8 to i + 7 of the padded features for frame i, not one row sixteen times"


def _index(value: str) -> Hypothesis:
    return Hypothesis("window_index", value, _INDEX_FIX, "windows", step=value)


_STARTS = (_index("round"), _index("accumulated"), _index("accumulated in float32"))
TAILS = (
    Hypothesis("window_tail", "zeros", _TAIL_FIX, "windows", step="tail 0"),
    Hypothesis("window_tail", "filled with -4", _TAIL_FIX, "windows", step="tail -4"),
)
FED_TRANSPOSED = Hypothesis("window_transpose", "transposed", _TURN_FIX, "windows", step="reshaped")
COUNTED_IN_FLOAT32 = Hypothesis(
    "window_index", "float32", "count the frames in float64: int((T - 16) / 80.0 * fps) + 2", "windows", step="count"
)
TILED = Hypothesis("tiled_context", "16 copies of one row", _TILE_FIX, "tensors", step="tiled")
_CHANGES: dict[str, dict[str, Any]] = {
    "round": {"rule": "round"},
    "accumulated": {"rule": "accumulate"},
    "accumulated in float32": {"rule": "accumulate_float32"},
    TAILS[0].step: {"tail": "fill", "value": 0.0},
    TAILS[1].step: {"tail": "fill", "value": -4.0},
}
"""What a step changes of the block `windows`."""
CUT_FAULTS = (*_STARTS, FED_TRANSPOSED)
"""What changes windows that do not pass the end."""
DROPPED_TAIL = Hypothesis("window_tail", "dropped", _TAIL_FIX, "windows", step="count")


def windows_inside(columns: int, frames: int, fps: float) -> set[int]:
    """Give how many of so many frames have windows that do not pass the end, with their starts cut off or rounded."""
    starts = (window_starts(np.arange(frames), fps, steps) for steps in ((), ("round",)))
    return {int((start + WINDOW_COLUMNS <= columns).sum()) for start in starts}


def window_ways() -> list[tuple[Hypothesis, ...]]:
    """Give the ways to cut windows as the faults of each, the simplest first: the reference's own has none."""
    choices = (((), *((one,) for one in same)) for same in (_STARTS, TAILS, (FED_TRANSPOSED,)))
    return sorted((tuple(chain(*way)) for way in product(*choices)), key=len)


def fills_window(run: Run) -> bool:
    """Tell whether a run has a mel spectrogram that is long enough for a window."""
    return "mel" in run and run["mel"].shape[1] >= WINDOW_COLUMNS


def windows_with(
    mel: NDArray, frames: NDArray, fps: float, faults: Iterable[Hypothesis] = ()
) -> npt.NDArray[np.float64]:
    """Cut windows as a port with some of the faults of `window_ways` does.

    Parameters
    ----------
    mel : (80, T) array
        The mel spectrogram, T >= 16.
    frames : (k,) int array
        The video frames.
    faults : iterable of Hypothesis
        Those of other stages change nothing.

    Returns
    -------
    (k, 16, 80) float64
    """
    steps = {fault.step for fault in faults if fault.stage == "windows"}
    total, block = mel.shape[1], _block(fps, steps)
    index = block.rows(frames, total)
    windows: npt.NDArray[np.float64] = mel.T[np.maximum(index, 0)].astype(np.float64)
    windows[index < 0] = block.value
    return reshaped(windows) if FED_TRANSPOSED.step in steps else windows


def window_starts(frames: NDArray, fps: float, steps: Collection[str] = ()) -> npt.NDArray[np.int64]:
    """Give the first mel columns of some frames' windows, with the steps of faults; the last ones are not clamped."""
    return _block(fps, steps).starts(frames)


def _block(fps: float, steps: Collection[str]) -> Windows:
    """The reference's windows with the steps of faults."""
    changes: dict[str, Any] = {}
    for step in steps:
        changes |= _CHANGES.get(step, {})
    return replace(window_block(fps), **changes)


def reshaped(windows: NDArray) -> NDArray:
    """Take the memory of (k, 16, 80) windows for (k, 80, 16) ones."""
    return windows.reshape(len(windows), -1, WINDOW_COLUMNS).transpose(0, 2, 1)


def apart(one: NDArray, other: NDArray) -> npt.NDArray[np.float64]:
    """Give the absolute differences; none where neither value is finite, or the other is not known (NaN)."""
    with np.errstate(invalid="ignore"):
        left = np.abs(one.astype(np.float64) - other)
    return np.where(np.isnan(other) | ~(np.isfinite(one) | np.isfinite(other)), 0, left)


@dataclass(frozen=True, slots=True)
class TensorStep:
    """One way to make frame tensors.

    Attributes
    ----------
    faults : tuple of Hypothesis
        What it stands for.
    context : (16,) tuple of int
        The rows of the padded features that frame i has, less i.
    edge, order
        What stands beyond the ends, and the order of the values.
    """

    faults: tuple[Hypothesis, ...]
    context: tuple[int, ...]
    edge: EdgePolicy
    order: tuple[tuple[int, ...], tuple[int, ...]]

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


_PLAIN_ORDER = ((32, 16, 16), (0, 1, 2))


def tensor_steps() -> Iterator[TensorStep]:
    """Give all ways, the simplest first: the reference's own, one fault, then several."""
    steps = (
        _step(context, edge, order) for context, edge, order in product(_contexts(), get_args(EdgePolicy), _orders())
    )
    return iter(sorted(steps, key=lambda step: len(step.faults)))


def context_offset(by: int) -> Hypothesis:
    """Give the fault of a context that lies so many rows too late."""
    return _moved(f"rows [i{by - 8:+d}, i{by + 8:+d})")


def _moved(value: str) -> Hypothesis:
    return Hypothesis("context_offset", value, _OFFSET_FIX, "tensors", step="offset")


def _contexts() -> list[tuple[tuple[int, ...], tuple[Hypothesis, ...]]]:
    """The rows that ports collect: the right ones, those too late or early, 17 less one, and one sixteen times."""
    others = [(tuple(k + by for k in _CONTEXT), (context_offset(by),)) for by in _OFFSETS]
    dropped = (*_CONTEXT[:8], *(k + 1 for k in _CONTEXT[8:]))
    tiled = [((row,) * CONTEXT_ROWS, (TILED,)) for row in (1, 0, 2)]
    return [(_CONTEXT, ()), *others, (dropped, (_moved("rows [i-8, i+9) without row i"),)), *tiled]


def _step(
    context: tuple[tuple[int, ...], tuple[Hypothesis, ...]],
    edge: EdgePolicy,
    order: tuple[tuple[int, ...], tuple[int, ...]],
) -> TensorStep:
    rows, faults = context
    if edge != "zeros":
        faults = (*faults, Hypothesis("edge_policy", edge, _EDGE_FIX, "tensors", step="edge"))
    if order != _PLAIN_ORDER:
        shape, axes = order
        value = f"{shape} transposed by {axes}"
        faults = (*faults, Hypothesis("tensor_layout", value, _LAYOUT_FIX, "tensors", step="layout"))
    return TensorStep(faults, rows, edge, order)


REFERENCE_STEP = TensorStep((), _CONTEXT, "zeros", _PLAIN_ORDER)
"""How the reference makes them."""


def _orders() -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    flat = ((CONTEXT_ROWS, FEATURE_SIZE), (1, 0))
    turned = [(shape, axes) for shape in _BLOCK_SHAPES for axes in permutations(range(3)) if axes != (0, 1, 2)]
    return [_PLAIN_ORDER, flat, *turned]


def row_offset(value: str) -> Hypothesis:
    """Give the fault of raw rows that are other frames' rows."""
    return Hypothesis("row_offset", value, _ROWS_FIX, "features", step="offset")


PADDED_FOR_RAW = row_offset("padded rows for raw ones")
ROW_OFFSETS = {PADDED_FOR_RAW: -1, row_offset("+1 rows"): 1}
"""Offsets of raw rows that are looked for without a mel spectrogram."""
PADDED_STEPS: tuple[Hypothesis, ...] = (
    *(Hypothesis("no_padding", value, _PADDING_FIX, "padded", step=value) for value in ("both", "first", "last")),
    Hypothesis("zero_padding", "zeros", _PADDING_FIX, "padded", step="zeros"),
    *(
        Hypothesis("zero_padding", f"zeros {where}", _PADDING_FIX, "padded", step=f"zeros {where}")
        for where in ("in front", "behind")
    ),
)


def padded_with(features: NDArray, step: str = "") -> NDArray:
    """Pad (N, 512) rows as a port with one of `PADDED_STEPS` does; empty: as the reference does."""
    front, back = features[:1], features[-1:]
    if step in {"zeros", "zeros in front"}:
        front = np.zeros_like(front)
    if step in {"zeros", "zeros behind"}:
        back = np.zeros_like(back)
    return np.concatenate([front[: step not in {"both", "first"}], features, back[: step not in {"both", "last"}]])


def alternatives(one: Iterable[Hypothesis], other: Iterable[Hypothesis]) -> Equivalence:
    """Give two ways to make the same values as faults that are alike."""
    first, second = ([fault for fault in faults if fault not in rest] for faults, rest in ((one, other), (other, one)))
    names = tuple(f"{fault.id} {fault.value}" for fault in (*first, *second))
    return Equivalence(names, "the first and last frames of a recording that is loud at both ends, and the padded rows")
