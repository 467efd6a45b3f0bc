"""A histogram: bars of counts, which may be counted logarithmically."""

import numpy as np
import numpy.typing as npt
import pyqtgraph
from PySide6.QtGui import QPalette

from .frame import PlotFrame

_MIN_COUNT = 0.5
"""Where a bar begins on a logarithmic axis: below a count of one."""


class _Counts(pyqtgraph.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of counts: nothing is counted between one and two."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:  # noqa: N802
        """Give the distances of ticks that are whole."""
        spacing: list[tuple[float, float]] = super().tickSpacing(minVal, maxVal, size)
        return [each for each in spacing if each[0] >= 1 or self.logMode] or [(1.0, 0.0)]


class Histogram(PlotFrame):
    """Counts between ascending edges; the pointer reads the bar above or below it."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "y")
        self._counts: npt.NDArray[np.float64] = np.zeros(0)
        self._edges: npt.NDArray[np.float64] = np.zeros(0)
        self._bars = pyqtgraph.PlotDataItem(stepMode="center")
        self.plot.addItem(self._bars)
        self.plot.setAxisItems({"left": _Counts("left")})
        self._plot.showGrid(False, False)  # the bars need none, and it takes a third of the painting
        self.set_axes("value", "values")
        self._take_colours()

    @property
    def counts(self) -> npt.NDArray[np.float64]:
        """The counts as they are shown."""
        return self._counts

    def set_counts(self, counts: npt.ArrayLike, edges: npt.ArrayLike) -> None:
        """Show (n,) counts between (n + 1,) ascending edges; none: nothing."""
        self._counts, self._edges = np.asarray(counts, np.float64), np.asarray(edges, np.float64)
        self._draw()

    def read_at(self, x: float, y: float) -> tuple[str, float | None, float | None]:
        """Read the bar at a value."""
        place = int(np.searchsorted(self._edges, x, side="right")) - 1
        if not 0 <= place < len(self._counts):
            return "", None, None
        low, high = self._edges[place : place + 2]
        return f"{low:.5g} to {high:.5g}: {int(self._counts[place]):,} values", x, None

    def _draw(self) -> None:
        logarithmic = self.is_logarithmic("y")
        if not self._counts.size:
            self._bars.clear()
            return
        drawn = np.maximum(self._counts, _MIN_COUNT) if logarithmic else self._counts
        self._bars.setFillLevel(np.log10(_MIN_COUNT) if logarithmic else 0.0)
        self._bars.setData(self._edges, drawn)

    def _take_logs(self) -> None:
        self._draw()
        super()._take_logs()

    def _take_colours(self) -> None:
        super()._take_colours()
        ink = self.palette().color(QPalette.ColorRole.Highlight)
        self._bars.setPen(pyqtgraph.mkPen(ink))
        self._bars.setFillBrush(ink)
