"""The errors of each group of a corpus, as boxes on a logarithmic axis."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...models.corpus_table import GroupErrors
from ..colour import STAGE_INKS

MAX_GROUPS = 30
"""Boxes that can be told apart and named in a plot."""
_MIN_ERROR = 1e-12
"""What stands for an error of 0, which has no logarithm."""
_HALF_WIDTH = 0.3
_NAME_LINES, _TICK = 2, 12
"""Lines of a group's name and its size, and pixels of the tick above them."""


class GroupPlot(QWidget):
    """One box a group: its quarters, a line at the median, whiskers at 5 and 95 %."""

    def __init__(self) -> None:
        super().__init__()
        self._plot = pyqtgraph.PlotWidget()
        self._plot.setAccessibleName("Errors by group")
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setLabel("left", "log10 RMSE")
        for name in ("left", "bottom"):
            self._plot.getAxis(name).enableAutoSIPrefix(False)  # a tick is the value that it says
        self._shown: tuple[Sequence[GroupErrors], str, str] = ((), "", "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)

    def set_groups(self, groups: Sequence[GroupErrors], stage: str, column: str) -> None:
        """Show these groups of a column, at most `MAX_GROUPS`, by the errors of a stage."""
        self._shown = groups, stage, column
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme, and the size of letters."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._draw()

    def _draw(self) -> None:
        groups, stage, column = self._shown
        plot, shown = self._plot, groups[:MAX_GROUPS]
        plot.clear()
        self._take_colours()
        if not shown:
            return
        x = np.arange(len(shown), dtype=float)
        low, first, median, third, high = np.log10(np.maximum([group.quantiles for group in shown], _MIN_ERROR)).T
        ink = self.palette().color(QPalette.ColorRole.Text)
        fill = STAGE_INKS.get(stage, ink)
        whiskers = pyqtgraph.ErrorBarItem(x=x, y=median, top=high - median, bottom=median - low, beam=0.2, pen=ink)
        box = pyqtgraph.BarGraphItem(x=x, y0=first, y1=third, width=2 * _HALF_WIDTH, brush=fill, pen=ink)
        ends = np.stack([x - _HALF_WIDTH, x + _HALF_WIDTH], axis=1).ravel()
        middle = pyqtgraph.PlotDataItem(ends, np.repeat(median, 2), connect="pairs", pen=pyqtgraph.mkPen(ink, width=2))
        for item in (whiskers, box, middle):
            plot.addItem(item)
        names = [(n, f"{group.group or '-'}\n{group.recordings:,}") for n, group in enumerate(shown)]
        plot.getAxis("bottom").setTicks([names])
        plot.setLabel("bottom", f"{column}, and how many recordings")
        plot.getAxis("bottom").setHeight((_NAME_LINES + 1) * self.fontMetrics().lineSpacing() + _TICK)
        plot.setXRange(-0.5, len(shown) - 0.5, padding=0.02)
        plot.setYRange(float(low.min()) - 0.5, float(high.max()) + 0.5, padding=0)

    def _take_colours(self) -> None:
        palette = self.palette()
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        for axis in map(self._plot.getAxis, ("left", "bottom")):
            axis.setTextPen(palette.color(QPalette.ColorRole.Text))
            axis.setTickFont(self.font())
            axis.label.setFont(self.font())
