"""The statistics panel says what it was given, NaN and infinities included."""

from typing import Any

import numpy as np
import pytest
from framescope.widgets.label import CutLabel
from framescope.widgets.plots.statistics import StatisticsPanel
from PySide6.QtWidgets import QApplication


@pytest.mark.parametrize(
    ("values", "figures"),
    [
        ([1.0, 2.0, 3.0, 0.0], {"Values": "4", "Range": "0 to 3", "Mean": "1.5", "Zeros": "1 (25.0 %)"}),
        (
            [np.nan, np.inf, 1.0, 2.0],
            {"Range": "1 to inf", "Finite": "1 to 2", "Mean": "1.5", "Not finite": "1 NaN, 1 inf"},
        ),
        ([], {"Values": "0", "Range": "– to –", "Mean": "–", "Zeros": "0 (0.0 %)"}),
        ([np.nan], {"Finite": "– to –", "Deviation": "–"}),
    ],
)
def test_figures(qtbot: Any, values: Any, figures: dict[str, str]) -> None:
    panel = StatisticsPanel()
    qtbot.addWidget(panel)
    panel.set_values(np.array(values, np.float32))
    assert {name: panel.figure(name) for name in figures} == figures


def test_nothing_empties_the_panel(qtbot: Any) -> None:
    panel = StatisticsPanel()
    qtbot.addWidget(panel)
    panel.set_values(np.arange(10.0))
    panel.set_values(None)
    assert panel.figure("Mean") == "–"
    assert not panel.grab().isNull()


def test_the_histogram_is_drawn(qtbot: Any) -> None:
    panel = StatisticsPanel()
    qtbot.addWidget(panel)
    panel.resize(420, 360)
    panel.load()
    panel.show()
    empty = panel.grab().toImage()
    panel.set_values(np.random.default_rng(0).normal(size=1000))
    highlight = panel.palette().highlight().color()

    def bars() -> int:
        image = panel.grab().toImage()
        return sum(image.pixelColor(x, y) == highlight for x in range(0, 420, 4) for y in range(180, 350, 4))

    assert empty != panel.grab().toImage()
    qtbot.waitUntil(lambda: bars() > 50)


@pytest.mark.parametrize("width", [250, 345, 420, 900])
@pytest.mark.parametrize("values", [[-0.587936, 1.19012], [np.nan, -0.587936]])
def test_every_figure_is_whole_and_only_what_says_something_is_shown(qtbot: Any, width: int, values: Any) -> None:
    panel = StatisticsPanel()
    qtbot.addWidget(panel)
    panel.resize(width, 300)
    panel.show()
    panel.set_values(np.array(values, np.float32))
    shown = {label.accessibleName(): label for label in panel.findChildren(CutLabel) if label.isVisible()}
    assert ("Not finite" in shown) == bool(np.isnan(values).any())
    needed = {name: label.fontMetrics().horizontalAdvance(label.text()) for name, label in shown.items()}
    qtbot.waitUntil(lambda: all(shown[name].width() >= needed[name] for name in shown))


def test_a_single_value_has_no_distribution(qtbot: Any) -> None:
    panel = StatisticsPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 500)
    panel.load()
    panel.show()
    for count, seen in ((2, True), (1, False), (0, False), (3, True)):
        panel.set_values(np.arange(count) + 1.5)
        assert panel.histogram is not None
        assert panel.histogram.isVisible() == seen, count
        QApplication.processEvents()
        assert all(label.y() < 100 for label in panel.findChildren(CutLabel)), count


def test_a_histogram_without_room_is_left_out(qtbot: Any) -> None:
    panel = StatisticsPanel()
    qtbot.addWidget(panel)
    panel.set_values(np.arange(100.0))
    panel.load()
    panel.show()
    for height, seen in ((400, True), (110, False), (400, True)):
        panel.resize(500, height)
        assert panel.histogram is not None
        assert panel.histogram.isVisible() == seen, height
