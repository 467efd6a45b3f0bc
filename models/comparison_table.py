"""The comparison as a table: one row a stage and port, the figures written as in the reports."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ..core.compare.comparison import Comparison, stage_order
from ..core.compare.metrics import Metrics
from ..core.compare.stage import StageComparison
from ..core.compare.substitution import OwnInputVerdict
from ..core.compare.tolerance import Tolerance
from ..core.report.formatting import error_text, lag_text, place_text, shape_text, share_text
from ..core.run import StageName
from .runs import OpenRun, Runs
from .words import tip

Change: TypeAlias = Literal["better", "worse", "same", "new", "gone"]
_Index: TypeAlias = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One stage of one port: the open run, what was found out, and the verdict on the port's own input."""

    run: OpenRun
    found: StageComparison
    own: OwnInputVerdict | None
    tolerance: Tolerance


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, of a row its text and the whole sentence behind it, and what the title means."""

    title: str
    text: Callable[[Row], str]
    sentence: Callable[[Row], str]
    about: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Movement:
    """How a stage moved from one comparison to the next.

    Attributes
    ----------
    stage : str
        Name of the stage.
    before, after : float or None
        Mean |port - reference|; None where no values were compared.
    change : str
        ``better`` or ``worse`` by the verdict, and by the mean where that is the same; ``same``; ``new`` or ``gone``
        where only one of the comparisons has values.
    """

    stage: StageName
    before: float | None
    after: float | None
    change: Change

    def __str__(self) -> str:
        return f"{self.stage}: mean {error_text(self.before)} -> {error_text(self.after)}, {self.change}"


def movement(before: Comparison, after: Comparison) -> tuple[Movement, ...]:
    """Tell how every stage that has values in one of two comparisons moved, in pipeline order."""
    return tuple(_moved(name, _measured(before, name), _measured(after, name)) for name in _stages(before, after))


class ComparisonTable(QAbstractTableModel):
    """The stages of all open runs that have been compared, by stage and then in the order of the runs.

    ``UserRole`` gives (key of the run, name of the stage).
    """

    def __init__(self, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._rows = tuple(_rows(runs))
        runs.changed.connect(self._renew)
        runs.updated.connect(self._renew)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802
        """Give the number of stages and ports."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802
        """Give the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Give the titles of the columns, and what they mean; rows have none."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section].title
            case Qt.ItemDataRole.ToolTipRole:
                return COLUMNS[section].about
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give what a cell shows, says, and stands for."""
        row, column = self._rows[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(column.sentence(row))
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.found.stage} of {row.run.name}, {column.title}: {column.text(row)}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column.number else _LEFT
            case Qt.ItemDataRole.UserRole:
                return row.run.key, row.found.stage
        return None

    def _renew(self) -> None:
        """Take over what the runs have; where the rows stay the same ones, a selection stays too."""
        rows, old = tuple(_rows(self._runs)), self._rows
        if _keys(rows) == _keys(old):
            self._rows = rows
            # Runs tell of much that no cell shows; measuring every cell anew for it takes longer than all the rest.
            others = [at for at, row in enumerate(rows) if _shown(row) != _shown(old[at])]
            if others:
                self.dataChanged.emit(self.index(others[0], 0), self.index(others[-1], len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()


def _rows(runs: Runs) -> Iterator[Row]:
    shown = [(run, runs.shown if run is runs.port else run.comparison) for run in runs.items]
    compared = [(run, comparison) for run, comparison in shown if comparison is not None]
    for name in _in_order([comparison for _, comparison in compared]):
        for run, comparison in compared:
            if found := _found(comparison, name):
                yield Row(run, found, comparison.own.get(name), comparison.profile[name])


def _in_order(comparisons: Sequence[Comparison]) -> tuple[StageName, ...]:
    """Give the stages of some comparisons in pipeline order."""
    return stage_order(*(run for each in comparisons for run in (each.reference, each.port)))


def _keys(rows: tuple[Row, ...]) -> list[tuple[int, StageName]]:
    return [(row.run.key, row.found.stage) for row in rows]


def _shown(row: Row) -> tuple[object, ...]:
    """Give all that the cells of a row are made of."""
    return row.run.name, row.run.message, row.found, row.own, row.tolerance


def _found(comparison: Comparison, name: StageName) -> StageComparison | None:
    return next((found for found in comparison.stages if found.stage == name), None)


def _measured(comparison: Comparison, name: StageName) -> tuple[bool, float] | None:
    """Give whether a stage differs, and its mean difference: what is smaller is better."""
    found = _found(comparison, name)
    return (found.verdict == "differ", found.metrics.mean_abs) if found and found.metrics else None


def _stages(before: Comparison, after: Comparison) -> Iterator[StageName]:
    return (name for name in _in_order((before, after)) if _measured(before, name) or _measured(after, name))


def _moved(name: StageName, before: tuple[bool, float] | None, after: tuple[bool, float] | None) -> Movement:
    change: Change
    if before is None or after is None:
        change = "new" if before is None else "gone"
    else:
        change = "same" if before == after else "better" if after < before else "worse"
    return Movement(name, before and before[1], after and after[1], change)


def _error(name: str) -> Callable[[Row], str]:
    return lambda row: error_text(getattr(row.found.metrics, name) if row.found.metrics else None)


def _of_metrics(sentence: Callable[[Metrics], str]) -> Callable[[Row], str]:
    return lambda row: sentence(row.found.metrics) if row.found.metrics else row.found.reason


def _worst(row: Row) -> str:
    return place_text(row.found.worst[0]) if row.found.worst else row.found.reason


def _shapes(row: Row) -> str:
    return f"{shape_text(row.found.port_shape)} / {shape_text(row.found.reference_shape)}"


def _lag(row: Row) -> str:
    return (
        "no items were paired"
        if row.found.lag is None
        else f"item t of the port is item t {row.found.lag:+d} of the reference"
    )


def _share(row: Row) -> str:
    return share_text(row.found.metrics.within if row.found.metrics else None)


def _within(row: Row) -> str:
    limit = row.tolerance
    return f"within tolerance is |port - reference| <= {limit.absolute:g} + {limit.relative:g} x |reference|"


COLUMNS: tuple[Column, ...] = (
    Column("Stage", lambda row: row.found.stage, lambda row: row.found.reason, "The stage, in pipeline order"),
    Column(
        "Port",
        lambda row: row.run.name,
        lambda row: row.run.message or str(row.run.path or row.run.name),
        "Whose it is",
    ),
    Column(
        "Verdict",
        lambda row: row.found.verdict,
        lambda row: row.found.reason,
        "Whether all values are within tolerance",
    ),
    Column(
        "Lag",
        lambda row: lag_text(row.found.lag),
        _lag,
        "By how many items the port lies earlier in its files",
        number=True,
    ),
    Column("Max", _error("max_abs"), _worst, "Largest |port - reference|", number=True),
    Column(
        "Mean",
        _error("mean_abs"),
        _of_metrics(lambda m: f"mean of {m.count:,} differences"),
        "Mean of |port - reference|",
        number=True,
    ),
    Column(
        "RMSE",
        _error("rmse"),
        _of_metrics(lambda m: f"{m.snr_db:.1f} dB below the reference"),
        "Root of the mean square of port - reference",
        number=True,
    ),
    Column("Within", _share, _within, "Share of the values that are within tolerance", number=True),
    Column(
        "First divergence",
        lambda row: row.found.first.text if row.found.first else "-",
        lambda row: place_text(row.found.first) if row.found.first else row.found.reason,
        "The first value out of tolerance; a click goes there",
    ),
    Column(
        "On its own input",
        lambda row: row.own.verdict if row.own else "-",
        lambda row: row.own.text if row.own else "the port has no such stage, or it is the first",
        "Verdict on what the reference makes of the port's own stage before: whether this stage itself is right",
    ),
    Column(
        "Port / reference",
        _shapes,
        lambda row: f"shapes of the port and of the reference: {_shapes(row)}",
        "Shapes of both",
    ),
)
"""The columns of the table."""
