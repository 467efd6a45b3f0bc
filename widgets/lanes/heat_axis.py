"""Labels of the value axis of a heat map: frequencies of mel bands, numbers of features."""

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from ...core.base.arrays import NDArray
from .heat_pixels import hertz

_HERTZ = (100, 250, 500, 1000, 2000, 3000, 4000, 6000, 8000, 12000, 16000, 20000)
"""Frequencies that are labelled, as far as there is room."""


def row_labels(values: int, hz: NDArray | None, names: tuple[str, ...] = ()) -> list[tuple[float, str]]:
    """Give the rows that are labelled, counted from the upper edge, with what stands there.

    Parameters
    ----------
    values : int
        Rows of the picture; those with a frequency ascend, the others descend.
    hz : (values,) array or None
        Their frequencies; of another number of rows than there are, they say nothing.
    names : tuple of str
        Their names, where they have some.
    """
    if len(names) == values:
        return [(float(row), name) for row, name in enumerate(names)]
    if hz is None:
        return [(row, f"{row}") for row in {*range(0, values - values // 16, 128), values - 1} if row >= 0]
    inside = [f for f in _HERTZ if hz[0] <= f <= hz[-1]] if values == len(hz) else []
    bands = np.interp(inside, hz, np.arange(len(hz)))
    return [(values - 1 - band, hertz(f)) for band, f in zip(bands.tolist(), inside, strict=True)]


def paint_labels(painter: QPainter, gutter: QRect, labels: list[tuple[float, str]], values: int) -> None:
    """Write labels at the right of the gutter, from above, as far as there is room; `values` rows are that high."""
    height = painter.fontMetrics().height()
    free = gutter.top() - 1
    for row, text in sorted(labels):
        y = gutter.top() + (row + 0.5) / values * gutter.height()
        top = round(min(max(y - height / 2, gutter.top()), gutter.bottom() - height))
        if top > free:
            painter.drawText(QRect(0, top, gutter.width() - 8, height), Qt.AlignmentFlag.AlignRight, text)
            painter.fillRect(gutter.right() - 4, round(y), 4, 1, painter.pen().color())
            free = top + height
