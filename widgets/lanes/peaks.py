"""Minimum and maximum of samples as a picture: what the waveform and the overview share."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPalette

from ..colour import NOT_FINITE
from ..painting import Pixels, draw_pixels, mix


def draw_peaks(painter: QPainter, rect: QRect, peaks: npt.NDArray[np.float32], full: float, ink: QColor) -> None:
    """Draw one column a device pixel.

    Parameters
    ----------
    rect : QRect
        Its left edge is where the first column goes.
    peaks : (2, columns) float32
        Minimum and maximum of each column; a column with NaN is drawn as one that is not finite.
    full : float
        Value at the upper edge; minus as much is at the lower one.
    ink : QColor
        What they are drawn in.
    """
    height = round(rect.height() * painter.device().devicePixelRatio())
    pixels = peak_pixels(peaks, height, full, ink.rgb())
    draw_pixels(painter, rect.left(), rect.top(), pixels, opaque=False)


def waveform_ink(palette: QPalette) -> QColor:
    """Give the colour that sound is drawn in."""
    return mix(palette.color(QPalette.ColorRole.Highlight), palette.color(QPalette.ColorRole.Text), 0.25)


def peak_pixels(peaks: npt.NDArray[np.float32], height: int, full: float, ink: int) -> Pixels:
    """Give the (height, columns) pixels of a waveform, 0 where there is none; neighbouring columns always touch."""
    finite = np.isfinite(peaks).all(axis=0)
    low, high = np.where(finite, np.clip(peaks / full, -1, 1), 0)
    top, bottom = ((1 - high) * (height - 1) / 2).round(), ((1 - low) * (height - 1) / 2).round()
    top[1:], bottom[1:] = np.minimum(top[1:], bottom[:-1]), np.maximum(bottom[1:], top[:-1])
    rows = np.arange(height, dtype=np.float32)[:, None]
    inked = (rows >= top.astype(np.float32)) & (rows <= bottom.astype(np.float32))
    pixels: Pixels = np.array([0, ink], np.uint32).take(inked)
    pixels[:, ~finite] = NOT_FINITE
    return pixels
