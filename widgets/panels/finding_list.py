"""The faults that a diagnosis found: what, where, how much each explains, and how it is mended."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...core.diagnosis.findings import Diagnosis, Finding
from ...core.report.formatting import equivalence_text, explained_text, residual_text
from ...models.words import tip
from ..cells import CellDelegate
from ..label import CutLabel

_COLUMNS = ("Fault and its fix", "Explains", "Residual", "Stage")
_RESIDUAL, _NARROW = 2, 70
"""The column that is left out, for its figures stand in the tip too, where the list holds fewer letters than that."""
_MARGIN = 4
"""Pixels around a text."""


class _Wrapped(CellDelegate):
    """Gives every row the height of its first text, wrapped into its column, or into all columns."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """Give the size that the text needs."""
        if index.column():
            return super().sizeHint(option, index)
        spans = self._tree.isFirstColumnSpanned(index.row(), index.parent())
        width = self._tree.viewport().width() if spans else self._tree.columnWidth(0)
        room = QRect(0, 0, width - 2 * _MARGIN, 1 << 16)
        text = option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, index.data() or "")
        return QSize(width, text.height() + _MARGIN)


class FindingList(QWidget):
    """A table of findings, and at its end what stays unexplained and what cannot be told apart."""

    chosen = Signal(object)
    """The `Finding` that was selected, or None."""

    def __init__(self) -> None:
        super().__init__()
        self._findings: tuple[Finding, ...] = ()
        self._rest: tuple[str, ...] = ()
        self._state, self.list = CutLabel(), QTreeWidget()
        header = self.list.header()
        self._state.setAccessibleName("State of the diagnosis")
        self.list.setAccessibleName("Findings")
        self.list.setMinimumHeight(2 * self.fontMetrics().height())
        self.list.setHeaderLabels(_COLUMNS)
        self.list.setRootIsDecorated(False)
        self.list.setWordWrap(True)
        self.list.setItemDelegate(_Wrapped(self.list))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(self.list.scheduleDelayedItemsLayout)
        self._state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (self._state, self.list):
            column.addWidget(part)
        column.setStretch(1, 1)
        self.list.itemSelectionChanged.connect(lambda: self.chosen.emit(self.finding))
        self.set_diagnosis(None)
        self.set_state("none yet")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave the fault and its fix the room that they are read in."""
        super().resizeEvent(event)
        self.list.setColumnHidden(_RESIDUAL, self.width() < _NARROW * self.fontMetrics().averageCharWidth())

    @property
    def finding(self) -> Finding | None:
        """The selected finding."""
        rows = [self.list.indexOfTopLevelItem(item) for item in self.list.selectedItems()]
        return self._findings[rows[0]] if rows and rows[0] < len(self._findings) else None

    @property
    def state(self) -> str:
        """What is said of the search."""
        return self._state.text()

    @property
    def rest(self) -> str:
        """What is said to be unexplained or indistinguishable."""
        return "\n".join(self._rest)

    def set_state(self, text: str) -> None:
        """Say how far the search is, such as ``no difference`` or ``no diagnosis: the recording is not open``."""
        self._state.setText(f"Diagnosis: {text}")

    def set_diagnosis(self, diagnosis: Diagnosis | None, *, searching: bool = False) -> None:
        """Show what was found, so far or finally; None empties the list."""
        findings, rest = diagnosis.findings if diagnosis else (), _rest(diagnosis)
        if (findings, rest) != (self._findings, self._rest):
            chosen = self.finding
            self.list.clearSelection()
            self.list.clear()
            self._findings, self._rest = findings, rest
            self.list.addTopLevelItems([_item(finding) for finding in findings])
            for text in rest:
                self._add_rest(text)
            if chosen in findings:
                self.list.setCurrentIndex(self.list.model().index(findings.index(chosen), 0))
        if diagnosis:
            self.set_state(_search_text(diagnosis) if searching else _count_text(len(findings)))

    def _add_rest(self, text: str) -> None:
        """Add a sentence below the findings, over all columns."""
        item = QTreeWidgetItem([text])
        item.setToolTip(0, tip(text))
        self.list.addTopLevelItem(item)
        item.setFirstColumnSpanned(True)


def _item(finding: Finding) -> QTreeWidgetItem:
    name = f"{finding.id} = {finding.value}" if finding.value else finding.id
    sure = "" if finding.confidence == "proven" else f" ({finding.confidence})"
    texts = [f"{name}{sure}\nfix: {finding.fix}", explained_text(finding), residual_text(finding), finding.stage]
    told = (finding.evidence, f"residual {texts[_RESIDUAL]}", finding.where, finding.fix)
    item = QTreeWidgetItem(texts)
    for column in range(len(texts)):
        item.setToolTip(column, tip("\n".join(told)))
    return item


def _search_text(diagnosis: Diagnosis) -> str:
    names = ", ".join(f"{one.id} {one.value}" for one in diagnosis.candidates)
    return f"searching … {len(diagnosis.findings)} found" + (
        f"; nearest so far, not yet sure: {names}" if names else ""
    )


def _count_text(count: int) -> str:
    return {0: "no known fault explains the difference", 1: "1 fault"}.get(count, f"{count} faults")


def _rest(diagnosis: Diagnosis | None) -> tuple[str, ...]:
    if diagnosis is None:
        return ()
    unexplained = (f"unexplained: {each.stage}: {each.text}" for each in diagnosis.unexplained)
    return (*unexplained, *map(equivalence_text, diagnosis.indistinguishable))
