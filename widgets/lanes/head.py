"""The head of a lane's part: what it shows, in words beside the picture, and its colours with their levels."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette

from ...models.timeline import Span
from ..painting import Pixels, draw_pixels, faint_text, mix

WIDTH = 124
"""Pixels of the words; the labels of the value axis stand between them and the picture."""
_MARGIN, _BAR, _CURVE = 6, 8, 14
"""Pixels around the words, and heights of the bar of colours and of the distribution upon it."""
_LEAST_LINES = 3
"""Lines of text that are written before there is room for a bar."""

End: TypeAlias = Literal["low", "high"]


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """The colours of a part.

    Attributes
    ----------
    table : (256,) uint32
        From the lowest level to the highest.
    levels : (low, high)
        The values of the first and the last colour.
    counts : (n,) float array
        How many values lie in each of n equal parts of the levels; empty: unknown.
    """

    table: Pixels
    levels: Span
    counts: npt.NDArray[np.float64]


def bar_of(head: QRect, line: int) -> QRect | None:
    """Give where the bar of colours lies in a head, whose lines of text are `line` high; None: there is no room."""
    if head.height() < (_LEAST_LINES + 1) * line + _BAR:
        return None
    return QRect(head.left() + _MARGIN, head.bottom() - line - _BAR - 1, WIDTH - 2 * _MARGIN, _BAR)


def end_at(bar: QRect | None, point: QPointF) -> End | None:
    """Give the end of the levels that is taken at a place: of the half of the bar it lies in; None beside it."""
    if bar is None or not bar.adjusted(-4, -_CURVE, 4, bar.height() + _CURVE).contains(point.toPoint()):
        return None
    return "low" if point.x() < bar.center().x() else "high"


def moved(levels: Span, end: End, share: float) -> Span:
    """Move an end of the levels by a share of their range; they stay ascending."""
    low, high = levels
    step, least = (high - low) * share, (high - low) * 0.02
    return (min(low + step, high - least), high) if end == "low" else (low, max(high + step, low + least))


def paint_words(painter: QPainter, head: QRect, words: list[str], palette: QPalette, *, below: int) -> None:
    """Write what a part shows, the first of the words bold, as far as there is room above the lowest `below` pixels."""
    room = QRect(head.left() + _MARGIN, head.top() + 1, WIDTH - 2 * _MARGIN, head.height() - below - 2)
    painter.save()
    painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
    font = painter.font()
    for number, text in enumerate(words):
        font.setBold(number == 0)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text) if number == 0 else faint_text(palette))
        flags = int(Qt.TextFlag.TextWordWrap)
        box = painter.boundingRect(room, flags, text)
        if box.height() > room.height() or box.width() > room.width():
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())  # noqa: PLW2901
            box = painter.boundingRect(room, int(Qt.TextFlag.TextSingleLine), text)
            flags = int(Qt.TextFlag.TextSingleLine)
        if room.height() < painter.fontMetrics().ascent():
            break
        painter.drawText(room, flags, text)
        room.setTop(room.top() + box.height())
    painter.restore()


def paint_scale(painter: QPainter, bar: QRect, scale: Scale, palette: QPalette) -> None:
    """Draw the colours, the values of their ends, and how the values are distributed."""
    columns = round(bar.width() * painter.device().devicePixelRatio())
    rows = round(bar.height() * painter.device().devicePixelRatio())
    row = scale.table[np.arange(columns) * len(scale.table) // columns]
    draw_pixels(painter, bar.left(), bar.top(), np.broadcast_to(row, (rows, columns)))
    if len(scale.counts) and scale.counts.max() > 0:
        ink = mix(palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Text), 0.45)
        heights = np.sqrt(scale.counts / scale.counts.max()) * _CURVE
        width = bar.width() / len(heights)
        for number, height in enumerate(heights.tolist()):
            painter.fillRect(QRectF(bar.left() + number * width, bar.top() - 1 - height, width, height), ink)
    low, high = (f"{level:.3g}" for level in scale.levels)
    below = QRect(bar.left(), bar.bottom() + 1, bar.width(), painter.fontMetrics().height())
    painter.setPen(faint_text(palette))
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft, low)
    painter.drawText(below, Qt.AlignmentFlag.AlignRight, high)


def room_below(bar: QRect | None, line: int) -> int:
    """Give how high the bar, the distribution upon it and the values below it are."""
    return 0 if bar is None else _BAR + _CURVE + line + 2
