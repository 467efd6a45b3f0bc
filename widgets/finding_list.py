"""The faults that a diagnosis found: what, where, how much each explains, and how it is mended."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ..core.diagnosis.findings import Diagnosis, Finding
from ..core.report.figures import equivalence_text, residual_text

_COLUMNS = ("Fault", "Stage", "Explains", "Residual", "Where", "Fix")
_WIDTHS = (220, 70, 70, 150, 220)


class FindingList(QWidget):
    """A table of findings, and below it what stays unexplained and what cannot be told apart."""

    chosen = Signal(object)
    """The `Finding` that was selected, or None."""

    def __init__(self) -> None:
        super().__init__()
        self._findings: tuple[Finding, ...] = ()
        self._state, self._rest, self.list = QLabel(), QLabel(), QTreeWidget()
        self._state.setAccessibleName("State of the diagnosis")
        self._rest.setAccessibleName("What is unexplained or indistinguishable")
        self.list.setAccessibleName("Findings")
        self.list.setHeaderLabels(_COLUMNS)
        self.list.setRootIsDecorated(False)
        for place, width in enumerate(_WIDTHS):
            self.list.setColumnWidth(place, width)
        for label in (self._state, self._rest):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (self._state, self.list, self._rest):
            column.addWidget(part)
        column.setStretch(1, 1)
        self.list.itemSelectionChanged.connect(lambda: self.chosen.emit(self.finding))
        self.set_diagnosis(None)
        self.set_state("none yet")

    @property
    def finding(self) -> Finding | None:
        """The selected finding."""
        rows = [self.list.indexOfTopLevelItem(item) for item in self.list.selectedItems()]
        return self._findings[rows[0]] if rows else None

    @property
    def state(self) -> str:
        """What is said of the search."""
        return self._state.text()

    @property
    def rest(self) -> str:
        """What is said to be unexplained or indistinguishable."""
        return self._rest.text()

    def set_state(self, text: str) -> None:
        """Say how far the search is, such as ``no difference`` or ``no diagnosis: the recording is not open``."""
        self._state.setText(f"Diagnosis: {text}")

    def set_diagnosis(self, diagnosis: Diagnosis | None, *, searching: bool = False) -> None:
        """Show what was found, so far or finally; None empties the list."""
        findings = diagnosis.findings if diagnosis else ()
        if findings != self._findings:
            self.list.clearSelection()
            self.list.clear()
            self._findings = findings
            self.list.addTopLevelItems([_item(finding) for finding in findings])
        self._rest.setText(_rest_text(diagnosis))
        self._rest.setVisible(bool(self._rest.text()))
        if diagnosis:
            self.set_state(f"searching … {len(findings)} found" if searching else _count_text(len(findings)))


def _item(finding: Finding) -> QTreeWidgetItem:
    name = f"{finding.id} = {finding.value}" if finding.value else finding.id
    sure = "" if finding.confidence == "proven" else f" ({finding.confidence})"
    explains = f"{100 * finding.explains:.1f} %"
    texts = [name + sure, finding.stage, explains, residual_text(finding), finding.where, finding.fix]
    item = QTreeWidgetItem(texts)
    for column in range(len(texts)):
        item.setToolTip(column, f"{finding.evidence}\n{finding.fix}")
    return item


def _count_text(count: int) -> str:
    return {0: "no known fault explains the difference", 1: "1 fault"}.get(count, f"{count} faults")


def _rest_text(diagnosis: Diagnosis | None) -> str:
    if diagnosis is None:
        return ""
    lines = [f"Unexplained: {each.stage}: {each.text}" for each in diagnosis.unexplained]
    return "\n".join([*lines, *(f"Indistinguishable here: {equivalence_text(e)}" for e in diagnosis.indistinguishable)])
