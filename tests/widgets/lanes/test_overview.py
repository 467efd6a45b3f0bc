import numpy as np
import pytest
from framescope.core.compare.curves import Curve
from framescope.core.drawing.pyramid import PeakPyramid
from framescope.core.timebase import Timebase
from framescope.models.timeline import Timeline
from framescope.widgets.colour import WARNING
from framescope.widgets.lanes.overview import Overview
from framescope.widgets.lanes.peaks import waveform_ink
from helpers.shown import GUTTER
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot


@pytest.fixture
def overview(qtbot: QtBot) -> Overview:
    timeline = Timeline()
    timeline.set_duration(100, Timebase())
    overview = Overview(timeline)
    qtbot.addWidget(overview)
    overview.resize(GUTTER + 1000, overview.height())
    return overview


def at(seconds: float) -> QPoint:
    return QPoint(round(GUTTER + 10 * seconds), 20)


def drag(qtbot: QtBot, overview: Overview, start: float, end: float) -> None:
    qtbot.mousePress(overview, Qt.MouseButton.LeftButton, pos=at(start))
    qtbot.mouseMove(overview, at(end))
    qtbot.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=at(end))


def test_it_shows_the_whole_whatever_is_visible(overview: Overview) -> None:
    samples = np.zeros(1_600_000, np.float32)
    samples[480_000:496_000] = np.resize([0.9, -0.9], 16_000)
    overview.set_pyramid(PeakPyramid.build(samples))
    ink = waveform_ink(overview.palette()).rgb()
    y = round(0.25 * overview.height())
    assert overview.grab().toImage().pixel(at(30.5).x(), y) == ink
    overview.timeline.show(25, 35)
    image = overview.grab().toImage()
    assert image.pixel(at(30.5).x(), y) == ink
    assert image.pixelColor(at(29).x(), y) != image.pixelColor(at(70).x(), y)  # dimmed outside


@pytest.mark.parametrize(("start", "end", "visible"), [(30, 50, (40, 60)), (80, 80, (70, 90)), (80, 70, (60, 80))])
def test_the_frame_follows_the_pointer(
    overview: Overview, qtbot: QtBot, start: float, end: float, visible: tuple[float, float]
) -> None:
    overview.timeline.show(20, 40)
    drag(qtbot, overview, start, end)
    assert overview.timeline.visible == pytest.approx(visible)
    assert overview.timeline.selection is None
    assert overview.timeline.cursor == 0


def test_the_middle_button_moves_the_frame_too(overview: Overview, qtbot: QtBot) -> None:
    overview.timeline.show(20, 40)
    qtbot.mousePress(overview, Qt.MouseButton.MiddleButton, pos=at(30))
    qtbot.mouseMove(overview, at(50))
    qtbot.mouseRelease(overview, Qt.MouseButton.MiddleButton, pos=at(50))
    assert overview.timeline.visible == pytest.approx((40, 60))


@pytest.mark.parametrize("samples", [None, 0, 1, 100])
def test_it_works_with_hardly_any_data(overview: Overview, samples: int | None) -> None:
    pyramid = None if samples is None else PeakPyramid.build(np.zeros(samples, np.float32))
    overview.set_pyramid(pyramid)
    assert not overview.grab().isNull()


def test_errors_are_seen_wherever_they_are(overview: Overview) -> None:
    shares = np.zeros(2500, np.float32)
    shares[1001], shares[2000:2500], shares[500:600] = 1e-4, 1, np.nan
    calm = Curve("mel", np.zeros(8000, np.float32), 80, 0.5)
    overview.set_errors([calm, Curve("features", shares, 25, 0)])
    overview.timeline.show(0, 100)
    image = overview.grab().toImage()
    inside = image.copy(GUTTER + 2, 2, 996, overview.height() - 4)

    def height(seconds: float) -> int:
        return sum(inside.pixelColor(round(10 * seconds) - 2, y) == WARNING for y in range(inside.height()))

    assert height(1001 / 25) > 0
    assert height(90) > 3 * height(1001 / 25)
    assert height(22) == height(60) == 0
    overview.set_errors([])
    assert overview.grab().toImage().pixelColor(at(90).x(), overview.height() - 4) != WARNING
