from dataclasses import replace

import numpy as np
import pytest
from framescope.app.window.theme import palette_of
from framescope.core.compare.curves import Curve
from framescope.core.timebase import Timebase
from framescope.models.timeline import Timeline
from framescope.widgets.colour import LINE_CONTRAST, NOT_FINITE, STAGE_INKS, contrast
from framescope.widgets.lanes.error_lane import ErrorCurve, ErrorLane
from helpers.shown import GUTTER
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from pytestqt.qtbot import QtBot

FRAMES = 250


@pytest.fixture
def lane(qtbot: QtBot) -> ErrorLane:
    """Ten seconds at 100 pixels a second."""
    timeline = Timeline()
    timeline.set_duration(10, Timebase())
    timeline.seek(10)
    lane = ErrorLane(timeline)
    qtbot.addWidget(lane)
    lane.resize(GUTTER + 1000, 201)
    return lane


def errors(value: float = 1e-2, **changes: float) -> np.ndarray:
    values = np.full(FRAMES, value, np.float32)
    for frame, other in changes.items():
        values[int(frame[1:])] = other
    return values


def curve(values: np.ndarray, port: str = "go", stage: str = "features", tolerance: float = 1e-4) -> ErrorCurve:
    return ErrorCurve(port, Curve(stage, values, 25, 0), tolerance)  # type: ignore[arg-type]


def inked(image: QImage, x: float, y: float, ink: QColor) -> bool:
    """Whether a colour is within two pixels of a place."""
    return any(image.pixelColor(int(x), round(y) + d) == ink for d in (-2, -1, 0, 1, 2))


def test_what_is_reduced_says_so(lane: ErrorLane) -> None:
    lane.set_curves([curve(errors())])
    assert lane.reduction() == ""
    lane.set_curves([curve(errors()), ErrorCurve("go", Curve("audio", np.zeros(8000, np.float32), 800, 0), 0)])
    assert lane.reduction() == "drawn at 1/8 (peak)"


def test_errors_lie_on_a_logarithmic_axis(lane: ErrorLane) -> None:
    lane.set_curves([curve(errors(1e-2)), curve(errors(1e-3), stage="mel")])
    image = lane.grab().toImage()
    assert lane.decades == (-4, -2)
    for stage, error in (("features", 1e-2), ("mel", 1e-3)):
        assert inked(image, lane.x_of(8), lane.y_of(error), STAGE_INKS[stage])  # type: ignore[index]
    assert lane.y_of(1e-4) == lane.y_of(0) == 200
    assert lane.y_of(1e-4) - lane.y_of(1e-3) == pytest.approx(lane.y_of(1e-3) - lane.y_of(1e-2))


@pytest.mark.parametrize("seconds", [10, 1000])
def test_one_large_error_is_seen_from_afar(lane: ErrorLane, seconds: int) -> None:
    lane.timeline.set_duration(seconds, Timebase())
    values = np.full(seconds * 25, 1e-4, np.float32)
    at = len(values) * 3 // 4
    values[at] = 1
    lane.set_curves([curve(values)])
    image, x = lane.grab().toImage(), lane.x_of(at / 25)
    column = [image.pixelColor(int(x) + d, y) for d in range(5) for y in range(10, 30)]
    assert STAGE_INKS["features"] in column


def test_a_gap_stays_a_gap_and_a_lonely_item_is_seen(lane: ErrorLane) -> None:
    values = np.full(FRAMES, np.nan, np.float32)
    values[125] = 1e-2
    lane.set_curves([curve(values)])
    lane.timeline.show(0, 10)
    image, y = lane.grab().toImage(), lane.y_of(1e-2)
    ink = STAGE_INKS["features"]
    assert inked(image, lane.x_of(5.02), y, ink)
    assert not any(inked(image, lane.x_of(s), y, ink) for s in (4, 4.9, 5.1, 8))


def test_the_few_items_of_a_sparse_dump_stand_on_stems(lane: ErrorLane) -> None:
    values = np.full(FRAMES, np.nan, np.float32)
    values[[20, 120, 220]] = 1e-2, 1e-3, 0
    lane.set_curves([curve(values)])
    lane.timeline.set_duration(100, Timebase())
    lane.timeline.fit()
    image, ink = lane.grab().toImage(), STAGE_INKS["features"]
    for frame, error in ((20, 1e-2), (120, 1e-3), (220, 0)):
        x, y = round(lane.x_of(frame / 25)), lane.y_of(error)
        wide = [k for k in range(-6, 7) if image.pixelColor(x + k, min(round(y) + 2, 200)) == ink]
        assert len(wide) >= 5
    assert image.pixelColor(round(lane.x_of(20 / 25)), 190) == ink


def test_what_is_not_finite_is_marked(lane: ErrorLane) -> None:
    lane.set_curves([curve(errors(f125=np.inf))])
    image = lane.grab().toImage()
    assert image.pixelColor(int(lane.x_of(5.02)), 3) == QColor(int(NOT_FINITE))
    assert image.pixelColor(int(lane.x_of(7)), 3) != QColor(int(NOT_FINITE))


def test_the_pointer_is_told_stage_port_and_error(lane: ErrorLane) -> None:
    lane.set_curves([curve(errors(1e-2), "go"), curve(errors(1e-3, f100=np.inf), "swift", "mel", 0.5)])
    x = lane.x_of(6)

    def tip(error: float, x: float = x) -> str:
        return lane.tip_at(QPoint(round(x), round(lane.y_of(error))))

    assert tip(1e-2) == "features, go: largest difference 0.01 (tolerance 0.0001)"
    assert tip(1e-3) == "mel, swift: largest difference 0.001 (tolerance 0.5)"
    assert tip(np.inf, lane.x_of(4.02)) == "mel, swift: a value is not finite (tolerance 0.5)"
    assert lane.told_at(QPointF(x, 199)) is None


def test_ports_differ_by_their_line(lane: ErrorLane) -> None:
    lane.set_curves([curve(errors(1e-2), "go"), curve(errors(1e-3), "swift")])
    image, ink = lane.grab().toImage(), STAGE_INKS["features"]
    shares = [np.mean([inked(image, x, lane.y_of(e), ink) for x in range(GUTTER + 300, 1000)]) for e in (1e-2, 1e-3)]
    assert shares[0] == 1
    assert 0.3 < shares[1] < 0.9


def test_the_axis_does_not_follow_the_view_and_zooms_by_decades(lane: ErrorLane) -> None:
    values = errors(1e-3)
    values[:20] = 5
    lane.set_curves([curve(values)])
    assert lane.decades == (-4, 1)
    lane.timeline.show(5, 6)
    assert lane.decades == (-4, 1)
    lane.value_zoom(0.8)
    assert lane.decades == (-3, 1)
    lane.value_zoom(1.25)
    lane.value_zoom(1.25)
    assert lane.decades == (-5, 1)


def test_a_click_goes_there(lane: ErrorLane, qtbot: QtBot) -> None:
    lane.set_curves([curve(errors())])
    qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER + 650, 100))
    assert lane.timeline.cursor == pytest.approx(6.5)


@pytest.mark.parametrize("values", [np.zeros(0), np.zeros(FRAMES), np.full(FRAMES, np.nan), np.full(FRAMES, np.inf)])
def test_it_works_with_hardly_any_errors(lane: ErrorLane, values: np.ndarray) -> None:
    empty = lane.grab().toImage()
    lane.set_curves([curve(values.astype(np.float32), tolerance=0)])
    assert not lane.grab().isNull()
    assert lane.decades[0] < lane.decades[1]
    lane.set_curves([])
    assert lane.grab().toImage() == empty


def test_the_port_that_is_looked_at_is_told_from_the_others(lane: ErrorLane) -> None:
    """Whichever of them comes first: its curve lies above theirs, and theirs are paler."""
    better = errors(1e-2, **{f"f{frame}": 1e-3 for frame in range(120, 130)})
    for order in ((0, 1), (1, 0)):
        both = (replace(curve(errors(1e-2), "other"), looked_at=False), curve(better, "go"))
        lane.set_curves([both[place] for place in order])
        image, ink = lane.grab().toImage(), STAGE_INKS["features"].name()

        def inks(start: float, end: float, image: QImage = image) -> set[str]:
            places = range(round(lane.x_of(start)), round(lane.x_of(end)))
            return {image.pixelColor(x, round(lane.y_of(1e-2))).name() for x in places}

        assert ink in inks(1, 2), order
        alone = inks(4.9, 5.1) - {lane.palette().base().color().name()}
        assert alone, order
        assert ink not in alone, order


@pytest.mark.parametrize("dark", [False, True])
def test_curves_of_every_port_are_seen_in_either_theme(lane: ErrorLane, dark: bool) -> None:
    lane.setPalette(palette_of(dark=dark))
    lane.set_curves([replace(curve(errors(1e-2), "other"), looked_at=False)])
    image, ground = lane.grab().toImage(), lane.palette().color(QPalette.ColorRole.Base)
    y = round(lane.y_of(1e-2))
    seen = {image.pixelColor(x, y).name() for x in range(round(lane.x_of(1)), round(lane.x_of(3)))} - {ground.name()}
    assert seen
    assert min(contrast(QColor(name), ground) for name in seen) >= LINE_CONTRAST


def test_the_legend_names_each_stage_and_each_port_once(lane: ErrorLane) -> None:
    """A row for every pair of them would be too long for the head, and would be cut where it matters."""
    lane.set_curves([curve(errors(), "go", "mel"), curve(errors(), "go", "features")])
    assert [name for name, _ in lane.legend()] == ["mel", "features"]
    lane.set_curves([curve(errors(), port, stage) for port in ("go", "swift") for stage in ("mel", "features")])
    names, pens = zip(*lane.legend(), strict=True)
    assert names == ("mel", "features", "go", "swift")
    assert pens[0].color() != pens[1].color()
    assert pens[2].style() != pens[3].style()
