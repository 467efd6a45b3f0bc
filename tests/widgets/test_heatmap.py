import numpy as np
import pytest
from framescope.core.config import Config
from framescope.core.coordinates import describe
from framescope.core.pyramid import HeatPyramid
from framescope.core.timebase import Timebase
from framescope.models.timeline import Timeline
from framescope.widgets.colour import NOT_FINITE, lookup
from framescope.widgets.heat_pixels import fold_rows
from framescope.widgets.heatmap import HeatLane
from framescope.widgets.time_axis import GUTTER
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPixmap
from pytestqt.qtbot import QtBot

COLUMNS, BANDS = 800, 80
FRAMES, FEATURES = 250, 512


def make(qtbot: QtBot, stage: str) -> HeatLane:
    """Ten seconds at 100 pixels a second, all levels at the lowest, the cursor out of the way."""
    timeline = Timeline()
    timeline.set_duration(10, Timebase())
    timeline.seek(10)
    lane = HeatLane(timeline, stage, stage)
    qtbot.addWidget(lane)
    lane.resize(GUTTER + 1000, 160)
    return lane


def show(lane: HeatLane, values: np.ndarray, filled: int | None = None) -> HeatPyramid:
    pyramid = HeatPyramid(*values.shape, -4, 4)
    pyramid.fill(0, values[:filled])
    rate, offset = (80, 0.5) if values.shape[1] == BANDS else (25, 0)
    lane.set_array(values, pyramid, rate=rate, offset=offset)
    return pyramid


def colour(lane: HeatLane, seconds: float, y: float) -> QColor:
    return lane.grab().toImage().pixelColor(int(lane.x_of(seconds)), int(y))


def code(name: str, index: int) -> QColor:
    return QColor(int(lookup(name)[index]))


@pytest.fixture
def mel(qtbot: QtBot) -> HeatLane:
    return make(qtbot, "mel")


@pytest.fixture
def features(qtbot: QtBot) -> HeatLane:
    return make(qtbot, "features")


def test_a_mel_column_is_centred_on_its_moment_with_low_bands_below(mel: HeatLane) -> None:
    values = np.full((COLUMNS, BANDS), -4.0)
    values[400, 0] = 4
    show(mel, values)
    mel.timeline.show(4.9, 5.1)  # 62 pixels a column
    low, high = code("viridis", 0), code("viridis", 255)
    half = 0.5 / 80
    assert colour(mel, 5 - half + 0.001, 159) == colour(mel, 5 + half - 0.001, 158) == high
    assert colour(mel, 5 - half - 0.001, 159) == colour(mel, 5 + half + 0.001, 159) == low
    assert colour(mel, 5, 157) == low


def test_a_feature_row_begins_with_its_frame_with_the_first_above(features: HeatLane) -> None:
    values = np.full((FRAMES, FEATURES), -4.0, np.float32)
    values[125, 0] = 4
    show(features, values)
    features.timeline.show(4.9, 5.1)
    assert colour(features, 5.039, 0) == colour(features, 5.001, 0) == code("viridis", 255)
    assert colour(features, 4.999, 0) == colour(features, 5.041, 0) == colour(features, 5.02, 5) == code("viridis", 0)


@pytest.mark.parametrize("row", [0, 1, 77, 300, 511])
def test_one_cell_is_seen_from_afar(features: HeatLane, row: int) -> None:
    values = np.full((FRAMES * 40, FEATURES), -4.0, np.float32)
    values[5001, row] = np.nan
    features.timeline.set_duration(400, Timebase())
    show(features, values)
    image = features.grab().toImage()
    assert image.pixelColor(int(features.x_of(5001.5 / 25)), -(-(row + 1) * 160 // FEATURES) - 1) == QColor(
        int(NOT_FINITE)
    )
    assert features.reduction() == "drawn at 1/16, rows at 1/4 (peak)"


def test_where_every_value_is_drawn_nothing_is_said(mel: HeatLane) -> None:
    show(mel, np.zeros((COLUMNS, BANDS)))
    assert mel.reduction() == ""


@pytest.mark.parametrize("stage", ["mel", "features"])
def test_probes_read_the_array_where_it_is_drawn(qtbot: QtBot, stage: str) -> None:
    lane = make(qtbot, stage)
    shape = (COLUMNS, BANDS) if stage == "mel" else (FRAMES, FEATURES)
    values = np.arange(np.prod(shape), dtype=np.float64).reshape(shape) / 7
    show(lane, values)
    config = Config()
    lane.set_config(config)
    probe = lane.probe_at(QPointF(lane.x_of(5.003), 0))
    assert probe is not None
    item, row = (400, BANDS - 1) if stage == "mel" else (125, 0)
    assert probe.value == values[item, row]
    assert probe.index == ((row, item) if stage == "mel" else (item, row))
    assert probe.text == describe(stage, probe.index, config)


def test_what_is_not_computed_is_hatched_and_has_no_probe(features: HeatLane) -> None:
    values = np.zeros((FRAMES, FEATURES), np.float32)
    pyramid = show(features, values, filled=100)
    middle = code("viridis", 128)
    assert colour(features, 3.9, 80) == middle
    assert colour(features, 4.1, 80) != middle
    assert features.probe_at(QPointF(features.x_of(3.9), 80)) is not None
    assert features.probe_at(QPointF(features.x_of(4.1), 80)) is None
    pyramid.fill(100, values[100:])
    features.items_changed(100, FRAMES)
    assert colour(features, 4.1, 80) == middle


def test_levels_and_colour_map_change_without_another_pyramid(mel: HeatLane) -> None:
    show(mel, np.full((COLUMNS, BANDS), 1.0))
    mel.set_levels(0, 0.95)
    assert colour(mel, 5, 80) == code("viridis", 255)
    mel.set_levels(0, 4)
    mel.set_colour_map("magma")
    seen = colour(mel, 5, 80)
    near = [code("magma", index) for index in range(62, 67)]  # a code is worth 8/253
    assert seen in near


def test_the_value_axis_keeps_its_lower_level(mel: HeatLane) -> None:
    show(mel, np.full((COLUMNS, BANDS), -1.9))
    mel.value_zoom(0.25)
    assert colour(mel, 5, 80) == code("viridis", 255)


def test_rows_in_another_order(features: HeatLane) -> None:
    values = np.full((FRAMES, FEATURES), -4.0, np.float32)
    values[:, 300] = 4
    show(features, values)
    order = np.r_[300, np.delete(np.arange(FEATURES), 300)]
    features.set_order(order)
    assert colour(features, 5, 0) == code("viridis", 255)
    probe = features.probe_at(QPointF(features.x_of(5), 0))
    assert probe is not None
    assert probe.index[1] == 300
    features.set_order(None)
    assert colour(features, 5, 0) == code("viridis", 0)


def test_the_band_is_outlined_and_leaves_no_trace(mel: HeatLane) -> None:
    show(mel, np.zeros((COLUMNS, BANDS)))
    mel.timeline.show(4, 6)
    before = mel.grab().toImage()
    mel.set_band(400, 416)
    left, right = round(mel.x_of(399.5 / 80)), round(mel.x_of(415.5 / 80))
    after = mel.grab().toImage()
    assert all(before.pixel(x, 80) != after.pixel(x, 80) for x in (left, right))
    assert after.pixel((left + right) // 2, 80) == before.pixel((left + right) // 2, 80)
    mel.set_band(None, None)
    assert mel.grab().toImage() == before


def test_a_marked_cell_is_outlined_and_leaves_no_trace(features: HeatLane) -> None:
    show(features, np.zeros((FRAMES, FEATURES), np.float32))
    before = features.grab().toImage()
    features.set_mark(125, 256)
    after = features.grab().toImage()
    x, y = int(features.x_of(5.02)), 80
    changed = {(a, b) for a in range(x - 20, x + 20) for b in range(60, 100) if before.pixel(a, b) != after.pixel(a, b)}
    assert changed
    assert all(abs(a - x) <= 7 and abs(b - y) <= 7 for a, b in changed)
    features.set_mark(None, None)
    assert features.grab().toImage() == before


def test_it_works_without_data(mel: HeatLane) -> None:
    before = mel.grab().toImage()
    mel.set_band(3, 19)
    mel.set_mark(None, None)
    assert mel.probe_at(QPointF(500, 50)) is None
    mel.items_changed(0, 10)
    show(mel, np.zeros((COLUMNS, BANDS)))
    mel.set_array(None, None)
    assert mel.grab().toImage() == before


@pytest.mark.parametrize(("values", "height"), [(512, 160), (80, 160), (80, 80), (7, 3), (3, 7)])
def test_folded_rows_keep_their_peaks(values: int, height: int) -> None:
    codes = np.random.default_rng(1).integers(0, 256, (20, values), dtype=np.uint8)
    rows = np.random.default_rng(2).permutation(values)
    lines = fold_rows(codes, rows, height)
    for line in range(height):
        begin = line * values // height
        end = max(begin + 1, (line + 1) * values // height)
        np.testing.assert_array_equal(lines[line], codes[:, rows[begin:end]].max(axis=1))


def test_every_device_pixel_is_drawn(mel: HeatLane) -> None:
    """On a screen of twice the density a column of 62.5 pixels ends at a half one."""
    values = np.full((COLUMNS, BANDS), -4.0)
    values[400] = 4
    show(mel, values)
    mel.timeline.show(4.9, 5.1)
    picture = QPixmap(mel.size() * 2)
    picture.setDevicePixelRatio(2)
    painter = QPainter(picture)
    mel.paint_contents(painter, mel.contents_rect())
    painter.end()
    line = picture.toImage()
    lit = [x for x in range(2 * GUTTER, line.width()) if line.pixelColor(x, 100) == code("viridis", 255)]
    assert len(lit) == 125
    assert lit[0] / 2 == pytest.approx(mel.x_of(399.5 / 80), abs=0.5)
