"""Plots: values lie where the axes say, the pointer reads them, axes become logarithmic, colours follow the theme."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from framescope.core.compare.density import density
from framescope.widgets.plots.curves import CurvePlot
from framescope.widgets.plots.density_plot import DensityPlot
from framescope.widgets.plots.frame import PlotFrame
from framescope.widgets.plots.histogram import Histogram
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

PLACES = np.arange(1.0, 101.0)


def shown(plot: PlotFrame, qtbot: Any) -> PlotFrame:
    qtbot.addWidget(plot)
    plot.resize(300, 220)
    plot.show()
    return plot


def curves() -> CurvePlot:
    plot = CurvePlot()
    plot.set_curves(PLACES, {"reference": PLACES**2, "port": PLACES**3}, "Hz", "mel")
    return plot


def histogram() -> Histogram:
    plot = Histogram("counts")
    plot.set_counts([4, 1], [0.0, 1.0, 2.0])
    return plot


def pairs() -> DensityPlot:
    plot = DensityPlot()
    plot.set_density(density(lambda: [(PLACES, 2 * PLACES)]))
    return plot


def pixel(plot: PlotFrame, x: float, y: float) -> QColor:
    image = plot._plot.grab().toImage()
    place = plot.plot.vb.mapViewToScene(QPointF(x, y))
    return image.pixelColor(round(place.x()), round(place.y()))


def test_a_bar_reaches_its_count(qtbot: Any) -> None:
    plot = shown(histogram(), qtbot)
    ink = plot.palette().color(QPalette.ColorRole.Highlight)
    for value, count, drawn in ((0.57, 3.63, True), (1.57, 0.63, True), (1.57, 1.63, False)):
        assert (pixel(plot, value, count) == ink) == drawn, (value, count)


def test_a_cell_of_pairs_lies_where_the_axes_say(qtbot: Any) -> None:
    plot = DensityPlot()
    plot.set_density(density(lambda: [(np.array([0.0, 10.0, 0.0]), np.array([0.0, 20.0, 20.0]))]))
    shown(plot, qtbot)
    base = plot.palette().color(QPalette.ColorRole.Base)
    assert pixel(plot, 0.0, 20.0) != base
    assert pixel(plot, 2.0, 18.0) == base


@pytest.mark.parametrize(
    ("make", "place", "words"),
    [
        (curves, (7.2, 0.0), "7: reference 49, port 343"),
        (histogram, (0.4, 9.0), "0 to 1: 4 values"),
        (histogram, (2.5, 1.0), ""),
        (pairs, (50.0, 1.0), "reference 50, port 1; pairs here: 0"),
        (pairs, (1.0, 2.0), "reference 1, port 2; pairs here: 1"),
    ],
)
def test_the_pointer_reads_values(
    make: Callable[[], PlotFrame], place: tuple[float, float], words: str, qtbot: Any
) -> None:
    plot = shown(make(), qtbot)
    plot.tell_at(*place)
    assert plot.told == words


@pytest.mark.parametrize(("make", "axes"), [(curves, "xy"), (histogram, "y"), (pairs, "")])
def test_axes_become_logarithmic_and_the_pointer_reads_on(make: Callable[[], PlotFrame], axes: str, qtbot: Any) -> None:
    plot = shown(make(), qtbot)
    buttons = [each for each in plot.findChildren(QToolButton) if each.isCheckable()]
    assert [each.text() for each in buttons] == [f"log {axis}" for axis in axes]
    plot.tell_at(1.5, 3.0)
    before = plot.told
    for button in buttons:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [axis for axis in "xy" if plot.is_logarithmic(axis)] == list(axes)
    point = np.where([plot.is_logarithmic(axis) for axis in "xy"], np.log10([1.5, 3.0]), [1.5, 3.0])
    plot._on_moved(plot.plot.vb.mapViewToScene(QPointF(*point)))
    assert plot.told == before


@pytest.mark.parametrize("make", [curves, histogram, pairs])
def test_colours_follow_the_theme(make: Callable[[], PlotFrame], qtbot: Any) -> None:
    plot = shown(make(), qtbot)
    dark = QPalette(QColor("black"))
    dark.setColor(QPalette.ColorRole.Base, QColor("#101418"))
    plot.setPalette(dark)
    assert plot._plot.grab().toImage().pixelColor(2, 2) == QColor("#101418")


def test_nothing_is_an_empty_plot(qtbot: Any) -> None:
    plots = curves(), histogram(), pairs()
    plots[0].set_curves(np.zeros(0), {}, "", "")
    plots[1].set_counts((), ())
    plots[2].set_density(None)
    for plot in plots:
        shown(plot, qtbot)
        plot.tell_at(1.0, 1.0)
        assert plot.told == ""


@pytest.mark.parametrize("highest", [1, 3, 4000])
def test_counts_have_whole_ticks(highest: int, qtbot: Any) -> None:
    plot = Histogram("counts")
    plot.set_counts([highest, 0, 1], [0.0, 1.0, 2.0, 3.0])
    shown(plot, qtbot)
    axis = plot.plot.getAxis("left")
    ticks = [tick for _, level in axis.tickValues(0, highest, 400) for tick in level]
    assert len(ticks) > 1
    assert all(tick == round(tick) for tick in ticks)
