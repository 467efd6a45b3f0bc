"""What every plot has: pan, zoom, axes that may be logarithmic, a line under the pointer, and what is read there."""

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ..label import CutLabel
from ..paint_turn import TURN

_GRID = 0.2
_MIN_HEIGHT, _NAMED_HEIGHT = 24, 150
"""Pixels of a plot, at least, and from which on its axes are named."""


class _Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot that waits for the next turn of the event loop where this one has no time left."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the plot, or nothing but its ground for now."""
        if TURN.allows(self.viewport()):
            with TURN.spending():
                super().paintEvent(event)
        else:
            painter = QPainter(self.viewport())
            painter.fillRect(event.rect(), self.backgroundBrush())
            painter.end()


class PlotFrame(QWidget):
    """A plot in the colours of the theme; a subclass says what the pointer reads, puts its items in and colours them.

    Parameters
    ----------
    name : str
        For screen readers.
    logarithmic : str
        The axes that may be logarithmic: ``x``, ``y``, ``xy`` or none.
    """

    def __init__(self, name: str, logarithmic: str = "xy") -> None:
        super().__init__()
        self._plot, self._told = _Plot(), CutLabel()
        self._plot.setAccessibleName(name)
        self._told.setAccessibleName("Values under the pointer")
        self._plot.setMinimumHeight(_MIN_HEIGHT)
        self._plot.showGrid(x=True, y=True, alpha=_GRID)
        self._legend = self._plot.addLegend(offset=(-8, 4), colCount=3)
        self._lines = [pyqtgraph.InfiniteLine(angle=angle, movable=False) for angle in (90, 0)]
        for line in self._lines:
            line.hide()
            self._plot.addItem(line, ignoreBounds=True)
        self._logs = {axis: self._log_button(axis) for axis in logarithmic}
        self._plot.scene().sigMouseMoved.connect(self._on_moved)
        self._lay_out()

    def _lay_out(self) -> None:
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row.addWidget(self._told, 1)
        for button in self._logs.values():
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self._plot, 1)

    def _log_button(self, axis: str) -> QToolButton:
        button = QToolButton()
        button.setText(f"log {axis}")
        button.setCheckable(True)
        button.setAutoRaise(True)
        side = "horizontal" if axis == "x" else "vertical"
        button.setToolTip(f"Make the {side} axis logarithmic, or linear")
        button.setAccessibleName(button.toolTip())
        button.toggled.connect(self._take_logs)
        return button

    @property
    def plot(self) -> pyqtgraph.PlotItem:
        """What is drawn."""
        item: pyqtgraph.PlotItem = self._plot.getPlotItem()
        return item

    @property
    def told(self) -> str:
        """What is read under the pointer."""
        return self._told.text()

    def set_logarithmic(self, *, x: bool | None = None, y: bool | None = None) -> None:
        """Make axes logarithmic or linear; None: as they are."""
        for axis, wanted in (("x", x), ("y", y)):
            if axis in self._logs and wanted is not None:
                self._logs[axis].setChecked(wanted)

    def is_logarithmic(self, axis: str) -> bool:
        """Tell whether the axis ``x`` or ``y`` is."""
        return axis in self._logs and self._logs[axis].isChecked()

    def set_axes(self, across: str, upwards: str) -> None:
        """Name the axes."""
        for side, label in (("bottom", across), ("left", upwards)):
            axis = self._plot.getAxis(side)
            axis.enableAutoSIPrefix(False)  # a tick is the value that it says
            axis.setLabel(label)

    def read_at(self, x: float, y: float) -> tuple[str, float | None, float | None]:
        """Give what is read at a place, and where the lines across the plot lie; None: there is none."""
        raise NotImplementedError

    def tell_at(self, x: float, y: float = 0.0) -> None:
        """Say what lies at a place, in values of the axes."""
        text, *places = self.read_at(x, y)
        self._told.setText(text)
        for line, place, axis in zip(self._lines, places, "xy", strict=True):
            line.setVisible(place is not None)
            if place is not None:
                line.setPos(self._drawn(place, axis))

    def _drawn(self, place: float, axis: str) -> float:
        """Give where a value lies in the plot's own coordinates."""
        return float(np.log10(place)) if self.is_logarithmic(axis) and place > 0 else place

    def _on_moved(self, point: QPointF) -> None:
        place = self.plot.vb.mapSceneToView(point)
        x, y = (
            float(10.0 ** min(value, 300.0)) if self.is_logarithmic(axis) else value
            for axis, value in (("x", place.x()), ("y", place.y()))
        )
        self.tell_at(x, y)

    def _take_logs(self) -> None:
        self.plot.setLogMode(*map(self.is_logarithmic, "xy"))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave the names of the axes out where there is little room: the values need it."""
        super().resizeEvent(event)
        for name in ("left", "bottom"):
            self._plot.getAxis(name).showLabel(self.height() >= _NAMED_HEIGHT)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()

    def _take_colours(self) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.Text)
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        self._legend.setLabelTextColor(text)
        for line in self._lines:
            line.setPen(pyqtgraph.mkPen(text, style=Qt.PenStyle.DotLine))
        for name in ("left", "bottom"):
            self._plot.getAxis(name).setPen(text)
            self._plot.getAxis(name).setTextPen(text)
