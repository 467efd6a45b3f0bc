"""The base of lanes that can show two runs and their difference: views, labels, the swipe's divider."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from ...core.compare.block_stats import coarser_type
from ...models.timeline import Timeline
from ..compare_view import Part, Role, View, lay_out, parts_above
from ..painting import draw_tag, faint_text
from .head import End, Scale, bar_of, end_at, paint_scale, paint_words, room_below
from .lane import Lane

_ROOM = 6
"""Pixels around the words of a part, above and below."""
_GRIP = 6
"""Pixels on either side of the divider where it can be taken."""


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
        self._source = self._awaited = self._agreement = ""

    @property
    def awaited(self) -> str:
        """What is said where there is nothing to show yet."""
        return self._awaited

    def set_awaited(self, words: str) -> None:
        """Say what is under way, for as long as there is nothing to show; nothing where nothing is to come."""
        if words != self._awaited:
            self._awaited = words
            self.invalidate()

    def set_source(self, words: str) -> None:
        """Say in the head where the reference's values come from; nothing where that is not to be said."""
        self._source = words
        self.invalidate()

    @property
    def agreement(self) -> str:
        """What is said upon a difference that is empty; empty where it is not."""
        return self._agreement

    def set_agreement(self, words: str) -> None:
        """Say upon the difference that there is none to be seen: an empty picture does not tell that it is right."""
        if words != self._agreement:
            self._agreement = words
            self.invalidate()

    def present(self) -> Container[Role]:
        """What there is to show."""
        return ()

    def least_part(self) -> int:
        """Give the height of a part, pixels, at least: of the name of what it shows, and of values at both ends."""
        return 3 * self.fontMetrics().height() + _ROOM

    def least_height(self) -> int:
        """Give the height of all parts that lie one above the other."""
        least = self.least_part() * parts_above(self._view, self.present())
        return least + (self.error_height() if self.shows_data else 0)

    @property
    def shows_data(self) -> bool:
        """Whether there are data to be seen: a port's are, also where the reference's could not be computed."""
        return super().shows_data or "port" in self.present()

    def data_rect(self) -> QRect:
        """Give where the data are: beneath an error, where there are both."""
        area = self.contents_rect()
        return area.adjusted(0, self.error_height(), 0, 0) if self.shows_data else area

    def error_rect(self) -> QRect:
        """Give where an error stands: above the data of a port, in the place of those that are not there."""
        area = self.contents_rect()
        return area.adjusted(0, 0, 0, self.error_height() - area.height()) if self.shows_data else area

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
        self.updateGeometry()
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
            self.data_rect(),
            self.present(),
            divider=self._divider,
            opacity=self._opacity,
            flipped=self._flipped,
        )

    # Painting

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Paint part after part, or say what is under way."""
        present, parts = self.present(), self.parts()
        if self._awaited and "reference" not in present and "port" not in present:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._awaited)
            return
        for part in parts:
            painter.save()
            painter.setClipRect(part.box, Qt.ClipOperation.IntersectClip)
            painter.setOpacity(part.opacity)
            self.paint_part(painter, part)
            if part.role == "difference" and self._agreement:
                flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
                draw_tag(painter, QRectF(part.box), flags, self._agreement, self.palette())
            painter.restore()

    def words(self, parts: Sequence[Part], *, noted: bool = True) -> list[str]:
        """Say what parts that lie in one place show, the lane's name first, and its notes last where it is `noted`."""
        texts = []
        for part in parts:
            if text := self.label(part.role):
                texts.append(f"{text}, {100 * part.opacity:.0f} % over it" if part.opacity < 1 else text)
        own = any(part.role == "reference" for part in parts)
        notes = ", ".join(self.notes()) if noted else ""
        return [self.title, *texts, *filter(None, [self._source if own else "", notes])]

    def notes(self) -> list[str]:
        """Say what else is to be known of what is shown: its shape, and how far it is reduced."""
        return [text] if (text := self.reduction()) else []

    def scale(self, role: Role) -> Scale | None:
        """Give the colours of a role; None where they mean nothing."""
        return None

    def heads(self) -> list[tuple[QRect, list[Part]]]:
        """Give the heads and the parts that each is about: parts side by side share one."""
        heads: dict[tuple[int, int], list[Part]] = {}
        for part in self.parts():
            heads.setdefault((part.box.top(), part.box.height()), []).append(part)
        return [(QRect(0, top, self.gutter, height), parts) for (top, height), parts in heads.items()]

    def bar_at(self, head: QRect, role: Role) -> QRect | None:
        """Give where a head has its bar of colours; None: it has none."""
        return bar_of(head, self.fontMetrics()) if self.scale(role) else None

    def end_under(self, point: QPointF) -> tuple[Role, End, int] | None:
        """Give role and end of the levels under the pointer, and how wide their bar is."""
        for head, parts in self.heads():
            bar = self.bar_at(head, parts[0].role)
            if bar and (end := end_at(bar, point)):
                return parts[0].role, end, bar.width()
        return None

    def paint_axis(self, painter: QPainter, rect: QRect) -> None:
        """Write what every part shows, and label its values; parts side by side share a head.

        What is to be known of all of them is written once, beside the last.
        """
        line, heads = painter.fontMetrics().height(), self.heads()
        for head, parts in heads:
            role = parts[0].role
            bar, scale = self.bar_at(head, role), self.scale(role)
            painter.save()
            words = self.words(parts, noted=head == heads[-1][0])
            end = paint_words(painter, head, words, self.palette(), below=room_below(bar, line))
            if bar and scale:
                paint_scale(painter, bar, scale, self.palette(), end)
            painter.restore()
            painter.setPen(faint_text(self.palette()))
            self.paint_part_axis(painter, parts[0], QRect(rect.left(), head.top(), rect.width(), head.height()))

    def paint_title(self, painter: QPainter, gutter: QRect) -> None:
        """Write nothing more: every head begins with the title."""

    def tip_at(self, point: QPoint) -> str:
        """Tell over a head all that it says, also what it has no room for."""
        head = next((parts for box, parts in self.heads() if box.contains(point)), None)
        return "\n".join(self.words(head)) if head else super().tip_at(point)

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
