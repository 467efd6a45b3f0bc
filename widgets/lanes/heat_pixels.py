"""From the codes of a heat pyramid to pixels: colours by a table, rows ordered and folded by their peaks."""

import numpy as np
import numpy.typing as npt

from ...core.pyramid import ABSENT, INVALID
from ...models.timeline import Span
from ..colour import NOT_FINITE, lookup
from ..painting import Pixels


def code_table(name: str, values: npt.NDArray[np.float64], levels: Span) -> Pixels:
    """Give the colour of each code, (256,) premultiplied 0xAARRGGBB; `ABSENT` is transparent, `INVALID` magenta.

    Parameters
    ----------
    name : str
        A name that `colour_map` knows.
    values : (256,) float
        The value of each code, as `HeatPyramid.code_values` gives them.
    levels : (low, high)
        The values of the map's first and last colour.
    """
    share = (values - levels[0]) / max(levels[1] - levels[0], np.finfo(np.float64).tiny)
    table = lookup(name)[np.clip(share * 255, 0, 255).round().astype(np.intp)]
    table[ABSENT], table[INVALID] = 0, NOT_FINITE
    return table


def fold_rows(codes: npt.NDArray[np.uint8], rows: npt.NDArray[np.integer], height: int) -> npt.NDArray[np.uint8]:
    """Lay codes out as lines of a picture.

    Parameters
    ----------
    codes : (columns, values) uint8
        As `HeatPyramid.columns` gives them.
    rows : (n,) int
        Which value is drawn in each row, from the upper edge.
    height : int
        Lines of the picture; where it has fewer than there are rows, a line shows the largest code of its rows.

    Returns
    -------
    (height, columns) uint8
    """
    values = np.ascontiguousarray(codes.T)
    bounds = np.arange(height + 1) * len(rows) // height
    begin, last = bounds[:-1], np.maximum(bounds[1:] - 1, bounds[:-1])
    lines: npt.NDArray[np.uint8] = values.take(rows[begin], axis=0)
    for shift in range(1, int((last - begin).max()) + 1):  # far faster than numpy's reduceat along this axis
        np.maximum(lines, values.take(rows[np.minimum(begin + shift, last)], axis=0), out=lines)
    return lines


def hertz(frequency: float) -> str:
    """Give a frequency as a short label.

    Examples
    --------
    >>> hertz(250), hertz(1500), hertz(8000)
    ('250 Hz', '1.5 kHz', '8 kHz')
    """
    return f"{frequency:g} Hz" if frequency < 1000 else f"{frequency / 1000:g} kHz"
