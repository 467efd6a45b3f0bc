"""Values of the reference against the port's: on the diagonal they agree, and a factor is a slope."""

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...core.compare.density import Density, Span
from ..label import Label
from .late import LatePlot

if TYPE_CHECKING:
    from .density_plot import DensityPlot

Part: TypeAlias = tuple[Span, Span]
"""The spans of the reference's and of the port's values that are looked at."""


class Scatter(QWidget):
    """How many pairs lie where, the identity line (dashed) and the fitted line, whose slope is written above."""

    part_changed = Signal()
    """Another part of the plane is looked at, whose pairs are to be counted."""

    def __init__(self) -> None:
        super().__init__()
        self._text, self._late = Label("–"), LatePlot(self._made)
        self._part: Part | None = None
        self._text.setWordWrap(True)
        self._text.setAccessibleName("Fitted line")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self._text)
        column.addWidget(self._late, 1)

    @property
    def part(self) -> Part | None:
        """What is looked at; None: all."""
        return self._part

    @property
    def plot(self) -> "DensityPlot | None":
        """What is drawn; None as long as nothing was."""
        return self._late.plot

    def load(self) -> None:
        """Say that what draws it is loaded."""
        self._late.load()

    def set_density(self, density: Density | None, total: int = 0) -> None:
        """Show the density of pairs that were chosen among so many; None: there are none."""
        self._text.setText(_line_text(density, total))
        self._late.draw(lambda plot: plot.set_density(density))

    @property
    def text(self) -> str:
        """What is said of the fitted line."""
        return self._text.text()

    def _made(self) -> "DensityPlot":
        from .density_plot import DensityPlot  # noqa: PLC0415  (with pyqtgraph, loaded beside the GUI thread)

        plot = DensityPlot()
        plot.part_wanted.connect(self._on_part)
        return plot

    def _on_part(self, across: Span | None, upwards: Span | None) -> None:
        self._part = (across, upwards) if across and upwards else None
        self.part_changed.emit()


def _line_text(density: Density | None, total: int) -> str:
    if density is None:
        return "The port has no values here."
    shown = f"{density.pairs:,} of {total:,} pairs"
    if density.line is None:
        return f"{shown}; the reference does not vary"
    slope, intercept = density.line
    return f"slope {slope:.4g}, offset {intercept:+.4g}; {shown} (dashed: identity)"
