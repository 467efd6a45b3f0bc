"""The waveform: peaks from afar, the samples themselves from close by."""

from math import isfinite

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPalette, QPen

from ..core.arrays import NDArray
from ..core.coordinates import describe
from ..core.pyramid import PeakPyramid
from ..models.timeline import Timeline
from .lane import Lane
from .painting import mix
from .peaks import draw_peaks, waveform_ink
from .probe import Probe

_DIRECT_SAMPLES = 1 << 20
"""Samples that are reduced without a pyramid in a millisecond or two."""
_DOT_DISTANCE = 6
"""Pixels between two samples from which on each is a dot."""
_LARGEST, _SMALLEST = 65536.0, 1e-5
"""Limits of the value axis: samples in 16-bit units, and single steps of 24-bit ones."""


class WaveformLane(Lane):
    """The samples of the recording over time."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(timeline, "waveform")
        self._samples: NDArray | None = None
        self._pyramid: PeakPyramid | None = None
        self._full = 1.0

    def set_samples(self, samples: NDArray | None, pyramid: PeakPyramid | None) -> None:
        """Show (n,) float samples.

        Parameters
        ----------
        samples : (n,) float array or None
            At the rate of the timeline's time base; None: nothing.
        pyramid : PeakPyramid or None
            Of the same samples; without it only views of at most 2**20 samples are drawn.
        """
        self._samples, self._pyramid = samples, pyramid
        self.invalidate()

    def value_zoom(self, factor: float) -> None:
        """Bring the upper edge to `factor` times its value."""
        self._full = min(max(_SMALLEST, self._full * factor), _LARGEST)
        self.invalidate()

    def probe_at(self, point: QPointF) -> Probe | None:
        """Give the sample that sounds at a place."""
        sample = self.timeline.timebase.seconds_sample(self.seconds_of(point.x()))
        if self._samples is None or not self.contents_rect().contains(point.toPoint()):
            return None
        if not 0 <= sample < len(self._samples):
            return None
        return Probe("audio", (sample,), float(self._samples[sample]), describe("audio", (sample,), self.config))

    def paint_axis(self, painter: QPainter, rect: QRect) -> None:
        """Label the upper edge, the middle and the lower edge."""
        height = painter.fontMetrics().height()
        for value, y in ((self._full, 0), (0.0, (rect.height() - height) // 2), (-self._full, rect.height() - height)):
            box = QRect(0, y, rect.width() - 6, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, f"{value:.3g}")

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Draw the peaks of each pixel's samples, or a line through the samples where they are far apart."""
        palette = self.palette()
        middle = mix(palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text), 0.2)
        painter.fillRect(rect.left(), rect.center().y(), rect.width(), 1, middle)
        samples, (first, last) = self._samples, self._visible_samples()
        if samples is not None and last > first:
            left, right = self._x_of_sample(first), self._x_of_sample(last)
            columns = round((right - left) * self.devicePixelRatio())
            if last - first <= columns:
                self._draw_samples(painter, rect, samples, max(0, first - 1), min(last + 1, len(samples)))
            elif (peaks := self._peaks(samples, first, last, columns)) is not None:
                box = QRect(round(left), rect.top(), round(right - left), rect.height())
                draw_peaks(painter, box, peaks, self._full, palette)
            else:
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "preparing the waveform")

    def _peaks(self, samples: NDArray, first: int, last: int, columns: int) -> npt.NDArray[np.float32] | None:
        if self._pyramid is not None:
            return self._pyramid.range(first, last, columns)
        return PeakPyramid(samples, ()).range(first, last, columns) if last - first <= _DIRECT_SAMPLES else None

    def _visible_samples(self) -> tuple[int, int]:
        """First sample and end of those that the view touches."""
        rate, (start, end) = self.timeline.timebase.sample_rate, self.span()
        count = 0 if self._samples is None else len(self._samples)
        return max(0, int(start * rate)), min(count, int(np.ceil(end * rate)))

    def _x_of_sample(self, sample: int) -> float:
        return self.x_of(self.timeline.timebase.sample_seconds(sample))

    def _draw_samples(self, painter: QPainter, rect: QRect, samples: NDArray, first: int, last: int) -> None:
        heights = rect.top() + (1 - np.clip(samples[first:last] / self._full, -1, 1)) * (rect.height() - 1) / 2
        left, step = self._x_of_sample(first), self._x_of_sample(first + 1) - self._x_of_sample(first)
        points = [QPointF(left + k * step, y) for k, y in enumerate(heights.tolist()) if isfinite(y)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = waveform_ink(self.palette())
        painter.setPen(QPen(ink, 1.25))
        painter.drawPolyline(points)
        if step >= _DOT_DISTANCE:
            painter.setPen(QPen(ink, 4, c=Qt.PenCapStyle.RoundCap))
            painter.drawPoints(points)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
