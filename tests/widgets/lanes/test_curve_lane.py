"""The lane of a curve: where its values are drawn, near and far, and where there are none."""

from typing import Any

import numpy as np
import pytest
from framescope.core.timebase import Timebase
from framescope.models.timeline import Timeline
from framescope.widgets.lanes.curve_lane import CurveLane
from helpers.shown import GUTTER
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPalette

HEIGHT = 101


@pytest.fixture
def lane(qtbot: Any) -> CurveLane:
    timeline = Timeline()
    timeline.set_duration(10, Timebase())
    timeline.seek(10)
    made = CurveLane(timeline, "RMS", "dB")
    qtbot.addWidget(made)
    made.resize(GUTTER + 500, HEIGHT)
    return made


def inked(lane: CurveLane, seconds: float) -> list[int]:
    """Rows of a column that are not of the ground's colour."""
    image: QImage = lane.grab().toImage()
    ground = lane.palette().color(QPalette.ColorRole.Base)
    x = int(lane.x_of(seconds))
    return [y for y in range(image.height()) if image.pixelColor(x, y) != ground]


@pytest.mark.parametrize("span", [(0, 10), (4, 6), (4.9, 5.1)])
def test_values_stand_at_their_heights(lane: CurveLane, span: tuple[float, float]) -> None:
    values = np.zeros(1001, np.float32)
    values[:500], values[501:] = -1, 1
    lane.set_curve(values, 100)
    lane.timeline.show(*span)
    start, end = span
    early, late = inked(lane, start + 0.3 * (end - start)), inked(lane, end - 0.3 * (end - start))
    assert min(early) > 90
    assert max(late) < 10


def test_one_value_among_many_is_not_lost(lane: CurveLane) -> None:
    values = np.zeros(100_001, np.float32)
    values[50_000] = 1
    lane.set_curve(values, 10_000)
    assert min(inked(lane, 5.0)) < 10
    assert lane.reduction() == "drawn at 1/200 (peaks)"


@pytest.mark.parametrize("rate", [20, 1000])
def test_where_there_is_no_value_there_is_no_curve(lane: CurveLane, rate: int) -> None:
    values = np.ones(10 * rate + 1, np.float32)
    values[4 * rate : 6 * rate] = np.nan
    lane.set_curve(values, rate)
    assert inked(lane, 5.0) == []
    assert inked(lane, 3.0)
    assert inked(lane, 7.0)


def test_the_value_under_the_pointer_is_the_arrays_own(lane: CurveLane) -> None:
    values = np.arange(1001, dtype=np.float32) / 3
    lane.set_curve(values, 100)
    probe = lane.probe_at(QPointF(lane.x_of(2.0), 50))
    assert probe is not None
    assert probe.index == (200,)
    assert probe.value == float(values[200])
    assert lane.probe_at(QPointF(GUTTER - 20, 50)) is None


def test_what_is_never_below_zero_has_no_axis_below_it(lane: CurveLane) -> None:
    """A frequency of -300 Hz at the lower edge would be read as one."""
    for lowest, at_the_edge in ((0.0, True), (1.0, True), (-1.0, False)):
        values = np.full(1001, 100.0, np.float32)
        values[:500] = lowest
        lane.set_curve(values, 100)
        assert (max(inked(lane, 2.0)) >= lane.height() - 2) == at_the_edge, lowest
