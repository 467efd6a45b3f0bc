"""The ruler above the lanes: seconds, video frames or mel columns, and the handle of the cursor."""

from collections.abc import Iterator
from itertools import pairwise
from math import ceil, floor, log10
from typing import get_args

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPalette, QPolygon
from PySide6.QtWidgets import QSizePolicy

from ...core.settings import RulerUnit
from ...models.timeline import Timeline
from ..clock import clock
from ..painting import draw_tag
from .lane import Lane

_LABEL_ROOM = 90
"""Pixels from one label to the next, at least."""
_MAX_NOTE, _MIN_NOTE, _NOTE_GAP = 160, 24, 8
"""Pixels of a marker's note, at most and at least, and from the marker to its note."""
_MINUTES = ((60, 10), (120, 30), (300, 60), (600, 60), (1200, 300), (1800, 300), (3600, 600), (7200, 1800))
"""Steps of labels and of ticks beyond half a minute, seconds."""


class TimeRuler(Lane):
    """Ticks of the time axis; dragging moves the cursor."""

    scrubbed = Signal(float)
    """Seconds that the cursor is dragged over."""
    cursor_reach = 7

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(timeline, "time")
        self._unit: RulerUnit = "seconds"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def unit(self) -> RulerUnit:
        """What the ruler counts."""
        return self._unit

    def set_unit(self, unit: RulerUnit) -> None:
        """Count seconds, video frames or mel columns.

        Raises
        ------
        ValueError
            Another word.
        """
        if unit not in get_args(RulerUnit):
            raise ValueError(f"unit {unit!r} is unknown; use one of {', '.join(get_args(RulerUnit))}")
        self._unit = unit
        self.invalidate()

    def least_height(self) -> int:
        """Give the height of a line of text with ticks below it."""
        return self.fontMetrics().height() + 10

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Give no more height than it needs."""
        return QSize(800, self.least_height())

    def press(self, seconds: float) -> None:
        """Put the cursor there at once."""
        self.timeline.drag_to(seconds)

    def drag(self, origin: float, previous: float, seconds: float) -> None:
        """Let the cursor follow the pointer."""
        self.timeline.drag_to(seconds)
        self.scrubbed.emit(self.timeline.cursor)

    def click(self, seconds: float) -> None:
        """Nothing more than the press did."""

    def labels(self) -> list[tuple[float, str]]:
        """Places of the labels, in seconds, with their texts."""
        major, _ = self._steps()
        rate = self._rate()
        return [(count / rate, self._text(count, major)) for count in self._counts(major)]

    def paint_title(self, painter: QPainter, gutter: QRect) -> None:
        """Say what is counted."""
        step = self.timeline.timebase.step
        text = {"seconds": "time", "frames": step, "columns": "column"}[self._unit]
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, gutter.width() - 12)
        painter.drawText(gutter.adjusted(6, 0, -6, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Draw ticks, and labels beside the long ones."""
        colour, rate = painter.pen().color(), self._rate()
        zero = self.x_of(0.0)
        pixels = (self.x_of(1.0) - zero) / rate  # to one unit: a scrolling view draws hundreds of ticks a redraw
        for count in self._counts(self._steps()[1]):
            painter.fillRect(round(zero + count * pixels), rect.bottom() - 4, 1, 4, colour)
        metrics, notes = painter.fontMetrics(), self._notes(painter.fontMetrics(), rect)
        taken = [(box.left(), box.left() + metrics.horizontalAdvance(text) + _NOTE_GAP) for box, text in notes]
        for seconds, text in self.labels():
            x = round(self.x_of(seconds))
            painter.fillRect(x, rect.bottom() - 10, 1, 10, colour)
            end = x + 3 + metrics.horizontalAdvance(text)
            covered = any(left < end and x < right for left, right in taken)
            if end <= rect.right() and not covered:  # what is cut misleads
                painter.drawText(QPoint(x + 3, rect.top() + metrics.ascent() + 2), text)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        for box, text in notes:
            draw_tag(painter, box, flags, text, self.palette())

    def _notes(self, metrics: QFontMetrics, rect: QRect) -> list[tuple[QRectF, str]]:
        """Give the markers' notes and their places, each as long as the next marker leaves room."""
        places, notes = [(self.x_of(marker.seconds), marker.note) for marker in self._markers], []
        for (x, note), (end, _) in pairwise([*places, (rect.right() + 1.0, "")]):
            box = QRectF(x + _NOTE_GAP, rect.top(), min(_MAX_NOTE, end - x - _NOTE_GAP), metrics.height())
            if note and rect.left() <= x <= rect.right() and box.width() >= _MIN_NOTE:
                notes.append((box, metrics.elidedText(note, Qt.TextElideMode.ElideRight, round(box.width()) - 6)))
        return notes

    def paint_cursor(self, painter: QPainter, area: QRect) -> None:
        """Draw the cursor with a handle."""
        super().paint_cursor(painter, area)
        x = round(self.x_of(self.timeline.cursor))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Text))
        handle = [QPoint(x - 5, area.top()), QPoint(x + 6, area.top()), QPoint(x, area.top() + 6)]
        painter.drawPolygon(QPolygon(handle))

    def _rate(self) -> float:
        """Units a second."""
        timebase = self.timeline.timebase
        return {"seconds": 1.0, "frames": timebase.fps, "columns": timebase.sample_rate / timebase.hop_length}[
            self._unit
        ]

    def _steps(self) -> tuple[float, float]:
        """Distance of labels and of ticks, in units."""
        start, end = self.span()
        room = (end - start) * self._rate() * _LABEL_ROOM / max(1, self.contents_rect().width())
        return label_step(room, self._unit)

    def _counts(self, step: float) -> Iterator[float]:
        start, end = (moment * self._rate() for moment in self.span())
        return (k * step for k in range(ceil(start / step - 1e-9), int(end / step + 1e-9) + 1))

    def _text(self, count: float, step: float) -> str:
        if self._unit != "seconds":
            return f"{round(count):,}"
        return clock(count, max(0, -floor(log10(step) + 1e-9)))


def label_step(room: float, unit: RulerUnit) -> tuple[float, float]:
    """Give the smallest round step of labels that is at least `room`, and the step of the ticks between.

    Examples
    --------
    >>> label_step(0.7, "seconds"), label_step(0.7, "frames"), label_step(45, "seconds")
    ((1.0, 0.2), (1.0, 1.0), (60, 10))
    """
    if unit == "seconds" and room > 30:
        hours = 3600 * ceil(room / 3600)
        return next((steps for steps in _MINUTES if steps[0] >= room), (hours, hours))
    smallest = 1e-4 if unit == "seconds" else 1.0
    decade = smallest
    while True:
        for factor, parts in ((1, 5), (2, 4), (5, 5)):
            if factor * decade >= room:
                return factor * decade, max(smallest, factor * decade / parts)
        decade *= 10
