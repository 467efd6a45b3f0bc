"""The errors of a corpus by group: what stands at the axes is read as it is."""

import pytest
from framescope.models.corpus_table import GroupErrors
from framescope.widgets.corpus.group_plot import GroupPlot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot


@pytest.fixture
def plot(qtbot: QtBot) -> GroupPlot:
    plot = GroupPlot()
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    plot.set_groups([GroupErrors(name, 6, (0.5, 0.6, 0.7, 0.8, 0.9)) for name in ("1", "2")], "mel")
    QApplication.processEvents()
    return plot


def test_ticks_are_the_logarithms_that_the_axis_names(plot: GroupPlot) -> None:
    axis = plot._plot.getAxis("left")
    assert axis.labelUnitPrefix == ""
    assert axis.autoSIPrefixScale == 1.0


def test_names_and_sizes_of_groups_have_room(plot: GroupPlot) -> None:
    axis = plot._plot.getAxis("bottom")
    assert axis.size().height() >= 2 * plot.fontMetrics().lineSpacing() + axis.style["tickTextOffset"][1]
    assert plot._plot.rect().contains(axis.mapRectToScene(axis.rect()).toRect())
