"""Where the tiles and cells of a sheet lie on the screen."""

from dataclasses import dataclass, replace
from math import ceil, floor, inf, log2

from PySide6.QtCore import QPointF, QRectF

LABEL_SPACE = 4
"""Pixels between a label and the cells, and around a sheet."""
_GAP = 4
_NARROW_GAP = 1
_STRETCH = 2
"""How many times wider than high cells may be, or higher than wide, to use the room there is."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Tiles of `rows` x `columns` cells in a grid that is `across` tiles wide; all lengths in logical pixels.

    `captions` is the height kept free above each tile, 0 where there is no room for captions.
    """

    area: QRectF
    tiles: int
    rows: int
    columns: int
    across: int
    cell_width: float
    cell_height: float
    captions: float
    gap: float

    @property
    def factor(self) -> tuple[int, int]:
        """How many cells share a pixel, downwards and across: powers of two, 1 where every cell has its own."""
        return _sharing(self.cell_height), _sharing(self.cell_width)

    @property
    def pitch(self) -> float:
        """Distance between the tops of two lines of tiles."""
        return self.rows * self.cell_height + self.captions + self.gap

    def zoomed(self, zoom: float, offset: QPointF) -> "Geometry":
        """Give the same tiles enlarged, and shifted by pixels."""
        area = QRectF(self.area.topLeft() * zoom - offset, self.area.size() * zoom)
        lengths = (self.cell_width, self.cell_height, self.captions, self.gap)
        width, height, captions, gap = (length * zoom for length in lengths)
        return replace(self, area=area, cell_width=width, cell_height=height, captions=captions, gap=gap)

    def seen(self, tile: int, window: QRectF) -> tuple[range, range]:
        """Give the rows and the columns of a tile that a window shows some of."""
        place = self.tile(tile)
        return (
            _between(window.top() - place.top(), window.bottom() - place.top(), self.cell_height, self.rows),
            _between(window.left() - place.left(), window.right() - place.left(), self.cell_width, self.columns),
        )

    def tile(self, number: int) -> QRectF:
        """Rectangle of a tile's cells, below its caption."""
        line, place = divmod(number, self.across)
        width, height = self.columns * self.cell_width, self.rows * self.cell_height
        x = self.area.x() + place * (width + self.gap)
        y = self.area.y() + line * self.pitch + self.captions
        return QRectF(x, y, width, height)

    def cell(self, tile: int, row: int, column: int) -> QRectF:
        """Rectangle of one cell."""
        corner = self.tile(tile).topLeft()
        x, y = corner.x() + column * self.cell_width, corner.y() + row * self.cell_height
        return QRectF(x, y, self.cell_width, self.cell_height)

    def place_at(self, point: QPointF) -> tuple[int, int, int] | None:
        """Give (tile, row, column) of the cell under a point; None between the tiles and outside."""
        first = self.tile(0)
        place = floor((point.x() - first.x()) / (first.width() + self.gap))
        line = floor((point.y() - self.area.y()) / self.pitch)
        number = line * self.across + place
        if not (0 <= place < self.across and 0 <= number < self.tiles and self.tile(number).contains(point)):
            return None
        inside = point - self.tile(number).topLeft()
        row, column = int(inside.y() / self.cell_height), int(inside.x() / self.cell_width)
        return number, min(row, self.rows - 1), min(column, self.columns - 1)

    def neighbour(self, place: tuple[int, int, int], down: int, across: int) -> tuple[int, int, int]:
        """Give the (tile, row, column) one step further, in the next tile where this one ends; the same at the edge."""
        tile, row, column = place
        line, stand = divmod(tile, self.across)
        lines, row = divmod(row + down, self.rows)
        stands, column = divmod(column + across, self.columns)
        there = (line + lines) * self.across + stand + stands
        inside = 0 <= stand + stands < self.across and 0 <= there < self.tiles
        return (there, row, column) if inside else place


def single(shape: tuple[int, int], area: QRectF, *, square: bool = False) -> Geometry:
    """Fill the area with one tile, or with square cells as far as they reach.

    Cells of 3 pixels and more have whole numbers of pixels.
    """
    rows, columns = shape
    width, height = _whole(area.width() / columns), _whole(area.height() / rows)
    if square:
        width = height = min(width, height)
    return Geometry(area, 1, rows, columns, 1, width, height, 0, 0)


def tiled(
    shape: tuple[int, int, int], area: QRectF, unit: int, caption: float, label: float, *, square: bool = False
) -> Geometry:
    """Arrange n tiles so that they fill the area, keeping `unit` of them side by side where that is possible.

    Parameters
    ----------
    caption, label : float
        Height of a caption, and width of the widest label. Where a tile is narrower than its label, or cells would be
        smaller than a pixel, there are no captions but a gutter at the left for a label a line.
    square : bool
        Keep the cells as wide as high.
    """
    stretch = 1 if square else _STRETCH
    geometry = _fullest(shape, area, unit, caption=caption, gap=_GAP, stretch=stretch)
    if min(geometry.cell_width, geometry.cell_height) >= 1 and geometry.tile(0).width() >= label:
        return geometry
    beside = area.adjusted(label + LABEL_SPACE, 0, 0, 0)
    return _fullest(shape, beside, unit, caption=0, gap=_NARROW_GAP, stretch=stretch)


def _fullest(
    shape: tuple[int, int, int], area: QRectF, unit: int, *, caption: float, gap: float, stretch: int
) -> Geometry:
    tiles, rows, columns = shape
    best = (-inf, 0, 1, 0.0, 0.0)
    for across in range(min(unit, tiles), tiles + 1, min(unit, tiles)):
        lines = ceil(tiles / across)
        wide = ((area.width() + gap) / across - gap) / columns
        high = ((area.height() + gap) / lines - gap - caption) / rows
        width = _fitted(min(wide, stretch * high), columns)
        height = _fitted(min(high, stretch * wide), rows)
        if stretch == 1:
            width = height = min(width, height)
        # Among equals the one that leaves the fewest empty places.
        best = max(best, (width * height, tiles - lines * across, across, width, height))
    return Geometry(area, tiles, rows, columns, best[2], best[3], best[4], caption, gap)


def _between(start: float, end: float, length: float, count: int) -> range:
    return range(max(0, floor(start / length)), min(count, ceil(end / length)))


def _fitted(length: float, cells: int) -> float:
    """Make a tile a whole number of pixels, where each of its cells has one."""
    return floor(length * cells) / cells if length >= 1 else max(length, 0.01)


def _whole(length: float) -> float:
    return float(floor(length)) if length >= 3 else max(length, 0.01)


def _sharing(cell: float) -> int:
    return 1 if cell >= 1 else int(2 ** ceil(log2(1 / cell)))
