"""The errors of a corpus by group: what stands at the axes is read as it is."""

import pytest
from framescope.models.corpus_table import GroupErrors
from framescope.widgets.corpus.group_plot import GroupPlot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot


@pytest.fixture
def plot(qtbot: QtBot) -> GroupPlot:
    plot = GroupPlot()
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    plot.set_groups([GroupErrors(name, 6, (0.5, 0.6, 0.7, 0.8, 0.9)) for name in ("1", "2")], "mel", "channels")
    QApplication.processEvents()
    return plot


def test_ticks_are_the_logarithms_that_the_axis_names(plot: GroupPlot) -> None:
    for axis in map(plot._plot.getAxis, ("left", "bottom")):
        assert axis.labelUnitPrefix == ""
        assert axis.autoSIPrefixScale == 1.0


def test_names_and_sizes_of_groups_have_room(plot: GroupPlot) -> None:
    axis = plot._plot.getAxis("bottom")
    assert axis.size().height() >= 2 * plot.fontMetrics().lineSpacing() + axis.style["tickTextOffset"][1]
    assert plot._plot.rect().contains(axis.mapRectToScene(axis.rect()).toRect())


def test_the_plot_follows_the_theme(plot: GroupPlot) -> None:
    for colour in ("#101317", "#ffffff"):
        palette = plot.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(colour))
        plot.setPalette(palette)
        QApplication.processEvents()
        assert plot.grab().toImage().pixelColor(plot.width() - 3, 3) == QColor(colour)


def test_the_axis_says_what_its_figures_are(plot: GroupPlot) -> None:
    assert plot._plot.getAxis("bottom").labelText == "channels, and how many recordings"
