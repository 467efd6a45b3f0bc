"""Markers: moments of a recording with a note."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True, order=True)
class Marker:
    """One moment, seconds, with a note."""

    seconds: float
    note: str = ""


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

    def add(self, seconds: float, note: str = "") -> Marker:
        """Put a marker there; the same marker is not put there twice."""
        marker = Marker(seconds, note)
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
