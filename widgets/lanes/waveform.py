"""The waveform: peaks from afar, the samples themselves from close by; of one run or of two."""

from collections.abc import Container, Mapping
from math import isfinite

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

from ...core.base.arrays import NDArray
from ...core.drawing.pyramid import PeakPyramid
from ...core.run import StageName
from ...models.timeline import Timeline
from ..colour import PORT_INK, WARNING, legible
from ..compare_view import Part, Role
from ..painting import mix
from ..pointed_value import PointedValue
from .comparing_lane import ComparingLane
from .head import axis_width
from .peaks import draw_peaks, waveform_ink
from .wave_layer import WaveLayer

_DOT_DISTANCE = 6
"""Pixels between two samples from which on each is a dot."""
_LARGEST, _SMALLEST = 65536.0, 1e-5
"""Limits of the value axis: samples in 16-bit units, and single steps of 24-bit ones."""


class WaveformLane(ComparingLane):
    """The samples of the recording over time, or those of a stage that is a signal, and those of a port."""

    def __init__(self, timeline: Timeline, title: str = "waveform", stage: StageName = "audio") -> None:
        super().__init__(timeline, title)
        self._stage = stage
        self._own: WaveLayer | None = None
        self._compared: Mapping[Role, WaveLayer] = {}
        self._zoom = 1.0

    def set_samples(self, samples: NDArray | None, pyramid: PeakPyramid | None, full: float = 1.0) -> None:
        """Show (n,) float samples; `full` is the value at the upper edge.

        Parameters
        ----------
        samples : (n,) float array or None
            At the rate of the timeline's time base; None: nothing.
        pyramid : PeakPyramid or None
            Of the same samples; without it only views of at most 2**20 samples are drawn.
        """
        self._own = None if samples is None else WaveLayer(samples, pyramid, full=full)
        self.invalidate()

    def set_compared(self, layers: Mapping[Role, WaveLayer], labels: Mapping[Role, str]) -> None:
        """Show two runs, or one that is not the samples of `set_samples`.

        Parameters
        ----------
        layers : mapping from role to WaveLayer
            Without a ``reference``, it is the samples of `set_samples`; empty: these alone.
        labels : mapping from role to str
            What is said in the part that shows the role.
        """
        self._compared, self._labels = dict(layers), dict(labels)
        self.updateGeometry()
        self.invalidate()

    def layer(self, role: Role) -> WaveLayer | None:
        """Give what is shown in a role, None where there is nothing."""
        own = self._own if role == "reference" else None
        return self._compared.get(role, own)

    def present(self) -> Container[Role]:
        """What there is to show."""
        own: set[Role] = {"reference"} if self._own else set()
        return own | set(self._compared)

    def value_zoom(self, factor: float) -> None:
        """Bring the upper edge to `factor` times its value."""
        self._zoom = min(max(_SMALLEST, self._zoom * factor), _LARGEST)
        self.invalidate()

    def probe_at(self, point: QPointF) -> PointedValue | None:
        """Give the reference's sample that sounds at a place, and the port's that is drawn there."""
        timebase = self.timeline.timebase
        sample = timebase.seconds_sample(self.seconds_of(point.x()))
        if not self.contents_rect().contains(point.toPoint()):
            return None
        layers = (self.layer("reference"), self.layer("port"))
        values = [layer.value(sample) if layer else None for layer in layers]
        if values == [None, None]:
            return None
        value = float("nan") if values[0] is None else values[0]
        precision = self.precision([layer.samples.dtype for layer in layers if layer])
        text = f"sample {sample:,} ({timebase.sample_seconds(sample):.4f} s)"
        return PointedValue(self._stage, (sample,), value, text, values[1], precision)

    def paint_part_axis(self, painter: QPainter, part: Part, gutter: QRect) -> None:
        """Label the upper edge, the middle and the lower edge, as far as there is room."""
        height, full = painter.fontMetrics().height(), self._full(part.role)
        places = {gutter.bottom() + 1 - height: -full, gutter.top() + (gutter.height() - height) // 2: 0.0}
        if gutter.height() < 3 * height:
            places = {}
        for y, value in (places | {gutter.top(): full}).items():
            box = QRect(gutter.left(), y, gutter.width() - 6, height)
            text = f"{value:.3g}"
            if painter.fontMetrics().horizontalAdvance(text) > axis_width(painter.fontMetrics()) - 6:
                text = f"{value:.0e}"
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, text)

    def paint_part(self, painter: QPainter, part: Part) -> None:
        """Draw the peaks of each pixel's samples, or a line through the samples where they are far apart."""
        palette, layer, box = self.palette(), self.layer(part.role), part.box
        middle = mix(palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text), 0.2)
        painter.fillRect(box.left(), box.center().y(), box.width(), 1, middle)
        if layer is None:
            return
        first, last = layer.within(*self._samples_of(box))
        if last > first:
            left, right = self._x_of(layer, first), self._x_of(layer, last)
            columns = max(1, round((right - left) * painter.device().devicePixelRatio()))
            if last - first <= columns:
                self._draw_samples(painter, part, layer, max(0, first - 1), min(last + 1, len(layer.samples)))
            elif (peaks := layer.peaks(first, last, columns)) is not None:
                place = QRect(round(left), box.top(), round(right - left), box.height())
                draw_peaks(painter, place, peaks, self._full(part.role), self._ink(part.role))
            else:
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "preparing the waveform")

    def reduction(self) -> str:
        """Say how many samples share a pixel, of which the smallest and the largest are drawn."""
        first, last = self._samples_of(self.contents_rect())
        share = (last - first) // max(1, round(self.contents_rect().width() * self.devicePixelRatio()))
        return f"drawn at 1/{share:,} (peaks)" if share > 1 and self.present() else ""

    def _full(self, role: Role) -> float:
        layer = self.layer(role)
        return self._zoom * (layer.full if layer else 1.0)

    def _ink(self, role: Role) -> QColor:
        ink = {"reference": waveform_ink(self.palette()), "port": PORT_INK, "difference": WARNING}[role]
        return legible(ink, self.palette().color(QPalette.ColorRole.Base))

    def _samples_of(self, box: QRect) -> tuple[int, int]:
        """First sample and end of those that a part of the view touches."""
        rate = self.timeline.timebase.sample_rate
        start, end = self.seconds_of(box.left()), self.seconds_of(box.right() + 1)
        return int(np.floor(start * rate)), int(np.ceil(end * rate))

    def _x_of(self, layer: WaveLayer, place: int) -> float:
        return self.x_of(self.timeline.timebase.sample_seconds(layer.start + place))

    def _draw_samples(self, painter: QPainter, part: Part, layer: WaveLayer, first: int, last: int) -> None:
        box, values = part.box, np.asarray(layer.samples[first:last])
        heights = box.top() + (1 - np.clip(values / self._full(part.role), -1, 1)) * (box.height() - 1) / 2
        left, step = self._x_of(layer, first), self._x_of(layer, first + 1) - self._x_of(layer, first)
        points = [QPointF(left + k * step, y) for k, y in enumerate(heights.tolist()) if isfinite(y)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._ink(part.role)
        painter.setPen(QPen(ink, 1.25))
        painter.drawPolyline(points)
        if step >= _DOT_DISTANCE:
            painter.setPen(QPen(ink, 4, c=Qt.PenCapStyle.RoundCap))
            painter.drawPoints(points)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
