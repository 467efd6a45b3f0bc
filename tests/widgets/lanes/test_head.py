"""The head of a lane: with letters of any size its words, its bar and the labels of its axis keep apart."""

import numpy as np
import pytest
from framescope.core.drawing.coordinates import stage_coordinates
from framescope.core.drawing.pyramid import HeatPyramid
from framescope.core.run import Stage
from framescope.core.timebase import Timebase
from framescope.models.timeline import Timeline
from framescope.widgets.lanes.head import level_texts
from framescope.widgets.lanes.heatmap import HeatLane
from framescope.widgets.lanes.waveform import WaveformLane
from pytestqt.qtbot import QtBot


@pytest.fixture
def mel(qtbot: QtBot) -> HeatLane:
    timeline = Timeline()
    timeline.set_duration(10, Timebase())
    lane = HeatLane(timeline, "mel", stage_coordinates(Stage("mel", np.zeros((80, 512)))))
    qtbot.addWidget(lane)
    values = np.zeros((800, 80))
    pyramid = HeatPyramid(800, 80, -4, 4)
    pyramid.fill(0, values)
    lane.set_array(values, pyramid, rate=80, offset=0.5)
    return lane


def enlarge(lane: HeatLane, times: float) -> None:
    font = lane.font()
    font.setPointSizeF(font.pointSizeF() * times)
    lane.setFont(font)
    lane.resize(1000, lane.minimumSizeHint().height())


@pytest.mark.parametrize("times", [1, 1.5, 2])
def test_the_bar_of_colours_and_the_labels_beside_it_keep_apart(mel: HeatLane, times: float) -> None:
    enlarge(mel, times)
    ((head, _),) = mel.heads()
    bar = mel.bar_at(head, "reference")
    assert bar is not None, "the lowest lane has room for its bar"
    labels = mel.fontMetrics().horizontalAdvance("500 Hz")
    assert bar.right() < mel.contents_rect().left() - labels - 8
    assert mel.x_of(0) == mel.contents_rect().left() == head.width()


@pytest.mark.parametrize("levels", [(-6.79e-05, 6.79e-05), (-4.0, 1.59), (0.0, 123456.0), (-1.2345e-12, 1.2345e-12)])
@pytest.mark.parametrize("width", [112, 60])
@pytest.mark.parametrize("unit", ["", "dB"])
def test_the_values_of_both_ends_keep_apart(mel: HeatLane, levels: tuple[float, float], width: int, unit: str) -> None:
    metrics = mel.fontMetrics()
    low, high = level_texts(levels, width, metrics, unit)
    assert high
    assert high.endswith(unit)
    assert metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high) < width or not low
    if low:
        assert float(low) == pytest.approx(levels[0], rel=0.5)


def test_a_lane_of_a_signal_has_room_for_its_name_and_both_ends(qtbot: QtBot) -> None:
    lane = WaveformLane(Timeline())
    qtbot.addWidget(lane)
    small = lane.least_part()
    font = lane.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    lane.setFont(font)
    assert lane.least_part() >= 3 * lane.fontMetrics().height() > small - 10
