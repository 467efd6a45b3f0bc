"""The figures of an array and its histogram."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ...core.base.arrays import NDArray
from ...core.drawing.summary import Summary, summarise
from ..label import CutLabel, Label
from .late import LatePlot

if TYPE_CHECKING:
    from .histogram import Histogram

_ROWS = ("Values", "Range", "Finite", "Mean", "Deviation", "Zeros", "Not finite")
_ODD = ("Finite", "Not finite")
"""What is said only of arrays with values that are not finite."""
_HISTOGRAM = "Histogram of the finite values without the exact zeros"
_LEGIBLE = 90
"""Pixels of height below which a histogram is axes and nothing else: it is left out."""
_NARROW, _WIDE = "Range  -0.0000 to 0.0000  Deviation  0,000 (00.0 %)", "Deviation  -0.000000 to 0.000000" * 2
"""What has room in a panel before figures stand side by side, and before they have six digits and not four."""


class StatisticsPanel(QWidget):
    """Range beside finite range, mean, deviation, zeros, NaN and infinities, and the distribution of the values."""

    def __init__(self) -> None:
        super().__init__()
        self._figures = {name: CutLabel("–") for name in _ROWS}
        self._names = {name: Label(name) for name in _ROWS}
        self._histogram = LatePlot(_made)
        self._summary: Summary | None = None
        self._odd, self._columns, self._digits = False, 0, 6
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
        column.addStretch()  # takes the room where there is no histogram
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Put the figures side by side where there is room, with fewer digits where there is little."""
        super().resizeEvent(event)
        self._arrange()
        self._show_histogram()
        digits = 6 if self._columns == 1 or self.width() >= self._room(_WIDE) else 4
        if digits != self._digits:
            self._digits = digits
            self._write()

    def _show_histogram(self) -> None:
        """Draw a distribution where there is one, and room for it."""
        several = self._summary is not None and self._summary.size > 1
        self._histogram.setVisible(several and self.height() - self._grid.sizeHint().height() >= _LEGIBLE)

    def _room(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text)

    def _arrange(self, *, anew: bool = False) -> None:
        """Lay the figures that say something out in one column, or in two."""
        columns = 2 if self.width() >= self._room(_NARROW) else 1
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
        for column, share in ((1, 5), (3, 4)):
            self._grid.setColumnStretch(column, share if column < 2 * columns else 0)

    def set_values(self, array: NDArray | None) -> None:
        """Summarise an array of any shape, at once; None empties the panel.

        In a window arrays are summarised in the background and given to `set_summary`.
        """
        self.set_summary(None if array is None else summarise(array))

    def set_summary(self, summary: Summary | None) -> None:
        """Show a finished summary; None empties the panel."""
        self._summary = summary
        self._write()
        odd = summary is not None and bool(summary.nans or summary.infinities)
        if odd != self._odd:
            self._odd = odd
            self._arrange(anew=True)
        counts, edges = (summary.counts, summary.edges) if summary else ((), ())
        self._show_histogram()
        self._histogram.draw(lambda plot: plot.set_counts(counts, edges))

    def load(self) -> None:
        """Say that what draws the histogram is loaded."""
        self._histogram.load()

    @property
    def histogram(self) -> "Histogram | None":
        """What is drawn; None as long as nothing was."""
        return self._histogram.plot

    def _write(self) -> None:
        fine, seen = _texts(self._summary, 6), _texts(self._summary, self._digits)
        for label, text, whole in zip(self._figures.values(), seen, fine, strict=True):
            label.setText(text)
            label.setToolTip(whole)

    def figure(self, name: str) -> str:
        """Text of one row, such as ``Mean``."""
        return self._figures[name].text()


def _made() -> "Histogram":
    from .histogram import Histogram  # noqa: PLC0415  (with pyqtgraph, loaded beside the GUI thread)

    return Histogram(_HISTOGRAM)


def _texts(summary: Summary | None, digits: int) -> tuple[str, ...]:
    if summary is None:
        return ("–",) * len(_ROWS)
    share = 100 * summary.zeros / summary.size if summary.size else 0.0
    return (
        f"{summary.size:,}",
        f"{_number(summary.low, digits)} to {_number(summary.high, digits)}",
        f"{_number(summary.finite_low, digits)} to {_number(summary.finite_high, digits)}",
        _number(summary.mean, digits),
        _number(summary.std, digits),
        f"{summary.zeros:,} ({share:.1f} %)",
        f"{summary.nans:,} NaN, {summary.infinities:,} inf",
    )


def _number(value: float, digits: int) -> str:
    return "–" if np.isnan(value) else f"{value:.{digits}g}"
