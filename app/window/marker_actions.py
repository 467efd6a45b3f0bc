"""The verbs of markers: put one, go to the next, edit its note, take it away, list them all."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from ...core.base.errors import InputError
from ...models.label_files import read_labels, write_labels
from ...models.markers import Marker
from ...widgets.lanes.lane import Lane
from ...widgets.panels.marker_list import MarkerList
from .exports import EXPORT
from .file_dialogs import ask_file, ask_where
from .inspection import Inspection

IMPORT = "labels"
"""The channel of `Jobs` in which markers are read."""
_LABELS = "Table (*.csv);;Labels of Audacity (*.txt);;All files (*)"


class Marks(QObject):
    """Keeps the lanes and the list at the markers, and changes them in undoable steps."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection)
        self._inspection, self._timeline, self._markers = inspection, inspection.timeline, inspection.markers
        self.list = MarkerList()
        self.dock = inspection.panels.add("markers", "Markers", self.list)
        self._markers.changed.connect(self._show)
        self._timeline.duration_changed.connect(self._show)
        self.list.picked.connect(lambda marker: self._timeline.seek(marker.seconds))
        self.list.renamed.connect(self.rename)
        self.list.removed.connect(self.remove)
        for timed in (inspection.lanes.overview, inspection.lanes.ruler, inspection.lanes.errors):
            timed.marker_picked.connect(self.edit)
        inspection.lanes.for_each(self._add_lane)
        inspection.say_failures(IMPORT)

    def add(self) -> None:
        """Put a marker at the cursor."""
        frame, step = self._timeline.frame, self._timeline.timebase.step
        with self._inspection.history.change("Add marker"):
            self._markers.add(self._timeline.cursor, f"{step} {frame}")
        self._inspection.say(f"marker at {step} {frame:,}; Ctrl+M lists the markers, Ctrl+Down and Ctrl+Up go to them")

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
        with self._inspection.history.change("Add region"):
            marker = self._markers.add(start, f"{end - start:.3f} s", end - start)
        self.edit(marker)

    def ask_export(self) -> None:
        """Ask where to save markers and regions."""
        ask_where(self._inspection, "Export markers", "markers.csv", _LABELS, self.export)

    def export(self, path: Path) -> None:
        """Save markers and regions, as CSV or as labels of Audacity by the suffix."""
        markers = self._markers.items
        done = partial(self._inspection.say, f"written to {path}")
        self._inspection.jobs.submit(EXPORT, lambda _: write_labels(path, markers), lambda _: done())

    def ask_import(self) -> None:
        """Ask for a file of markers."""
        ask_file(self._inspection, "Import markers", _LABELS, self.take)

    def take(self, path: Path) -> None:
        """Add the markers and regions of a file to those that are there."""

        def add(found: tuple[Marker, ...]) -> None:
            with self._inspection.history.change("Import markers"):
                self._markers.set_items((*self._markers.items, *found))
            self._inspection.say(f"{len(found):,} markers from {path.name}")
            self._inspection.panels.bring("markers")

        self._inspection.jobs.submit(IMPORT, lambda _: read_labels(path), add)

    def rename(self, marker: Marker, note: str) -> None:
        """Give a marker another note."""
        with self._inspection.history.change("Edit marker"):
            self._markers.rename(marker, note)

    def remove(self, marker: Marker) -> None:
        """Take a marker away."""
        with self._inspection.history.change("Remove marker"):
            self._markers.remove(marker)

    def remove_here(self) -> None:
        """Take away the markers of the cursor's frame."""
        timebase, frame = self._timeline.timebase, self._timeline.frame
        for marker in self._markers.items:
            if timebase.seconds_frame(marker.seconds) == frame:
                self.remove(marker)

    def edit(self, marker: Marker) -> None:
        """Open the list at a marker's note."""
        self._inspection.panels.bring("markers")
        self.list.edit_note(marker)

    def toggle_list(self) -> None:
        """Show or hide the list."""
        self._inspection.panels.toggle("markers")

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
        for lane in self._inspection.lanes.timed:
            lane.set_markers(self._markers.items)
