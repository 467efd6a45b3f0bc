"""The head of a lane: with letters of any size its words, its bar and the labels of its axis keep apart."""

import numpy as np
import pytest
from framescope.core.drawing.coordinates import stage_coordinates
from framescope.core.drawing.pyramid import HeatPyramid
from framescope.core.run import Stage
from framescope.core.timebase import Timebase
from framescope.models.timeline import Timeline
from framescope.widgets.lanes.head import level_texts, word_lines, words_width
from framescope.widgets.lanes.heatmap import HeatLane
from framescope.widgets.lanes.waveform import WaveformLane
from PySide6.QtGui import QPalette
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


LAGGED = "port a_port_with_a_long_name_of_one_word, lag +2 columns applied"


@pytest.mark.parametrize("times", [1, 1.5])
def test_a_long_name_leaves_the_lag_in_sight(mel: HeatLane, times: float) -> None:
    enlarge(mel, times)
    metrics = mel.fontMetrics()
    lines = word_lines(["mel", LAGGED, "80 × 800"], (metrics, metrics), 20)
    assert "lag +2 columns applied" in " ".join(lines)
    assert lines[-1] == "80 × 800"
    assert all(metrics.horizontalAdvance(line) <= words_width(metrics) - 12 for line in lines)


def test_what_has_no_room_is_told_by_dots(mel: HeatLane) -> None:
    metrics = mel.fontMetrics()
    whole = word_lines(["mel", LAGGED, "80 × 800"], (metrics, metrics), 20)
    for room in range(len(whole)):
        lines = word_lines(["mel", LAGGED, "80 × 800"], (metrics, metrics), room)
        assert len(lines) == room
        assert lines[:-1] == whole[: max(0, room - 1)]
        assert not lines or lines[-1].endswith("…")


@pytest.mark.parametrize("times", [1, 1.5])
@pytest.mark.parametrize("higher", range(0, 40, 3))
def test_words_and_distribution_keep_apart(mel: HeatLane, times: float, higher: int) -> None:
    """Between the last line of words and the distribution of the values lies an empty line of pixels."""
    enlarge(mel, times)
    mel.set_labels({"reference": "reference " + "mwgyq " * 20})
    mel.resize(1000, mel.height() + higher)
    ((head, _),) = mel.heads()
    bar = mel.bar_at(head, "reference")
    assert bar is not None
    picture, ground = mel.grab().toImage(), mel.palette().color(QPalette.ColorRole.Window)
    across = range(bar.left(), bar.right())
    empty = [all(picture.pixelColor(x, y) == ground for x in across) for y in range(bar.top())]
    words = len(empty) - empty[::-1].index(True)
    assert words > mel.fontMetrics().height(), "words are written"
    left = picture.copy(bar.left(), 0, bar.width(), words)
    mel.choose_levels((-2, 2))  # another distribution
    assert mel.grab().toImage().copy(bar.left(), 0, bar.width(), words) == left
