"""The steps behind the mel stage as ports get them wrong, each a function of the stage's own input."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, permutations, product
from typing import get_args

import numpy as np
import numpy.typing as npt

from ..arrays import Array, NDArray
from ..config import CONTEXT_ROWS, FEATURE_SIZE, WINDOW_COLUMNS, EdgePolicy
from ..stages.tensors import context_rows
from ..timebase import COLUMNS_PER_SECOND
from .hypotheses import Hypothesis

_INDEX_FIX = "begin window i at int(80.0 * (i / fps)), in float64"
_TAIL_FIX = "where a window passes the end, take the last 16 columns"
_TURN_FIX = "transpose the (16, 80) window; do not reshape it"
_OFFSET_FIX = "collect the rows i - 8 to i + 7 of the padded features for frame i"
_EDGE_FIX = "put rows of zeros where the context passes the ends"
_PADDING_FIX = "repeat the first feature row in front and the last at the end"
_LAYOUT_FIX = "flatten the 16 rows of 512 one after the other, and only then give them the tensor's shape"

_BLOCK_SHAPES = ((32, 16, 16), (16, 32, 16), (16, 16, 32))
_OFFSETS = (0, 1, -1, 2, -2, 3, -3, 4, -4)


def _index(value: str) -> Hypothesis:
    return Hypothesis("window_index", value, _INDEX_FIX, "windows", step=value)


_STARTS = (_index("round"), _index("accumulated"), _index("accumulated in float32"))
_TAILS = (
    Hypothesis("window_tail", "zeros", _TAIL_FIX, "windows", step="tail 0"),
    Hypothesis("window_tail", "filled with -4", _TAIL_FIX, "windows", step="tail -4"),
)
FED_TRANSPOSED = Hypothesis("window_transpose", "transposed", _TURN_FIX, "windows", step="reshaped")
COUNTED_IN_FLOAT32 = Hypothesis(
    "window_index", "float32", "count the frames in float64: int((T - 16) / 80.0 * fps) + 2", "windows", step="count"
)


def window_ways() -> list[tuple[Hypothesis, ...]]:
    """Give the ways to cut windows as the faults of each, the simplest first: the reference's own has none."""
    choices = (((), *((one,) for one in same)) for same in (_STARTS, _TAILS, (FED_TRANSPOSED,)))
    return sorted((tuple(chain(*way)) for way in product(*choices)), key=len)


def windows_with(
    mel: NDArray, frames: NDArray, fps: float, faults: Iterable[Hypothesis] = ()
) -> npt.NDArray[np.float64]:
    """Cut windows as a port with some of the faults of `window_ways` does.

    Parameters
    ----------
    mel : (80, T) array
        The mel spectrogram.
    frames : (k,) int array
        The video frames.
    faults : iterable of Hypothesis
        Those of other stages change nothing.

    Returns
    -------
    (k, 16, 80) float64
    """
    steps = {fault.step for fault in faults if fault.stage == "windows"}
    starts, total = _window_starts(frames, fps, steps), mel.shape[1]
    fill = next((float(step.split()[1]) for step in steps if step.startswith("tail")), None)
    if fill is None:
        starts = np.clip(starts, 0, total - WINDOW_COLUMNS)
    index = starts[:, None] + np.arange(WINDOW_COLUMNS)
    windows: npt.NDArray[np.float64] = mel.T[np.minimum(index, total - 1)].astype(np.float64)
    if fill is not None:
        windows[index >= total] = fill
    return reshaped(windows) if FED_TRANSPOSED.step in steps else windows


def _window_starts(frames: NDArray, fps: float, steps: Collection[str]) -> npt.NDArray[np.int64]:
    exact = COLUMNS_PER_SECOND * (frames / float(fps))
    if "round" in steps:
        return np.round(exact).astype(np.int64)
    for step, dtype in (("accumulated", np.float64), ("accumulated in float32", np.float32)):
        if step in steps:
            columns = np.full(int(frames.max(initial=0)) + 1, COLUMNS_PER_SECOND / fps, dtype)
            columns[0] = 0
            return np.cumsum(columns, dtype=dtype)[frames].astype(np.int64)
    return exact.astype(np.int64)


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
    """One way to make frame tensors: the faults it stands for, which rows, and the order of their values."""

    faults: tuple[Hypothesis, ...]
    offset: int
    edge: EdgePolicy
    order: tuple[tuple[int, ...], tuple[int, ...]]

    def blocks(self, padded: Array, frames: NDArray, n_frames: int) -> NDArray:
        """Give (k, 8192) values for some frames."""
        every = context_rows(n_frames + abs(self.offset), len(padded), self.edge)
        if self.offset < 0:
            every = _earlier(every, self.offset, len(padded), self.edge)
        rows = every[frames + max(self.offset, 0)]
        values = np.asarray(padded[np.maximum(rows, 0).ravel()]).reshape(len(frames), CONTEXT_ROWS, FEATURE_SIZE)
        values = np.where(rows[..., None] >= 0, values, 0)
        shape, axes = self.order
        turned = values.reshape(-1, *shape).transpose(0, *(axis + 1 for axis in axes))
        return turned.reshape(len(frames), -1)


_PLAIN_ORDER = ((32, 16, 16), (0, 1, 2))


def tensor_steps() -> Iterator[TensorStep]:
    """Give all ways, the simplest first: the reference's own, one fault, then several."""
    steps = (_step(offset, edge, order) for offset, edge, order in product(_OFFSETS, get_args(EdgePolicy), _orders()))
    return iter(sorted(steps, key=lambda step: len(step.faults)))


def _step(offset: int, edge: EdgePolicy, order: tuple[tuple[int, ...], tuple[int, ...]]) -> TensorStep:
    faults = []
    if offset:
        value = f"rows [i{offset - 8:+d}, i{offset + 8:+d})"
        faults.append(Hypothesis("context_offset", value, _OFFSET_FIX, "tensors", step="offset"))
    if edge != "zeros":
        faults.append(Hypothesis("edge_policy", edge, _EDGE_FIX, "tensors", step="edge"))
    if order != _PLAIN_ORDER:
        shape, axes = order
        value = f"{shape} transposed to {tuple(shape[axis] for axis in axes)}"
        faults.append(Hypothesis("tensor_layout", value, _LAYOUT_FIX, "tensors", step="layout"))
    return TensorStep(tuple(faults), offset, edge, order)


def _orders() -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    flat = ((CONTEXT_ROWS, FEATURE_SIZE), (1, 0))
    turned = [(shape, axes) for shape in _BLOCK_SHAPES for axes in permutations(range(3)) if axes != (0, 1, 2)]
    return [_PLAIN_ORDER, flat, *turned]


def _earlier(rows: NDArray, offset: int, n_rows: int, edge: EdgePolicy) -> NDArray:
    """The context rows of frames before frame 0, which a negative offset asks for, in front."""
    before = np.arange(offset, 0)[:, None] + np.arange(CONTEXT_ROWS) - CONTEXT_ROWS // 2
    missing = -1 if edge == "zeros" else 0
    return np.concatenate([np.where(before < 0, missing, before).astype(np.int32), rows])


PADDED_STEPS: tuple[Hypothesis, ...] = (
    *(Hypothesis("no_padding", value, _PADDING_FIX, "padded", step=value) for value in ("both", "first", "last")),
    Hypothesis("zero_padding", "zeros", _PADDING_FIX, "padded", step="zeros"),
)


def padded_with(features: NDArray, step: str = "") -> NDArray:
    """Pad (N, 512) rows as a port with one of `PADDED_STEPS` does; empty: as the reference does."""
    front, back = features[:1], features[-1:]
    if step == "zeros":
        front, back = np.zeros_like(front), np.zeros_like(back)
    return np.concatenate([front[: step not in {"both", "first"}], features, back[: step not in {"both", "last"}]])
