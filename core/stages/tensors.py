"""The tensors stage: for each video frame its 16 context rows, laid out as the network takes them."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, RowBlocks
from ..config import CONTEXT_ROWS, FEATURE_SIZE, Config, EdgePolicy
from ..recipe.kinds.rows import ContextRows

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
    return context_block(edge).rows(np.arange(n_frames), n_rows).astype(np.int32)


@lru_cache
def context_block(edge: EdgePolicy) -> ContextRows:
    """Give the block that collects each frame's context from the padded rows, which are two more than the frames."""
    return ContextRows(before=_ROWS_BEFORE, after=CONTEXT_ROWS - _ROWS_BEFORE, edge=edge, less=2)


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


def cell_of(context: int, feature: int, config: Config = REFERENCE, width: int = FEATURE_SIZE) -> tuple[int, int, int]:
    """Give the tensor cell that holds one feature of one context row; `context_of` is the way back.

    Parameters
    ----------
    context, feature : int
        Context row 0 .. 15 and place in it, 0 .. `width` - 1.
    config : Config
        Its mode decides the layout.
    width : int
        Values in one context row: 512, or ``config.native_width`` for native features.

    Returns
    -------
    channel, row, column : int

    Examples
    --------
    >>> cell_of(2, 274)
    (5, 1, 2)
    """
    _, height, columns = config.tensor_shape
    line, column = divmod(context * width + feature, columns)
    channel, row = divmod(line, height)
    return channel, row, column


def context_of(
    channel: int, row: int, column: int, config: Config = REFERENCE, width: int = FEATURE_SIZE
) -> tuple[int, int]:
    """Give the context row and feature that a tensor cell holds; parameters as for `cell_of`.

    Returns
    -------
    context, feature : int
        A context of 16 or more is one of the zeros that fill the shape, and holds no feature.

    Examples
    --------
    >>> context_of(5, 1, 2)
    (2, 274)
    """
    _, height, columns = config.tensor_shape
    return divmod((channel * height + row) * columns + column, width)
