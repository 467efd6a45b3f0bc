"""The recording's own channels, one above the other, at the rate of the file."""

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPalette

from ...core.sound.channels import BASE, Channels
from ...models.timeline import Timeline
from ..painting import mix
from .head import paint_words
from .lane import Lane
from .peaks import draw_peaks, waveform_ink

_MIN_CHANNEL = 20
"""Pixels of a channel, at least."""
_NAMES = {2: ("left", "right")}


class ChannelsLane(Lane):
    """Peaks of every channel; all have the same scale."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(timeline, "channels")
        self._channels: Channels | None = None
        self._words: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What is said of the channels."""
        return self._words

    def set_channels(self, channels: Channels | None, words: tuple[str, ...] = ()) -> None:
        """Show channels, and say something of them; None: nothing."""
        self._channels, self._words = channels, words
        self.updateGeometry()
        self.invalidate()

    def least_height(self) -> int:
        """Give the height in which every channel can be made out."""
        return max(48, _MIN_CHANNEL * self._count)

    @property
    def _count(self) -> int:
        return len(self._channels.peaks) if self._channels else 1

    def reduction(self) -> str:
        """Say how many frames share a pixel, of which the smallest and the largest are drawn; 64 at least."""
        if self._channels is None:
            return ""
        start, end = self.span()
        share = int((end - start) * self._channels.rate / max(1, self.contents_rect().width()))
        return f"drawn at 1/{max(share, BASE):,} (peaks)"

    def paint_title(self, painter: QPainter, gutter: QRect) -> None:
        """Say what is drawn."""
        words = [self.title, *self._words, *filter(None, [self.reduction()])]
        paint_words(painter, gutter, words, self.palette(), below=0)

    def paint_axis(self, painter: QPainter, rect: QRect) -> None:
        """Name every channel beside it."""
        names = _NAMES.get(self._count, tuple(str(number + 1) for number in range(self._count)))
        for name, box in zip(names, self._boxes(rect), strict=True):
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box.adjusted(0, 0, -6, 0), flags, name)

    def _boxes(self, area: QRect) -> list[QRect]:
        edges = [area.top() + k * area.height() // self._count for k in range(self._count + 1)]
        return [QRect(area.left(), edges[k], area.width(), edges[k + 1] - edges[k]) for k in range(self._count)]

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Draw the peaks of the time in sight."""
        if self._channels is None:
            return
        palette, (start, end) = self.palette(), self.span()
        full = max(1.0, float(np.abs(self._channels.peaks).max(initial=0)))
        middle = mix(palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text), 0.2)
        columns = round(rect.width() * painter.device().devicePixelRatio())
        for channel, box in enumerate(self._boxes(rect)):
            painter.fillRect(box.left(), box.center().y(), box.width(), 1, middle)
            peaks = self._channels.range(channel, start, end, columns)
            known = np.flatnonzero(np.isfinite(peaks[0]))  # the file's columns follow each other
            if len(known):
                place = box.adjusted(round(known[0] * box.width() / columns), 0, 0, 0)
                draw_peaks(painter, place, peaks[:, known[0] : known[-1] + 1], full, waveform_ink(palette))
