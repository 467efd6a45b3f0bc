"""Values of the reference against the port's: on the diagonal they agree, and a factor is a slope."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...core.compare.pair import PairedValues
from ..label import Label
from .plot import PointsPlot

_MOST_POINTS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Pairs as they are shown.

    Attributes
    ----------
    reference, port : (n,) float64 arrays
        Finite pairs, at most `_MOST_POINTS` of them, evenly spread.
    line : tuple of float or None
        Slope and offset of the line through all finite pairs; None where there is none.
    text : str
        What is said of it.
    """

    reference: np.ndarray
    port: np.ndarray
    line: tuple[float, float] | None
    text: str


def fitted(values: PairedValues | None) -> Fitted:
    """Fit a line to pairs, and choose those that are shown; None: there are none."""
    slope, offset = values.line() if values else (np.nan, np.nan)
    line = (slope, offset) if np.isfinite(slope) else None
    return Fitted(*_finite(values), line, _line_text(values, slope, offset))


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
        """Fit a line to pairs and show both, at once; only pairs of two finite values have a place.

        In a window lines are fitted in the background and given to `set_fitted`.
        """
        self.set_fitted(fitted(values))

    def set_fitted(self, pairs: Fitted) -> None:
        """Show pairs and the line that was fitted to them."""
        self._plot.set_points(pairs.reference, pairs.port, pairs.line)
        self._text.setText(pairs.text)

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
