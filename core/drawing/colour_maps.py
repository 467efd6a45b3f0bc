"""The colour maps: perceptually uniform, and all but `gray` told apart by the colour-blind."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..base.resources import colours


@lru_cache(maxsize=16)
def colour_map(name: str) -> npt.NDArray[np.uint8]:
    """Give a colour map.

    Parameters
    ----------
    name : str
        ``viridis``, ``cividis``, ``magma``, ``inferno``, ``plasma``, ``gray``, or ``vik`` or, for dark grounds,
        ``berlin`` (Crameri's, diverging: blue
        below its middle, brown above).

    Returns
    -------
    (256, 3) uint8
        Red, green and blue of each step, read-only.
    """
    with np.load(colours()) as tables:
        table: npt.NDArray[np.uint8] = tables[name]
    table.flags.writeable = False
    return table
