"""Markers: moments and regions of a recording with a note."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

from PySide6.QtCore import QObject, Signal

from ..core.base.checking import Range


@dataclass(frozen=True, slots=True, order=True)
class Marker:
    """One moment, seconds, with a note; a region where it has a length, seconds."""

    seconds: float
    note: str = ""
    length: Annotated[float, Range(0, 1e9)] = 0.0

    @property
    def end(self) -> float:
        """When a region ends."""
        return self.seconds + self.length


class Markers(QObject):
    """The markers of what is open, by time."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Marker] = []

    @property
    def items(self) -> tuple[Marker, ...]:
        """All markers, sorted by time."""
        return tuple(self._items)

    def add(self, seconds: float, note: str = "", length: float = 0.0) -> Marker:
        """Put a marker there, or a region so many seconds long; the same one is not put there twice."""
        marker = Marker(seconds, note, length)
        if marker not in self._items:
            insort(self._items, marker)
            self.changed.emit()
        return marker

    def rename(self, marker: Marker, note: str) -> Marker:
        """Give a marker another note, and give the marker that it has become; one that is gone stays gone."""
        if marker not in self._items or marker.note == note:
            return marker
        self._items.remove(marker)
        renamed = replace(marker, note=note)
        self.set_items([*self._items, renamed])
        return renamed

    def remove(self, marker: Marker) -> None:
        """Take a marker away, where it still is."""
        if marker in self._items:
            self._items.remove(marker)
            self.changed.emit()

    def set_items(self, markers: Iterable[Marker]) -> None:
        """Put these markers in the place of all."""
        self._items = sorted(set(markers))
        self.changed.emit()
