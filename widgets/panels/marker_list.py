"""The markers as a table: when, how long, which frame, and a note that can be edited."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem

from ...core.timebase import Timebase
from ...models.markers import Marker
from ..cells import write_rightwards
from ..clock import position

_NOTE = 3


class MarkerList(QTableWidget):
    """One row a marker; a click goes there, the note can be typed into, Delete takes a marker away."""

    picked = Signal(Marker)
    renamed = Signal(Marker, str)
    """The marker, and the note that it should have."""
    removed = Signal(Marker)

    def __init__(self) -> None:
        super().__init__(0, 4)
        self._markers: tuple[Marker, ...] = ()
        self.setHorizontalHeaderLabels(["Time", "Length", "Frame", "Note"])
        self.setAccessibleName("Markers")
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        write_rightwards(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.itemChanged.connect(self._on_edited)
        self.currentCellChanged.connect(self._on_current)

    def set_markers(self, markers: Sequence[Marker], timebase: Timebase) -> None:
        """Show these markers, by time."""
        self._markers = tuple(markers)
        self.blockSignals(True)
        self.setRowCount(len(self._markers))
        for row, marker in enumerate(self._markers):
            frame = f"{timebase.seconds_frame(marker.seconds):,}"
            length = f"{marker.length:.3f} s" if marker.length else ""
            for column, text in enumerate((position(marker.seconds), length, frame, marker.note)):
                item = QTableWidgetItem(text)
                if column != _NOTE:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self.setItem(row, column, item)
        self.blockSignals(False)

    def edit_note(self, marker: Marker) -> None:
        """Let the user type the note of a marker."""
        if marker in self._markers:
            self.setCurrentCell(self._markers.index(marker), _NOTE)
            self.edit(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Take the chosen marker away with Delete."""
        if event.key() == Qt.Key.Key_Delete and 0 <= self.currentRow() < len(self._markers):
            self.removed.emit(self._markers[self.currentRow()])
        else:
            super().keyPressEvent(event)

    def _on_edited(self, item: QTableWidgetItem) -> None:
        self.renamed.emit(self._markers[item.row()], item.text())

    def _on_current(self, row: int) -> None:
        if 0 <= row < len(self._markers):
            self.picked.emit(self._markers[row])
