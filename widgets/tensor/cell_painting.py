"""What is painted around and upon the cells of a sheet: captions, labels, hatching, numbers and the mark."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QRegion

from ...core.base.arrays import NDArray
from .cell_picture import CellPicture, contrast
from .sheet_geometry import LABEL_SPACE, Geometry
from .sheets import Sheet

NUMBER_CELL = 28
"""Smallest width and height of a cell, in pixels, that has its value written into it."""
_ROW_LABEL = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_labels(painter: QPainter, sheet: Sheet, geometry: Geometry) -> None:
    """Write what stands beside the cells, in the longest form that has room everywhere."""
    if sheet.row_labels:
        _paint_axes(painter, sheet, geometry)
    elif geometry.captions:
        _paint_captions(painter, sheet, geometry)
    else:
        _paint_line_labels(painter, sheet, geometry)


def _paint_captions(painter: QPainter, sheet: Sheet, geometry: Geometry) -> None:
    captions = fitting(painter, sheet.captions, geometry.tile(0).width())
    for tile, caption in enumerate(captions):
        cells = geometry.tile(tile)
        painter.drawText(QRectF(cells.x(), cells.y() - geometry.captions, cells.width(), geometry.captions), caption)


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


def _paint_axes(painter: QPainter, sheet: Sheet, geometry: Geometry) -> None:
    height = painter.fontMetrics().height()
    cells = geometry.tile(0)
    caption = fitting(painter, sheet.captions, cells.width())[0]
    painter.drawText(QRectF(cells.x(), 0, cells.width(), height), caption)
    for row in _labelled(geometry.cell_height, [height] * len(sheet.row_labels)):
        centre = geometry.cell(0, row, 0).center().y()
        space = QRectF(0, centre - height / 2, cells.x() - LABEL_SPACE, height)
        painter.drawText(space, _ROW_LABEL, sheet.row_labels[row])
    advance = painter.fontMetrics().horizontalAdvance
    for column in _labelled(geometry.cell_width, [advance(label) + 2 for label in sheet.column_labels]):
        centre = geometry.cell(0, 0, column).center().x()
        space = QRectF(centre - 50, cells.y() - height, 100, height)
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
    painter.setClipRegion(region)
    colour = contrast(ground)
    colour.setAlpha(150)
    painter.fillRect(region.boundingRect(), QBrush(colour, Qt.BrushStyle.BDiagPattern))
    painter.restore()


def paint_numbers(painter: QPainter, values: NDArray, geometry: Geometry, picture: CellPicture) -> None:
    """Write the (n, h, w) values into their cells where those are large enough."""
    if min(geometry.cell_width, geometry.cell_height) < NUMBER_CELL:
        return
    for (tile, row, column), value in np.ndenumerate(values):
        painter.setPen(contrast(picture.colour(tile, row, column)))
        painter.drawText(geometry.cell(tile, row, column), Qt.AlignmentFlag.AlignCenter, f"{value:.3g}")


def paint_mark(painter: QPainter, cell: QRectF) -> None:
    """Outline a cell: white inside black is seen on every colour of every map."""
    outline = cell.toAlignedRect().adjusted(-1, -1, 0, 0)
    painter.setPen(QPen(QColor("white"), 1))
    painter.drawRect(outline)
    painter.setPen(QPen(QColor("black"), 1))
    painter.drawRect(outline.adjusted(-1, -1, 1, 1))
