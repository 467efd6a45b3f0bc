"""Orders of the 512 features in which their structure shows: by variance, by correlation; and which are alive."""

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray

_FRAMES = 4096
"""Frames that the order is found from at most, evenly spread."""


def variance_order(features: NDArray) -> npt.NDArray[np.intp]:
    """Order features from the most to the least varying.

    Parameters
    ----------
    features : (N, F) float array

    Returns
    -------
    (F,) int
        A permutation of the features; equal ones keep their order.
    """
    return np.argsort(-_spread(features).var(axis=0), kind="stable")


def correlation_order(features: NDArray) -> npt.NDArray[np.intp]:
    """Order features so that similar ones are neighbours: each is followed by the one it correlates with most.

    Returns
    -------
    (F,) int
        A permutation that begins with the most varying feature; constant features come last.
    """
    values = _spread(features).astype(np.float64)
    deviation = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    similarity = scaled.T @ scaled / max(1, len(scaled))
    order = [int(deviation.argmax())]
    left = deviation > 0
    left[order[0]] = False
    while left.any():
        order.append(int(np.where(left, similarity[order[-1]], -np.inf).argmax()))
        left[order[-1]] = False
    return np.array([*order, *(k for k in np.flatnonzero(deviation == 0) if k != order[0])], np.intp)


def living(features: NDArray) -> npt.NDArray[np.intp]:
    """Give the features that are not zero everywhere, (k,) int, ascending."""
    return np.flatnonzero(features.any(axis=0))


def _spread(features: NDArray) -> NDArray:
    return features[:: 1 + len(features) // _FRAMES]
