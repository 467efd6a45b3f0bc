"""Curves over the same places: one item or one value over time of both runs, or the errors along an axis."""

from collections.abc import Mapping

import numpy as np
import pyqtgraph
from PySide6.QtGui import QColor, QPalette

from ...core.base.arrays import NDArray
from ..colour import PORT_INK, WARNING
from .frame import PlotFrame

_INKS = {"port": PORT_INK, "difference": WARNING, "root mean square": PORT_INK, "largest": WARNING}
"""The first curve has the colour of what is chosen."""


class CurvePlot(PlotFrame):
    """Named curves over the same places; the pointer reads all of them, the right button exports them."""

    def __init__(self) -> None:
        super().__init__("Curves")
        self._curves: dict[str, pyqtgraph.PlotDataItem] = {}
        self._x: NDArray = np.zeros(0)
        self._values: Mapping[str, NDArray] = {}
        self._take_colours()

    @property
    def values(self) -> Mapping[str, NDArray]:
        """The curves as they are shown."""
        return self._values

    @property
    def places(self) -> NDArray:
        """The places of the values."""
        return self._x

    def set_curves(self, x: NDArray, values: Mapping[str, NDArray], across: str, upwards: str) -> None:
        """Show (n,) values of every name over the (n,) places `x`; the axes are called `across` and `upwards`."""
        self._x, self._values = x, dict(values)
        self.set_axes(across, upwards)
        for gone in [name for name in self._curves if name not in values]:
            self.plot.removeItem(self._curves.pop(gone))
        for name, curve in values.items():
            if name not in self._curves:
                self._curves[name] = self.plot.plot(name=name, antialias=True)
            self._curves[name].setPen(pyqtgraph.mkPen(self._ink(name)))
            self._curves[name].setData(x, curve, connect="finite")

    def read_at(self, x: float, y: float) -> tuple[str, float | None, float | None]:
        """Read every curve at a place of the horizontal axis."""
        if not len(self._x):
            return "", None, None
        nearest = int(np.abs(self._x - x).argmin())
        read = (f"{name} {float(curve[nearest]):.6g}" for name, curve in self._values.items())
        place = float(self._x[nearest])
        return f"{place:.6g}: {', '.join(read)}", place, None

    def _ink(self, name: str) -> QColor:
        return _INKS.get(name, self.palette().color(QPalette.ColorRole.Highlight))

    def _take_colours(self) -> None:
        super()._take_colours()
        for name, curve in self._curves.items():
            curve.setPen(pyqtgraph.mkPen(self._ink(name)))
