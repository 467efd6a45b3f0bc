"""The head of a lane's part: what it shows, in words beside the picture, and its colours with their levels."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette

from ...models.timeline import Span
from ..painting import Pixels, draw_pixels, faint_text, mix

_WORDS, _AXIS = 124, 56
"""Pixels of the words, and of the labels of the value axis between them and the picture, in letters of usual size."""
_LETTERS, _LABEL, _LABEL_ROOM = 17, "500 Hz", 14
"""Letters that a line of words holds, about, the widest label of an axis, and the pixels around it."""
_MARGIN, _BAR, _CURVE = 6, 8, 14
"""Pixels around the words, and heights of the bar of colours and of the distribution upon it."""
_LOW_CURVE = 5
"""Height of a distribution below which nothing is to be seen of it."""
_MIN_LINES = 3
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
    unit : str
        The unit of the levels; empty: they have none.
    """

    table: Pixels
    levels: Span
    counts: npt.NDArray[np.float64]
    unit: str = ""


def words_width(metrics: QFontMetrics) -> int:
    """Give the pixels of a head's words: more where letters are larger."""
    return max(_WORDS, _LETTERS * metrics.averageCharWidth())


def axis_width(metrics: QFontMetrics) -> int:
    """Give the pixels of the labels of the value axis."""
    return max(_AXIS, metrics.horizontalAdvance(_LABEL) + _LABEL_ROOM)


def gutter_width(metrics: QFontMetrics) -> int:
    """Give the pixels of a head: of its words, and of the labels of the value axis beside them."""
    return words_width(metrics) + axis_width(metrics)


def least_with_bar(metrics: QFontMetrics) -> int:
    """Give the height of a head, pixels, in which a bar of colours has room below the words."""
    return (_MIN_LINES + 1) * metrics.height() + _BAR + 2


def bar_of(head: QRect, metrics: QFontMetrics) -> QRect | None:
    """Give where the bar of colours lies in a head, which is written in letters of a size; None: there is no room."""
    line = metrics.height()
    if head.height() < (_MIN_LINES + 1) * line + _BAR:
        return None
    return QRect(head.left() + _MARGIN, head.bottom() - line - _BAR - 1, words_width(metrics) - 2 * _MARGIN, _BAR)


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


def word_lines(words: list[str], metrics: tuple[QFontMetrics, QFontMetrics], room: int) -> list[str]:
    """Put what a part shows on at most `room` lines of a head, each word of the list beginning one.

    Parameters
    ----------
    words : list of str
        The lane's name first.
    metrics : (name, rest)
        Of the letters of the name, and of all that follows.
    room : int
        How many lines there are; what is left over is told by dots at the end of the last of them.
    """
    name, rest = metrics
    width = words_width(rest) - 2 * _MARGIN
    made: list[str] = []
    for number, text in enumerate(words):
        lines = _wrapped(text, rest if number else name, width)
        if (left := room - len(made)) < len(lines) or (left == len(lines) and number < len(words) - 1):
            last = " ".join(lines[max(0, left - 1) :])
            cut = rest.elidedText(f"{last} …", Qt.TextElideMode.ElideRight, width)
            return [*made, *lines[: left - 1], cut] if left else made
        made += lines
    return made


def _wrapped(text: str, metrics: QFontMetrics, width: int) -> list[str]:
    """Break a text between words; of a single one that is too wide the middle is left out."""
    made: list[str] = []
    for word in (metrics.elidedText(word, Qt.TextElideMode.ElideMiddle, width) for word in text.split(" ")):
        if made and metrics.horizontalAdvance(f"{made[-1]} {word}") <= width:
            made[-1] += f" {word}"
        else:
            made.append(word)
    return made


def paint_words(painter: QPainter, head: QRect, words: list[str], palette: QPalette, *, below: int) -> int:
    """Write what a part shows, the first of the words bold, as far as there is room above the lowest `below` pixels.

    Returns
    -------
    int
        Where the last line ends.
    """
    plain, bold = QFont(painter.font()), QFont(painter.font())
    bold.setBold(True)
    metrics, line, top = QFontMetrics(plain, painter.device()), painter.fontMetrics().height(), head.top() + 1
    both, room = (QFontMetrics(bold, painter.device()), metrics), max(0, head.height() - below - 2) // line
    named = len(word_lines(words[:1], both, room))
    for number, text in enumerate(word_lines(words, both, room)):
        painter.setFont(bold if number < named else plain)
        painter.setPen(palette.color(QPalette.ColorRole.Text) if number < named else faint_text(palette))
        painter.drawText(QRect(head.left() + _MARGIN, top, words_width(metrics), line), 0, text)
        top += line
    painter.setFont(plain)
    return top


def paint_scale(painter: QPainter, bar: QRect, scale: Scale, palette: QPalette, top: int) -> None:
    """Draw the colours, the values of their ends, and as far as there is room below `top` how they are distributed."""
    columns = round(bar.width() * painter.device().devicePixelRatio())
    rows = round(bar.height() * painter.device().devicePixelRatio())
    row = scale.table[np.arange(columns) * len(scale.table) // columns]
    draw_pixels(painter, bar.left(), bar.top(), np.broadcast_to(row, (rows, columns)))
    high_curve = min(_CURVE, bar.top() - 1 - top)
    if high_curve >= _LOW_CURVE and len(scale.counts) and scale.counts.max() > 0:
        ink = mix(palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.Text), 0.45)
        heights = np.sqrt(scale.counts / scale.counts.max()) * high_curve
        width = bar.width() / len(heights)
        for number, height in enumerate(heights.tolist()):
            painter.fillRect(QRectF(bar.left() + number * width, bar.top() - 1 - height, width, height), ink)
    low, high = level_texts(scale.levels, bar.width(), painter.fontMetrics(), scale.unit)
    below = QRect(bar.left(), bar.bottom() + 1, bar.width(), painter.fontMetrics().height())
    painter.setPen(faint_text(palette))
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft, low)
    painter.drawText(below, Qt.AlignmentFlag.AlignRight, high)


def level_texts(levels: Span, width: int, metrics: QFontMetrics, unit: str = "") -> tuple[str, str]:
    """Give what stands under the ends of a bar so wide: as many digits of both levels, up to three, as keep apart."""
    behind = f" {unit}" if unit else ""
    texts = [(f"{levels[0]:.{digits}g}", f"{levels[1]:.{digits}g}{behind}") for digits in (3, 2, 1)]
    fits = (pair for pair in texts if sum(map(metrics.horizontalAdvance, pair)) + metrics.averageCharWidth() <= width)
    return next(fits, ("", texts[-1][1]))


def room_below(bar: QRect | None, line: int) -> int:
    """Give how high the bar and the values below it are; the distribution upon it has the room that words leave."""
    return 0 if bar is None else _BAR + line + 2
