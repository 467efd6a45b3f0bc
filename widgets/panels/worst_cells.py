"""The values that differ most, as a list that leads to them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from ...core.compare.locations import ValueLocation
from ..cells import write_rightwards

_COLUMNS = ("Item", "Cell", "Reference", "Port", "Difference")
"""An item is a frame, mel column, padded row or sample; a cell is where in it the value lies."""


class WorstCells(QTreeWidget):
    """Places of one stage, largest difference first; a click or Return goes there."""

    chosen = Signal(str, object)
    """(stage, index) of a place that was clicked, or on which Return was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._stage, self._places = "tensors", ()  # type: tuple[str, tuple[ValueLocation, ...]]
        self.setAccessibleName("Values that differ most")
        self.setHeaderLabels(_COLUMNS)
        self._fitted = False
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        write_rightwards(self)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    @property
    def places(self) -> tuple[ValueLocation, ...]:
        """The places in the order of the list."""
        return self._places

    def set_places(self, stage: str, places: Sequence[ValueLocation]) -> None:
        """List places of a stage."""
        self._stage, self._places = stage, tuple(places)
        self.clear()
        self.addTopLevelItems([_item(stage, place) for place in places])
        if places and not self._fitted:  # once: it costs more than all the rest
            self._fitted = True
            for column in range(len(_COLUMNS)):
                self.resizeColumnToContents(column)

    def _choose(self, item: QTreeWidgetItem) -> None:
        self.chosen.emit(self._stage, self._places[self.indexOfTopLevelItem(item)].index)


def _item(stage: str, place: ValueLocation) -> QTreeWidgetItem:
    number, cell = (place.index[-1], place.index[:-1]) if stage == "mel" else (place.index[0], place.index[1:])
    texts = [f"{number:,}", ", ".join(map(str, cell))]
    texts += [f"{place.reference:.6g}", f"{place.port:.6g}", f"{place.difference:+.4g}"]
    item = QTreeWidgetItem(texts)
    for column in range(len(texts)):
        item.setToolTip(column, f"{place.text}: {place.ulp:,} ULP")
    return item
