import pytest
from framescope.core.timebase import Timebase
from framescope.models.markers import Marker
from framescope.models.timeline import Timeline
from framescope.widgets.colour import MARKER_INK
from framescope.widgets.lanes.lane import Lane
from framescope.widgets.pointed_value import PointedValue
from helpers.shown import GUTTER
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QPainter, QPalette, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip
from pytestqt.qtbot import QtBot

PROBE = PointedValue("audio", (3,), 0.5, "sample 3")
NOTHING, CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Counting(Lane):
    """A lane that counts what it has to paint."""

    def __init__(self, timeline: Timeline) -> None:
        self.pictures, self.overlays, self.factors = 0, 0, []
        super().__init__(timeline, "counting")

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        self.pictures += 1
        painter.fillRect(rect, QColor("#336699"))

    def paint_overlay(self, painter: QPainter, rect: QRect) -> None:
        self.overlays += 1

    def value_zoom(self, factor: float) -> None:
        self.factors.append(factor)

    def probe_at(self, point: QPointF) -> PointedValue | None:
        return PROBE


@pytest.fixture
def lane(qtbot: QtBot) -> Counting:
    """Ten seconds in 1000 pixels: 100 pixels a second."""
    timeline = Timeline()
    timeline.set_duration(10, Timebase())
    lane = Counting(timeline)
    qtbot.addWidget(lane)
    lane.resize(GUTTER + 1000, 60)
    lane.show()
    qtbot.waitExposed(lane)
    QApplication.processEvents()
    return lane


def at(seconds: float) -> QPoint:
    return QPoint(round(GUTTER + 100 * seconds), 30)


def wheel(lane: Lane, keys: Qt.KeyboardModifier, x: int = 0, y: int = 0, seconds: float = 5) -> bool:
    """Turn the wheel; gives whether the lane took it."""
    place = QPointF(at(seconds))
    event = QWheelEvent(
        place, place, QPoint(), QPoint(x, y), Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(lane, event)
    return event.isAccepted()


@pytest.mark.parametrize("visible", [(0, 10), (2.5, 3.5), (9.98, 10)])
def test_every_moment_has_one_place(lane: Counting, visible: tuple[float, float]) -> None:
    lane.timeline.show(*visible)
    assert (lane.x_of(visible[0]), lane.x_of(visible[1])) == pytest.approx((GUTTER, lane.width()))
    assert lane.seconds_of(lane.x_of(visible[0] + 0.013)) == pytest.approx(visible[0] + 0.013)


def test_a_moved_cursor_paints_no_picture(lane: Counting) -> None:
    pictures, overlays = lane.pictures, lane.overlays
    for seconds in (1, 2, 3):
        lane.timeline.seek(seconds)
        QApplication.processEvents()
    assert (lane.pictures, lane.overlays) == (pictures, overlays + 3)


@pytest.mark.parametrize(
    "change",
    [
        lambda lane: lane.timeline.show(2, 3),
        lambda lane: lane.resize(GUTTER + 500, 80),
        lambda lane: lane.setPalette(QPalette(QColor("black"))),
        lambda lane: lane.invalidate(),
    ],
    ids=["view", "size", "theme", "data"],
)
def test_what_changes_the_picture_paints_it_once(lane: Counting, change: object) -> None:
    pictures = lane.pictures
    change(lane)
    QApplication.processEvents()
    assert lane.pictures == pictures + 1


def test_the_cursor_leaves_no_trace(lane: Counting, qtbot: QtBot) -> None:
    before = lane.grab().toImage()
    x = at(4).x()
    lane.timeline.seek(4)
    assert lane.grab().toImage().pixelColor(x, 30) == lane.palette().color(QPalette.ColorRole.Text)
    lane.timeline.seek(0)
    assert lane.grab().toImage() == before


def test_a_click_puts_the_cursor_and_clears_the_selection(lane: Counting, qtbot: QtBot) -> None:
    lane.timeline.select(1, 2)
    qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=at(6.5))
    assert lane.timeline.cursor == pytest.approx(6.5)
    assert lane.timeline.selection is None


def test_a_click_never_scrolls_the_view(lane: Counting, qtbot: QtBot) -> None:
    lane.timeline.set_follow("smooth")
    lane.timeline.show(4, 6)
    qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=at(1))
    assert lane.timeline.visible == (4, 6)
    assert lane.timeline.cursor == pytest.approx(4.2)


def test_a_click_on_the_axis_does_nothing(lane: Counting, qtbot: QtBot) -> None:
    lane.timeline.seek(3)
    qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(GUTTER - 10, 30))
    assert lane.timeline.cursor == 3


@pytest.mark.parametrize(("start", "end"), [(2, 7), (7, 2)])
def test_a_left_drag_selects(lane: Counting, qtbot: QtBot, start: float, end: float) -> None:
    lane.timeline.seek(1)
    qtbot.mousePress(lane, Qt.MouseButton.LeftButton, pos=at(start))
    qtbot.mouseMove(lane, at(end))
    qtbot.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=at(end))
    assert lane.timeline.selection == pytest.approx((2, 7))
    assert lane.timeline.cursor == 1
    plain = QColor("#336699")
    image = lane.grab().toImage()
    assert image.pixelColor(at(5)) != plain
    assert image.pixelColor(at(8)) == plain


def test_a_middle_drag_pans(lane: Counting, qtbot: QtBot) -> None:
    lane.timeline.show(4, 6)
    qtbot.mousePress(lane, Qt.MouseButton.MiddleButton, pos=at(5))
    for seconds in (4, 3, 2.5):  # pixels of 20 ms now: 2.5 s of the first view are half a second
        qtbot.mouseMove(lane, at(seconds))
    qtbot.mouseRelease(lane, Qt.MouseButton.MiddleButton, pos=at(2.5))
    assert lane.timeline.visible == pytest.approx((4.5, 6.5))
    assert lane.timeline.selection is None


def test_a_double_click_shows_everything(lane: Counting, qtbot: QtBot) -> None:
    lane.timeline.show(4, 6)
    qtbot.mouseDClick(lane, Qt.MouseButton.LeftButton, pos=at(5))
    qtbot.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=at(5))  # Qt leaves the second press down
    assert lane.timeline.visible == (0, 10)


def test_ctrl_wheel_zooms_at_the_pointer(lane: Counting) -> None:
    wheel(lane, CONTROL, y=120, seconds=2)
    start, end = lane.timeline.visible
    assert end - start < 10
    assert lane.x_of(2) == pytest.approx(at(2).x())
    wheel(lane, CONTROL, y=-120, seconds=2)
    assert lane.timeline.visible == pytest.approx((0, 10))


@pytest.mark.parametrize(("keys", "x", "y"), [(SHIFT, 0, -120), (SHIFT, -120, 0), (NOTHING, -120, 0)])
def test_the_wheel_pans(lane: Counting, keys: Qt.KeyboardModifier, x: int, y: int) -> None:
    lane.timeline.show(4, 6)
    assert wheel(lane, keys, x, y)
    start, end = lane.timeline.visible
    assert start > 4
    assert end - start == pytest.approx(2)


@pytest.mark.parametrize(("x", "y"), [(0, 120), (120, 0)])
def test_alt_wheel_zooms_the_values(lane: Counting, x: int, y: int) -> None:
    wheel(lane, ALT, x, y)
    assert len(lane.factors) == 1
    assert 0 < lane.factors[0] < 1


def test_a_plain_wheel_is_left_to_whoever_scrolls(lane: Counting) -> None:
    assert not wheel(lane, NOTHING, y=120)
    assert lane.timeline.visible == (0, 10)


def test_hovering_announces_probes(lane: Counting, qtbot: QtBot) -> None:
    seen: list[object] = []
    lane.hovered.connect(seen.append)
    qtbot.mouseMove(lane, at(2))
    qtbot.waitUntil(lambda: seen[-1:] == [PROBE])
    lane.set_error("broken")
    qtbot.mouseMove(lane, at(3))
    qtbot.waitUntil(lambda: seen[-1:] == [None])


def test_an_error_stands_in_the_lane_and_can_be_copied(lane: Counting) -> None:
    lane.set_error("talk.wav: too short\nline 2 of the details")
    pictures = lane.pictures
    assert lane.grab().toImage().pixelColor(GUTTER + 5, 30) == lane.palette().color(QPalette.ColorRole.Base)
    assert lane.pictures == pictures
    assert lane.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    lane.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "talk.wav: too short\nline 2 of the details"
    assert "too short" in lane.accessibleDescription()
    lane.set_error(None)
    assert lane.grab().toImage().pixelColor(GUTTER + 5, 30) == QColor("#336699")
    assert lane.contextMenuPolicy() == Qt.ContextMenuPolicy.DefaultContextMenu


def test_what_helps_is_a_button_beneath_the_error(lane: Counting, qtbot: QtBot) -> None:
    lane.set_error("no encoder", "Choose encoder …")
    (button,) = lane.findChildren(QPushButton)
    assert button.isVisible()
    area = lane.contents_rect()
    assert area.contains(button.geometry())
    assert button.geometry().top() > area.center().y() - lane.fontMetrics().height()
    with qtbot.waitSignal(lane.remedy_wanted):
        button.click()
    for error in ("something else", None):
        lane.set_error(error)
        assert not button.isVisible()


@pytest.mark.parametrize("width", [160, 300, 900])
def test_the_button_stands_beneath_the_whole_error(lane: Counting, width: int) -> None:
    """However narrow the lane is, it asks for as many lines as the sentence has there."""
    lane.set_error("/tmp/a/bad.onnx: is neither a usable model nor a checkpoint (parsing failed); " * 3, "Choose …")
    lane.resize(GUTTER + width, 60)
    lane.resize(GUTTER + width, lane.minimumSizeHint().height())
    (button,) = lane.findChildren(QPushButton)
    assert lane.contents_rect().contains(button.geometry())
    picture, ground = lane.grab().toImage(), lane.palette().color(QPalette.ColorRole.Base)
    across = range(GUTTER + 12, GUTTER + width - 12)
    inked = [y for y in range(button.geometry().top()) if any(picture.pixelColor(x, y) != ground for x in across)]
    lines = lane.fontMetrics().boundingRect(0, 0, width - 24, 4096, Qt.TextFlag.TextWordWrap, lane.error or "")
    assert max(inked) - min(inked) > lines.height() - 2 * lane.fontMetrics().height()
    assert button.geometry().top() > max(inked) + 1


def test_it_has_a_name_for_screen_readers(lane: Counting) -> None:
    assert lane.accessibleName() == "counting"
    assert lane.toolTip() == ""


@pytest.mark.parametrize("size", [(GUTTER, 60), (10, 10), (GUTTER + 1, 1)])
def test_a_lane_without_room_is_still_painted(lane: Counting, size: tuple[int, int]) -> None:
    lane.setMinimumSize(0, 0)
    lane.resize(*size)
    assert lane.grab().size().toTuple() == size


@pytest.mark.parametrize(
    ("reason", "seen"), [(Qt.FocusReason.TabFocusReason, True), (Qt.FocusReason.MouseFocusReason, False)]
)
def test_the_focus_is_seen_by_who_goes_by_keyboard(lane: Counting, reason: Qt.FocusReason, seen: bool) -> None:
    lane.clearFocus()
    QApplication.processEvents()
    before = lane.grab().toImage().pixel(1, 30)
    lane.activateWindow()
    lane.setFocus(reason)
    QApplication.processEvents()
    assert (lane.grab().toImage().pixel(1, 30) != before) == seen


# Markers and pictures

FIRST, SECOND = Marker(2, "a burst"), Marker(7)


def test_markers_are_drawn_on_every_lane(lane: Counting) -> None:
    before = lane.grab().toImage()
    lane.set_markers([FIRST, SECOND])
    after = lane.grab().toImage()
    assert [after.pixelColor(at(s)) for s in (2, 7)] == [MARKER_INK, MARKER_INK]
    assert after.pixelColor(at(4)) == before.pixelColor(at(4))
    lane.timeline.show(3, 6)
    elsewhere = lane.grab().toImage()
    assert MARKER_INK not in [elsewhere.pixelColor(x, 30) for x in range(GUTTER, lane.width())]
    lane.timeline.fit()
    lane.set_markers([])
    assert lane.grab().toImage() == before


def test_a_double_click_picks_the_nearest_marker(lane: Counting, qtbot: QtBot) -> None:
    lane.set_markers([FIRST, SECOND, Marker(2.04, "near")])
    lane.timeline.show(0, 9)
    visible = lane.timeline.visible
    place = QPoint(round(lane.x_of(2.0)) - 1, 30)
    with qtbot.waitSignal(lane.marker_picked) as picked:
        qtbot.mouseDClick(lane, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseRelease(lane, Qt.MouseButton.LeftButton, pos=place)
    assert picked.args == [FIRST]
    assert lane.timeline.visible == visible


def test_the_pointer_is_told_the_note(lane: Counting) -> None:
    lane.set_markers([FIRST])
    assert lane.tip_at(at(2)) == "a burst"
    assert lane.tip_at(at(3)) == ""
    QApplication.sendEvent(lane, QHelpEvent(QEvent.Type.ToolTip, at(2), lane.mapToGlobal(at(2))))
    assert QToolTip.text() == "a burst"
    QToolTip.hideText()


def test_it_is_painted_at_any_size_without_being_resized(lane: Counting) -> None:
    size = lane.size()
    lane.set_markers([FIRST])
    picture = QPixmap(GUTTER + 500, 200)
    painter = QPainter(picture)
    lane.paint(painter, picture.size())
    painter.end()
    image = picture.toImage()
    assert image.pixelColor(GUTTER + 100, 150) == MARKER_INK
    assert image.pixelColor(GUTTER + 499, 199) == QColor("#336699")
    assert lane.size() == size
    assert lane.x_of(2) == at(2).x()


def test_time_runs_to_the_right_where_writing_runs_to_the_left(lane: Lane, qapp: QApplication) -> None:
    usual = lane.grab().toImage()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        lane.invalidate()
        assert lane.grab().toImage() == usual
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
