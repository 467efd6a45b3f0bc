"""The tensors stage: for each video frame its 16 context rows, laid out as the network takes them."""

import numpy as np
import numpy.typing as npt

from ..arrays import Array, RowBlocks
from ..config import CONTEXT_ROWS, Config, EdgePolicy

REFERENCE = Config()
_ROWS_BEFORE = CONTEXT_ROWS // 2


def context_rows(n_frames: int, n_rows: int, edge: EdgePolicy = "zeros") -> npt.NDArray[np.int32]:
    """Give the feature row behind every context row of every frame.

    Parameters
    ----------
    n_frames, n_rows : int
        Frames N, and rows of the padded features (N + 2 in the reference).
    edge : str
        ``zeros``: a missing row is -1; ``repeat``: it is the first or last row; ``last_block``: in front it is the
        first row, and a frame whose context passes the end has the last row sixteen times.

    Returns
    -------
    (N, 16) int32
        Rows [i - 8, i + 8) of frame i; -1 stands for a row of zeros.
    """
    rows = np.arange(n_frames, dtype=np.int32)[:, None] + np.arange(-_ROWS_BEFORE, _ROWS_BEFORE, dtype=np.int32)
    if edge == "zeros":
        return np.where((rows >= 0) & (rows < n_rows), rows, np.int32(-1))
    if edge == "last_block":
        rows[rows[:, -1] >= n_rows] = n_rows - 1
    return np.clip(rows, 0, n_rows - 1)


def context_blocks(padded: Array, n_frames: int, config: Config = REFERENCE) -> RowBlocks:
    """Give every frame's context as rows: (N, 16, width), the original's ``_window`` files."""
    return RowBlocks(padded, context_rows(n_frames, len(padded), config.edge), (CONTEXT_ROWS, *padded.shape[1:]))


def frame_tensors(padded: Array, n_frames: int, config: Config = REFERENCE) -> RowBlocks:
    """Give every frame's tensor.

    Parameters
    ----------
    padded : (R, 512) array, or (n, 2048), (n, 8192) native features
        Feature rows.
    n_frames : int
        Frames N.

    Returns
    -------
    (N, C, H, W) RowBlocks
        The 16 context rows flattened and laid out by mode: (32, 16, 16), (32, 32, 32) or (256, 16, 32); where the rows
        hold fewer values than the shape, zeros follow. In ``ave`` mode channels 2k and 2k+1 are context frame i-8+k.
    """
    return RowBlocks(padded, context_rows(n_frames, len(padded), config.edge), config.tensor_shape)
