import numpy as np
import pytest
from framescope.core.pipeline import compute
from framescope.core.recipe.presets import load_preset
from framescope.core.timebase import Timebase
from framescope.models.markers import Marker
from framescope.models.timeline import Timeline
from framescope.widgets.lanes.ruler import TimeRuler, label_step
from helpers.shown import GUTTER
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot


@pytest.fixture
def ruler(qtbot: QtBot) -> TimeRuler:
    timeline = Timeline()
    timeline.set_duration(100, Timebase())
    ruler = TimeRuler(timeline)
    qtbot.addWidget(ruler)
    ruler.resize(GUTTER + 1000, 24)
    return ruler


@pytest.mark.parametrize(
    ("unit", "visible", "labels"),
    [
        ("seconds", (0, 100), ["0:00", "0:10", "0:20"]),
        ("seconds", (10, 12), ["0:10.0", "0:10.2", "0:10.4"]),
        ("seconds", (60.001, 60.021), ["1:00.002", "1:00.004", "1:00.006"]),
        ("frames", (0, 100), ["0", "500", "1,000"]),
        ("frames", (10, 10.1), ["250", "251", "252"]),
        ("columns", (0, 100), ["0", "1,000", "2,000"]),
    ],
)
def test_labels(ruler: TimeRuler, unit: str, visible: tuple[float, float], labels: list[str]) -> None:
    ruler.set_unit(unit)
    ruler.timeline.show(*visible)
    assert [text for _, text in ruler.labels()][:3] == labels


@pytest.mark.parametrize("unit", ["seconds", "frames", "columns"])
@pytest.mark.parametrize("length", [0.02, 0.3, 4, 59, 100])
def test_labels_never_overlap_and_lie_where_they_say(ruler: TimeRuler, unit: str, length: float) -> None:
    ruler.set_unit(unit)
    ruler.timeline.show(0, length)
    places = [ruler.x_of(seconds) for seconds, _ in ruler.labels()]
    widths = [ruler.fontMetrics().horizontalAdvance(text) for _, text in ruler.labels()]
    assert all(a + width < b for a, width, b in zip(places, widths, places[1:], strict=False))
    rate = {"seconds": 1, "frames": 25, "columns": 80}[unit]
    for seconds, text in ruler.labels():
        minutes, _, rest = text.replace(",", "").rpartition(":")
        assert seconds * rate == pytest.approx(60 * int(minutes or 0) + float(rest), abs=1e-6)


@pytest.mark.parametrize(
    ("room", "step"), [(31, 60), (100, 120), (3000, 3600), (1e6, 278 * 3600), (0.03, 0.05), (29, 50), (1e-9, 1e-4)]
)
def test_steps_are_round(room: float, step: float) -> None:
    assert label_step(room, "seconds")[0] == pytest.approx(step)


def test_dragging_scrubs_and_selects_nothing(ruler: TimeRuler, qtbot: QtBot) -> None:
    qtbot.mousePress(ruler, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER + 200, 10))
    assert ruler.timeline.cursor == pytest.approx(20)
    qtbot.mouseMove(ruler, QPoint(GUTTER + 700, 10))
    qtbot.mouseRelease(ruler, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER + 700, 10))
    assert ruler.timeline.cursor == pytest.approx(70)
    assert ruler.timeline.selection is None


class Screen(QObject):
    """What a widget's own repaints, and no others, have put on the screen."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False


def test_the_cursor_s_handle_leaves_no_trace(ruler: TimeRuler, qtbot: QtBot) -> None:
    ruler.show()
    qtbot.waitExposed(ruler)
    ruler.timeline.seek(50)
    QApplication.processEvents()
    before = ruler.grab().toImage()
    screen = Screen(ruler)
    ruler.timeline.seek(70)
    QApplication.processEvents()
    repainted = QRegion(screen.region)
    after = ruler.grab().toImage()
    changed = [QPoint(x, 2) for x in range(ruler.width()) if before.pixel(x, 2) != after.pixel(x, 2)]
    assert len(changed) > 10
    assert all(repainted.contains(point) for point in changed)
    assert not repainted.contains(QPoint(GUTTER + 600, 2))


def test_unknown_unit(ruler: TimeRuler) -> None:
    with pytest.raises(ValueError, match="fortnights"):
        ruler.set_unit("fortnights")


def test_notes_stand_beside_their_markers_and_never_run_into_each_other(ruler: TimeRuler) -> None:
    def beside(seconds: float, width: int) -> bool:
        """Whether anything but the labels' usual picture is within `width` pixels from a moment on."""
        image, x = ruler.grab().toImage(), round(ruler.x_of(seconds))
        return image.copy(x + 9, 0, width, 12) != plain.copy(x + 9, 0, width, 12)

    ruler.timeline.seek(100)
    plain = ruler.grab().toImage()
    ruler.set_markers(
        [Marker(31, "a note that is much too long for the place it has"), Marker(35, ""), Marker(61, "x")]
    )
    assert beside(31, 100)
    assert beside(61, 10)
    assert not beside(71, 100)
    ruler.set_markers([Marker(31, "long enough to reach the next one"), Marker(31.5, "")])
    assert not beside(31.5, 100)


def test_a_label_that_a_note_would_cover_is_left_out(ruler: TimeRuler) -> None:
    """Half a figure misleads: nothing is drawn beside the note where the label would stick out of it."""
    ruler.timeline.seek(100)
    seconds, text = ruler.labels()[2]
    plain = ruler.grab().toImage()
    marker = Marker(seconds + 12 / (ruler.x_of(1.0) - ruler.x_of(0.0)), "a note")
    ruler.set_markers([marker])
    left = round(ruler.x_of(seconds))
    half = QRect(left + 1, 2, 8, ruler.fontMetrics().ascent())  # of the label, before the marker's line
    ground = ruler.palette().base().color()

    def inked(image: QImage) -> bool:
        columns, rows = range(half.left(), half.right()), range(half.top(), half.bottom())
        return any(image.pixelColor(x, y) != ground for x in columns for y in rows)

    assert text
    assert inked(plain)
    assert not inked(ruler.grab().toImage())


@pytest.mark.parametrize(("recipe", "word"), [("whisper-80", "row"), ("wav2vec2", "step"), (None, "frame")])
def test_the_cursor_goes_by_what_the_recipe_has(recipe: str | None, word: str) -> None:
    samples = np.zeros(16_000, np.float32)
    timebase = Timebase.of_run(compute(samples, load_preset(recipe), rate=16_000)) if recipe else Timebase()
    assert timebase.step == word


def test_a_label_that_would_be_cut_is_left_out(ruler: TimeRuler) -> None:
    ruler.timeline.show(0, 90.5)  # the label of 90 s begins 5 pixels from the edge
    image, ground = ruler.grab().toImage(), ruler.palette().base().color()
    ruler.timeline.drag_to(50)
    x = round(ruler.x_of(90)) + 2
    row = range(2, 2 + ruler.fontMetrics().ascent())
    assert {image.pixelColor(column, y).name() for column in range(x, image.width()) for y in row} == {ground.name()}
    whole = round(ruler.x_of(80)) + 2
    assert len({image.pixelColor(column, y).name() for column in range(whole, whole + 20) for y in row}) > 1
