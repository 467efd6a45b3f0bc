"""The figures of an array and its histogram."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ...core.base.arrays import NDArray
from ...core.drawing.summary import Summary, summarise
from ..label import CutLabel, Label
from .plot import Histogram

_ROWS = ("Values", "Range", "Finite range", "Mean", "Deviation", "Zeros", "NaN, infinite")
_ODD = ("Finite range", "NaN, infinite")
"""What is said only of arrays with values that are not finite."""
_HISTOGRAM = "Histogram of the finite values without the exact zeros"
_WIDEST = "Deviation  -0.000000 to 0.000000"
"""A figure with its name, of which two stand side by side where there is room for them."""


class StatisticsPanel(QWidget):
    """Range beside finite range, mean, deviation, zeros, NaN and infinities, and the distribution of the values."""

    def __init__(self) -> None:
        super().__init__()
        self._figures = {name: CutLabel("–") for name in _ROWS}
        self._names = {name: Label(name) for name in _ROWS}
        self._histogram = Histogram(_HISTOGRAM)
        self._odd, self._columns = False, 0
        for name, label in self._figures.items():
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            label.setAccessibleName(name)
            for part in (label, self._names[name]):
                part.setParent(self)
            self._names[name].setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(1)
        self._grid.setHorizontalSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.addLayout(self._grid)
        column.addWidget(self._histogram, 1)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Put the figures side by side where there is room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self, *, anew: bool = False) -> None:
        """Lay the figures that say something out in one column, or in two."""
        columns = 2 if self.width() >= 2 * self.fontMetrics().horizontalAdvance(_WIDEST) else 1
        if columns == self._columns and not anew:
            return
        self._columns = columns
        for name in _ROWS:
            for label in (self._names[name], self._figures[name]):
                self._grid.removeWidget(label)
                label.setVisible(self._odd or name not in _ODD)
        shown = [name for name in _ROWS if self._odd or name not in _ODD]
        for number, name in enumerate(shown):
            side, row = divmod(number, -(-len(shown) // columns))
            self._grid.addWidget(self._names[name], row, 2 * side)
            self._grid.addWidget(self._figures[name], row, 2 * side + 1)
        for column in (1, 3):
            self._grid.setColumnStretch(column, 1 if column < 2 * columns else 0)

    def set_values(self, array: NDArray | None) -> None:
        """Summarise an array of any shape, at once; None empties the panel.

        In a window arrays are summarised in the background and given to `set_summary`.
        """
        self.set_summary(None if array is None else summarise(array))

    def set_summary(self, summary: Summary | None) -> None:
        """Show a finished summary; None empties the panel."""
        for label, text in zip(self._figures.values(), _texts(summary), strict=True):
            label.setText(text)
        odd = summary is not None and bool(summary.nans or summary.infinities)
        if odd != self._odd:
            self._odd = odd
            self._arrange(anew=True)
        self._histogram.set_counts(*((summary.counts, summary.edges) if summary else ((), ())))

    def figure(self, name: str) -> str:
        """Text of one row, such as ``Mean``."""
        return self._figures[name].text()


def _texts(summary: Summary | None) -> tuple[str, ...]:
    if summary is None:
        return ("–",) * len(_ROWS)
    share = 100 * summary.zeros / summary.size if summary.size else 0.0
    return (
        f"{summary.size:,}",
        f"{_number(summary.low)} to {_number(summary.high)}",
        f"{_number(summary.finite_low)} to {_number(summary.finite_high)}",
        _number(summary.mean),
        _number(summary.std),
        f"{summary.zeros:,} ({share:.1f} %)",
        f"{summary.nans:,} NaN, {summary.infinities:,} infinite",
    )


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.6g}"
