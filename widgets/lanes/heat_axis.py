"""Labels of the value axis of a heat map: frequencies of mel bands, numbers of features."""

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from ...core.config import Config
from ...core.run import StageName
from ...core.stages.filterbank import band_edges
from .heat_pixels import hertz

_HERTZ = (100, 250, 500, 1000, 2000, 3000, 4000, 6000, 8000)
"""Frequencies that are labelled, as far as there is room."""


def row_labels(stage: StageName, values: int, config: Config) -> list[tuple[float, str]]:
    """Give the rows that are labelled, counted from the upper edge, with what stands there.

    Parameters
    ----------
    values : int
        Rows of the picture; mel bands ascend, the others descend.
    """
    if stage != "mel":
        return [(row, f"{row}") for row in {*range(0, values - values // 16, 128), values - 1} if row >= 0]
    centres = band_edges(config.mel)[1:-1]
    inside = [f for f in _HERTZ if centres[0] <= f <= centres[-1]] if values == len(centres) else []
    bands = np.interp(inside, centres, np.arange(len(centres)))
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
