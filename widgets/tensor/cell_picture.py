"""Values as a picture: gathered by a sheet, reduced by their peaks, coloured by a 256-entry table."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from ...core.base.arrays import NDArray
from ..colour import NOT_FINITE


def quantise(values: NDArray, low: float, high: float) -> npt.NDArray[np.uint8]:
    """Give the code 0 .. 255 of each value between two levels; what is not finite has code 0."""
    with np.errstate(over="ignore"):
        scaled = (values - low) * (255 / (high - low if high > low else 1.0))
    return np.clip(np.where(np.isfinite(values), scaled, 0), 0, 255).astype(np.uint8)


def reduce_peaks(values: NDArray, factor: tuple[int, int]) -> NDArray:
    """Let blocks of `factor` (down, across) cells share one: the value farthest from 0, NaN where one is not finite.

    Parameters
    ----------
    values : (n, h, w) float array
        The last blocks may be smaller than the others.
    """
    down, across = factor
    if down == across == 1:
        return values
    marked = np.where(np.isfinite(values), values, np.nan)
    high, low = (_reduce(extreme, marked, down, across) for extreme in (np.maximum, np.minimum))
    return np.where(-low > high, low, high)


def _reduce(extreme: np.ufunc, values: NDArray, down: int, across: int) -> NDArray:
    lines = extreme.reduceat(values, np.arange(0, values.shape[1], down), axis=1)
    return np.asarray(extreme.reduceat(lines, np.arange(0, values.shape[2], across), axis=2))


class CellPicture:
    """An (n, h, w) array as one image, tile below tile; it keeps the pixels that the image only refers to."""

    def __init__(self, values: NDArray, table: npt.NDArray[np.uint32], levels: tuple[float, float]) -> None:
        tiles, self.rows, self.columns = values.shape
        pixels = table[quantise(values, *levels)]
        finite = np.isfinite(values)
        if not finite.all():
            pixels[~finite] = NOT_FINITE
        self._pixels = np.ascontiguousarray(pixels.reshape(tiles * self.rows, self.columns))
        stride = 4 * self.columns
        self.image = QImage(self._pixels.data, self.columns, len(self._pixels), stride, QImage.Format.Format_RGB32)

    def source(self, tile: int) -> QRectF:
        """Part of the image that holds a tile."""
        return QRectF(0, tile * self.rows, self.columns, self.rows)

    def colour(self, tile: int, row: int, column: int) -> QColor:
        """Colour of one cell."""
        return self.image.pixelColor(column, tile * self.rows + row)


def contrast(colour: QColor) -> QColor:
    """Give black or white, whichever is read better on a colour (Rec. 709 luma)."""
    luma = 0.2126 * colour.redF() + 0.7152 * colour.greenF() + 0.0722 * colour.blueF()
    return QColor("black") if luma > 0.5 else QColor("white")
