"""The verbs of markers: put one, go to the next, edit its note, take it away, list them all."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ...models.markers import Marker
from ...widgets.lanes.lane import Lane
from ...widgets.panels.marker_list import MarkerList

if TYPE_CHECKING:
    from .window import MainWindow


class Marks(QObject):
    """Keeps the lanes and the list at the markers, and changes them in undoable steps."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._timeline, self._markers = window, window.timeline, window.markers
        self.list = MarkerList()
        self.dock = window.panels.add("markers", "Markers", self.list)
        self._markers.changed.connect(self._show)
        self._timeline.duration_changed.connect(self._show)
        self.list.picked.connect(lambda marker: self._timeline.seek(marker.seconds))
        self.list.renamed.connect(self.rename)
        self.list.removed.connect(self.remove)
        for timed in (window.lanes.overview, window.lanes.ruler, window.lanes.errors):
            timed.marker_picked.connect(self.edit)
        window.lanes.for_each(self._add_lane)

    def add(self) -> None:
        """Put a marker at the cursor."""
        frame = self._timeline.frame
        with self._window.document.change("Add marker"):
            self._markers.add(self._timeline.cursor, f"frame {frame}")
        self._window.say(f"marker at frame {frame:,}; Ctrl+M lists the markers, Ctrl+Down and Ctrl+Up go to them")

    def rename(self, marker: Marker, note: str) -> None:
        """Give a marker another note."""
        with self._window.document.change("Edit marker"):
            self._markers.rename(marker, note)

    def remove(self, marker: Marker) -> None:
        """Take a marker away."""
        with self._window.document.change("Remove marker"):
            self._markers.remove(marker)

    def remove_here(self) -> None:
        """Take away the markers of the cursor's frame."""
        timebase, frame = self._timeline.timebase, self._timeline.frame
        for marker in self._markers.items:
            if timebase.seconds_frame(marker.seconds) == frame:
                self.remove(marker)

    def edit(self, marker: Marker) -> None:
        """Open the list at a marker's note."""
        self._window.panels.bring("markers")
        self.list.edit_note(marker)

    def toggle_list(self) -> None:
        """Show or hide the list."""
        self._window.panels.toggle("markers")

    def go(self, direction: int) -> None:
        """Go to the next marker (1), or the one before (-1)."""
        here = self._timeline.cursor
        places = sorted(m.seconds for m in self._markers.items if (m.seconds - here) * direction > 1e-6)
        if places:
            self._timeline.seek(places[0] if direction > 0 else places[-1])

    def _add_lane(self, lane: Lane) -> None:
        lane.marker_picked.connect(self.edit)
        lane.set_markers(self._markers.items)

    def _show(self) -> None:
        self.list.set_markers(self._markers.items, self._timeline.timebase)
        for lane in self._window.lanes.timed:
            lane.set_markers(self._markers.items)
