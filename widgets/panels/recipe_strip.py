"""The recipe as a strip: the reference's chain of blocks, the port's beneath it, and what is different marked."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...models.chain import Link
from ...models.words import tip
from ..colour import WARNING
from ..painting import faint_text, mix

_LINES = ("reference", "port")
_GAP, _MARGIN = 8, 6
"""Pixels between two blocks and around the strip."""
_NARROW, _NARROWEST = 22, 6
"""Pixels of a block that is the same in both, where there is little room, and where there is hardly any."""
_TINT = 0.3
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_KEYS = {*_STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class RecipeStrip(QWidget):
    """Two lines of blocks; a click on one opens it."""

    chosen = Signal(object)
    """The `Link` that was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._links: tuple[Link, ...] = ()
        self._current = 0
        """The block that Return opens."""
        self.setAccessibleName("Recipe")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def links(self) -> tuple[Link, ...]:
        """The blocks as they are shown."""
        return self._links

    def set_chain(self, links: Sequence[Link]) -> None:
        """Show the blocks of a reference, and beneath them what a port has in their place."""
        self._links = tuple(links)
        self._current = min(self._current, max(0, len(self._links) - 1))
        self.setAccessibleDescription("; ".join(map(_text, filter(_marked, links))))
        self.updateGeometry()
        self.update()

    @property
    def lines(self) -> tuple[str, ...]:
        """The chains that are shown: the port's only where it is known to differ somewhere."""
        return _LINES if any(map(_marked, self._links)) else _LINES[:1]

    def sizeHint(self) -> QSize:  # noqa: N802
        """Give the height of its lines."""
        count = len(self.lines)
        return QSize(600, count * self._line() + (count - 1) * _GAP + 2 * _MARGIN)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Give the height of its lines, and little width: blocks become narrow."""
        return QSize(200, self.sizeHint().height())

    def boxes(self) -> list[tuple[QRectF, QRectF]]:
        """Give where each block lies in the line of the reference and in that of the port."""
        if not self._links:
            return []
        metrics = self.fontMetrics()
        wanted = [max(metrics.horizontalAdvance(text) for text in self._texts(link)) + 12 for link in self._links]
        room = self.width() - self._head() - 2 * _MARGIN - _GAP * (len(wanted) - 1)
        excess = max(0.0, sum(wanted) - room)
        plain = [width for width, link in zip(wanted, self._links, strict=True) if not _marked(link)]
        left = (room - sum(wanted) + sum(plain)) / max(len(plain), 1)
        narrow = min(_NARROW, max(_NARROWEST, left))
        soft = sum(plain) - narrow * len(plain)
        part = min(1.0, excess / soft) if soft > 0 else 0.0
        boxes, x, line = [], float(self._head() + _MARGIN), self._line()
        for width, link in zip(wanted, self._links, strict=True):
            drawn = width if _marked(link) else width - (width - narrow) * part
            above = QRectF(x, _MARGIN, drawn, line)
            boxes.append((above, above.translated(0, line + _GAP)))
            x += drawn + _GAP
        return boxes

    def link_at(self, point: QPoint) -> Link | None:
        """Give the block under a point of the widget."""
        pairs = zip(self._links, self.boxes(), strict=True)
        return next(
            (link for link, boxes in pairs if any(box.contains(point) for box in boxes[: len(self.lines)])), None
        )

    def _head(self) -> int:
        """Pixels of the names of the lines."""
        return _MARGIN + _GAP + max(map(self.fontMetrics().horizontalAdvance, _LINES))

    def _line(self) -> int:
        return self.fontMetrics().height() + 8

    @staticmethod
    def _texts(link: Link) -> tuple[str, str]:
        """Give what stands in the block of the reference and in the port's."""
        if link.own:
            by_hand = f"{link.kind}: {', '.join(change.found for change in link.own)}"
            return by_hand, RecipeStrip._texts(replace(link, own=()))[1]
        if not link.changes:
            return link.kind, link.kind
        expected = ", ".join(filter(None, (change.expected for change in link.changes)))
        found = ", ".join(change.found for change in link.changes)
        return f"{link.kind}: {expected}" if expected else link.kind, f"{link.kind}: {found}"

    # Qt's events

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Draw both lines, and arrows from block to block."""
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as time runs, whatever the language
        boxes = self.boxes()
        for number, name in enumerate(self.lines):
            top = _MARGIN + number * (self._line() + _GAP)
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            painter.drawText(
                QRectF(_MARGIN, top, self._head() - _MARGIN, self._line()), Qt.AlignmentFlag.AlignVCenter, name
            )
        for (link, pair), following in zip(zip(self._links, boxes, strict=True), [*boxes[1:], None], strict=True):
            for number, box in enumerate(pair[: len(self.lines)]):
                self._paint_block(painter, box, link, port=bool(number))
                if self.hasFocus() and link is self._links[self._current]:
                    painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2, Qt.PenStyle.DashLine))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 6, 6)
                if following:
                    painter.setPen(QPen(faint_text(palette), 1.2))
                    y = box.center().y()
                    painter.drawLine(QPointF(box.right(), y), QPointF(following[number].left(), y))

    def _paint_block(self, painter: QPainter, box: QRectF, link: Link, *, port: bool) -> None:
        palette, text = self.palette(), self._texts(link)[port]
        ground, ink = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
        by_hand = bool(link.own) and not port
        differs = bool(link.changes) or by_hand
        edge: QColor = WARNING if differs else mix(ground, ink, 0.35)
        if by_hand:
            edge = palette.color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(edge, 2 if differs else 1))
        painter.setBrush(mix(ground, WARNING, _TINT) if differs and port else ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(ink if differs else faint_text(palette))
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()) - 4)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open the block."""
        if link := self.link_at(event.position().toPoint()):
            self.chosen.emit(link)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go from block to block, and open one."""
        if not self._links or not _is_own(event):
            super().keyPressEvent(event)
        elif step := _STEPS.get(Qt.Key(event.key())):
            self._current = (self._current + step) % len(self._links)
            self.setAccessibleDescription(_text(self._links[self._current]))
            self.update()
        else:
            self.chosen.emit(self._links[self._current])

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Begin at what differs."""
        self._current = next((place for place, link in enumerate(self._links) if _marked(link)), 0)
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell what a block is, and what the port has in its place."""
        if isinstance(event, QHelpEvent):
            link = self.link_at(event.pos())
            QToolTip.showText(event.globalPos(), tip(_text(link)) if link else "", self)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()  # elsewhere they move the cursor
            return True
        return super().event(event)


def _is_own(event: QKeyEvent) -> bool:
    """Tell whether a key is for the strip: with Ctrl or Shift the arrows mean other things."""
    keypad = Qt.KeyboardModifier.KeypadModifier
    return event.key() in _KEYS and event.modifiers() in {Qt.KeyboardModifier.NoModifier, keypad}


def _marked(link: Link) -> bool:
    """Tell whether there is more to say of a block than its kind."""
    return bool(link.changes or link.own)


def _text(link: Link) -> str:
    changes = [
        f"{link.kind}{'.' if each.name else ''}{each.name}: reference {each.expected or '-'}, port {each.found}"
        for each in link.changes
    ]
    changes += [f"{link.kind}.{each.name}: {each.found} by hand, reference {each.expected}" for each in link.own]
    return "\n".join(changes) or f"{link.kind}: the same in both"
