"""A corpus as a table of the window: sorted and filtered beside the GUI thread, formatted where it is seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from ..core.base.printable import printable
from ..core.corpus.corpus_map import errors_by_group
from ..core.corpus.table import CorpusTable
from ..core.report.formatting import error_text
from .words import tip

Integers: TypeAlias = npt.NDArray[np.int64]
_Index: TypeAlias = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column: its title, the text of a row, and the row's place among all when sorted by it."""

    title: str
    text: Callable[[int], str]
    ranks: npt.NDArray[Any]
    number: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PreparedCorpus:
    """A table of results made ready to be shown: columns that sort by numbers, and each row as words to search in."""

    table: CorpusTable
    columns: tuple[Column, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are wanted, and in which order.

    Attributes
    ----------
    text : str
        Words that a row must have, all of them, such as ``differ rate=44100``.
    column : int
        The column to sort by; -1: the manifest's order.
    descending : bool
        Whether the largest come first.
    """

    text: str = ""
    column: int = -1
    descending: bool = False


@dataclass(frozen=True, slots=True)
class GroupErrors:
    """How the RMSE of a stage is distributed in one group: quantiles 5, 25, 50, 75, 95 % of so many recordings."""

    group: str
    recordings: int
    quantiles: tuple[float, ...]


def prepare(table: CorpusTable) -> PreparedCorpus:
    """Make a table of results ready to be shown; for another thread, because it looks at every value."""
    causes = _cause_texts(table)
    texts = {
        "Recording": table.audio,
        "Verdict": np.where(table.state == "compared", table.verdict, table.state),
        "Causes": causes,
        "Worst place": table.worst_text,
        **table.groups,
        "Unexplained": table.unexplained,
        "Error": table.error,
    }
    columns = {title: _text_column(title, values) for title, values in texts.items()}
    numbers = {"Severity": table.severity} | {f"{name} RMSE": each.rmse for name, each in table.stages.items()}
    columns |= {title: _number_column(title, values) for title, values in numbers.items()}
    order = ["Recording", "Verdict", "Severity", "Causes", "Worst place", *(f"{name} RMSE" for name in table.stages)]
    ordered = tuple(columns[title] for title in dict.fromkeys((*order, *texts)))
    return PreparedCorpus(table, ordered, _words(table, texts))


def rows_of(corpus: PreparedCorpus, query: Query) -> Integers:
    """Give the rows that a query wants, in its order."""
    wanted = query.text.lower().split()
    rows = np.arange(len(corpus.table))
    if wanted:
        rows = np.array([n for n, words in enumerate(corpus.words) if all(word in words for word in wanted)], np.int64)
    if query.column < 0:
        return rows
    ranks = corpus.columns[query.column].ranks[rows]
    return rows[np.argsort(-ranks if query.descending else ranks, kind="stable")]


def group_errors(table: CorpusTable, stage: str, column: str) -> tuple[GroupErrors, ...]:
    """Give the distribution of a stage's error in each group of a column, the largest groups first."""
    found = errors_by_group(table, stage, column)
    return tuple(
        GroupErrors(printable(group), len(rmse), tuple(map(float, np.quantile(rmse, _QUANTILES))))
        for group, rmse in found.items()
        if len(rmse)
    )


class CorpusTableModel(QAbstractTableModel):
    """The rows of a corpus that are wanted; ``UserRole`` gives the row's number in the results."""

    sort_wanted = Signal(int, bool)
    """(column, descending): somebody has asked for another order, which is worked out elsewhere."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._corpus: PreparedCorpus | None = None
        self._rows: Integers = np.zeros(0, np.int64)

    def show(self, corpus: PreparedCorpus, rows: Integers) -> None:
        """Show these rows of a corpus."""
        self.beginResetModel()
        self._corpus, self._rows = corpus, rows
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802
        """Give the number of rows that are wanted."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802
        """Give the number of columns."""
        return 0 if parent.isValid() or self._corpus is None else len(self._corpus.columns)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Give the titles of the columns; rows have none."""
        if orientation == Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole or self._corpus is None:
            return None
        return self._corpus.columns[section].title

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give what a cell shows, says, and stands for."""
        if self._corpus is None:
            return None
        row, column = int(self._rows[index.row()]), self._corpus.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return printable(column.text(row))
            case Qt.ItemDataRole.ToolTipRole:
                return tip(column.text(row))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column.number else _LEFT
            case Qt.ItemDataRole.UserRole:
                return row
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for another order."""
        self.sort_wanted.emit(column, order == Qt.SortOrder.DescendingOrder)


def _text_column(title: str, values: Any) -> Column:
    # Not the texts themselves: sorting objects keeps every other thread of Python waiting.
    _, ranks = np.unique(values.astype(str), return_inverse=True)
    return Column(title, lambda row: str(values[row]), ranks)


def _number_column(title: str, values: npt.NDArray[np.float64]) -> Column:
    ranks = np.where(np.isnan(values), -np.inf, values)
    return Column(
        title, lambda row: error_text(None if np.isnan(values[row]) else float(values[row])), ranks, number=True
    )


def _cause_texts(table: CorpusTable) -> npt.NDArray[np.object_]:
    texts = np.full(len(table), "", object)
    for cause, has in table.causes.items():
        rows = np.flatnonzero(has)
        texts[rows] = np.where(texts[rows] == "", str(cause), texts[rows] + f", {cause}")
    return texts


def _words(table: CorpusTable, texts: dict[str, Any]) -> tuple[str, ...]:
    """Give each row as words; a group also as ``rate=44100``."""
    columns: list[Sequence[str]] = [list(values) for title, values in texts.items() if title not in table.groups]
    columns += [[f"{name}={value}" for value in values] for name, values in table.groups.items()]
    return tuple(" ".join(row).lower() for row in zip(*columns, strict=True))
