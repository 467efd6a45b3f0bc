"""The base of lanes that can show two runs and their difference: views, labels, the swipe's divider."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from ...core.compare.blocks import coarser_type
from ...models.timeline import Timeline
from ..compare_view import Part, Role, View, lay_out
from ..painting import draw_tag
from .lane import Lane

_GRIP = 6
"""Pixels on either side of the divider where it can be taken."""
_NARROW = 80
"""Pixels that a part needs for a label."""


class ComparingLane(Lane):
    """A lane whose area is shared by reference, port and difference, as its view says.

    A subclass says which of the three are `present`, and paints each part and its axis.
    """

    def __init__(self, timeline: Timeline, title: str, parent: QWidget | None = None) -> None:
        super().__init__(timeline, title, parent)
        self._view: View = "stacked"
        self._flipped = False
        self._divider = self._opacity = 0.5
        self._labels: Mapping[Role, str] = {}
        self._swiping = False

    def present(self) -> Container[Role]:
        """What there is to show."""
        return ()

    @staticmethod
    def precision(sides: Sequence[np.dtype[Any]]) -> np.dtype[Any]:
        """Give the float type with the fewer digits of one or two sides."""
        return coarser_type(sides[0], sides[-1])

    def paint_part(self, painter: QPainter, part: Part) -> None:
        """Paint what a part shows into its box."""

    def paint_part_axis(self, painter: QPainter, part: Part, gutter: QRect) -> None:
        """Label the values beside a part; `gutter` is as high as its box."""

    @property
    def comparing(self) -> View:
        """How two runs are shown; of one run alone nothing of it is seen."""
        return self._view

    def set_comparing(self, view: View) -> None:
        """Choose how two runs are shown."""
        self._view = view
        self.invalidate()

    @property
    def flipped(self) -> bool:
        """Whether port and reference are shown in each other's place."""
        return self._flipped

    def set_flipped(self, flipped: bool) -> None:
        """Show port and reference in each other's place, for as long as a key is held."""
        if flipped != self._flipped:
            self._flipped = flipped
            self.invalidate()

    @property
    def divider(self) -> float:
        """Where the swipe's divider stands, as a share of the width."""
        return self._divider

    def set_divider(self, share: float) -> None:
        """Move the swipe's divider, 0 at the left to 1 at the right."""
        self._divider = min(max(0.0, share), 1.0)
        self.invalidate()

    @property
    def opacity(self) -> float:
        """The share of the port where it lies over the reference."""
        return self._opacity

    def set_opacity(self, opacity: float) -> None:
        """Choose the share of the port where it lies over the reference, 0 to 1."""
        self._opacity = min(max(0.0, opacity), 1.0)
        self.invalidate()

    def label(self, role: Role) -> str:
        """Say what a part shows; nothing where no more than one run is there."""
        return self._labels.get(role, "")

    def set_labels(self, labels: Mapping[Role, str]) -> None:
        """Say something else of what is shown."""
        if labels != self._labels:
            self._labels = dict(labels)
            self.invalidate()

    def parts(self) -> tuple[Part, ...]:
        """Give the parts in the order in which they are painted."""
        return lay_out(
            self._view,
            self.contents_rect(),
            self.present(),
            divider=self._divider,
            opacity=self._opacity,
            flipped=self._flipped,
        )

    # Painting

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Paint part after part, then say what they are, and how far they are reduced."""
        parts = self.parts()
        for part in parts:
            painter.save()
            painter.setClipRect(part.box, Qt.ClipOperation.IntersectClip)
            painter.setOpacity(part.opacity)
            self.paint_part(painter, part)
            painter.restore()
        self._paint_labels(painter, parts)
        self.paint_reduction(painter, rect)

    def _paint_labels(self, painter: QPainter, parts: tuple[Part, ...]) -> None:
        texts: list[tuple[QRect, list[str]]] = []
        for part in parts:
            if text := self.label(part.role):
                shown = f"{text}, {100 * part.opacity:.0f} % over it" if part.opacity < 1 else text
                if not texts or texts[-1][0] != part.box:
                    texts.append((part.box, []))
                texts[-1][1].append(shown)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        for box, lines in texts:
            if box.width() >= _NARROW:
                draw_tag(painter, QRectF(box), flags, "; ".join(lines), self.palette())

    def paint_axis(self, painter: QPainter, rect: QRect) -> None:
        """Label the values of every part, but of those side by side once."""
        beside = {(part.box.top(), part.box.height()): part for part in self.parts()}
        for (top, height), part in beside.items():
            self.paint_part_axis(painter, part, QRect(rect.left(), top, rect.width(), height))

    def paint_overlay(self, painter: QPainter, rect: QRect) -> None:
        """Draw the swipe's divider."""
        if (x := self._divider_x()) is not None:
            palette = self.palette()
            painter.fillRect(x - 2, rect.top(), 4, rect.height(), palette.color(QPalette.ColorRole.Base))
            painter.fillRect(x - 1, rect.top(), 2, rect.height(), palette.color(QPalette.ColorRole.Highlight))

    # The divider

    def _divider_x(self) -> int | None:
        """Place of the divider; None where there is none."""
        if self._view != "swipe" or "port" not in self.present():
            return None
        area = self.contents_rect()
        return area.left() + round(area.width() * self._divider)

    def _is_grip(self, x: float) -> bool:
        place = self._divider_x()
        return place is not None and abs(x - place) <= _GRIP

    def press(self, seconds: float) -> None:
        """Take the divider, where it is under the pointer."""
        self._swiping = self._is_grip(self.x_of(seconds))

    def drag(self, origin: float, previous: float, seconds: float) -> None:
        """Move the divider, or select."""
        if self._swiping:
            area = self.contents_rect()
            self.set_divider((self.x_of(seconds) - area.left()) / max(1, area.width()))
        else:
            super().drag(origin, previous, seconds)

    def click(self, seconds: float) -> None:
        """Put the cursor; on the divider do nothing."""
        if not self._swiping:
            super().click(seconds)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show where the divider can be taken."""
        if not event.buttons():
            grip = self._is_grip(event.position().x())
            self.setCursor(Qt.CursorShape.SplitHCursor if grip else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Leave the usual pointer behind."""
        self.unsetCursor()
        super().leaveEvent(event)
