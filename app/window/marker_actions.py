"""The verbs of markers: put one, go to the next, edit its note, take it away, list them all."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from ...core.base.errors import InputError
from ...models.label_files import read_labels, write_labels
from ...models.markers import Marker
from ...widgets.lanes.lane import Lane
from ...widgets.panels.marker_list import MarkerList
from .file_actions import EXPORT

if TYPE_CHECKING:
    from .window import MainWindow

IMPORT = "labels"
"""The channel of `Jobs` in which markers are read."""
_LABELS = "Table (*.csv);;Labels of Audacity (*.txt);;All files (*)"


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
        frame, step = self._timeline.frame, self._timeline.timebase.step
        with self._window.document.change("Add marker"):
            self._markers.add(self._timeline.cursor, f"{step} {frame}")
        self._window.say(f"marker at {step} {frame:,}; Ctrl+M lists the markers, Ctrl+Down and Ctrl+Up go to them")

    def add_region(self) -> None:
        """Make the selection a region.

        Raises
        ------
        InputError
            Nothing is selected.
        """
        if self._timeline.selection is None:
            raise InputError("select a part of the recording first, by dragging over a lane")
        start, end = self._timeline.selection
        with self._window.document.change("Add region"):
            marker = self._markers.add(start, f"{end - start:.3f} s", end - start)
        self.edit(marker)

    def ask_export(self) -> None:
        """Ask where to save markers and regions."""
        path, _ = QFileDialog.getSaveFileName(self._window, "Export markers", "markers.csv", _LABELS)
        if path:
            self.export(Path(path))

    def export(self, path: Path) -> None:
        """Save markers and regions, as CSV or as labels of Audacity by the suffix."""
        markers = self._markers.items
        done = partial(self._window.say, f"written to {path}")
        self._window.jobs.submit(EXPORT, lambda _: write_labels(path, markers), lambda _: done())

    def ask_import(self) -> None:
        """Ask for a file of markers."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Import markers", "", _LABELS)
        if path:
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Add the markers and regions of a file to those that are there."""

        def add(found: tuple[Marker, ...]) -> None:
            with self._window.document.change("Import markers"):
                self._markers.set_items((*self._markers.items, *found))
            self._window.say(f"{len(found):,} markers from {path.name}")
            self._window.panels.bring("markers")

        self._window.jobs.submit(IMPORT, lambda _: read_labels(path), add)

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
