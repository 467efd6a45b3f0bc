"""The figures of an array and its histogram."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ...core.base.arrays import NDArray
from ...core.drawing.summary import Summary, summarise
from ..label import Label
from .late import LatePlot

if TYPE_CHECKING:
    from .histogram import Histogram

_ROWS = ("Values", "Range", "Finite range", "Mean", "Deviation", "Zeros", "NaN, infinite")
_HISTOGRAM = "Histogram of the finite values without the exact zeros"


class StatisticsPanel(QWidget):
    """Range beside finite range, mean, deviation, zeros, NaN and infinities, and the distribution of the values."""

    def __init__(self) -> None:
        super().__init__()
        self._figures = {name: Label("–") for name in _ROWS}
        self._histogram = LatePlot(_made)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addLayout(self._grid())
        column.addWidget(self._histogram, 1)

    def _grid(self) -> QGridLayout:
        """Lay the figures out in two columns; what is too long is cut, so that the panel may be narrow."""
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        for number, (name, label) in enumerate(self._figures.items()):
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            label.setAccessibleName(name)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            side, row = divmod(number, -(-len(_ROWS) // 2))
            grid.addWidget(Label(f"{name}:"), row, 2 * side)
            grid.addWidget(label, row, 2 * side + 1)
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(3, 5)
        return grid

    def set_values(self, array: NDArray | None) -> None:
        """Summarise an array of any shape, at once; None empties the panel.

        In a window arrays are summarised in the background and given to `set_summary`.
        """
        self.set_summary(None if array is None else summarise(array))

    def set_summary(self, summary: Summary | None) -> None:
        """Show a finished summary; None empties the panel."""
        for label, text in zip(self._figures.values(), _texts(summary), strict=True):
            label.setText(text)
            label.setToolTip(text)
        counts, edges = (summary.counts, summary.edges) if summary else ((), ())
        self._histogram.draw(lambda plot: plot.set_counts(counts, edges))

    def load(self) -> None:
        """Say that what draws the histogram is loaded."""
        self._histogram.load()

    @property
    def histogram(self) -> "Histogram | None":
        """What is drawn; None as long as nothing was."""
        return self._histogram.plot

    def figure(self, name: str) -> str:
        """Text of one row, such as ``Mean``."""
        return self._figures[name].text()


def _made() -> "Histogram":
    from .histogram import Histogram  # noqa: PLC0415  (with pyqtgraph, loaded beside the GUI thread)

    return Histogram(_HISTOGRAM)


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
