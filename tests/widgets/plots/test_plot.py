"""Small plots: round ticks, and values drawn where their axes say."""

from typing import Any

import numpy as np
import pytest
from framescope.widgets.plots.plot import Histogram, PointsPlot, ticks
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 10, 5, [0, 2, 4, 6, 8, 10]),
        (-4, 4, 4, [-4, -2, 0, 2, 4]),
        (0.0, 0.31, 3, [0, 0.2]),
        (0, 1, 1, [0, 1]),
        (1e-9, 3e-9, 4, [1e-9, 1.5e-9, 2e-9, 2.5e-9, 3e-9]),
        (1, 1, 5, []),
        (np.nan, 1, 5, []),
        (0, np.inf, 5, []),
    ],
)
def test_ticks_are_round(low: float, high: float, most: int, expected: list[float]) -> None:
    assert ticks(low, high, most) == pytest.approx(expected)


def picture(plot: QWidget, qtbot: Any) -> QImage:
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.show()
    return plot.grab().toImage()


def is_highlight(plot: QWidget, colour: QColor) -> bool:
    return colour == plot.palette().highlight().color()


def test_a_bar_reaches_its_count(qtbot: Any) -> None:
    plot = Histogram("counts")
    plot.set_counts([4, 1], [0.0, 1.0, 2.0])
    image = picture(plot, qtbot)
    for value, count, drawn in ((0.5, 3.5, True), (1.5, 0.5, True), (1.5, 1.5, False), (0.5, 3.9, True)):
        pixel = image.pixelColor(int(plot.x_of(value)), int(plot.y_of(count)))
        assert is_highlight(plot, pixel) == drawn, (value, count)


@pytest.mark.parametrize("counts", [[], [0, 0]])
def test_no_counts_are_an_empty_plot(qtbot: Any, counts: list[int]) -> None:
    plot = Histogram("counts")
    plot.set_counts(counts, range(len(counts) + 1) if counts else [])
    image = picture(plot, qtbot)
    assert not any(is_highlight(plot, image.pixelColor(x, y)) for x in range(0, 300, 3) for y in range(0, 200, 3))


def test_points_and_lines_lie_where_the_axes_say(qtbot: Any) -> None:
    plot = PointsPlot("pairs", across="reference", upwards="port")
    plot.set_points(np.array([0.0, 10.0, 10.0]), np.array([20.0, 0.0, 20.0]), (2.0, 0.0))
    image = picture(plot, qtbot)
    base = plot.palette().base().color()
    for x, y in ((0, 20), (10, 0)):
        assert image.pixelColor(int(plot.x_of(x)), int(plot.y_of(y))) != base
    fitted = image.pixelColor(round(float(plot.x_of(4))), round(float(plot.y_of(8))))
    assert fitted.red() > fitted.blue() + 80


def test_one_point_alone_is_seen(qtbot: Any) -> None:
    plot = PointsPlot("pairs", across="reference", upwards="port")
    plot.set_points(np.array([3.0]), np.array([3.0]), None)
    image = picture(plot, qtbot)
    assert image.pixelColor(int(plot.x_of(3.0)), int(plot.y_of(3.0))) != plot.palette().base().color()
