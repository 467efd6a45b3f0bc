"""A rectangle over a lane, which takes no part in what the mouse does there."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget


class RubberBand(QWidget):
    """Outlines rectangles on the widget that it lies over, in two colours, which are seen on any picture."""

    def __init__(self, under: QWidget) -> None:
        super().__init__(under)
        self._boxes: tuple[QRectF, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        under.installEventFilter(self)
        self.setGeometry(under.rect())
        self.show()

    @property
    def boxes(self) -> tuple[QRectF, ...]:
        """What is outlined."""
        return self._boxes

    def set_boxes(self, boxes: Sequence[QRectF]) -> None:
        """Outline these."""
        self._boxes = tuple(boxes)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay as large as what it lies over."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Draw the outlines."""
        painter, palette = QPainter(self), self.palette()
        for role, width, style in (
            (QPalette.ColorRole.Base, 3, Qt.PenStyle.SolidLine),
            (QPalette.ColorRole.Text, 1, Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(palette.color(role), width, style))
            for box in self._boxes:
                painter.drawRect(box)
