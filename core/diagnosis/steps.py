"""The steps behind the mel stage as ports get them wrong, each a function of the stage's own input."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations, product
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
_LAYOUT_FIX = "flatten the 16 rows of 512 one after the other, and only then give them the tensor's shape"

_BLOCK_SHAPES = ((32, 16, 16), (16, 32, 16), (16, 16, 32))
_OFFSETS = (0, 1, -1, 2, -2, 3, -3, 4, -4)


def _index(value: str) -> Hypothesis:
    return Hypothesis("window_index", value, _INDEX_FIX, "windows", step=value)


WINDOW_STEPS: tuple[Hypothesis, ...] = (
    _index("round()"),
    _index("accumulated in float32"),
    Hypothesis("window_tail", "filled with 0", _TAIL_FIX, "windows", step="tail 0"),
    Hypothesis("window_tail", "filled with -4", _TAIL_FIX, "windows", step="tail -4"),
    Hypothesis("window_transpose", "reshaped", _TURN_FIX, "windows", step="reshaped"),
)
RAW = Hypothesis("", "", "", "windows")
"""The reference's own windows."""


def windows_with(mel: NDArray, frames: NDArray, fps: float, step: str = "") -> npt.NDArray[np.float64]:
    """Cut windows as a port with one of `WINDOW_STEPS` does.

    Parameters
    ----------
    mel : (80, T) array
        The mel spectrogram.
    frames : (k,) int array
        The video frames.
    step : str
        The hypothesis's ``step``; empty: as the reference does.

    Returns
    -------
    (k, 16, 80) float64
    """
    total = mel.shape[1]
    exact = COLUMNS_PER_SECOND * (frames / float(fps))
    starts = exact.astype(np.int64)
    if step == "round()":
        starts = np.round(exact).astype(np.int64)
    elif step == "accumulated in float32":
        steps = np.full(int(frames.max(initial=0)) + 1, COLUMNS_PER_SECOND / fps, np.float32)
        steps[0] = 0
        starts = np.cumsum(steps, dtype=np.float32)[frames].astype(np.int64)
    if not step.startswith("tail"):
        starts = np.clip(starts, 0, total - WINDOW_COLUMNS)
    index = starts[:, None] + np.arange(WINDOW_COLUMNS)
    windows: npt.NDArray[np.float64] = mel.T[np.minimum(index, total - 1)].astype(np.float64)
    if step.startswith("tail"):
        windows[index >= total] = float(step.split()[1])
    if step == "reshaped":
        windows = windows.reshape(len(frames), mel.shape[0], WINDOW_COLUMNS).transpose(0, 2, 1)
    return windows


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
