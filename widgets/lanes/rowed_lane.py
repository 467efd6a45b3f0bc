"""A lane whose values stand in rows: which of them are in sight, in which order, and each by its own range."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF
from PySide6.QtGui import QWheelEvent

from ...core.drawing.pyramid import HeatPyramid
from ...models.timeline import Span, Timeline
from ..compare_view import Part
from .heat_pixels import row_tables
from .levelled_lane import LevelledLane
from .row_window import RowWindow

_NOTCH, _SCROLLED = 120, 0.2
"""Angle of one notch of the wheel, and the share of the rows in sight that it scrolls by."""


class RowedLane(LevelledLane):
    """Rows that zoom and scroll as time does.

    A subclass says how many values an item has by `values_shown`, and whether the first of them is the lowest row by
    `rising`.
    """

    def __init__(self, timeline: Timeline, title: str) -> None:
        super().__init__(timeline, title)
        self._window = RowWindow()
        self._pointed = 0.5
        """Where the pointer was on the rows' axis when it last zoomed, as a share of the part's height."""
        self._ordered = ""
        """In which order the rows are, in words."""
        self._rows: npt.NDArray[np.integer] = np.arange(0)
        self._order: npt.NDArray[np.integer] | None = None
        self._normalised = False
        self._spread: npt.NDArray[np.uint8] | None = None
        """What every row's codes become, once they have been looked at."""

    def values_shown(self) -> int:
        """Give how many values an item has."""
        return 0

    @property
    def rising(self) -> bool:
        """Whether the first value is drawn at the bottom: frequencies are."""
        return False

    # Which rows are in sight

    @property
    def rows_seen(self) -> Span:
        """The shares of the rows, counted from the upper edge, between which they are drawn."""
        return self._window.span

    def show_rows(self, first: float, last: float) -> None:
        """Draw the rows between two shares of them, 0 <= first < last <= 1, and at least a few of them."""
        self._window.show(first, last, len(self._rows))
        self.invalidate()

    def reveal_row(self, row: int) -> None:
        """Bring a row into sight that is not, in the middle of as many rows as before."""
        places = np.flatnonzero(self._rows == row)
        if len(places) and row not in self._window.seen(self._rows):
            first, last = self._window.span
            middle = (places[0] + 0.5) / len(self._rows)
            self.show_rows(middle - (last - first) / 2, middle + (last - first) / 2)

    def value_zoom(self, factor: float) -> None:
        """Draw `factor` times as many rows, around the one under the pointer."""
        self._window.zoom(self._pointed, factor, len(self._rows))
        self.invalidate()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom the rows around the one under the pointer; over the head scroll them where some are out of sight."""
        place = event.position()
        part = self.part_at(QPointF(max(place.x(), float(self.gutter)), place.y()))
        self._pointed = (place.y() - part.box.top()) / part.box.height() if part else 0.5
        if place.x() < self.gutter and not event.modifiers() and not self._window.whole:
            self._window.scroll(-event.angleDelta().y() / _NOTCH * _SCROLLED, len(self._rows))
            self.invalidate()
        else:
            super().wheelEvent(event)

    def reset_head(self) -> None:
        """Bring all rows back."""
        self.show_rows(0, 1)

    def part_at(self, point: QPointF) -> Part | None:
        """Give the part that is seen at a place."""
        return next((part for part in reversed(self.parts()) if part.box.contains(point.toPoint())), None)

    # In which order

    def set_order(self, permutation: npt.NDArray[np.integer] | None, words: str | None = None) -> None:
        """Draw value ``permutation[k]`` in row k of the array's order; None: as in the array.

        `words` say which order that is; None: what they said so far.
        """
        if words is not None:
            self._ordered = words
        self._order = None if permutation is None else np.asarray(permutation)
        rows = self._order if self._order is not None else np.arange(self.values_shown())
        self._rows = rows[::-1] if self.rising else rows
        self.invalidate()

    def rows_between(self, one: int, other: int) -> list[int]:
        """Give the values that are drawn from one to another, both included."""
        places = np.flatnonzero((self._rows == one) | (self._rows == other))
        return self._rows[places.min() : places.max() + 1].tolist() if len(places) else []

    def rows_of(self, values: int) -> npt.NDArray[np.integer]:
        """Give the order of the rows of a run: that of the lane, unless it has other values."""
        if values == self.values_shown():
            return self._rows
        return np.arange(values)[::-1] if self.rising else np.arange(values)

    # Each by its own range

    @property
    def normalised(self) -> bool:
        """Whether every row has the colours of its own values, from its 2nd percentile to its 98th."""
        return self._normalised

    def set_normalised(self, normalised: bool) -> None:
        """Give every row the colours of its own values, or all of them the same."""
        self._normalised = normalised
        self._spread = None
        self.invalidate()

    def spread_of(self, pyramid: HeatPyramid, reference: HeatPyramid | None) -> npt.NDArray[np.uint8] | None:
        """Give what the codes of a run's rows become: in both runs by the ranges of the reference; None: nothing."""
        if not self._normalised or reference is None or pyramid.values != reference.values:
            return None
        if self._spread is None:
            self._spread = row_tables(reference)
        return self._spread
