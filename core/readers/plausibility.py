"""How plausible it is that an array is a certain stage: from the values themselves, and from nothing else.

Every score is a product of factors. What tells the right reading from a wrong one is that speech
changes slowly (neighbours in time resemble each other), that windows and frame tensors repeat each other's rows, that
features come out of a ReLU, and that bits misread as floats are spread over all exponents.
"""

from collections.abc import Callable

import numpy as np

from ..base.arrays import Array, NDArray
from ..config import CONTEXT_ROWS, FEATURE_SIZE, WINDOW_COLUMNS
from ..run import StageName

_BLOCKS = 12
_BLOCK_ROWS = 32
_INSANE = 0.05
_UNDECIDED = 0.4
_AVE_VALUES = CONTEXT_ROWS * FEATURE_SIZE


def sample(stage: StageName, array: Array, decode: Callable[[NDArray], NDArray]) -> NDArray:
    """Give evenly spread blocks of an array.

    Parameters
    ----------
    stage : str
        The stage it is taken for.
    array : (T, 80) or (N, ...) array
        Stored values, which may lie in a file of any size.
    decode : callable
        Makes numbers of them.

    Returns
    -------
    (blocks, time, values) float64
        At most 12 blocks of at most 32 mel columns, feature rows or samples, 8 windows, or 2 tensors.
    """
    size = {"windows": 8, "tensors": 2}.get(stage, _BLOCK_ROWS)
    size = min(size, len(array))
    starts = sorted(set(np.linspace(0, len(array) - size, _BLOCKS).astype(int).tolist()))
    blocks = np.stack([decode(array[start : start + size]) for start in starts])
    with np.errstate(invalid="ignore"):  # a signalling NaN is just another NaN
        return blocks.reshape(len(starts), size, -1).astype(np.float64)


def score(stage: StageName, blocks: NDArray) -> float:
    """Give how plausible sampled blocks are as a stage: 0 to 1, and 2 where rows repeat as no chance can make them.

    Where no value is finite, there is nothing to judge by: 0.4.
    """
    if not np.isfinite(blocks).any():
        return _UNDECIDED
    sane = _sane_share(blocks) ** 2
    if sane < _INSANE:
        return 0.0
    finite = np.clip(np.nan_to_num(blocks, posinf=0, neginf=0), -1e6, 1e6)
    return sane * _SCORES[stage](finite)


def misread_bits(dtype: str, blocks: NDArray) -> bool:
    """Tell whether values of a type look like bfloat16 misread.

    Two bfloat16 read as one float32 leave its low half as tame as a float itself; bfloat16 of any usual size read as
    float16 lie between 0.5 and 4.
    """
    if dtype.startswith("float16"):
        values = np.abs(blocks[blocks != 0])
        return values.size > 0 and float(((values > 0.5) & (values < 4.1)).mean()) > 0.97
    if not dtype.startswith("float32"):
        return False
    low = blocks.astype(np.float32).view(np.uint32) & 0xFFFF
    low = low[low != 0]
    exponents = (low >> 7) & 0xFF
    return low.size > blocks.size / 4 and float(((exponents > 100) & (exponents < 150)).mean()) > 0.9


def _sane_share(blocks: NDArray) -> float:
    """Share of the values that a feature pipeline could have written, of those that are not 0."""
    values = np.abs(blocks[blocks != 0])
    return float(((values > 1e-7) & (values < 1e5)).mean()) if values.size else 1.0


def _smoothness(blocks: NDArray) -> float:
    """Correlation of neighbours in time, each value about its own mean; 0.4 where nothing changes."""
    centred = blocks - blocks.mean(axis=(0, 1))
    before, after = centred[:, :-1].ravel(), centred[:, 1:].ravel()
    norm = float(np.sqrt((before @ before) * (after @ after)))
    return max(0.0, float(before @ after) / norm) if norm > 1e-12 else _UNDECIDED


def _mel(blocks: NDArray) -> float:
    """Neighbouring columns are alike, and so are neighbouring bands; 16 columns are rather one window."""
    inside = (np.abs(blocks) <= 4.001).mean() > 0.999 and blocks.min() < 0
    single = blocks.shape[:2] == (1, WINDOW_COLUMNS)
    in_time, across_bands = _smoothness(blocks), _smoothness(blocks.swapaxes(1, 2))
    return (1.0 if inside else 0.4) * (0.9 if single else 1.0) * in_time * (0.2 + 0.8 * across_bands)


def _windows(blocks: NDArray) -> float:
    """Consecutive windows repeat each other in all but the columns that a frame advances."""
    items = blocks.reshape(*blocks.shape[:2], WINDOW_COLUMNS, -1)
    if items.shape[1] == 1:
        return _mel(items[:, 0]) / 0.9
    inside = 1.0 if (np.abs(items) <= 4.001).mean() > 0.999 and items.min() < 0 else 0.4
    steps = [_repeats(items[:, :-1, step:], items[:, 1:, : WINDOW_COLUMNS - step]) for step in range(1, 8)]
    return inside * (2.0 if max(steps) > 0.4 else 0.15)


def _repeats(first: NDArray, second: NDArray) -> float:
    """Share of pairs of items that are equal, of those that are not constant."""
    first, second = (items.reshape(-1, items.shape[-2] * items.shape[-1]) for items in (first, second))
    varied = np.ptp(first, axis=1) > 0
    return float((first == second)[varied].all(axis=1).mean()) if varied.any() else 0.0


def _rows(blocks: NDArray) -> float:
    """Rows change slowly; 16 of them, or a few followed by many of zeros, are rather a frame tensor."""
    empty = (blocks == 0).all(axis=2).mean() > 0.5
    tensor = empty or blocks.shape[:2] == (1, CONTEXT_ROWS)
    return (0.8 if tensor else 1.0) * _one_tensor(blocks)


def _one_tensor(rows: NDArray) -> float:
    tiled = (rows[:, 1:] == rows[:, :-1]).all() and rows.any()
    return _rectified(rows) * (1.0 if tiled else 0.2 + 0.8 * _smoothness(rows))


def _rectified(blocks: NDArray) -> float:
    """Features come out of a ReLU: none below 0, some exactly 0, none very large."""
    if blocks.min() < 0:
        return 0.3
    return 1.0 if (blocks == 0).any() and blocks.max() < 200 else 0.5


def _tensors(blocks: NDArray) -> float:
    """Consecutive frames repeat 15 of their 16 context rows; one frame is 16 rows that change slowly."""
    filled = not blocks[..., _AVE_VALUES:].any()
    empty = (blocks == 0).all(axis=2).mean() > 0.5
    rows = blocks[..., :_AVE_VALUES].reshape(*blocks.shape[:2], CONTEXT_ROWS, FEATURE_SIZE)
    factor = (1.0 if filled else 0.4) * (0.8 if empty else 1.0)
    if rows.shape[1] == 1:
        return factor * _one_tensor(rows[:, 0])
    overlap = _repeats(rows[:, :-1, 1:], rows[:, 1:, :-1]) > 0.9
    tiled = (rows[:, :, 1:] == rows[:, :, :-1]).all()
    return factor * _rectified(rows) * (2.0 if overlap else 1.0 if tiled else 0.3)


def _audio(blocks: NDArray) -> float:
    """Samples lie within full scale, and neighbours are mostly alike; bits misread as whole numbers are not."""
    inside = np.abs(blocks).max() <= 1.5 and blocks.min() < 0
    return (0.9 if inside else 0.3) * (0.3 + 0.7 * _smoothness(blocks))


_SCORES: dict[StageName, Callable[[NDArray], float]] = {
    "audio": _audio,
    "mel": _mel,
    "windows": _windows,
    "features": _rows,
    "padded": _rows,
    "tensors": _tensors,
}
