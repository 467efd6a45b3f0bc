"""What is painted around and upon the cells of a sheet: captions, labels, hatching, numbers and the mark."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen, QRegion

from ...core.base.arrays import NDArray
from .cell_picture import CellPicture, contrast
from .sheet_geometry import LABEL_SPACE, Geometry
from .sheets import Sheet

_ROW_LABEL = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CAPTION = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
_WIDEST = "-0.000"
"""What a cell has to have room for, along or across, before values are written into the cells."""
_MAX_NUMBERS = 1500
"""Numbers that are written at most: each takes some 5 microseconds."""


def paint_labels(painter: QPainter, sheet: Sheet, geometry: Geometry, window: QRectF) -> None:
    """Write what stands beside the cells, in the longest form that has room everywhere.

    Labels of rows and columns stay at the edges of the `window` while the cells move beneath.
    """
    if sheet.row_labels:
        _paint_axes(painter, sheet, geometry, window)
    elif geometry.captions:
        _paint_captions(painter, sheet, geometry)
    else:
        _paint_line_labels(painter, sheet, geometry)


def unlabelled(painter: QPainter, sheet: Sheet, window: QRectF) -> QRectF:
    """Give the part of the window in which cells are drawn: all but where rows and columns are named."""
    if not sheet.row_labels:
        return window
    return window.adjusted(_row_space(painter, sheet), 2.0 * painter.fontMetrics().height(), 0, 0)


def _row_space(painter: QPainter, sheet: Sheet) -> float:
    """Give the width that the labels of rows take."""
    return max(map(painter.fontMetrics().horizontalAdvance, sheet.row_labels)) + 2.0 * LABEL_SPACE


def _paint_captions(painter: QPainter, sheet: Sheet, geometry: Geometry) -> None:
    captions = fitting(painter, sheet.captions, geometry.tile(0).width())
    for tile, caption in enumerate(captions):
        cells = geometry.tile(tile)
        box = QRectF(cells.x(), cells.y() - geometry.captions, cells.width(), geometry.captions)
        painter.drawText(box, _CAPTION, caption)


def _paint_line_labels(painter: QPainter, sheet: Sheet, geometry: Geometry) -> None:
    """Where tiles are too small for captions, name the first one of each line."""
    height, free = painter.fontMetrics().height(), geometry.area.top()
    lowest = geometry.area.bottom() - height
    for tile in range(0, geometry.tiles, geometry.across):
        cells = geometry.tile(tile)
        top = min(max(cells.center().y() - height / 2, geometry.area.top()), lowest)
        if top >= free:
            painter.drawText(QRectF(0, top, cells.x() - LABEL_SPACE, height), _ROW_LABEL, sheet.short_caption(tile))
            free = top + height


def _paint_axes(painter: QPainter, sheet: Sheet, geometry: Geometry, window: QRectF) -> None:
    height = painter.fontMetrics().height()
    cells, left = geometry.tile(0), _row_space(painter, sheet)
    top = max(cells.y(), 2.0 * height)
    caption = fitting(painter, sheet.captions, min(cells.width(), window.width() - left))[0]
    painter.drawText(QRectF(max(cells.x(), left), 0, window.width(), height), caption)
    rows, columns = geometry.seen(0, window.adjusted(left, top, 0, 0))
    for row in _labelled(geometry.cell_height, [height] * len(sheet.row_labels)):
        if row in rows:
            centre = geometry.cell(0, row, 0).center().y()
            space = QRectF(0, centre - height / 2, max(cells.x(), left) - LABEL_SPACE, height)
            painter.drawText(space, _ROW_LABEL, sheet.row_labels[row])
    advance = painter.fontMetrics().horizontalAdvance
    for column in _labelled(geometry.cell_width, [advance(label) + 2 for label in sheet.column_labels]):
        if column in columns:
            centre = geometry.cell(0, 0, column).center().x()
            space = QRectF(centre - 50, top - height, 100, height)
            painter.drawText(space, Qt.AlignmentFlag.AlignCenter, sheet.column_labels[column])


def _labelled(cell: float, lengths: list[int]) -> range:
    """Give the places to label: every one, or every 2nd, 4th ... so that the labels do not touch."""
    step = 1
    while step * cell < max(lengths) and step < len(lengths):
        step *= 2
    return range(0, len(lengths), step)


def fitting(painter: QPainter, captions: tuple[tuple[str, ...], ...], width: float) -> list[str]:
    """Give all captions in the longest form in which each has the width; empty ones where none has."""
    advance: Callable[[str], int] = painter.fontMetrics().horizontalAdvance
    for form in zip(*captions, strict=True):
        if max(map(advance, form)) <= width:
            return list(form)
    return [""] * len(captions)


def missing_region(missing: npt.NDArray[np.bool_], geometry: Geometry) -> QRegion:
    """Give the area of the cells that hold no feature.

    Parameters
    ----------
    missing : (n, h, w) bool
        For each cell of the sheet whether it is one.
    """
    region = QRegion()
    for tile in np.flatnonzero(missing.any(axis=(1, 2))).tolist():
        if missing[tile].all():  # as nearly all of them are
            region += geometry.tile(tile).toAlignedRect()
            continue
        lines = missing[tile]
        # Neighbouring lines are mostly alike: one rectangle for all of them.
        tops = np.flatnonzero(np.r_[True, (lines[1:] != lines[:-1]).any(axis=1)]).tolist()
        for top, bottom in zip(tops, [*tops[1:], len(lines)], strict=True):
            for left, right in _runs(lines[top]):
                first, last = geometry.cell(tile, top, left), geometry.cell(tile, bottom - 1, right - 1)
                region += first.united(last).toAlignedRect()
    return region


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False].astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def paint_hatching(painter: QPainter, region: QRegion, ground: QColor) -> None:
    """Hatch an area whose cells have the colour `ground`."""
    if region.isEmpty():
        return
    painter.save()
    painter.setClipRegion(region, Qt.ClipOperation.IntersectClip)
    colour = contrast(ground)
    colour.setAlpha(150)
    painter.fillRect(region.boundingRect(), QBrush(colour, Qt.BrushStyle.BDiagPattern))
    painter.restore()


def paint_numbers(painter: QPainter, values: NDArray, geometry: Geometry, picture: CellPicture, window: QRectF) -> None:
    """Write the (n, h, w) values into those of their cells that are seen, where they have room along or across."""
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(_WIDEST), metrics.height()
    along = geometry.cell_width >= width and geometry.cell_height >= height
    across = geometry.cell_height >= width and geometry.cell_width >= height
    if not along and not across:
        return
    seen = list(_seen(geometry, window))
    if len(seen) > _MAX_NUMBERS:
        return
    for tile, row, column in seen:
        painter.setPen(contrast(picture.colour(tile, row, column)))
        cell = geometry.cell(tile, row, column)
        text = _figure(float(values[tile, row, column]), max(cell.width(), cell.height()), metrics)
        _write(painter, cell, text, upright=along)


def _seen(geometry: Geometry, window: QRectF) -> Iterator[tuple[int, int, int]]:
    for tile in range(geometry.tiles):
        rows, columns = geometry.seen(tile, window)
        yield from product((tile,), rows, columns)


def _figure(value: float, room: float, metrics: QFontMetrics) -> str:
    """Write a value with three digits, or fewer where they have no room."""
    forms = (f"{value:.{digits}g}" for digits in (3, 2, 1))
    return next((form for form in forms if metrics.horizontalAdvance(form) <= room), "")


def _write(painter: QPainter, cell: QRectF, text: str, *, upright: bool) -> None:
    """Write a number along its cell, or from below to above."""
    if upright:
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
        return
    painter.save()
    painter.translate(cell.center())
    painter.rotate(-90)
    turned = QRectF(-cell.height() / 2, -cell.width() / 2, cell.height(), cell.width())
    painter.drawText(turned, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def paint_mark(painter: QPainter, cell: QRectF) -> None:
    """Outline a cell: white inside black is seen on every colour of every map."""
    outline = cell.toAlignedRect().adjusted(-1, -1, 0, 0)
    painter.setPen(QPen(QColor("white"), 1))
    painter.drawRect(outline)
    painter.setPen(QPen(QColor("black"), 1))
    painter.drawRect(outline.adjusted(-1, -1, 1, 1))
