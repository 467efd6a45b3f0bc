"""What was measured: two places, what lies between them, and the figures of the rectangle that they span."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHeaderView,
    QScrollArea,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...core.compare.region import RegionFigures
from ...core.drawing.summary import Summary
from ..label import Label

_HELP = "Point at a value and press K: from there everything is measured to where the pointer is; K again holds it."
_MIN_LINES, _MIN_HEIGHT = 7, 60
"""Lines of the table, and pixels of the panel, which scrolls where there is no more room."""
_SIDES = ("reference", "port", "difference")
_FIGURES = ("Values", "Mean", "Deviation", "Smallest", "Largest", "Not finite")


class MeasurePanel(QWidget):
    """Three lines of text and a table."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = [Label(), Label(), Label()]
        self.table = QTableWidget(len(_SIDES), len(_FIGURES))
        self.table.setAccessibleName("Figures of the rectangle")
        self.table.setHorizontalHeaderLabels(_FIGURES)
        self.table.setVerticalHeaderLabels(_SIDES)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setMinimumHeight(_MIN_LINES * self.fontMetrics().height())
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        content, area, whole = QWidget(), QScrollArea(), QVBoxLayout(self)
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setMinimumHeight(_MIN_HEIGHT)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        column = QVBoxLayout(content)
        column.setContentsMargins(6, 4, 6, 4)
        for label, name in zip(self._lines, ("From", "To", "Between"), strict=True):
            label.setWordWrap(True)
            label.setAccessibleName(name)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addWidget(self.table, 1)
        self.set_measured("", "", "")
        self.set_figures(None)

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines: from, to, between."""
        return tuple(label.text() for label in self._lines)

    def set_measured(self, start: str, end: str, between: str) -> None:
        """Say what was measured; empty: how that is done."""
        lines = (f"from {start}", f"to {end}" if end else "", between) if start else (_HELP, "", "")
        for label, text in zip(self._lines, lines, strict=True):
            label.setText(text)

    def set_figures(self, figures: RegionFigures | None) -> None:
        """Show the figures of a rectangle; None: there is none."""
        for row, side in enumerate(_SIDES):
            summary: Summary | None = getattr(figures, side) if figures else None
            for column, text in enumerate(_texts(summary)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)


def _texts(summary: Summary | None) -> tuple[str, ...]:
    if summary is None:
        return ("–",) * len(_FIGURES)
    numbers = (f"{value:.6g}" for value in (summary.mean, summary.std, summary.finite_low, summary.finite_high))
    return (f"{summary.size:,}", *numbers, f"{summary.nans + summary.infinities:,}")
