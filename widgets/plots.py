"""What the small plots of values have in common.

Importing pyqtgraph takes longer than opening the window: whoever makes a plot says when, and does so after `load`.
"""

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette

from ..core.progress import Tick, silent

if TYPE_CHECKING:
    import pyqtgraph as pg


def load(tick: Tick = silent) -> None:
    """Import what draws the plots; for a worker's thread."""
    import pyqtgraph  # noqa: F401, PLC0415


def still_plot(name: str) -> "pg.PlotWidget":
    """Give a plot that neither pans nor zooms, with a name for screen readers."""
    import pyqtgraph as pg  # noqa: PLC0415

    plot = pg.PlotWidget()
    plot.setMouseEnabled(False, False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMinimumHeight(24)
    plot.setAccessibleName(name)
    return plot


def apply_palette(plot: "pg.PlotWidget", palette: QPalette) -> None:
    """Draw ground and axes in the colours of a palette."""
    plot.setBackground(palette.color(QPalette.ColorRole.Base))
    for side in ("left", "bottom"):
        plot.getAxis(side).setPen(palette.color(QPalette.ColorRole.Mid))
        plot.getAxis(side).setTextPen(palette.color(QPalette.ColorRole.Text))
