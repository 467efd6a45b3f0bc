"""A canvas whose picture is enlarged and moved: by wheel, pinch, drag and keys."""

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from .cell_view import CellView

_NOTCH, _PER_NOTCH = 120, 1.25
"""Angle of one notch of the wheel, and how far it enlarges."""
_DRAG_DISTANCE = 4
"""Pixels that the pointer may move while it clicks."""
_ZOOM_KEYS = {Qt.Key.Key_Plus: _PER_NOTCH, Qt.Key.Key_Equal: _PER_NOTCH, Qt.Key.Key_Minus: 1 / _PER_NOTCH}
_WHOLE_KEY = Qt.Key.Key_Home


class ZoomedCanvas(QWidget):
    """Knows what is in sight, and what mouse, touchpad and keys mean for it; a subclass draws.

    The wheel and a pinch enlarge at the pointer, a drag moves, a double click shows everything again.
    """

    view_changed = Signal(object)
    """The `CellView` that the user wants."""

    def __init__(self) -> None:
        super().__init__()
        self._view = CellView()
        self._pressed: QPointF | None = None
        self._dragging = False

    @property
    def view(self) -> CellView:
        """What is in sight."""
        return self._view

    def set_view(self, view: CellView) -> None:
        """Bring another part into sight."""
        if view != self._view:
            self._view = view
            self.forget_layout()
            self.update()

    def forget_layout(self) -> None:
        """Lay everything out anew before it is drawn again."""

    def click(self, point: QPointF) -> None:
        """Answer a press of the left button that did not become a drag."""

    def point_at(self, point: QPointF | None) -> None:
        """Answer the pointer being at a place, None: nowhere."""

    def zoom(self, factor: float, point: QPointF | None = None) -> None:
        """Enlarge around a point, else around the middle."""
        self.want(self._view.zoomed(factor, point or QPointF(self.rect().center()), self.extent))

    def show_whole(self) -> None:
        """Bring everything into sight."""
        self.want(CellView())

    @property
    def extent(self) -> QSizeF:
        """The canvas's size, 1 pixel at least."""
        return QSizeF(max(1, self.width()), max(1, self.height()))

    def want(self, view: CellView) -> None:
        """Bring a part into sight and announce it."""
        if view != self._view:
            self.set_view(view)
            self.view_changed.emit(view)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Enlarge at the pointer; with Shift move sideways."""
        angle = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.want(self._view.moved(QPointF(angle.y() or angle.x(), 0), self.extent))
        else:
            self.zoom(_PER_NOTCH ** (angle.y() / _NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the picture."""
        self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the picture that is held, or announce what is under the pointer."""
        if not event.buttons() or self._pressed is None:
            self.point_at(event.position())
            return
        way = event.position() - self._pressed
        if self._dragging or way.manhattanLength() >= _DRAG_DISTANCE:
            self._dragging, self._pressed = True, event.position()
            self.want(self._view.moved(way, self.extent))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go; what was not dragged was clicked."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and not self._dragging and event.button() == Qt.MouseButton.LeftButton:
            self.click(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show everything."""
        self.show_whole()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Announce that nothing is under the pointer."""
        self.point_at(None)

    def event(self, event: QEvent) -> bool:
        """Enlarge by a pinch, and keep the keys of this canvas from the window's shortcuts."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position())
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.takes(event):
            event.accept()
            return True
        return super().event(event)

    def takes(self, event: QKeyEvent) -> bool:
        """Tell whether a key means something here while the keyboard is here."""
        plain: Any = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        return not plain and (event.key() in _ZOOM_KEYS or event.key() == _WHOLE_KEY)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enlarge with plus and minus, show everything with Home."""
        if not self.takes(event):
            super().keyPressEvent(event)
        elif event.key() == _WHOLE_KEY:
            self.show_whole()
        else:
            self.zoom(_ZOOM_KEYS[Qt.Key(event.key())])
