"""The padding stage: the first feature row once more in front, the last once more at the end."""

import numpy as np

from ..arrays import Array, RowBlocks


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
    rows = np.arange(-1, len(features) + 1, dtype=np.int32)
    return RowBlocks(features, np.clip(rows, 0, len(features) - 1), features.shape[1:])
