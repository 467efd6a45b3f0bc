"""What the small plots of values have in common."""

import pyqtgraph as pg
from PySide6.QtGui import QPalette


def still_plot(name: str) -> pg.PlotWidget:
    """Give a plot that neither pans nor zooms, with a name for screen readers."""
    plot = pg.PlotWidget()
    plot.setMouseEnabled(False, False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMinimumHeight(90)
    plot.setAccessibleName(name)
    return plot


def apply_palette(plot: pg.PlotWidget, palette: QPalette) -> None:
    """Draw ground and axes in the colours of a palette."""
    plot.setBackground(palette.color(QPalette.ColorRole.Base))
    for side in ("left", "bottom"):
        plot.getAxis(side).setPen(palette.color(QPalette.ColorRole.Mid))
        plot.getAxis(side).setTextPen(palette.color(QPalette.ColorRole.Text))
