"""Pairs of values as a density: the reference's across, the port's upwards, darker where more of them lie."""

from math import atan, degrees

import numpy as np
import pyqtgraph
from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette

from ...core.compare.density import BINS, Density
from .frame import PlotFrame

_FITTED = QColor("#d95f02")
"""The fitted line: told apart from the pairs and the identity line by any eyes."""
_WAIT_MS = 150
"""How long the part that is seen has rested before its pairs are counted anew."""
_FAINTEST = 70
"""Of 255, how opaque a cell with a single pair is: a lonely one is seen."""


class DensityPlot(PlotFrame):
    """A density, the identity line (dashed) and the fitted line."""

    part_wanted = Signal(object, object)
    """(across, upwards): the spans of values that are looked at now; None twice: all."""

    def __init__(self) -> None:
        super().__init__("Reference against port", "")
        self._density: Density | None = None
        self._image = pyqtgraph.ImageItem(axisOrder="row-major")
        self._identity = pyqtgraph.InfiniteLine(angle=45)
        self._fitted = pyqtgraph.InfiniteLine(pen=pyqtgraph.mkPen(_FITTED, width=2))
        self.plot.addItem(self._image)
        for line in (self._identity, self._fitted):
            self.plot.addItem(line, ignoreBounds=True)
        self.set_axes("reference", "port")
        self._late = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._late.timeout.connect(self._want_part)
        self.plot.vb.sigRangeChangedManually.connect(lambda *_: self._late.start())
        self.plot.autoBtn.clicked.connect(lambda *_: self.part_wanted.emit(None, None))
        self._take_colours()

    @property
    def density(self) -> Density | None:
        """What is shown."""
        return self._density

    def set_density(self, density: Density | None) -> None:
        """Show counts of pairs and the line through them; None: nothing."""
        self._density = density
        for item in (self._image, self._identity):
            item.setVisible(density is not None)
        self._fitted.setVisible(density is not None and density.line is not None)
        if density is None:
            return
        counts = np.log1p(density.counts)
        self._image.setImage(counts, autoLevels=False, levels=(0.0, float(counts.max()) or 1.0))
        (left, right), (low, high) = density.across, density.upwards
        self._image.setRect(QRectF(left, low, right - left, high - low))
        if density.line:
            slope, offset = density.line
            self._fitted.setAngle(degrees(atan(slope)))
            self._fitted.setPos((0.0, offset))

    def read_at(self, x: float, y: float) -> tuple[str, float | None, float | None]:
        """Read how many pairs lie at a place."""
        if self._density is None:
            return "", None, None
        spans = self._density.across, self._density.upwards
        column, row = (int((at - low) / (high - low) * BINS) for at, (low, high) in zip((x, y), spans, strict=True))
        inside = 0 <= column < BINS and 0 <= row < BINS
        pairs = int(self._density.counts[row, column]) if inside else 0
        return f"reference {x:.5g}, port {y:.5g}; pairs here: {pairs:,}", x, y

    def _want_part(self) -> None:
        across, upwards = self.plot.viewRange()
        self.part_wanted.emit(tuple(across), tuple(upwards))

    def _take_colours(self) -> None:
        super()._take_colours()
        ink, text = (self.palette().color(role) for role in (QPalette.ColorRole.Highlight, QPalette.ColorRole.Text))
        table = np.empty((256, 4), np.ubyte)
        for channel, (low, high) in enumerate(zip(ink.getRgb()[:3], text.getRgb()[:3], strict=True)):  # type: ignore[index]
            table[:, channel] = np.linspace(low, high, 256)
        table[:, 3] = np.linspace(_FAINTEST, 255, 256)
        table[0, 3] = 0
        self._image.setLookupTable(table)
        self._identity.setPen(pyqtgraph.mkPen(text, style=Qt.PenStyle.DashLine))
