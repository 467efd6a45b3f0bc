"""Place and moment: where a moment lies in a widget, and what mouse and wheel there mean for the timeline."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ...models.timeline import Span, Timeline
from ..pointed_value import PointedValue
from .head import gutter_width

_DRAG_DISTANCE = 4
"""Pixels that the pointer may move while it clicks."""
_ZOOM_PER_NOTCH = 0.8
_PAN_PER_NOTCH = 0.1
"""Part of the view that one notch of the wheel moves it by."""
_NOTCH = 120
"""Angle of one notch of a mouse wheel in Qt, eighths of a degree."""


@dataclass(slots=True)
class _Drag:
    """A button that is down: where it went down, in pixels and seconds, and the moment last seen."""

    button: Qt.MouseButton
    x: float
    origin: float
    previous: float
    far: bool = False


class TimeAxis(QWidget):
    """A widget along time, with a gutter at its left.

    Click puts the cursor, left drag selects, middle drag pans, double click shows everything; Ctrl+wheel zooms at the
    pointer, Shift+wheel or a horizontal wheel pans, Alt+wheel zooms the value axis.
    """

    hovered = Signal(object)
    """The `PointedValue` under the pointer, or None."""

    def __init__(self, timeline: Timeline, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = timeline
        self._drag: _Drag | None = None
        self._extent: QSize | None = None
        self._gutter = gutter_width(self.fontMetrics())
        self.setMouseTracking(True)

    @property
    def gutter(self) -> int:
        """Pixels of head and axis at the left: equal in all lanes, so that a moment has one x everywhere."""
        return self._gutter

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Have room for letters of another size."""
        if event.type() == QEvent.Type.FontChange:
            self._gutter = gutter_width(self.fontMetrics())
            self.updateGeometry()
        super().changeEvent(event)

    def span(self) -> Span:
        """Start and end of what the lane shows, seconds."""
        return self.timeline.visible

    def extent(self) -> QSize:
        """Give the size of what is drawn: the widget's, or that of a picture which is being made."""
        return self._extent or self.size()

    def contents_rect(self) -> QRect:
        """Where the data are drawn: all but the gutter."""
        return QRect(QPoint(0, 0), self.extent()).adjusted(self.gutter, 0, 0, 0)

    def x_of(self, seconds: float) -> float:
        """Place of a moment, in widget pixels."""
        start, end = self.span()
        return self.gutter + (seconds - start) / (end - start) * max(1, self.extent().width() - self.gutter)

    def seconds_of(self, x: float) -> float:
        """Moment at a place, in seconds; outside the recording where the place is."""
        start, end = self.span()
        return start + (x - self.gutter) / max(1, self.extent().width() - self.gutter) * (end - start)

    def probe_at(self, point: QPointF) -> PointedValue | None:
        """Give the value at a place in the widget, read from the array; None where there is none."""
        return None

    def probe_under(self, point: QPointF) -> PointedValue | None:
        """Give the value to announce for a place."""
        return self.probe_at(point)

    def value_zoom(self, factor: float) -> None:
        """Make the range of the value axis `factor` times as large."""

    def press(self, seconds: float) -> None:
        """Answer the left button going down at a moment."""

    def drag(self, origin: float, previous: float, seconds: float) -> None:
        """Answer the pointer with the left button down: pressed at `origin`, last seen at `previous`."""
        self.timeline.select(origin, seconds)

    def click(self, seconds: float) -> None:
        """Answer the left button going up where it went down."""
        self.timeline.clear_selection()
        self.timeline.drag_to(seconds)  # what was clicked is visible: the view stays

    def pull(self, previous: float, seconds: float) -> None:
        """Answer the pointer going from one moment to another with the middle button down."""
        self.timeline.pan_by(previous - seconds)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a click, a drag or a pan."""
        x = event.position().x()
        self._drag = _Drag(event.button(), x, self.seconds_of(x), self.seconds_of(x)) if x >= self.gutter else None
        if self._drag and event.button() == Qt.MouseButton.LeftButton:
            self.press(self._drag.origin)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Announce the value under the pointer, or go on with a drag."""
        x, drag = event.position().x(), self._drag
        if not event.buttons():
            self.hovered.emit(self.probe_under(event.position()))
        elif drag and drag.button == Qt.MouseButton.MiddleButton:
            self.pull(self.seconds_of(drag.x), self.seconds_of(x))
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
            self.double_click(event.position())

    def double_click(self, point: QPointF) -> None:
        """Answer the left button being pressed twice."""
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
