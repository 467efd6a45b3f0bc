"""Curves of one item or of one value over time, of both runs and their difference, to be panned, zoomed and read."""

from collections.abc import Mapping

import numpy as np
import pyqtgraph
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...core.base.arrays import NDArray
from ..colour import PORT_INK, WARNING
from ..compare_view import Role
from ..label import CutLabel


class CurvePlot(QWidget):
    """One curve a role over the same places; the pointer reads all of them, the right button exports them."""

    def __init__(self) -> None:
        super().__init__()
        self._plot, self._told = pyqtgraph.PlotWidget(), CutLabel()
        self._plot.setAccessibleName("Curves")
        self._told.setAccessibleName("Values under the pointer")
        self._plot.showGrid(x=True, y=True, alpha=0.2)
        self._legend = self._plot.addLegend(offset=(-8, 8))
        self._line = pyqtgraph.InfiniteLine(angle=90, movable=False)
        self._line.hide()
        self._plot.addItem(self._line, ignoreBounds=True)
        self._curves: dict[Role, pyqtgraph.PlotDataItem] = {}
        self._x: NDArray = np.zeros(0)
        self._values: Mapping[Role, NDArray] = {}
        self._plot.scene().sigMouseMoved.connect(self._on_moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._told)
        column.addWidget(self._plot, 1)

    @property
    def values(self) -> Mapping[Role, NDArray]:
        """The curves as they are shown."""
        return self._values

    @property
    def told(self) -> str:
        """What is read under the pointer."""
        return self._told.text()

    def set_curves(self, x: NDArray, values: Mapping[Role, NDArray], across: str, upwards: str) -> None:
        """Show (n,) values of every role over the (n,) places `x`; the axes are called `across` and `upwards`."""
        self._x, self._values = x, dict(values)
        self._take_colours()
        self._plot.setLabel("bottom", across)
        self._plot.setLabel("left", upwards)
        for gone in [role for role in self._curves if role not in values]:
            self._plot.removeItem(self._curves.pop(gone))
        for role, curve in values.items():
            if role not in self._curves:
                self._curves[role] = self._plot.plot(name=role)
            self._curves[role].setPen(pyqtgraph.mkPen(self._ink(role), width=1.5))
            self._curves[role].setData(x, curve, connect="finite")

    def tell_at(self, place: float) -> None:
        """Read every curve at a place of the horizontal axis."""
        if not len(self._x):
            return
        nearest = int(np.abs(self._x - place).argmin())
        read = (f"{role} {float(curve[nearest]):.6g}" for role, curve in self._values.items())
        self._told.setText(f"{self._x[nearest]:.6g}: {', '.join(read)}")
        self._line.setPos(float(self._x[nearest]))
        self._line.show()

    def _on_moved(self, place: QPointF) -> None:
        self.tell_at(self._plot.getPlotItem().vb.mapSceneToView(place).x())

    def _ink(self, role: Role) -> QColor:
        inks = {"port": PORT_INK, "difference": WARNING}
        return inks.get(role, self.palette().color(QPalette.ColorRole.Highlight))

    def _take_colours(self) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.Text)
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        self._legend.setLabelTextColor(text)
        self._line.setPen(pyqtgraph.mkPen(text, style=Qt.PenStyle.DotLine))
        for name in ("left", "bottom"):
            self._plot.getAxis(name).setTextPen(text)
