"""Which part of a sheet is in sight: how far it is enlarged, and around where."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QSizeF

LARGEST = 64.0
"""How far a sheet is enlarged at most: 512 rows in a panel of 400 pixels become rows of 50."""


@dataclass(frozen=True, slots=True)
class CellView:
    """A part of a sheet.

    Attributes
    ----------
    zoom : float
        1: all of it, to `LARGEST`.
    x, y : float
        What is in the middle, as shares of the sheet's width and height.
    """

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5

    @property
    def whole(self) -> bool:
        """Whether all of the sheet is in sight."""
        return self.zoom == 1.0

    def offset(self, size: QSizeF) -> QPointF:
        """Give what the enlarged sheet is shifted by, pixels, in a canvas of a size."""
        return QPointF(
            (self.x * self.zoom - 0.5) * size.width(),
            (self.y * self.zoom - 0.5) * size.height(),
        )

    def zoomed(self, factor: float, point: QPointF, size: QSizeF) -> "CellView":
        """Enlarge `factor` times, with what is seen at a point of the canvas staying there."""
        zoom = min(max(1.0, self.zoom * factor), LARGEST)
        x, y = point.x() / size.width() - 0.5, point.y() / size.height() - 0.5
        return CellView(zoom, self.x + x / self.zoom - x / zoom, self.y + y / self.zoom - y / zoom)._inside()

    def moved(self, by: QPointF, size: QSizeF) -> "CellView":
        """Move the sheet with the pointer, by pixels of the canvas."""
        x, y = by.x() / size.width() / self.zoom, by.y() / size.height() / self.zoom
        return replace(self, x=self.x - x, y=self.y - y)._inside()

    def showing(self, point: QPointF, size: QSizeF) -> "CellView":
        """Bring a point of the canvas into sight, by its middle; where it is in sight stay."""
        inside = 0 <= point.x() <= size.width() and 0 <= point.y() <= size.height()
        return self if inside else self.moved(QPointF(size.width() / 2, size.height() / 2) - point, size)

    def _inside(self) -> "CellView":
        """Keep the edges of the sheet at those of the canvas or beyond."""
        half = 0.5 / self.zoom
        return replace(self, x=min(max(half, self.x), 1 - half), y=min(max(half, self.y), 1 - half))
