import numpy as np
import pytest
from framescope.core.drawing.pyramid import PeakPyramid
from framescope.core.timebase import Timebase
from framescope.models.timeline import Timeline
from framescope.widgets.colour import NOT_FINITE, PORT_INK, WARNING, legible
from framescope.widgets.lanes.peaks import peak_pixels, waveform_ink
from framescope.widgets.lanes.wave_layer import WaveLayer
from framescope.widgets.lanes.waveform import WaveformLane
from helpers.shown import GUTTER
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

SECONDS = 10
INK = 0xFF112233


def base(lane: WaveformLane) -> QColor:
    return lane.palette().color(QPalette.ColorRole.Base)


@pytest.fixture
def lane(qtbot: QtBot) -> WaveformLane:
    timeline = Timeline()
    timeline.set_duration(SECONDS, Timebase())
    timeline.seek(SECONDS)
    lane = WaveformLane(timeline)
    qtbot.addWidget(lane)
    lane.resize(GUTTER + 1000, 101)
    return lane


def samples() -> np.ndarray:
    """Silence with half a second of a square wave of 0.5 from 5 s on."""
    values = np.zeros(SECONDS * 16000, np.float32)
    values[5 * 16000 : 5 * 16000 + 8000] = np.resize([0.5] * 40 + [-0.5] * 40, 8000)
    return values


def inked(lane: WaveformLane, seconds: float, value: float) -> bool:
    image = lane.grab().toImage()
    y = round((1 - value) * 50)
    return image.pixel(int(lane.x_of(seconds)), y) == waveform_ink(lane.palette()).rgb()


@pytest.mark.parametrize("visible", [(0, 10), (4.9, 5.6)])
@pytest.mark.parametrize("with_pyramid", [True, False])
def test_peaks_are_drawn_where_they_sound(lane: WaveformLane, visible: tuple[float, float], with_pyramid: bool) -> None:
    values = samples()
    lane.set_samples(values, PeakPyramid.build(values) if with_pyramid else None)
    lane.timeline.show(*visible)
    assert inked(lane, 5.25, 0.45)
    assert inked(lane, 5.25, -0.45)
    assert not inked(lane, 5.25, 0.55)
    assert not inked(lane, 4.95, 0.1)


def test_what_is_reduced_says_so(lane: WaveformLane) -> None:
    assert lane.reduction() == ""
    lane.set_samples(samples(), PeakPyramid.build(samples()))
    assert lane.reduction() == "drawn at 1/160 (peaks)"
    lane.timeline.show(5, 5.05)
    assert lane.reduction() == ""


def test_from_close_by_the_samples_themselves_are_joined(lane: WaveformLane) -> None:
    values = np.zeros(SECONDS * 16000, np.float32)
    values[16000] = 1
    lane.set_samples(values, None)
    lane.timeline.show(0.99, 1.01)
    image = lane.grab().toImage()
    base = lane.palette().color(QPalette.ColorRole.Base)
    x = round(lane.x_of(1.0))
    assert image.pixelColor(x, 2) != base
    assert image.pixelColor(x + 6, 2) == base


def test_long_recordings_wait_for_their_pyramid(lane: WaveformLane) -> None:
    """An hour is not reduced while it is being drawn."""
    values = np.ones(1 << 21, np.float32)
    lane.timeline.set_duration(len(values) / 16000, Timebase())
    lane.set_samples(values, None)
    assert not inked(lane, 1, 0.5)
    lane.set_samples(values, PeakPyramid.build(values))
    assert inked(lane, 1, 1)


def test_the_value_axis_zooms(lane: WaveformLane) -> None:
    values = samples()
    lane.set_samples(values, PeakPyramid.build(values))
    lane.value_zoom(0.5)
    assert inked(lane, 5.25, 0.95)


@pytest.mark.parametrize(("seconds", "sample"), [(0.00001, 0), (5.005, 80080), (9.9999, 159998)])
def test_probes_read_the_array(lane: WaveformLane, seconds: float, sample: int) -> None:
    values = np.arange(SECONDS * 16000, dtype=np.float32)
    lane.set_samples(values, None)
    lane.timeline.show(seconds - 0.01, seconds + 0.01)
    probe = lane.probe_at(QPointF(lane.x_of(seconds), 20))
    assert probe is not None
    assert (probe.stage, probe.index, probe.value) == ("audio", (sample,), float(sample))
    assert f"sample {sample:,}" in probe.text


def test_there_is_no_probe_where_there_is_nothing(lane: WaveformLane) -> None:
    assert lane.probe_at(QPointF(500, 20)) is None
    lane.set_samples(np.zeros(16000, np.float32), None)
    assert lane.probe_at(QPointF(lane.x_of(0.5), 20)) is not None
    assert lane.probe_at(QPointF(lane.x_of(5), 20)) is None
    assert lane.probe_at(QPointF(GUTTER - 5, 20)) is None


@pytest.mark.parametrize("values", [None, np.zeros(0, np.float32)])
def test_it_works_without_data(lane: WaveformLane, values: np.ndarray | None) -> None:
    lane.set_samples(values, None)
    assert lane.grab().toImage().pixelColor(300, 5) == lane.palette().color(QPalette.ColorRole.Base)


def test_a_sample_that_is_not_finite_is_seen_from_afar(lane: WaveformLane) -> None:
    values = samples()
    values[16000] = np.nan
    lane.set_samples(values, PeakPyramid.build(values))
    assert lane.grab().toImage().pixelColor(int(lane.x_of(1.0001)), 5) == QColor(int(NOT_FINITE))


def test_columns_touch_their_neighbours() -> None:
    peaks = np.array([[0, 0.5, -1], [0, 0.5, -1]], np.float32)
    pixels = peak_pixels(peaks, 9, 1.0, INK)
    drawn = [np.flatnonzero(column).tolist() for column in pixels.T]
    assert drawn == [[4], [2, 3, 4], [2, 3, 4, 5, 6, 7, 8]]


LABELS = {"reference": "reference a", "port": "port b, lag +2 samples applied", "difference": "port - reference"}


def wave(values: np.ndarray, start: int = 0, full: float = 1.0) -> WaveLayer:
    return WaveLayer(values, PeakPyramid.build(values), start, full)


def compare(lane: WaveformLane) -> None:
    """Silence but for a tone in the port from 5 s on, and a fainter one in the difference from 2 s on."""
    silence = np.zeros(SECONDS * 16000, np.float32)
    faint = silence.copy()
    faint[32000:40000] = samples()[80000:88000] / 100
    lane.set_samples(silence, PeakPyramid.build(silence))
    lane.set_compared({"port": wave(samples()), "difference": wave(faint, full=0.01)}, LABELS)


@pytest.mark.parametrize(
    ("view", "places"),
    [
        ("reference", {}),
        ("port", {5.25: [30, 70]}),
        ("difference", {2.25: [30, 70]}),
        ("stacked", {5.25: [44, 55], 2.25: [79, 90]}),
        ("split", {5.25: [64, 88]}),
        ("swipe", {5.25: [30, 70]}),
    ],
)
def test_both_runs_are_drawn_in_their_places(lane: WaveformLane, view: str, places: dict[float, list[int]]) -> None:
    compare(lane)
    lane.set_comparing(view)
    image = lane.grab().toImage()
    inks = {5.25: legible(PORT_INK, base(lane)), 2.25: legible(WARNING, base(lane))}
    for seconds, ink in inks.items():
        drawn = [y for y in range(lane.height()) if image.pixelColor(int(lane.x_of(seconds)), y) == ink]
        expected = places.get(seconds, [])
        assert bool(drawn) == bool(expected)
        assert all(y in drawn for y in expected)


def test_a_lag_moves_the_port(lane: WaveformLane) -> None:
    lane.set_samples(np.zeros(SECONDS * 16000, np.float32), None)
    lane.set_compared({"port": wave(samples(), start=16000)}, LABELS)
    lane.set_comparing("port")
    image = lane.grab().toImage()
    assert image.pixelColor(int(lane.x_of(6.25)), 30) == legible(PORT_INK, base(lane))
    assert image.pixelColor(int(lane.x_of(5.25)), 30) != legible(PORT_INK, base(lane))


@pytest.mark.parametrize("view", ["stacked", "split", "onion", "difference"])
def test_probes_give_both_samples(lane: WaveformLane, view: str) -> None:
    values = np.arange(SECONDS * 16000, dtype=np.float32)
    lane.set_samples(values, None)
    lane.set_compared({"port": wave(-values, start=100), "difference": wave(values)}, LABELS)
    lane.set_comparing(view)
    for y in (5, 50, 95):
        probe = lane.probe_at(QPointF(lane.x_of(5.0), y))
        assert probe is not None
        assert (probe.index, probe.value, probe.port) == ((80000,), 80000, -79900)
    early = lane.probe_at(QPointF(lane.x_of(0.001), 5))
    assert early is not None
    assert early.port is None
