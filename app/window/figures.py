"""Figures as papers have them: lanes, tensor or a plot with axes, colour bars and a caption, in a size and at a dpi."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPalette, QPicture
from PySide6.QtWidgets import QWidget

from ...core.base.errors import InputError
from ...core.base.files import replace_file
from ...widgets.lanes.lane import Lane
from .exports import PICTURES, png, suffix_of, svg

if TYPE_CHECKING:
    from ..presenters.lanes import LanePane
    from .inspection import Inspection

MAX_PIXELS = 16_000
"""Of a side, as of every picture that is written here."""
LOGICAL = 96
"""Units of what is painted to one inch, whatever the dpi: letters of a lane are as large as on a screen."""
MM = 25.4
_GAP = 3
_MARGIN = 6
_RULER = 26

Paint: TypeAlias = Callable[[QPainter, QSize], None]
"""Paints something into a rectangle at the origin, of a size in units of 1/96 inch."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a figure is written.

    Attributes
    ----------
    width, height : float
        Millimetres.
    dpi : int
        Pixels to an inch; a drawing (.svg) has none.
    caption : str
        What stands beneath; empty: nothing.
    """

    width: float = 180.0
    height: float = 120.0
    dpi: int = 300
    caption: str = ""

    @property
    def size(self) -> QSize:
        """In units of 1/96 inch."""
        return QSize(round(self.width / MM * LOGICAL), round(self.height / MM * LOGICAL))


def lanes_figure(lanes: Sequence[Lane], ruler: Lane) -> Paint:
    """Paint lanes beneath each other, with their heads and colour bars, and the time beneath them."""
    heights = [max(lane.height(), 1) for lane in lanes]

    def paint(painter: QPainter, size: QSize) -> None:
        room, y = size.height() - _RULER - _GAP * len(lanes), 0
        for lane, height in zip(lanes, heights, strict=True):
            part = QSize(size.width(), max(1, room * height // sum(heights)))
            _paint_at(painter, y, part, lane.paint)
            y += part.height() + _GAP
        _paint_at(painter, y, QSize(size.width(), _RULER), ruler.paint)

    return paint


def widget_figure(view: QWidget) -> Paint:
    """Paint a view as it is on the screen, as large as there is room."""

    def paint(painter: QPainter, size: QSize) -> None:
        scale = min(size.width() / max(1, view.width()), size.height() / max(1, view.height()))
        painter.save()
        painter.scale(scale, scale)
        view.render(painter, QPoint())
        painter.restore()

    return paint


def figure(paint: Paint, form: Form, path: Path, palette: QPalette) -> Callable[[], None]:
    """Paint a figure, and give what writes it: on any thread.

    Raises
    ------
    InputError
        The path ends neither in .png nor in .svg, or the picture would be too large.
    """
    whole = _with_caption(paint, form.caption, palette)
    size = form.size
    if suffix_of(path, PICTURES) == ".svg":
        picture = QPicture()
        _paint(picture, whole, size)
        return lambda: replace_file(path, svg(picture, size, form.caption))
    image = _image(size, form.dpi)
    _paint(image, whole, size)
    # Only now: letters, whose size is in points, would be as many times larger.
    image.setDotsPerMeterX(round(form.dpi / MM * 1000))
    image.setDotsPerMeterY(round(form.dpi / MM * 1000))
    return lambda: replace_file(path, png(image))


def _image(size: QSize, dpi: int) -> QImage:
    scale = dpi / LOGICAL
    pixels = QSize(round(size.width() * scale), round(size.height() * scale))
    if not 0 < min(pixels.toTuple()) <= max(pixels.toTuple()) <= MAX_PIXELS:
        raise InputError(
            f"a figure of {pixels.width():,} x {pixels.height():,} pixels cannot be written; a side has 1 to "
            f"{MAX_PIXELS:,}: choose another size or dpi"
        )
    image = QImage(pixels, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    return image


def _paint(device: QImage | QPicture, whole: Paint, size: QSize) -> None:
    painter = QPainter(device)
    whole(painter, size)
    painter.end()


def _with_caption(paint: Paint, caption: str, palette: QPalette) -> Paint:
    """Paint on the ground of the window, and the caption beneath."""

    def whole(painter: QPainter, size: QSize) -> None:
        area = QRect(QPoint(), size).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.fillRect(QRect(QPoint(), size), palette.color(QPalette.ColorRole.Base))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
        below = painter.boundingRect(QRectF(area), flags, caption).height() + _MARGIN if caption else 0
        if caption:
            painter.drawText(QRectF(area), flags, caption)
        painter.save()
        painter.translate(area.topLeft())
        paint(painter, QSize(area.width(), max(1, round(area.height() - below))))
        painter.restore()

    return whole


def _paint_at(painter: QPainter, y: int, size: QSize, paint: Paint) -> None:
    """Paint below what is there, and leave the painter as it was."""
    painter.save()
    painter.translate(0, y)
    painter.setClipRect(QRect(QPoint(), size))
    paint(painter, size)
    painter.restore()


def lanes_of(pane: "LanePane") -> list[Lane]:
    """Give the lanes that are seen, from above."""
    every: list[Lane] = [*pane.stages, pane.errors]
    return [lane for lane in every if not lane.isHidden()]


def caption_of(inspection: "Inspection", computed_by: str) -> str:
    """Say what a figure of the lanes shows: recording, recipe or encoder, port, and the time in sight."""
    start, end = inspection.timeline.visible
    port, path = inspection.runs.port, inspection.model.path
    parts = [path.name if path else "", f"{start:.3f} to {end:.3f} s", computed_by]
    parts.append(f"port {port.name}" if port else "")
    return "; ".join(filter(None, parts))
