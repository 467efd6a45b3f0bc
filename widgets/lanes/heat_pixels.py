"""From the codes of a heat pyramid to pixels: colours by a table, rows ordered and folded by their peaks."""

import numpy as np
import numpy.typing as npt

from ...core.drawing.pyramid import ABSENT, HIGHEST, INVALID, LOWEST, HeatPyramid
from ...models.timeline import Span
from ..colour import NOT_FINITE
from ..painting import Pixels

_ROW_SAMPLES = 512
_ROW_LOW, _ROW_HIGH = 0.02, 0.98
"""Items that the range of a row is taken of, about, and the quantiles at its ends."""
_NARROWEST = 1e-3
"""Distance of the two levels of a run whose values are all the same."""
_SAMPLED, _PARTS = 1 << 16, 64
"""Values that a distribution is counted of, about, and its parts."""


def code_table(colours: Pixels, values: npt.NDArray[np.float64], levels: Span, power: float = 1.0) -> Pixels:
    """Give the colour of each code, (256,) premultiplied 0xAARRGGBB; `ABSENT` is transparent, `INVALID` magenta.

    Parameters
    ----------
    colours : (256,) uint32
        From the first level to the last.
    values : (256,) float
        The value of each code, as `HeatPyramid.code_values` gives them.
    levels : (low, high)
        The values of the first and the last colour.
    power : float
        The share of the levels that a value lies at is raised to it: 0.5 spreads the small ones.
    """
    share = (values - levels[0]) / max(levels[1] - levels[0], np.finfo(np.float64).tiny)
    table = colours[(np.clip(share, 0, 1) ** power * 255).round().astype(np.intp)]
    table[ABSENT], table[INVALID] = 0, NOT_FINITE
    return table


def row_tables(pyramid: HeatPyramid) -> npt.NDArray[np.uint8]:
    """Give what each code becomes when every row is spread over all codes, by its own range; (values, 256)."""
    some = pyramid.codes[:: 1 + pyramid.items // _ROW_SAMPLES]
    some = np.sort(some[(some[:, :1] != ABSENT).all(axis=1)], axis=0).astype(np.float64)
    if not len(some):
        plain: npt.NDArray[np.uint8] = np.tile(np.arange(256, dtype=np.uint8), (pyramid.values, 1))
        return plain
    low, high = (some[round(share * (len(some) - 1))] for share in (_ROW_LOW, _ROW_HIGH))
    share = (np.arange(256.0) - low[:, None]) / np.maximum(high - low, 1)[:, None]
    tables: npt.NDArray[np.uint8] = (LOWEST + np.clip(share, 0, 1) * (HIGHEST - LOWEST)).round().astype(np.uint8)
    tables[:, ABSENT], tables[:, INVALID] = ABSENT, INVALID
    return tables


def distribution(pyramid: HeatPyramid, levels: Span) -> npt.NDArray[np.float64]:
    """Give how many of some 65,536 values lie in each of 64 equal parts of the levels; the lowest code counts nowhere.

    Zeros of features are most of them, and would hide the others.
    """
    counts = _code_counts(pyramid)
    found, _ = np.histogram(pyramid.code_values, _PARTS, levels, weights=counts)
    return found.astype(np.float64)


def fitting_high(pyramid: HeatPyramid, share: float = 0.995) -> float | None:
    """Give the value that a share of the values above the lowest code stay below; None where there are none."""
    counts = _code_counts(pyramid)
    if not counts.any():
        return None
    place = int(np.searchsorted(np.cumsum(counts), share * counts.sum()))
    return float(pyramid.code_values[place])


def _code_counts(pyramid: HeatPyramid) -> npt.NDArray[np.intp]:
    """Count the codes of a sample of the values, (256,); none of what is absent, lowest or no number."""
    step = 1 + pyramid.items * pyramid.values // _SAMPLED
    counts = np.bincount(pyramid.codes[::step].ravel(), minlength=256)
    counts[[ABSENT, LOWEST, INVALID]] = 0
    return counts


def fitting_levels(pyramid: HeatPyramid, largest: float) -> Span:
    """Give the levels that fit a whole run, low < high.

    They end at the largest value; values of 0 and more, of which few are large, get the colours of `fitting_high`.
    """
    high = largest
    if pyramid.low >= 0:
        high = min(fitting_high(pyramid) or largest, largest)
    return pyramid.low, max(pyramid.low + _NARROWEST, high)  # where the largest is no number, the first


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
