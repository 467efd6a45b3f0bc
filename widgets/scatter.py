"""Values of the reference against the port's: on the diagonal they agree, and a factor is a slope."""

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ..core.compare.pair import PairedValues
from .plots import apply_palette, still_plot

_MOST_POINTS = 20_000
_OPACITY = 90
_FITTED = QColor("#d95f02")
"""The fitted line: told apart from the points and the grey identity line by any eyes."""


class Scatter(QWidget):
    """A point a pair, the identity line (dashed) and the fitted line, whose slope is written above."""

    def __init__(self) -> None:
        super().__init__()
        self._values: PairedValues | None = None
        self._plot: Any = None
        self._points: Any = None
        self._identity: Any = None
        self._fitted: Any = None
        self._text = QLabel("–")
        self._text.setWordWrap(True)
        self._text.setAccessibleName("Fitted line")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.addWidget(self._text)

    def make_plot(self) -> None:
        """Draw the points from now on."""
        if self._plot is not None:
            return
        import pyqtgraph as pg  # noqa: PLC0415  (see widgets.plots)

        self._plot = still_plot("Reference against port")
        self._points = pg.ScatterPlotItem(size=3, pen=None)
        self._identity, self._fitted = pg.PlotCurveItem(), pg.PlotCurveItem(pen=pg.mkPen(_FITTED, width=2))
        for item in (self._points, self._identity, self._fitted):
            self._plot.addItem(item)
        self._plot.setLabel("bottom", "reference")
        self._plot.setLabel("left", "port")
        self._column.addWidget(self._plot, 1)
        self._apply_palette()
        self.set_values(self._values)

    def set_values(self, values: PairedValues | None) -> None:
        """Show pairs, of which only those with two finite values have a place; None empties the plot."""
        self._values = values
        slope, intercept = values.line() if values else (np.nan, np.nan)
        self._text.setText(_line_text(values, slope, intercept))
        if self._plot is None:
            return
        x, y = _finite(values)
        self._points.setData(x, y)
        ends = np.array([x.min(), x.max()]) if x.size else np.zeros(0)
        self._identity.setData(ends, ends)
        line = ends if np.isfinite(slope) else ends[:0]
        self._fitted.setData(line, slope * line + intercept)

    @property
    def text(self) -> str:
        """What is said of the fitted line."""
        return self._text.text()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Take over a new palette."""
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None:
            self._apply_palette()
        super().changeEvent(event)

    def _apply_palette(self) -> None:
        import pyqtgraph as pg  # noqa: PLC0415

        apply_palette(self._plot, self.palette())
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        colour.setAlpha(_OPACITY)
        self._points.setBrush(colour)
        dashed = Qt.PenStyle.DashLine
        self._identity.setPen(pg.mkPen(self.palette().color(QPalette.ColorRole.Text), style=dashed))


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
