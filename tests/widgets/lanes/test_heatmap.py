from pathlib import Path

import numpy as np
import pytest
from framescope.core.drawing.coordinates import place_text, stage_coordinates
from framescope.core.drawing.pyramid import HeatPyramid
from framescope.core.run import Stage
from framescope.core.timebase import Timebase
from framescope.models.timeline import Timeline
from framescope.widgets.colour import NOT_FINITE, PORT_INK, lookup_on
from framescope.widgets.lanes.heat_axis import row_labels
from framescope.widgets.lanes.heat_layer import HeatLayer
from framescope.widgets.lanes.heat_pixels import fitting_high, fold_rows
from framescope.widgets.lanes.heatmap import HeatLane
from helpers.shown import GUTTER
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPalette, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

COLUMNS, BANDS = 800, 80
FRAMES, FEATURES = 250, 512


def make(qtbot: QtBot, stage: str) -> HeatLane:
    """Ten seconds at 100 pixels a second, all levels at the lowest, the cursor out of the way."""
    timeline = Timeline()
    timeline.set_duration(10, Timebase())
    timeline.seek(10)
    lane = HeatLane(timeline, stage, stage_coordinates(Stage(stage, np.zeros((80, 512)))))
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
    return QColor(int(lookup_on(name, QApplication.palette().color(QPalette.ColorRole.Base))[index]))


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
    probe = lane.probe_at(QPointF(lane.x_of(5.003), 0))
    assert probe is not None
    item, row = (400, BANDS - 1) if stage == "mel" else (125, 0)
    assert probe.value == values[item, row]
    assert probe.index == ((row, item) if stage == "mel" else (item, row))
    assert probe.text == place_text(Stage(stage, np.zeros((80, 512))), probe.index)


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


def test_rows_are_zoomed_around_the_pointer_and_read_where_they_are_drawn(features: HeatLane) -> None:
    values = np.tile(np.arange(FEATURES, dtype=np.float32) / 200, (FRAMES, 1))
    show(features, values)
    for _ in range(12):
        wheel(features, Qt.KeyboardModifier.AltModifier, 80)
    first, last = features.rows_seen
    assert last - first < 0.1
    assert first < 0.5 < last
    for y in (2, 80, 157):
        probe = features.probe_at(QPointF(features.x_of(5), y))
        assert probe is not None
        assert probe.index[1] == pytest.approx((first + (last - first) * y / 160) * FEATURES, abs=1.5)
    assert "rows" not in features.reduction()
    for _ in range(20):
        wheel(features, Qt.KeyboardModifier.AltModifier, 80, -120)
    assert features.rows_seen == (0, 1)


def test_the_ends_of_the_levels_are_dragged(mel: HeatLane, qtbot: QtBot) -> None:
    show(mel, np.zeros((COLUMNS, BANDS)))
    bar = mel.bar_at(QRect(0, 0, GUTTER, 160), "reference")
    assert bar is not None
    mel.levels_wanted.connect(mel.choose_levels)
    right = QPoint(bar.right() - 2, bar.center().y())
    qtbot.mousePress(mel, Qt.MouseButton.LeftButton, pos=right)
    moved = QPoint(right.x() - bar.width() // 4, right.y())
    drag = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(moved), QPointF(moved), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(mel, drag)
    qtbot.mouseRelease(mel, Qt.MouseButton.LeftButton, pos=moved)
    assert mel.levels == pytest.approx((-4, 2), abs=0.1)
    qtbot.mouseDClick(mel, Qt.MouseButton.LeftButton, pos=moved)
    assert mel.levels == (-4, 4)


def test_features_are_legible_at_first_sight(qtbot: QtBot, shared: Path) -> None:
    """With levels from 0 to the largest value, 95.7 % of the cells lay in the darkest quarter of the map."""
    values = np.load(shared / "python_talk_hb" / "audio_features_raw.npy")
    pyramid = HeatPyramid(*values.shape, 0, 8)
    pyramid.fill(0, values)
    lane = make(qtbot, "features")
    lane.set_array(values, pyramid, rate=25)
    lane.set_levels(0, fitting_high(pyramid) or 8)
    assert lane.rooted
    share = np.sqrt(np.clip(values / lane.levels[1], 0, 1))
    assert (share[values > 0] < 0.25).mean() < 0.2
    assert (share < 0.25).mean() < 0.65


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


# Two runs

LABELS = {"reference": "reference a", "port": "port b, lag +2 columns applied", "difference": "port - reference"}
VIEWS = ("reference", "port", "difference", "stacked", "split", "swipe", "onion")


def layer(values: np.ndarray, lag: int = 0, *, signed: bool = False) -> HeatLayer:
    pyramid = HeatPyramid(*values.shape, -4, 4, signed=signed)
    pyramid.fill(0, values)
    rate, offset = (80, 0.5) if values.shape[1] == BANDS else (25, 0)
    return HeatLayer(values, pyramid, rate, offset - lag)


def compare(lane: HeatLane, lag: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Reference at the lowest level, port at the highest, their difference in the middle."""
    shape = (COLUMNS, BANDS) if lane.title == "mel" else (FRAMES, FEATURES)
    reference, port = np.full(shape, -4.0), np.full((shape[0] - lag, shape[1]), 4.0)
    show(lane, reference)
    lane.set_compared({"port": layer(port, lag), "difference": layer(np.zeros(shape), signed=True)}, LABELS)
    return reference, port


LOW, HIGH, MIDDLE = ("viridis", 0), ("viridis", 255), ("vik", 128)


@pytest.mark.parametrize(
    ("view", "above", "centre", "below"),
    [
        ("reference", LOW, LOW, LOW),
        ("port", HIGH, HIGH, HIGH),
        ("difference", MIDDLE, MIDDLE, MIDDLE),
        ("stacked", LOW, HIGH, MIDDLE),
        ("split", LOW, LOW, HIGH),
    ],
)
def test_views_show_the_runs_in_their_places(
    mel: HeatLane, view: str, above: tuple[str, int], centre: tuple[str, int], below: tuple[str, int]
) -> None:
    compare(mel)
    mel.set_comparing(view)
    assert [colour(mel, 9, y) for y in (30, 74, 150)] == [code(*each) for each in (above, centre, below)]
    mel.set_flipped(True)
    other = {LOW: HIGH, HIGH: LOW, MIDDLE: MIDDLE}
    assert [colour(mel, 9, y) for y in (30, 74, 150)] == [code(*other[each]) for each in (above, centre, below)]
    mel.set_flipped(False)
    assert colour(mel, 9, 30) == code(*above)


def test_without_a_port_every_view_shows_the_reference(mel: HeatLane) -> None:
    show(mel, np.full((COLUMNS, BANDS), -4.0))
    plain = mel.grab().toImage()
    for view in VIEWS:
        mel.set_comparing(view)
        assert mel.grab().toImage() == plain
    compare(mel)
    mel.set_compared({}, {})
    assert mel.grab().toImage() == plain


def test_an_onion_blends_by_its_opacity(mel: HeatLane) -> None:
    compare(mel)
    mel.set_comparing("onion")
    low, high = code(*LOW), code(*HIGH)
    for opacity in (0.0, 0.25, 1.0):
        mel.set_opacity(opacity)
        seen = colour(mel, 9, 100)
        assert seen.red() == pytest.approx(low.red() + opacity * (high.red() - low.red()), abs=2)
        assert seen.green() == pytest.approx(low.green() + opacity * (high.green() - low.green()), abs=2)


def test_the_divider_is_dragged(mel: HeatLane, qtbot: QtBot) -> None:
    compare(mel)
    mel.set_comparing("swipe")
    assert [colour(mel, s, 100) for s in (4.9, 5.1)] == [code(*LOW), code(*HIGH)]
    for press, move in ((5, 8), (8, 2)):
        qtbot.mousePress(mel, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER + 100 * press, 100))
        qtbot.mouseMove(mel, QPoint(GUTTER + 100 * move, 100))
        qtbot.mouseRelease(mel, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER + 100 * move, 100))
        assert [colour(mel, move + d, 100) for d in (-0.1, 0.1)] == [code(*LOW), code(*HIGH)]
    assert mel.timeline.selection is None
    assert mel.timeline.cursor == 10
    qtbot.mouseClick(mel, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER + 600, 100))
    assert mel.timeline.cursor == pytest.approx(6)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("stage", ["mel", "features"])
def test_mouse_and_wheel_work_in_every_view(qtbot: QtBot, stage: str, view: str) -> None:
    lane = make(qtbot, stage)
    compare(lane)
    lane.set_comparing(view)
    qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER + 300, 80))
    assert lane.timeline.cursor == pytest.approx(3)
    qtbot.mousePress(lane, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER + 100, 80))
    qtbot.mouseMove(lane, QPoint(GUTTER + 400, 80))
    qtbot.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER + 400, 80))
    assert lane.timeline.selection == pytest.approx((1, 4))
    wheel(lane, Qt.KeyboardModifier.ControlModifier, 80)
    assert lane.timeline.visible[1] - lane.timeline.visible[0] == pytest.approx(8)
    assert lane.x_of(5) == pytest.approx(GUTTER + 500)


def wheel(lane: HeatLane, keys: Qt.KeyboardModifier, y: int, angle: int = 120) -> None:
    place = QPointF(GUTTER + 500, y)
    event = QWheelEvent(
        place, place, QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(lane, event)


def test_the_ends_of_a_signed_difference_stay_opposite(mel: HeatLane, qtbot: QtBot) -> None:
    mel.resize(GUTTER + 1000, 400)
    compare(mel)
    head = next(head for head, parts in mel.heads() if parts[0].role == "difference")
    bar = mel.bar_at(head, "difference")
    assert bar is not None
    left = QPoint(bar.left() + 2, bar.center().y())
    qtbot.mousePress(mel, Qt.MouseButton.LeftButton, pos=left)
    moved = QPointF(left + QPoint(bar.width() // 4, 0))
    drag = QMouseEvent(
        QEvent.Type.MouseMove, moved, moved, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(mel, drag)
    assert mel.difference_levels == pytest.approx((-2, 2), abs=0.1)
    assert mel.levels == (-4, 4)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("stage", ["mel", "features"])
@pytest.mark.parametrize("lag", [0, 2])
def test_probes_give_both_values_in_every_view(qtbot: QtBot, stage: str, view: str, lag: int) -> None:
    lane = make(qtbot, stage)
    shape = (COLUMNS, BANDS) if stage == "mel" else (FRAMES, FEATURES)
    reference = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    port = -reference[lag:]
    show(lane, reference)
    difference = layer(np.zeros(shape), signed=True)
    lane.set_compared({"port": layer(port, lag), "difference": difference}, LABELS)
    lane.set_comparing(view)
    item = 400 if stage == "mel" else 125
    for part in lane.parts():
        x = min(max(lane.x_of(5.003), part.box.left()), part.box.right()) if view != "swipe" else lane.x_of(5.003)
        probe = lane.probe_at(QPointF(x, part.box.top()))
        row = BANDS - 1 if stage == "mel" else 0
        assert probe is not None
        assert (probe.value, probe.port) == (reference[item, row], -reference[item, row])
        assert probe.index == ((row, item) if stage == "mel" else (item, row))


def test_where_one_run_has_no_item_the_other_is_still_read(mel: HeatLane) -> None:
    reference, _ = compare(mel, lag=2)
    early = mel.probe_at(QPointF(mel.x_of(0.001), 10))
    assert early is not None
    assert (early.value, early.port) == (reference[0, BANDS - 1], None)
    mel.set_array(None, None)
    alone = mel.probe_at(QPointF(mel.x_of(5), 10))
    assert alone is not None
    assert np.isnan(alone.value)
    assert alone.port == 4


def test_a_lag_moves_the_port_by_whole_columns(mel: HeatLane) -> None:
    reference = np.full((COLUMNS, BANDS), -4.0)
    port = reference.copy()
    port[398] = 4
    show(mel, reference)
    mel.set_comparing("port")
    mel.timeline.show(4.9, 5.1)
    for lag, lit in ((0, 398), (2, 400)):
        mel.set_compared({"port": layer(port, lag)}, LABELS)
        assert colour(mel, lit / 80, 100) == code(*HIGH)
        assert colour(mel, (398 + 400 - lit) / 80, 100) == code(*LOW)


def test_signed_peaks_survive_in_both_directions(features: HeatLane) -> None:
    values = np.zeros((FRAMES * 40, FEATURES))
    values[2001, 300], values[5001, 300], values[7001, 300] = 4, -4, np.nan
    features.timeline.set_duration(400, Timebase())
    show(features, np.zeros((FRAMES * 40, FEATURES)))
    features.set_compared({"difference": layer(values, signed=True)}, {})
    features.set_comparing("difference")
    y = -(-301 * 160 // FEATURES) - 1
    seen = [colour(features, item / 25, y) for item in (2001.5, 5001.5, 7001.5, 8001.5)]
    assert seen == [code("vik", 255), code("vik", 0), QColor(int(NOT_FINITE)), code(*MIDDLE)]


def test_marks_are_outlined_in_every_part_and_leave_no_trace(features: HeatLane) -> None:
    compare(features)
    before = features.grab().toImage()
    features.set_mark(125, 256)
    features.set_band(100, 116)
    after = features.grab().toImage()
    x = int(features.x_of(5.02))
    for part in features.parts():
        middle = part.box.center().y()
        around = [(a, b) for a in range(x - 5, x + 6) for b in range(middle - 5, middle + 6)]
        assert any(before.pixel(*place) != after.pixel(*place) for place in around)
        edge = round(features.x_of(4.0))
        assert before.pixel(edge, middle + 10) != after.pixel(edge, middle + 10)
    features.set_mark(None, None)
    features.set_band(None, None)
    assert features.grab().toImage() == before


def test_what_each_part_shows_is_said_beside_it_and_never_on_it(mel: HeatLane) -> None:
    compare(mel)
    said = ["reference a", "port b, lag +2 columns applied", "port - reference"]
    assert [mel.label(part.role) for part in mel.parts()] == said
    for (head, parts), text in zip(mel.heads(), said, strict=True):
        assert text in mel.words(parts)
        assert text in mel.tip_at(head.center())
    shown = mel.grab().toImage()
    for part, ground in zip(mel.parts(), (code(*LOW), code(*HIGH), code(*MIDDLE)), strict=True):
        seen = {shown.pixel(x, y) for x in range(GUTTER + 1, GUTTER + 900, 7) for y in range(*_inside(part.box))}
        assert seen == {ground.rgb()}


def _inside(box: QRect) -> tuple[int, int]:
    return box.top() + 1, box.bottom()


def test_other_numbers_of_values_are_drawn_beside_each_other(mel: HeatLane) -> None:
    show(mel, np.full((COLUMNS, BANDS), -4.0))
    mel.set_compared({"port": layer(np.full((COLUMNS, 64), 4.0))}, LABELS)
    mel.set_comparing("split")
    assert [colour(mel, 9, y) for y in (40, 150)] == [code(*LOW), code(*HIGH)]


def test_every_row_has_the_colours_of_its_own_range(mel: HeatLane) -> None:
    values = np.repeat(np.linspace(-0.1, 0.1, COLUMNS)[:, None], BANDS, axis=1)
    values[:, : BANDS // 2] *= 30
    show(mel, values)
    early, late = 0.5, 9.5
    assert colour(mel, early, 10) != code("viridis", 0)
    mel.set_normalised(True)
    for y in (10, 150):
        assert colour(mel, early, y).lightness() < 100 < colour(mel, late, y).lightness()
    assert "each row by its own range" in mel.notes()
    mel.set_normalised(False)
    assert "each row by its own range" not in mel.notes()


def test_values_are_written_into_cells_that_have_room(mel: HeatLane) -> None:
    show(mel, np.full((COLUMNS, BANDS), 0.125))
    mel.timeline.show(4.95, 5.05)
    mel.show_rows(0, 0.1)

    def colours() -> set[int]:
        image = mel.grab(mel.contents_rect()).toImage()
        return {image.pixel(x, y) for x in range(0, 900, 2) for y in range(0, 150, 2)}

    assert len(colours()) > 2
    mel.show_rows(0, 1)
    assert len(colours()) == 1


@pytest.mark.parametrize(
    ("items", "marked"), [([100, 400, 700], True), (list(range(0, COLUMNS, 3)), True), ([], False)]
)
def test_single_items_of_a_run_are_marked_where_they_are_too_narrow(
    mel: HeatLane, items: list[int], marked: bool
) -> None:
    values = np.zeros((COLUMNS, BANDS), np.float32)
    show(mel, values)
    mel.resize(GUTTER + 400, 160)  # two columns a pixel
    pyramid = HeatPyramid(COLUMNS, BANDS, -4, 4)
    present = np.isin(np.arange(COLUMNS), items) if items else np.ones(COLUMNS, np.bool_)
    pyramid.fill(0, values, present)
    mel.set_comparing("port")
    mel.set_compared({"port": HeatLayer(values, pyramid, 80, 0.5)}, {"port": "port"})
    image = mel.grab(mel.contents_rect()).toImage()
    found = [x for x in range(image.width()) if image.pixelColor(x, 1) == PORT_INK]
    assert bool(found) == marked


@pytest.mark.parametrize("hertz", [300.0, 3000.0])
def test_a_frequency_lies_over_its_band(mel: HeatLane, hertz: float) -> None:
    show(mel, np.full((COLUMNS, BANDS), -4.0))
    mel.set_trace(np.linspace(0, 10, 1001), np.full(1001, hertz, np.float32))
    image = mel.grab().toImage()
    x = int(mel.x_of(5))
    white = [y for y in range(160) if image.pixelColor(x, y).lightness() > 200]
    bands = mel.coordinates.hz
    assert bands is not None
    expected = (BANDS - 0.5 - np.interp(hertz, bands, np.arange(BANDS))) / BANDS * 160
    assert abs(np.mean(white) - expected) < 2


def test_rows_with_names_are_labelled_by_them() -> None:
    assert row_labels(3, None, ("C", "D", "E")) == [(0, "C"), (1, "D"), (2, "E")]
    assert row_labels(3, None, ("C", "D")) == row_labels(3, None)


def test_a_port_is_seen_where_the_reference_could_not_be_computed(features: HeatLane) -> None:
    pyramid = HeatPyramid(FRAMES, FEATURES, -4, 4)
    pyramid.fill(0, np.full((FRAMES, FEATURES), 4.0))
    features.set_error("the encoder is missing", "Choose encoder …")
    button = features.findChild(QPushButton)
    assert button is not None
    assert not features.shows_data
    features.set_compared({"port": HeatLayer(np.full((FRAMES, FEATURES), 4.0), pyramid, 25, 0)}, {"port": "port go"})
    features.resize(features.width(), features.least_height())
    (part,) = features.parts()
    assert features.error_rect().bottom() < part.box.top()
    assert part.box.height() >= features.least_part()
    assert features.error_rect().contains(button.geometry())
    assert colour(features, 5, part.box.center().y()) == code("viridis", 255)
    assert features.probe_under(QPointF(features.x_of(5), part.box.center().y())) is not None
    features.set_compared({}, {})
    assert features.probe_under(QPointF(features.x_of(5), part.box.center().y())) is None
