"""Draws a sheet of cells, and says which cell is under the pointer."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...core.base.arrays import NDArray
from ..colour import lookup_on
from ..painting import Pixels, draw_tag
from . import cell_painting as paint
from .cell_picture import CellPicture, quantise, reduce_peaks
from .frame_tensor import FrameTensor, Side
from .sheet_geometry import LABEL_SPACE, Geometry, single, tiled
from .sheets import Sheet

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_TAG_MARGIN = 18
"""Pixels that a tag needs beside its text."""
_PICK = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class CellCanvas(QWidget):
    """One sheet of one frame's tensor.

    What does not change with the frame (captions, labels) is a cached pixmap; a new frame of the same layout costs
    the gathering of its cells and one blit a tile.
    """

    hovered = Signal(object)
    """Cell (channel, row, column) under the pointer, or None."""
    picked = Signal(object)
    """Cell that was clicked, or on which Return was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._tensor: FrameTensor | None = None
        self._sheet: Sheet | None = None
        self._geometry: Geometry | None = None
        self._background: QPixmap | None = None
        self._picture: CellPicture | None = None
        self._missing: tuple[bytes, QRegion] | None = None
        self._values: NDArray = np.zeros((0, 0, 0))
        self._message = ""
        self._colour_map = "viridis"
        self._levels = (0.0, 1.0)
        self._mark: tuple[int, int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for a mosaic with readable captions."""
        return QSize(400, 480)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room in which the cells can still be told apart."""
        return QSize(88, 80)

    def show_sheet(self, tensor: FrameTensor, sheet: Sheet, side: Side = "reference") -> None:
        """Draw one side of a tensor, which has values there, by a sheet."""
        values = tensor.of(side)
        assert values is not None
        self._tensor, self._message = tensor, ""
        self._values = values.reshape(-1)[sheet.cells]
        self._picture = None
        if sheet is not self._sheet:
            self._sheet = sheet
            self._forget_layout()
        self.update()

    def show_message(self, message: str) -> None:
        """Draw a sentence instead of a tensor."""
        self._tensor = self._sheet = self._picture = None
        self._message = message
        self._forget_layout()
        self.update()

    @property
    def message(self) -> str:
        """The sentence drawn instead of a tensor, empty where there is one."""
        return self._message

    def set_colours(self, name: str, levels: tuple[float, float]) -> None:
        """Choose the colour map and the values of its first and last colour."""
        self._colour_map, self._levels, self._picture = name, levels, None
        self.update()

    @property
    def _colours(self) -> Pixels:
        return lookup_on(self._colour_map, self.palette().color(QPalette.ColorRole.Base))

    def set_mark(self, cell: tuple[int, int, int] | None) -> None:
        """Outline one cell (channel, row, column)."""
        if cell != self._mark:
            self._mark = cell
            self.update()

    def cell_at(self, point: QPointF) -> tuple[int, int, int] | None:
        """Give the cell (channel, row, column) under a point of the canvas."""
        if self._tensor is None or self._sheet is None:
            return None
        place = self._laid_out(self._sheet).place_at(point)
        return None if place is None else self._cell(int(self._sheet.cells[place]), self._tensor)

    def cell_rect(self, cell: tuple[int, int, int]) -> QRectF | None:
        """Give the rectangle in which a cell is drawn; None where this sheet does not show it."""
        place = self._place_of(cell)
        return None if place is None or self._sheet is None else self._laid_out(self._sheet).cell(*place)

    def _place_of(self, cell: tuple[int, int, int]) -> tuple[int, int, int] | None:
        if self._tensor is None or self._sheet is None:
            return None
        # A mark may stem from a tensor of another mode, and lie beyond this one.
        inside = all(0 <= n < size for n, size in zip(cell, self._tensor.values.shape, strict=True))
        return self._sheet.place_of(int(np.ravel_multi_index(cell, self._tensor.values.shape))) if inside else None

    @staticmethod
    def _cell(flat: int, tensor: FrameTensor) -> tuple[int, int, int]:
        channel, row, column = np.unravel_index(flat, tensor.values.shape)
        return int(channel), int(row), int(column)

    # -- layout ---------------------------------------------------------------------------------------------------

    def _forget_layout(self) -> None:
        self._geometry = self._background = self._missing = self._picture = None

    def _laid_out(self, sheet: Sheet) -> Geometry:
        if self._geometry is None:
            self._geometry = self._arrange(sheet)
        return self._geometry

    def _arrange(self, sheet: Sheet) -> Geometry:
        tiles, rows, columns = sheet.cells.shape
        metrics = QFontMetricsF(self.font())
        area = QRectF(self.rect()).adjusted(LABEL_SPACE, 0, -LABEL_SPACE, -LABEL_SPACE)
        labels = sheet.row_labels or [sheet.short_caption(tile) for tile in range(tiles)]
        label = max(map(metrics.horizontalAdvance, labels))
        if sheet.row_labels:
            return single((rows, columns), area.adjusted(label + LABEL_SPACE, 2 * metrics.height(), 0, 0))
        return tiled((tiles, rows, columns), area, sheet.unit, metrics.height(), label)

    def _drawn_background(self, sheet: Sheet, geometry: Geometry) -> QPixmap:
        if self._background is None:
            ratio = self.devicePixelRatioF()
            self._background = QPixmap(self.size() * ratio)
            self._background.setDevicePixelRatio(ratio)
            self._background.fill(self.palette().color(QPalette.ColorRole.Base))
            painter = QPainter(self._background)
            painter.setFont(self.font())
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            paint.paint_labels(painter, sheet, geometry)
            painter.end()
        return self._background

    def _hatched(self, tensor: FrameTensor, sheet: Sheet, geometry: Geometry) -> QRegion:
        key = (tensor.rows < 0).tobytes()
        if self._missing is None or self._missing[0] != key:
            self._missing = (key, paint.missing_region(tensor.is_missing(sheet.cells), geometry))
        return self._missing[1]

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the sheet, or the message."""
        painter = QPainter(self)
        if self._tensor is None or self._sheet is None:
            self._paint_message(painter)
            return
        geometry = self._laid_out(self._sheet)
        painter.drawPixmap(0, 0, self._drawn_background(self._sheet, geometry))
        picture = self._coloured(geometry)
        for tile in range(geometry.tiles):
            painter.drawImage(geometry.tile(tile), picture.image, picture.source(tile))
        ground = QColor.fromRgb(int(self._colours[quantise(np.zeros(1), *self._levels)[0]]))
        paint.paint_hatching(painter, self._hatched(self._tensor, self._sheet, geometry), ground)
        paint.paint_numbers(painter, self._values, geometry, picture)
        if (shared := max(geometry.factor)) > 1:
            corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
            forms = (f"drawn at 1/{shared} (peak)", f"1/{shared} (peak)", f"1/{shared}")
            text, *_ = paint.fitting(painter, (forms,), geometry.tile(0).width() * geometry.across - _TAG_MARGIN)
            draw_tag(painter, QRectF(self.rect()), corner, text or forms[-1], self.palette())
        if self._mark is not None and (rect := self.cell_rect(self._mark)) is not None:
            paint.paint_mark(painter, rect)

    def _coloured(self, geometry: Geometry) -> CellPicture:
        if self._picture is None:
            self._picture = CellPicture(reduce_peaks(self._values, geometry.factor), self._colours, self._levels)
        return self._picture

    def _paint_message(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(16, 16, -16, -16), flags, self._message)

    # -- events ---------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay the sheet out anew."""
        self._forget_layout()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Take over a new palette or font."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._forget_layout()
            self.update()
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Announce the cell under the pointer."""
        self.hovered.emit(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Announce that no cell is under the pointer."""
        self.hovered.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Announce the cell that was clicked."""
        cell = self.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(cell)

    def event(self, event: QEvent) -> bool:
        """Keep the arrow keys from the window's shortcuts while the keyboard is here."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _STEPS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Walk from cell to cell with the arrow keys, pick one with Return."""
        if event.key() in _PICK and self._mark is not None:
            self.picked.emit(self._mark)
        elif event.key() in _STEPS and self._sheet is not None and self._tensor is not None:
            self._walk(self._sheet, self._tensor, *_STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _walk(self, sheet: Sheet, tensor: FrameTensor, down: int, across: int) -> None:
        place = self._place_of(self._mark) if self._mark else None
        there = self._laid_out(sheet).neighbour(place, down, across) if place else (0, 0, 0)
        self.set_mark(self._cell(int(sheet.cells[there]), tensor))
        self.hovered.emit(self._mark)
