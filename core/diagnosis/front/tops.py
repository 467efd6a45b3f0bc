"""Whose maximum the lowest values of a port hang from: that of each row, or of chunks of rows."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...base.arrays import NDArray
from ...recipe.kinds.values import Top

SAME = 1e-4
"""Difference of lowest values, as a share of the range of all, up to which they hang from one maximum."""
LIMITED = 2
"""Values of a row on its lowest one from which it is a limit."""
MAX_SIZES = 400


def scopes(top: Top, port: NDArray) -> Iterator[Top]:
    """Give a block with other scopes than its own, as far as a port's lowest values allow them.

    Parameters
    ----------
    port : (T, width) array
        Its values; NaN where one is not finite.
    """
    if top.scope != "frame":
        yield replace(top, scope="frame", rows=0)
    if (size := _chunk(port)) is not None and (top.scope, top.rows) != ("chunk", size):
        yield replace(top, scope="chunk", rows=size)
    if top.scope != "all":
        yield replace(top, scope="all", rows=0)


def _chunk(port: NDArray) -> int | None:
    """Rows of the chunks in each of which all limited rows have one lowest value; None where there are no such."""
    lows = np.fmin.reduce(port, axis=1)
    with np.errstate(invalid="ignore"):
        limited = np.flatnonzero((port == lows[:, None]).sum(axis=1) >= LIMITED)
        same = SAME * float(np.nanmax(port) - np.nanmin(port))
    if len(limited) < LIMITED:
        return None
    changes = np.flatnonzero(np.abs(np.diff(lows[limited])) > same)
    if not len(changes):
        return None
    before, after = int(limited[changes[0]]), int(limited[changes[0] + 1])
    sizes = range(before + 1, min(after, before + MAX_SIZES) + 1)
    return next((size for size in sizes if _is_constant(limited // size, lows[limited], same)), None)


def _is_constant(groups: NDArray, values: NDArray, same: float) -> bool:
    """Whether values of one group are the same; groups ascend."""
    inside = np.diff(groups) == 0
    return bool(np.all(np.abs(np.diff(values))[inside] <= same) and np.any(inside))
