"""Draws a sheet of cells, and says which cell is under the pointer."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy

from ...core.base.arrays import NDArray
from ..colour import scale_on
from ..compare_view import Role
from ..painting import Pixels, draw_tag
from . import cell_painting as paint
from .cell_picture import CellPicture, quantise, reduce_peaks
from .frame_tensor import FrameTensor
from .sheet_geometry import LABEL_SPACE, Geometry, single, tiled
from .sheets import Sheet
from .zoomed_canvas import ZoomedCanvas

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_TAG_MARGIN = 18
"""Pixels that a tag needs beside its text."""
_PICK = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class CellCanvas(ZoomedCanvas):
    """One sheet of one frame's tensor, which can be enlarged.

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
        self._square = False
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

    def show_sheet(self, tensor: FrameTensor, sheet: Sheet, side: Role = "reference") -> None:
        """Draw one side of a tensor, which has values there, by a sheet."""
        values = tensor.of(side)
        assert values is not None
        self._tensor, self._message = tensor, ""
        self._values = values.reshape(-1)[sheet.cells]
        self._picture = None
        if sheet is not self._sheet:
            self._sheet = sheet
            self.forget_layout()
        self.update()

    def set_square(self, square: bool) -> None:
        """Keep the cells as wide as high, or let them fill the room."""
        self._square = square
        self.forget_layout()
        self.update()

    def show_message(self, message: str) -> None:
        """Draw a sentence instead of a tensor."""
        self._tensor = self._sheet = self._picture = None
        self._message = message
        self.forget_layout()
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
        return scale_on(self._colour_map, self._levels[0], self.palette().color(QPalette.ColorRole.Base))

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

    def forget_layout(self) -> None:
        """Lay the sheet out anew before it is drawn again."""
        self._geometry = self._background = self._missing = self._picture = None

    def _laid_out(self, sheet: Sheet) -> Geometry:
        if self._geometry is None:
            fitted = self._arrange(sheet)
            view = self.view
            self._geometry = fitted if view.whole else fitted.zoomed(view.zoom, view.offset(self.extent))
        return self._geometry

    def _arrange(self, sheet: Sheet) -> Geometry:
        tiles, rows, columns = sheet.cells.shape
        metrics = QFontMetricsF(self.font())
        area = QRectF(self.rect()).adjusted(LABEL_SPACE, 0, -LABEL_SPACE, -LABEL_SPACE)
        labels = sheet.row_labels or [sheet.short_caption(tile) for tile in range(tiles)]
        label = max(map(metrics.horizontalAdvance, labels))
        if sheet.row_labels:
            beside = area.adjusted(label + LABEL_SPACE, 2 * metrics.height(), 0, 0)
            return single((rows, columns), beside, square=self._square)
        return tiled((tiles, rows, columns), area, sheet.unit, metrics.height(), label, square=self._square)

    def _drawn_background(self, sheet: Sheet, geometry: Geometry) -> QPixmap:
        if self._background is None:
            ratio = self.devicePixelRatioF()
            self._background = QPixmap(self.size() * ratio)
            self._background.setDevicePixelRatio(ratio)
            self._background.fill(self.palette().color(QPalette.ColorRole.Base))
            painter = QPainter(self._background)
            painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            painter.setFont(self.font())
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            paint.paint_labels(painter, sheet, geometry, QRectF(self.rect()))
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
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as time runs in the lanes
        if self._tensor is None or self._sheet is None:
            self._paint_message(painter)
            return
        geometry = self._laid_out(self._sheet)
        painter.drawPixmap(0, 0, self._drawn_background(self._sheet, geometry))
        picture = self._coloured(geometry)
        window = QRectF(self.rect())
        painter.setClipRect(paint.unlabelled(painter, self._sheet, window))
        for tile in range(geometry.tiles):
            if (place := geometry.tile(tile)).intersects(window):
                painter.drawImage(place, picture.image, picture.source(tile))
        ground = QColor.fromRgb(int(self._colours[quantise(np.zeros(1), *self._levels)[0]]))
        paint.paint_hatching(painter, self._hatched(self._tensor, self._sheet, geometry), ground)
        paint.paint_numbers(painter, self._values, geometry, picture, window)
        painter.setClipping(False)
        if (shared := max(geometry.factor)) > 1:
            corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
            forms = (f"drawn at 1/{shared} (peak)", f"1/{shared} (peak)", f"1/{shared}")
            text, *_ = paint.fitting(painter, (forms,), geometry.tile(0).width() * geometry.across - _TAG_MARGIN)
            draw_tag(painter, QRectF(self.rect()), corner, text or forms[-1], self.palette())
        if self._mark is not None and (rect := self.cell_rect(self._mark)) is not None:
            paint.paint_mark(painter, rect)
        painter.end()

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
        self.forget_layout()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Take over a new palette or font."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.forget_layout()
            self.update()
        super().changeEvent(event)

    def point_at(self, point: QPointF | None) -> None:
        """Announce the cell under the pointer."""
        self.hovered.emit(None if point is None else self.cell_at(point))

    def click(self, point: QPointF) -> None:
        """Announce the cell that was clicked."""
        if (cell := self.cell_at(point)) is not None:
            self.picked.emit(cell)

    def takes(self, event: QKeyEvent) -> bool:
        """Keep the arrow keys, too."""
        return event.key() in _STEPS or super().takes(event)

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
        middle = self._laid_out(sheet).cell(*there).center()
        self.want(self.view.showing(middle, self.extent))
        self.hovered.emit(self._mark)
