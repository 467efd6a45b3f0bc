"""The padding stage: the first feature row once more in front, the last once more at the end."""

import numpy as np

from ..base.arrays import Array, RowBlocks
from ..recipe.kinds.rows import PadRows

_PADDING = PadRows(front=1, back=1)


def pad_features(features: Array) -> RowBlocks:
    """Repeat the first row in front and the last at the end.

    Parameters
    ----------
    features : (N, width) array
        Feature rows, N >= 1.

    Returns
    -------
    (N + 2, width) RowBlocks
    """
    rows = _PADDING.rows(len(features)).astype(np.int32)
    return RowBlocks(features, rows, features.shape[1:])
