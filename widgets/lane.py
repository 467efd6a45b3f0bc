"""The base of everything drawn on the shared time axis: mapping, cached picture, cursor, selection, mouse."""

from dataclasses import dataclass
from math import ceil, floor

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..core.config import Config
from ..models.timeline import Span, Timeline
from .painting import faint_text, mix, with_alpha
from .probe import Probe

GUTTER = 72
"""Width of the left axis in pixels, equal for all lanes so that a moment has one x everywhere."""
_CURSOR_REACH = 2
"""Pixels on either side of the cursor that are repainted when it moves."""
_ZOOM_PER_NOTCH = 0.8
_PAN_PER_NOTCH = 0.1
"""Part of the view that one notch of the wheel moves it by."""
_NOTCH = 120
"""Angle of one notch of a mouse wheel in Qt, eighths of a degree."""


_DRAG_DISTANCE = 4
"""Pixels that the pointer may move while it clicks."""
_REFERENCE = Config()


@dataclass(slots=True)
class _Drag:
    """A button that is down: where it went down, in pixels and seconds, and the moment last seen."""

    button: Qt.MouseButton
    x: float
    origin: float
    previous: float
    far: bool = False


class Lane(QWidget):
    """One stage on the time axis.

    A subclass paints its data in `paint_contents` and its axis in `paint_axis`; both go into a picture that is kept
    until the view, the size, the theme or the data change, so that moving the cursor repaints two narrow strips.
    `paint_overlay` is for what changes more often than the picture.

    Click puts the cursor, left drag selects, middle drag pans, double click shows everything; Ctrl+wheel zooms at the
    pointer, Shift+wheel or a horizontal wheel pans, Alt+wheel zooms the value axis.
    """

    hovered = Signal(object)
    """The `Probe` under the pointer, or None."""

    def __init__(self, timeline: Timeline, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = timeline
        self.title = title
        self._config: Config | None = None
        self._error: str | None = None
        self._picture: QPixmap | None = None
        self._cursor_x = self.x_of(timeline.cursor)
        self._drag: _Drag | None = None
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(GUTTER + 64, 20)
        copy = QAction("Copy details", self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self._error or ""))
        self.addAction(copy)
        timeline.cursor_changed.connect(self._on_cursor)
        timeline.visible_changed.connect(self._on_visible)
        timeline.selection_changed.connect(self._on_selection)
        timeline.duration_changed.connect(self.invalidate)

    # What a subclass says

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Paint the data of `span` into `rect`, on a background that is there already."""

    def paint_axis(self, painter: QPainter, rect: QRect) -> None:
        """Paint the labels of the value axis into the gutter; the title is written by the base."""

    def paint_overlay(self, painter: QPainter, rect: QRect) -> None:
        """Paint over the picture what changes more often than the picture does."""

    def probe_at(self, point: QPointF) -> Probe | None:
        """Give the value at a place in the widget, read from the array; None where there is none."""
        return None

    def value_zoom(self, factor: float) -> None:
        """Make the range of the value axis `factor` times as large."""

    def span(self) -> Span:
        """Start and end of what the lane shows, seconds."""
        return self.timeline.visible

    # Places

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Give the height a lane likes to have."""
        return QSize(800, 120)

    def contents_rect(self) -> QRect:
        """Where the data are drawn: all but the gutter."""
        return self.rect().adjusted(GUTTER, 0, 0, 0)

    def x_of(self, seconds: float) -> float:
        """Place of a moment, in widget pixels."""
        start, end = self.span()
        return GUTTER + (seconds - start) / (end - start) * max(1, self.width() - GUTTER)

    def seconds_of(self, x: float) -> float:
        """Moment at a place, in seconds; outside the recording where the place is."""
        start, end = self.span()
        return start + (x - GUTTER) / max(1, self.width() - GUTTER) * (end - start)

    # Changes

    @property
    def config(self) -> Config:
        """The configuration that names the places of values."""
        return self._config or _REFERENCE

    def set_config(self, config: Config) -> None:
        """Take over what decides where bands and columns lie."""
        self._config = config
        self.invalidate()

    def set_error(self, text: str | None) -> None:
        """Show what went wrong in the lane's own place, with the first line large enough to be read there.

        Parameters
        ----------
        text : str or None
            A sentence, and after it any details: all of it can be copied from the context menu. None: no error.
        """
        self._error = text
        policy = Qt.ContextMenuPolicy.ActionsContextMenu if text else Qt.ContextMenuPolicy.DefaultContextMenu
        self.setContextMenuPolicy(policy)
        self.setAccessibleDescription(text or "")
        self.invalidate()

    def invalidate(self) -> None:
        """Have the picture painted anew, since what it shows has changed."""
        self._picture = None
        self._cursor_x = self.x_of(self.timeline.cursor)
        self.update()

    def update_span(self, start: float, end: float) -> None:
        """Have the strip between two moments put together again from the picture and the overlay."""
        left, right = floor(self.x_of(start)) - _CURSOR_REACH, ceil(self.x_of(end)) + _CURSOR_REACH
        self.update(QRect(left, 0, right - left + 1, self.height()) & self.rect())

    def _on_cursor(self, seconds: float) -> None:
        old, self._cursor_x = self._cursor_x, self.x_of(seconds)
        for x in (old, self._cursor_x):
            strip = QRect(round(x) - _CURSOR_REACH, 0, 2 * _CURSOR_REACH + 1, self.height())
            self.update(strip & self.rect())

    def _on_visible(self) -> None:
        self.invalidate()

    def _on_selection(self) -> None:
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Put the picture on the screen, and what lies over it."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._current_picture())
        area = self.contents_rect()
        painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
        if self._error is None:
            self._paint_selection(painter, area)
            self.paint_overlay(painter, area)
            self.paint_cursor(painter, area)
        painter.end()

    def paint_cursor(self, painter: QPainter, area: QRect) -> None:
        """Draw the cursor, with an outline that sets it off from any picture."""
        x = round(self._cursor_x)
        palette = self.palette()
        painter.fillRect(x - 1, area.top(), 3, area.height(), with_alpha(palette.color(QPalette.ColorRole.Base), 0.7))
        painter.fillRect(x, area.top(), 1, area.height(), palette.color(QPalette.ColorRole.Text))

    def _paint_selection(self, painter: QPainter, area: QRect) -> None:
        if selection := self.timeline.selection:
            left, right = map(self.x_of, selection)
            colour = self.palette().color(QPalette.ColorRole.Highlight)
            box = QRectF(left, area.top(), right - left, area.height())
            painter.fillRect(box, with_alpha(colour, 0.25))
            for x in (left, right):
                painter.fillRect(QRectF(x - 0.5, area.top(), 1, area.height()), colour)

    def _current_picture(self) -> QPixmap:
        scale = self.devicePixelRatio()
        if self._picture is None or self._picture.deviceIndependentSize() != self.size().toSizeF():
            self._picture = QPixmap(self.size() * scale)
            self._picture.setDevicePixelRatio(scale)
            self._paint_picture(self._picture)
        return self._picture

    def _paint_picture(self, picture: QPixmap) -> None:
        palette, area = self.palette(), self.contents_rect()
        picture.fill(palette.color(QPalette.ColorRole.Base))
        painter = QPainter(picture)
        painter.setFont(self.font())
        painter.setPen(faint_text(palette))
        self._paint_gutter(painter, QRect(0, 0, GUTTER, self.height()))
        painter.setClipRect(area)
        if self._error is None:
            self.paint_contents(painter, area)
        else:
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(12, 2, -12, -2), flags, self._error.splitlines()[0])
        painter.end()

    def _paint_gutter(self, painter: QPainter, gutter: QRect) -> None:
        palette = self.palette()
        painter.fillRect(gutter, palette.color(QPalette.ColorRole.Window))
        self.paint_axis(painter, gutter)
        self.paint_title(painter, gutter)
        edge = mix(palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Text), 0.25)
        painter.fillRect(gutter.right(), 0, 1, gutter.height(), edge)

    def paint_title(self, painter: QPainter, gutter: QRect) -> None:
        """Write the title upwards along the left edge."""
        painter.save()
        painter.translate(0, gutter.height())
        painter.rotate(-90)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        text = painter.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, gutter.height() - 4)
        painter.drawText(QRect(0, 0, gutter.height(), 20), Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.invalidate()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the picture to the new size."""
        self.invalidate()

    # Mouse

    def press(self, seconds: float) -> None:
        """Answer the left button going down at a moment."""

    def drag(self, origin: float, previous: float, seconds: float) -> None:
        """Answer the pointer with the left button down: pressed at `origin`, last seen at `previous`."""
        self.timeline.select(origin, seconds)

    def click(self, seconds: float) -> None:
        """Answer the left button going up where it went down."""
        self.timeline.clear_selection()
        self.timeline.drag_to(seconds)  # what was clicked is visible: the view stays

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a click, a drag or a pan."""
        x = event.position().x()
        self._drag = _Drag(event.button(), x, self.seconds_of(x), self.seconds_of(x)) if x >= GUTTER else None
        if self._drag and event.button() == Qt.MouseButton.LeftButton:
            self.press(self._drag.origin)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Announce the value under the pointer, or go on with a drag."""
        x, drag = event.position().x(), self._drag
        if not event.buttons():
            self.hovered.emit(self.probe_at(event.position()) if self._error is None else None)
        elif drag and drag.button == Qt.MouseButton.MiddleButton:
            self.timeline.pan_by(self.seconds_of(drag.x) - self.seconds_of(x))
            drag.x = x
        elif drag and drag.button == Qt.MouseButton.LeftButton and (drag.far or abs(x - drag.x) >= _DRAG_DISTANCE):
            drag.far = True
            seconds = self.seconds_of(x)
            self.drag(drag.origin, drag.previous, seconds)
            drag.previous = seconds

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End a drag; a press that did not become one is a click."""
        drag, self._drag = self._drag, None
        if drag and drag.button == event.button() == Qt.MouseButton.LeftButton and not drag.far:
            self.click(drag.origin)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show the whole recording."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.timeline.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom or pan; a plain vertical wheel is left to whoever scrolls the lanes."""
        angle, keys = event.angleDelta(), event.modifiers()
        notches = (angle.y() or angle.x()) / _NOTCH  # with Alt or Shift some systems turn the wheel's direction
        start, end = self.timeline.visible
        if keys & Qt.KeyboardModifier.ControlModifier:
            self.timeline.zoom_at(min(max(start, self.seconds_of(event.position().x())), end), _ZOOM_PER_NOTCH**notches)
        elif keys & Qt.KeyboardModifier.AltModifier:
            self.value_zoom(_ZOOM_PER_NOTCH**notches)
        elif keys & Qt.KeyboardModifier.ShiftModifier or angle.x():
            self.timeline.pan_by(-notches * _PAN_PER_NOTCH * (end - start))
        else:
            event.ignore()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing is under the pointer any more."""
        self.hovered.emit(None)
        super().leaveEvent(event)
