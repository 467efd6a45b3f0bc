"""Colours of values: a 256-entry table a colour map, and the code of a value in it."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from cmap import Colormap

NOT_FINITE = np.uint32(0xFFFF00FF)
"""Magenta, which no colour map holds: NaN and infinities."""


@lru_cache(maxsize=32)
def lookup(name: str) -> npt.NDArray[np.uint32]:
    """Give a colour map as (256,) uint32 0xffRRGGBB, the pixels of ``QImage.Format_RGB32``."""
    red, green, blue = (Colormap(name).lut(256)[:, :3].T * 255).round().astype(np.uint32)
    table: npt.NDArray[np.uint32] = 0xFF000000 | red << 16 | green << 8 | blue
    table.flags.writeable = False
    return table
