"""Values of the reference against the port's: on the diagonal they agree, and a factor is a slope."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...core.compare.pair import PairedValues
from ..label import Label
from .plot import PointsPlot

_MOST_POINTS = 20_000


class Scatter(QWidget):
    """A point a pair, the identity line (dashed) and the fitted line, whose slope is written above."""

    def __init__(self) -> None:
        super().__init__()
        self._plot, self._text = PointsPlot("Reference against port", across="reference", upwards="port"), Label("–")
        self._text.setWordWrap(True)
        self._text.setAccessibleName("Fitted line")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self._text)
        column.addWidget(self._plot, 1)

    def set_values(self, values: PairedValues | None) -> None:
        """Show pairs, of which only those with two finite values have a place; None empties the plot."""
        slope, offset = values.line() if values else (np.nan, np.nan)
        self._plot.set_points(*_finite(values), (slope, offset) if np.isfinite(slope) else None)
        self._text.setText(_line_text(values, slope, offset))

    @property
    def text(self) -> str:
        """What is said of the fitted line."""
        return self._text.text()


def _finite(values: PairedValues | None) -> tuple[np.ndarray, np.ndarray]:
    """Give the finite pairs, at most `_MOST_POINTS` of them, evenly spread."""
    if values is None:
        return np.zeros(0), np.zeros(0)
    both = np.flatnonzero(np.isfinite(values.reference) & np.isfinite(values.port))
    chosen = both[:: max(1, -(-len(both) // _MOST_POINTS))]
    return values.reference[chosen], values.port[chosen]


def _line_text(values: PairedValues | None, slope: float, intercept: float) -> str:
    if values is None:
        return "The port has no values here."
    shown = f"{len(values.reference):,} of {values.total:,} pairs"
    if not np.isfinite(slope):
        return f"{shown}; the reference does not vary"
    return f"slope {slope:.4g}, offset {intercept:+.4g}; {shown} (dashed: identity)"
