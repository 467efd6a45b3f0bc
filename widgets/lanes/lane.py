"""The base of everything drawn on the shared time axis: cached picture, cursor, selection, error in its place."""

from collections.abc import Callable, Sequence
from math import ceil, floor

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QPolygon,
    QResizeEvent,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolTip, QWidget

from ...models.markers import Marker
from ...models.timeline import Timeline
from ...models.words import lines
from ..colour import MARKER_INK, REGION_INK
from ..paint_turn import TURN
from ..painting import faint_text, mix, with_alpha
from ..pointed_value import PointedValue
from .head import paint_words
from .time_axis import TimeAxis

_OUTLINE = 2
"""Pixels by which what lies over the picture may stick out, at most."""
_MARKER_REACH = 5
"""Pixels on either side of a marker where it is pointed at."""
_FLAG = 7
_ERROR_MARGIN = 2
"""Pixels above and below an error, and the button beneath it."""
_TALL = 1 << 12
"""Pixels of a sentence's height that none reaches."""
_CENTRED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
_BY_KEYBOARD = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}


class Lane(TimeAxis):
    """One stage on the time axis.

    A subclass paints its data in `paint_contents` and its axis in `paint_axis`; both go into a picture that is kept
    until the view, the size, the theme or the data change, so that moving the cursor repaints two narrow strips.
    `paint_overlay` is for what changes more often than the picture.
    """

    marker_picked = Signal(Marker)
    """A marker was double-clicked."""
    remedy_wanted = Signal()
    """The button beneath an error was pressed."""
    cursor_reach = 2
    """Pixels on either side of the cursor that are repainted when it moves."""

    def __init__(self, timeline: Timeline, title: str, parent: QWidget | None = None) -> None:
        super().__init__(timeline, parent)
        self.title = title
        self._error: str | None = None
        self._remedy: QPushButton | None = None
        self._picture = QPixmap()
        self._stale = True
        """Whether what the picture shows has changed."""
        self._moved = False
        """Whether the picture is right but for its contents: another range is visible."""
        self._markers: tuple[Marker, ...] = ()
        self._reduction = ""
        """What the picture says of how far it is reduced."""
        self._cursor_x = self.x_of(timeline.cursor)
        self._focus_shown = False
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        copy = QAction("Copy details", self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self._error or ""))
        self.addAction(copy)
        timeline.cursor_changed.connect(self._on_cursor)
        timeline.visible_changed.connect(self._on_visible)
        timeline.selection_changed.connect(self._on_selection)
        timeline.duration_changed.connect(self.invalidate)

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Paint the data of `span` into `rect`, on a background that is there already."""

    def paint_axis(self, painter: QPainter, rect: QRect) -> None:
        """Paint the labels of the value axis into the gutter; the title is written by the base."""

    def paint_overlay(self, painter: QPainter, rect: QRect) -> None:
        """Paint over the picture what changes more often than the picture does."""

    def reduction(self) -> str:
        """Say what share of the values is drawn; nothing where every value is."""
        return ""

    def least_height(self) -> int:
        """Give the height, pixels, below which nothing can be made out."""
        return 20

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Give the smallest size that a lane is shown in; where there is less room, lanes scroll."""
        return QSize(self.gutter + 64, max(self.least_height(), self.error_height()))

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Give the height a lane likes to have."""
        return QSize(800, 120)

    @property
    def error(self) -> str | None:
        """The sentence that stands in place of the data, None where there is none."""
        return self._error

    @property
    def shows_data(self) -> bool:
        """Whether there are data to be seen, and no error in their place."""
        return self._error is None

    def data_rect(self) -> QRect:
        """Give where the data are."""
        return self.contents_rect()

    def error_rect(self) -> QRect:
        """Give where an error stands: in the place of the data."""
        return self.contents_rect()

    def error_height(self) -> int:
        """Give the pixels that the error's sentence and the button beneath it take at this width; 0: no error."""
        if self._error is None:
            return 0
        box = self._error_box(self.contents_rect())
        box.setHeight(_TALL)
        sentence = self.fontMetrics().boundingRect(box, _CENTRED, self._error.splitlines()[0])
        return sentence.height() + self._remedy_height() + 4 * _ERROR_MARGIN

    def set_error(self, text: str | None, remedy: str = "") -> None:
        """Show what went wrong in the lane's own place, with the first line large enough to be read there.

        Parameters
        ----------
        text : str or None
            A sentence, and after it any details: all of it can be copied from the context menu. None: no error.
        remedy : str
            What a button beneath it says, which emits `remedy_wanted`; empty: there is none.
        """
        self._error = text and lines(text)
        self._offer(remedy)
        policy = Qt.ContextMenuPolicy.ActionsContextMenu if text else Qt.ContextMenuPolicy.DefaultContextMenu
        self.setContextMenuPolicy(policy)
        self.setAccessibleDescription(self._error or "")
        self.updateGeometry()
        self.invalidate()

    def _offer(self, remedy: str) -> None:
        """Have a button for what helps, or none."""
        if remedy and self._remedy is None:
            self._remedy = QPushButton(self)
            self._remedy.clicked.connect(self.remedy_wanted)
        if self._remedy:
            self._remedy.setText(remedy)
            self._remedy.setVisible(bool(remedy))

    def _place_remedy(self) -> None:
        """Put the button beneath the error, in the middle."""
        if self._remedy and self._error is not None:
            box, area = QRect(QPoint(), self._remedy.sizeHint()), self.error_rect()
            sentence = self.fontMetrics().boundingRect(self._error_box(area), _CENTRED, self._error.splitlines()[0])
            box.moveCenter(area.center())
            box.moveTop(min(sentence.bottom() + 4 * _ERROR_MARGIN, area.bottom() - box.height() - _ERROR_MARGIN))
            self._remedy.setGeometry(box)

    def _error_box(self, area: QRect) -> QRect:
        """Give where the sentence stands: with room for the button beneath it, where there is one."""
        return area.adjusted(12, _ERROR_MARGIN, -12, -_ERROR_MARGIN - self._remedy_height())

    def _remedy_height(self) -> int:
        return self._remedy.sizeHint().height() + 2 * _ERROR_MARGIN if self._remedy and self._remedy.text() else 0

    def invalidate(self) -> None:
        """Have the picture painted anew, since what it shows has changed."""
        self._stale = True
        self._cursor_x = self.x_of(self.timeline.cursor)
        self._place_remedy()
        self.update()

    def set_markers(self, markers: Sequence[Marker]) -> None:
        """Show these markers, as thin lines with a flag."""
        self._markers = tuple(markers)
        self.invalidate()

    def marker_at(self, x: float) -> Marker | None:
        """Give the marker that is pointed at, None where there is none."""
        near = (marker for marker in self._markers if abs(self.x_of(marker.seconds) - x) <= _MARKER_REACH)
        return min(near, key=lambda marker: abs(self.x_of(marker.seconds) - x), default=None)

    def double_click(self, point: QPointF) -> None:
        """Pick the marker that is pointed at, or show the whole recording."""
        if marker := self.marker_at(point.x()):
            self.marker_picked.emit(marker)
        else:
            super().double_click(point)

    def tip_at(self, point: QPoint) -> str:
        """Give what the pointer is told at a place, once it rests there; an empty text tells nothing."""
        marker = self.marker_at(point.x())
        return marker.note if marker else ""

    def event(self, event: QEvent) -> bool:
        """Tell the resting pointer what it points at."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().event(event)

    def update_span(self, start: float, end: float) -> None:
        """Have the strip between two moments put together again from the picture and the overlay."""
        left, right = floor(self.x_of(start)) - _OUTLINE, ceil(self.x_of(end)) + _OUTLINE
        self.update(QRect(left, 0, right - left + 1, self.height()) & self.rect())

    def probe_under(self, point: QPointF) -> PointedValue | None:
        """Give no value where an error is shown instead."""
        return super().probe_under(point) if self.shows_data else None

    def _on_cursor(self, seconds: float) -> None:
        old, self._cursor_x = round(self._cursor_x), self.x_of(seconds)
        if (new := round(self._cursor_x)) == old:  # most moves while playing are shorter than a pixel
            return
        for x in (old, new):
            strip = QRect(x - self.cursor_reach, 0, 2 * self.cursor_reach + 1, self.height())
            self.update(strip & self.rect())

    def _on_visible(self) -> None:
        self._moved = True
        self._cursor_x = self.x_of(self.timeline.cursor)
        self.update(self.contents_rect() if self.reduction() == self._reduction else self.rect())

    def _on_selection(self) -> None:
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Put the picture on the screen, and what lies over it."""
        painter = QPainter(self)
        if self._is_right() or TURN.allows(self):
            self._renew_picture()
            painter.drawPixmap(0, 0, self._picture)
        else:
            self._draw_former(painter)
        if self._focus_shown:
            painter.fillRect(0, 0, 3, self.height(), self.palette().color(QPalette.ColorRole.Highlight))
        area = self.data_rect()
        painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
        if self.shows_data:
            self._paint_selection(painter, area)
            self.paint_overlay(painter, area)
            self.paint_cursor(painter, area)
        painter.end()

    def paint_cursor(self, painter: QPainter, area: QRect) -> None:
        """Draw the cursor, with an outline that sets it off from any picture.

        It is opaque: Qt blends what is translucent and high on several threads, and the window would wait for them.
        """
        x = round(self._cursor_x)
        palette = self.palette()
        painter.fillRect(x - 1, area.top(), 3, area.height(), palette.color(QPalette.ColorRole.Base))
        painter.fillRect(x, area.top(), 1, area.height(), palette.color(QPalette.ColorRole.Text))

    def _paint_selection(self, painter: QPainter, area: QRect) -> None:
        if selection := self.timeline.selection:
            left, right = map(self.x_of, selection)
            colour = self.palette().color(QPalette.ColorRole.Highlight)
            box = QRectF(left, area.top(), right - left, area.height())
            painter.fillRect(box, with_alpha(colour, 0.25))
            for x in (left, right):
                painter.fillRect(QRectF(x - 0.5, area.top(), 1, area.height()), colour)

    def _is_right(self) -> bool:
        """Tell whether the picture is of this size and shows what the lane has, if perhaps another part of it."""
        return not self._stale and self._picture.deviceIndependentSize() == self.size().toSizeF()

    def _renew_picture(self) -> None:
        if not self._is_right():
            scale = self.devicePixelRatio()
            self._picture = QPixmap(self.size() * scale)
            self._picture.setDevicePixelRatio(scale)
            with TURN.spending():
                self._paint_picture(self._picture, self._paint)
        elif self._moved:
            said = self.reduction() == self._reduction
            self._paint_picture(self._picture, self._paint_area if said else self._paint)
        self._stale = self._moved = False

    def _draw_former(self, painter: QPainter) -> None:
        """Draw what was shown before in the place that there is now, until there is time for the picture."""
        if self._picture.isNull():
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        else:
            painter.drawPixmap(self.rect(), self._picture)

    def paint(self, painter: QPainter, size: QSize) -> None:
        """Paint the lane, without cursor and selection, as it would look in a widget of this size."""
        self._extent = size
        try:
            self._paint(painter)
        finally:
            self._extent = None

    def _paint_picture(self, picture: QPixmap, paint: Callable[[QPainter], None]) -> None:
        painter = QPainter(picture)
        paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        self._reduction = self.reduction()
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as time runs, whatever the language
        painter.setFont(self.font())
        painter.setPen(faint_text(self.palette()))
        self._paint_gutter(painter, QRect(0, 0, self.gutter, self.extent().height()))
        self._paint_area(painter)

    def _paint_area(self, painter: QPainter) -> None:
        palette, area = self.palette(), self.contents_rect()
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(self.font())
        painter.setPen(faint_text(palette))
        painter.fillRect(area, palette.color(QPalette.ColorRole.Base))
        painter.setClipRect(area)
        if self.shows_data and not area.isEmpty():
            self.paint_contents(painter, area)
            self._paint_markers(painter, area)
        if self._error is not None:
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            painter.drawText(self._error_box(self.error_rect()), _CENTRED, self._error.splitlines()[0])

    def _paint_markers(self, painter: QPainter, area: QRect) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(MARKER_INK)
        for marker in self._markers:
            x = round(self.x_of(marker.seconds))
            if marker.length:
                width = round(self.x_of(marker.end)) - x
                painter.fillRect(QRect(x, area.top(), width, area.height()), REGION_INK)
            if area.left() - _FLAG <= x <= area.right():
                painter.fillRect(x, area.top(), 1, area.height(), MARKER_INK)
                tip = [QPoint(x, area.top()), QPoint(x + _FLAG, area.top() + _FLAG // 2), QPoint(x, area.top() + _FLAG)]
                painter.drawPolygon(QPolygon(tip))

    def _paint_gutter(self, painter: QPainter, gutter: QRect) -> None:
        palette = self.palette()
        painter.fillRect(gutter, palette.color(QPalette.ColorRole.Window))
        self.paint_axis(painter, gutter)
        self.paint_title(painter, gutter)
        edge = mix(palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Text), 0.25)
        painter.fillRect(gutter.right(), 0, 1, gutter.height(), edge)

    def paint_title(self, painter: QPainter, gutter: QRect) -> None:
        """Write the title into the upper left corner, and below it how far the data are reduced."""
        paint_words(painter, gutter, [self.title, *filter(None, [self._reduction])], self.palette(), below=0)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the focus to who goes from view to view by keyboard; a mouse needs no mark of where it is."""
        self._focus_shown = event.reason() in _BY_KEYBOARD
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Take the mark of the focus away."""
        self._focus_shown = False
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.invalidate()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the picture to the new size; an error may take more lines."""
        if self._error is not None and event.size().width() != event.oldSize().width():
            self.updateGeometry()
        self.invalidate()
