"""The whole recording in one strip, with the visible range as a frame that can be dragged, and where a port errs."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy

from ...core.compare.curves import Curve
from ...core.drawing.pyramid import PeakPyramid
from ...models.timeline import Span, Timeline
from ..colour import WARNING
from ..painting import with_alpha
from .head import paint_words
from .lane import Lane
from .peaks import draw_peaks, waveform_ink

_HEIGHT, _LINES = 44, 3
"""Pixels of the strip, at least, and the lines of its head: the title, and the legend in two."""
_DENSITY_HEIGHT = 0.4
"""Part of the strip that is filled where every value is out of tolerance."""
_LEGEND = "below: out of tolerance"
_LONELY = 1
"""Pixels by which an item without neighbours, as a sparse dump has them, is wider on either side."""
_MIN_PIXELS = 6
"""Height of the smallest error: it is seen, wherever it is."""


class Overview(Lane):
    """Peaks of the whole recording; what lies outside the visible range is dimmed."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(timeline, "overview")
        self._pyramid: PeakPyramid | None = None
        self._errors: tuple[Curve, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_pyramid(self, pyramid: PeakPyramid | None) -> None:
        """Show the peaks of the recording's samples; None: nothing."""
        self._pyramid = pyramid
        self.invalidate()

    @property
    def errors(self) -> tuple[Curve, ...]:
        """What is shown of a port's errors."""
        return self._errors

    def set_errors(self, curves: Sequence[Curve]) -> None:
        """Show where a port errs.

        Parameters
        ----------
        curves : sequence of Curve
            Shares of values out of tolerance, 0 to 1; the largest of all is shown at each moment.
        """
        self._errors = tuple(curves)
        self.invalidate()

    def least_height(self) -> int:
        """Give the height of a strip, and of the lines beside it."""
        return max(_HEIGHT, _LINES * self.fontMetrics().height() + 2)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Give no more height than it needs."""
        return QSize(800, self.least_height())

    def span(self) -> Span:
        """Give the whole recording, whatever is visible."""
        return 0.0, self.timeline.duration or 1.0

    def press(self, seconds: float) -> None:
        """Bring the view there, unless it is there already."""
        start, end = self.timeline.visible
        if not start <= seconds <= end:
            self.timeline.pan_by(seconds - (start + end) / 2)

    def drag(self, origin: float, previous: float, seconds: float) -> None:
        """Move the view with the pointer."""
        self.timeline.pan_by(seconds - previous)

    def pull(self, previous: float, seconds: float) -> None:
        """Move the view with the pointer, as the left button does."""
        self.timeline.pan_by(seconds - previous)

    def click(self, seconds: float) -> None:
        """Nothing more than the press did."""

    def paint_title(self, painter: QPainter, gutter: QRect) -> None:
        """Say what is drawn from below, where anything is."""
        paint_words(painter, gutter, [self.title, *([_LEGEND] if self._errors else [])], self.palette(), below=0)

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Draw the peaks of each pixel's samples, and errors from below."""
        if self._pyramid is not None and len(self._pyramid.samples):
            count = len(self._pyramid.samples)
            right = self.x_of(self.timeline.timebase.sample_seconds(count))
            columns = round((right - rect.left()) * painter.device().devicePixelRatio())
            if columns > 0:
                peaks = self._pyramid.range(0, count, columns)
                draw_peaks(painter, rect, peaks, 1.0, waveform_ink(self.palette()))
        if self._errors:
            self._paint_errors(painter, rect)

    def _paint_errors(self, painter: QPainter, rect: QRect) -> None:
        columns = [curve.columns(*self.span(), rect.width()) for curve in self._errors]
        found = np.fmax.reduce(columns)
        shares, alone = np.nan_to_num(found), _alone(~np.isnan(found))
        for x in np.flatnonzero(shares).tolist():
            height = max(_MIN_PIXELS, round(float(shares[x]) * _DENSITY_HEIGHT * rect.height()))
            wider = _LONELY if alone[x] else 0
            painter.fillRect(rect.left() + x - wider, rect.bottom() + 1 - height, 1 + 2 * wider, height, WARNING)

    def paint_overlay(self, painter: QPainter, rect: QRect) -> None:
        """Dim what is not visible, and frame what is."""
        left, right = map(self.x_of, self.timeline.visible)
        palette = self.palette()
        veil = with_alpha(palette.color(QPalette.ColorRole.Window), 0.6)
        painter.fillRect(QRectF(rect.left(), rect.top(), left - rect.left(), rect.height()), veil)
        painter.fillRect(QRectF(right, rect.top(), rect.right() + 1 - right, rect.height()), veil)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
        painter.drawRect(QRectF(left + 1, rect.top() + 1, max(2.0, right - left - 2), rect.height() - 3))

    def _on_visible(self) -> None:
        self.update()


def _alone(known: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell which of some columns are known and have no known neighbour."""
    return np.asarray(known & ~np.r_[False, known[:-1]] & ~np.r_[known[1:], False])
