"""A corpus at a glance: a line to filter by, the table, and the errors by group."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ...models.corpus_table import GroupErrors
from ..cells import write_rightwards
from ..label import Label
from ..panels.comparison_panel import VerdictDelegate
from .group_plot import GroupPlot

_COLUMN_WIDTHS = (32, 16, 13, 38, 32)
"""Letters of the first columns: measuring a hundred thousand rows would take longer than anybody waits."""
_VERDICT_COLUMN = 1


class CorpusPanel(QWidget):
    """The table and the plot; it announces wishes and decides nothing.

    Parameters
    ----------
    table : QAbstractItemModel
        The rows, which give their number in the results in `Qt.UserRole`.
    """

    filter_changed = Signal(str)
    plot_wanted = Signal(str, str)
    """(stage, column of groups) whose errors are to be shown."""
    chosen = Signal(int)
    """The number in the results of the row that is to be opened."""

    def __init__(self, table: QAbstractItemModel) -> None:
        super().__init__()
        self.filter, self.answer, self.table, self.plot = QLineEdit(), Label(), QTableView(), GroupPlot()
        self.stage, self.column = QComboBox(), QComboBox()
        self._prepare(table)
        self._lay_out()
        self.filter.textChanged.connect(self.filter_changed)
        self.table.activated.connect(self._choose)
        self.table.clicked.connect(self._choose)
        for box in (self.stage, self.column):
            box.currentTextChanged.connect(self._want_plot)

    def set_corpus(self, answer: str, stages: Sequence[str], columns: Sequence[str]) -> None:
        """Show what a corpus says as a whole, and the stages and columns of groups that can be plotted."""
        self.answer.setText(answer)
        for box, names in ((self.stage, stages), (self.column, columns)):
            box.blockSignals(True)
            box.clear()
            box.addItems([*names])
            box.blockSignals(False)
        self._want_plot()

    def set_groups(self, groups: Sequence[GroupErrors]) -> None:
        """Show the errors of groups."""
        self.plot.set_groups(groups, self.stage.currentText(), self.column.currentText())

    def fit_columns(self) -> None:
        """Give the columns their widths."""
        letter = self.fontMetrics().averageCharWidth()
        for column, letters in enumerate(_COLUMN_WIDTHS):
            self.table.setColumnWidth(column, letters * letter)

    def _prepare(self, model: QAbstractItemModel) -> None:
        self.filter.setPlaceholderText("Filter: words that a recording must have, as differ rate=44100")
        self.filter.setClearButtonEnabled(True)
        named = (self.filter, "Filter"), (self.table, "Recordings"), (self.stage, "Stage"), (self.column, "Groups")
        for part, name in named:
            part.setAccessibleName(name)
        table = self.table
        table.setModel(model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        write_rightwards(table)
        table.setItemDelegateForColumn(_VERDICT_COLUMN, VerdictDelegate(table))
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)

    def _lay_out(self) -> None:
        column, choices, side = QVBoxLayout(self), QHBoxLayout(), QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        for part in (Label("Stage"), self.stage, Label("by"), self.column):
            choices.addWidget(part)
        choices.addStretch(1)
        beside.addLayout(choices)
        beside.addWidget(self.plot, 1)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(self.table)
        both.addWidget(side)
        both.setStretchFactor(0, 2)
        both.setStretchFactor(1, 1)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(4)
        column.addWidget(self.answer)
        column.addWidget(self.filter)
        column.addWidget(both, 1)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.data(Qt.ItemDataRole.UserRole))

    def _want_plot(self) -> None:
        if self.stage.currentText() and self.column.currentText():
            self.plot_wanted.emit(self.stage.currentText(), self.column.currentText())
