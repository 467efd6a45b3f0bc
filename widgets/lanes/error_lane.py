"""The error of every item over time: one curve a stage and port, on a logarithmic axis, with the tolerances."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, log10

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

from ...core.compare.curves import Curve
from ...models.timeline import Timeline
from ..colour import NOT_FINITE, legible, stage_ink
from ..painting import Pixels, draw_pixels, mix, with_alpha
from .head import paint_words, words_width
from .lane import Lane

_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
_DECADES = 9
"""Decades that are shown below the largest error, at most."""
_PALE = 0.45
"""Share of its colour that the curve of a port has that is not looked at."""
_SAMPLED = 4096
"""Errors of which the small ones are found, evenly spread."""
_REACH = 8
"""Pixels from a curve within which it is pointed at."""
_DASHES = ((1, 1), (9, 6), (4, 2), (12, 4))
"""The same styles of a curve: period and length of its dashes, pixels."""
_DOT, _MARK = 3, 6
"""Pixels around an item without neighbours, and of the mark of one that is not finite."""
_MAX_DOTS = 400
"""Items without neighbours that stand on a stem, at most: more are a curve of dots."""
_SAMPLE, _MARGIN = 18, 6
"""Length of a line in the legend, and room beside it, pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class ErrorCurve:
    """One curve of the lane.

    Attributes
    ----------
    port : str
        Name of the port.
    curve : Curve
        Its largest |port - reference| of every item of a stage.
    tolerance : float
        Largest absolute difference that is allowed.
    looked_at : bool
        Whether it is of the port that the other lanes show; those of the others are paler.
    """

    port: str
    curve: Curve
    tolerance: float
    looked_at: bool = True


class ErrorLane(Lane):
    """Errors of all ports: stages differ by colour, ports by line style; infinity is drawn along the upper edge."""

    curves_changed = Signal()
    """Other curves are shown than before."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(timeline, "error")
        self._curves: tuple[ErrorCurve, ...] = ()
        self._fitting = self._decades = (-6, 0)

    def least_height(self) -> int:
        """Give the height in which a few decades are told apart, and a few curves named."""
        return 64

    def set_curves(self, curves: Sequence[ErrorCurve]) -> None:
        """Show these curves; the axis spans all of them and their tolerances, whatever is visible."""
        self._curves = tuple(curves)
        fitting = _axis([c.curve.values for c in curves], [c.tolerance for c in curves])
        if fitting != self._fitting:
            self._fitting = self._decades = fitting
        self.invalidate()
        self.curves_changed.emit()

    @property
    def curves(self) -> tuple[ErrorCurve, ...]:
        """What is shown."""
        return self._curves

    def reduction(self) -> str:
        """Say how many items of the densest curve share a pixel, of which the largest is drawn."""
        start, end = self.span()
        items = max((curve.curve.rate for curve in self._curves), default=0.0) * (end - start)
        share = int(items / max(1, self.contents_rect().width() * self.devicePixelRatio()))
        return f"drawn at 1/{share:,} (peak)" if share > 1 else ""

    @property
    def decades(self) -> tuple[int, int]:
        """Decimal logarithms of the lower and the upper edge."""
        return self._decades

    def value_zoom(self, factor: float) -> None:
        """Bring the lower edge nearer to the upper one, a decade at a time."""
        low, high = self._decades
        step = -1 if factor > 1 else 1
        self._decades = (max(self._fitting[1] - 2 * _DECADES, min(low + step, high - 1)), high)
        self.invalidate()

    def y_of(self, error: float) -> float:
        """Place of an error, in widget pixels; what lies beyond an edge is drawn on it."""
        area, (low, high) = self.contents_rect(), self._decades
        if error == np.inf:
            return float(area.top())
        level = log10(error) if error > 0 else low
        share = min(max(0.0, (level - low) / (high - low)), 1.0)
        return area.bottom() - share * (area.height() - 1)

    def told_at(self, point: QPointF) -> tuple[ErrorCurve, float] | None:
        """Give the curve that is pointed at, and its error at that moment; None where none is near."""
        seconds = self.seconds_of(point.x())
        near = []
        for curve in self._curves:
            error = curve.curve.at(seconds)
            if not np.isnan(error) and abs(self.y_of(error) - point.y()) <= _REACH:
                near.append((abs(self.y_of(error) - point.y()), curve, error))
        return min(near, key=lambda found: found[0])[1:] if near else None

    def tip_at(self, point: QPoint) -> str:
        """Tell stage, port and error of the curve that is pointed at."""
        if found := self.told_at(QPointF(point)):
            curve, error = found
            word = f"largest difference {error:.3g}" if isfinite(error) else "a value is not finite"
            return f"{curve.curve.stage}, {curve.port}: {word} (tolerance {curve.tolerance:g})"
        return super().tip_at(point)

    # Painting

    def paint_axis(self, painter: QPainter, rect: QRect) -> None:
        """Label decades, as far as there is room."""
        height, (low, high) = painter.fontMetrics().height(), self._decades
        free = rect.top() - 1
        for decade in range(high, low - 1, -1):
            y = self.y_of(10.0**decade)
            top = round(min(max(y - height / 2, rect.top()), rect.bottom() - height))
            if top > free:
                painter.drawText(QRect(0, top, rect.width() - 8, height), Qt.AlignmentFlag.AlignRight, f"1e{decade}")
                painter.fillRect(rect.right() - 4, round(y), 4, 1, painter.pen().color())
                free = top + height

    def paint_contents(self, painter: QPainter, rect: QRect) -> None:
        """Draw the tolerances and the curves."""
        scale = painter.device().devicePixelRatio()
        pixels = np.zeros((round(rect.height() * scale), round(rect.width() * scale)), np.uint32)
        for curve in self._curves:
            self._paint_tolerance(painter, rect, curve)
        # Where stages err alike the first of them is seen, and the port that is looked at before all others.
        upwards = self._curves[::-1]
        for looked_at in (False, True):
            for curve in (each for each in upwards if each.looked_at == looked_at):
                self._draw_curve(pixels, curve)
        draw_pixels(painter, rect.left(), rect.top(), pixels, opaque=False)

    def _paint_tolerance(self, painter: QPainter, rect: QRect, curve: ErrorCurve) -> None:
        if curve.tolerance > 0:
            painter.setPen(QPen(with_alpha(self._ink(curve), 0.5), 1, Qt.PenStyle.DotLine))
            y = self.y_of(curve.tolerance)
            painter.drawLine(QLineF(rect.left(), y, rect.right(), y))

    def _draw_curve(self, pixels: Pixels, curve: ErrorCurve) -> None:
        """Draw one column a pixel; neighbours touch, an item without neighbours is a dot, infinity a mark above."""
        height, width = pixels.shape
        errors = curve.curve.columns(*self.span(), width)
        here = ~np.isnan(errors)
        y = self._heights(errors, height)
        before = np.where(here & np.roll(here, 1), np.roll(y, 1), y)
        before[:1] = y[:1]
        lonely = here & ~np.roll(here, 1) & ~np.roll(here, -1)
        top, bottom = np.minimum(y, before), np.maximum(y, before)
        period, dash = _DASHES[self._style(curve)]
        shown = here & (lonely | (np.arange(width) % period < dash))
        rows = np.arange(height, dtype=np.float32)[:, None]
        pixels[(rows >= top) & (rows <= bottom) & shown] = self._ink(curve).rgb()
        self._draw_single(pixels, np.flatnonzero(lonely), y, self._ink(curve).rgb())
        pixels[:_MARK, np.isinf(errors)] = NOT_FINITE

    @staticmethod
    def _draw_single(pixels: Pixels, columns: npt.NDArray[np.intp], y: npt.NDArray[np.float32], ink: int) -> None:
        """Draw the items without neighbours, as a sparse dump has them: a square each, on a stem where they are few."""
        for column, row in zip(columns.tolist(), y[columns].astype(int).tolist(), strict=True):
            pixels[max(0, row - _DOT) : row + _DOT + 1, max(0, column - _DOT) : column + _DOT + 1] = ink
            if len(columns) <= _MAX_DOTS:
                pixels[row:, column] = ink

    def _heights(self, errors: npt.NDArray[np.float32], height: int) -> npt.NDArray[np.float32]:
        """Give the row of each error as `y_of` does, from the upper edge."""
        low, high = self._decades
        with np.errstate(divide="ignore"):
            share = np.clip((np.log10(errors) - low) / (high - low), 0, 1)
        rows: npt.NDArray[np.float32] = np.round((1 - share) * (height - 1)).astype(np.float32)
        return rows

    def _style(self, curve: ErrorCurve) -> int:
        ports = list(dict.fromkeys(each.port for each in self._curves))
        return ports.index(curve.port) % len(_STYLES)

    def _ink(self, curve: ErrorCurve) -> QColor:
        ground = self.palette().color(QPalette.ColorRole.Base)
        ink = stage_ink(curve.curve.stage)
        return legible(ink if curve.looked_at else mix(ground, ink, _PALE), ground)

    def legend(self) -> list[tuple[str, QPen]]:
        """Give what the curves are called: stages, which differ by colour, and ports, where several are, by style."""
        text = self.palette().color(QPalette.ColorRole.Text)
        stages = {each.curve.stage: self._ink(replace(each, looked_at=True)) for each in self._curves}
        ports = {each.port: _STYLES[self._style(each)] for each in self._curves}
        named = [(stage, QPen(ink, 2)) for stage, ink in stages.items()]
        return named + [(port, QPen(text, 2, style)) for port, style in ports.items() if len(ports) > 1]

    def paint_title(self, painter: QPainter, gutter: QRect) -> None:
        """Write the title, and the legend below it as far as there is room."""
        metrics, palette = painter.fontMetrics(), self.palette()
        painter.save()
        paint_words(painter, gutter, [self.title], palette, below=0)
        x, y = gutter.left() + _MARGIN, gutter.top() + 1 + metrics.height()
        room = words_width(metrics) - _SAMPLE - 2 * _MARGIN - 4
        for name, pen in self.legend():
            if y + metrics.height() > gutter.bottom() + 1:
                break
            painter.setPen(pen)
            painter.drawLine(x, y + metrics.height() // 2, x + _SAMPLE, y + metrics.height() // 2)
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPoint(x + _SAMPLE + 4, y + metrics.ascent()), text)
            y += metrics.height()
        painter.restore()


def _axis(errors: Sequence[npt.NDArray[np.float32]], tolerances: Sequence[float]) -> tuple[int, int]:
    """Give the decades of the edges, which hold the tolerances and the errors, but no more than `_DECADES` of them."""
    marks = [tolerance for tolerance in tolerances if tolerance > 0]
    for values in errors:
        some = values[:: 1 + len(values) // _SAMPLED]
        some = some[np.isfinite(some) & (some > 0)]
        largest = float(values.max(where=np.isfinite(values), initial=0))
        if largest > 0:
            marks += [largest, *([float(np.quantile(some, 0.01))] if len(some) else [])]
    if not marks:
        return -6, 0
    high = ceil(log10(max(marks)))
    return max(min(floor(log10(min(marks))), high - 1), high - _DECADES), high
