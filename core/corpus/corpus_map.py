"""The map of a corpus: how much agrees, which cause lies on which share, which recordings are not like the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..compare.stage import Verdict
from .outcome import Cause
from .table import CorpusTable, Flags, Floats, Integers, Texts

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MAX_GROUPS = 50
"""Values that a column of groups may have, unless each has `MIN_MEMBERS` recordings: others are names, not groups."""
MIN_MEMBERS = 5
WORST = 10
_EXPECTED = 0.5
"""Share of a group from which on each of its recordings is expected to have a cause."""
_VERDICTS: tuple[Verdict, ...] = ("differ", "not comparable", "agree", "identical")


@dataclass(frozen=True, slots=True)
class StageErrors:
    """The distribution of one stage's error over the recordings.

    Attributes
    ----------
    stage : str
        Name of the stage.
    recordings : int
        How many have it.
    agreeing : float
        Share of those whose stage is identical or agrees, 0 to 1.
    quantiles : tuple of float
        `QUANTILES` of the RMSE.
    largest : float
        Largest difference of any value of any recording.
    """

    stage: str
    recordings: int
    agreeing: float
    quantiles: tuple[float, ...]
    largest: float


@dataclass(frozen=True, slots=True)
class CauseShare:
    """A cause, and on which share of the compared recordings it lies, in all and by group.

    Attributes
    ----------
    cause : Cause
        What it is.
    share : float
        0 to 1.
    groups : mapping from column to mapping from value to float
        The same share within each group.
    column : str
        The column whose groups tell best who has it; empty where every recording has it, or none tells.
    """

    cause: Cause
    share: float
    groups: Mapping[str, Mapping[str, float]]
    column: str


@dataclass(frozen=True, slots=True)
class Unusual:
    """A recording whose causes are not those that its groups let expect."""

    row: int
    more: tuple[Cause, ...]
    missing: tuple[Cause, ...]


class CorpusMap:
    """What a table of results says as a whole.

    Attributes
    ----------
    table : CorpusTable
        What it is drawn from.
    """

    def __init__(self, table: CorpusTable) -> None:
        self.table = table

    @cached_property
    def counts(self) -> dict[Verdict, int]:
        """How many compared recordings have each verdict."""
        verdicts = self.table.verdict[self.table.compared]
        return {verdict: int((verdicts == verdict).sum()) for verdict in _VERDICTS}

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all that were compared; ``not comparable`` where none was."""
        return next((verdict for verdict, count in self.counts.items() if count), "not comparable")

    @cached_property
    def agreeing(self) -> float:
        """Share of the compared recordings that are identical or agree, 0 to 1."""
        compared = sum(self.counts.values())
        return (self.counts["agree"] + self.counts["identical"]) / compared if compared else 0.0

    @cached_property
    def failed(self) -> npt.NDArray[np.int64]:
        """Rows of the recordings that failed, by what they are or by the machine."""
        return np.flatnonzero(np.isin(self.table.state, ("failed", "machine")))

    @cached_property
    def worst(self) -> npt.NDArray[np.int64]:
        """Rows of the recordings that differ most, by severity, at most `WORST`."""
        differing = np.flatnonzero(self.table.compared & (self.table.verdict == "differ"))
        return differing[np.argsort(-self.table.severity[differing], kind="stable")][:WORST]

    @cached_property
    def groups(self) -> dict[str, Texts]:
        """The columns whose values are groups: a column of names, each of few recordings, is none."""
        return {name: column for name, column in self.table.groups.items() if _is_grouping(column)}

    @cached_property
    def stages(self) -> tuple[StageErrors, ...]:
        """The distribution of the error of each stage."""
        found = []
        for name, columns in self.table.stages.items():
            has = columns.verdict != ""
            rmse, largest = columns.rmse[np.isfinite(columns.rmse)], columns.max_abs[np.isfinite(columns.max_abs)]
            quantiles = tuple(map(float, np.quantile(rmse, QUANTILES))) if len(rmse) else (float("nan"),) * 5
            agreeing = np.isin(columns.verdict[has], ("agree", "identical")).mean()
            found.append(StageErrors(name, int(has.sum()), float(agreeing), quantiles, float(largest.max(initial=0.0))))
        return tuple(found)

    @cached_property
    def causes(self) -> tuple[CauseShare, ...]:
        """The causes, the commonest first."""
        compared = self.table.compared
        return tuple(
            CauseShare(cause, _share(has, compared), self._by_group(has), self._telling(has))
            for cause, has in self.table.causes.items()
        )

    @cached_property
    def unexplained(self) -> float:
        """Share of the compared recordings of which something is unexplained, 0 to 1."""
        return _share(self.table.unexplained != "", self.table.compared)

    @cached_property
    def unusual(self) -> tuple[Unusual, ...]:
        """The recordings whose causes are not those that most of their group have, in their order."""
        compared, causes = self.table.compared, self.table.causes
        expected = {each.cause: self._expected(each) for each in self.causes}
        odd = np.zeros(len(self.table), bool)
        for cause, has in causes.items():
            odd |= compared & (has != expected[cause])
        return tuple(
            Unusual(
                int(row),
                tuple(cause for cause in causes if causes[cause][row] and not expected[cause][row]),
                tuple(cause for cause in causes if expected[cause][row] and not causes[cause][row]),
            )
            for row in np.flatnonzero(odd)
        )

    def _by_group(self, has: Flags) -> dict[str, dict[str, float]]:
        return {name: _shares(has, column, self.table.compared) for name, column in self.groups.items()}

    def _telling(self, has: Flags) -> str:
        """Find the column by whose groups the fewest recordings are told wrongly; the fewest groups where equal."""
        compared = self.table.compared
        wrong = {"": (self._told_wrongly(has, np.full(len(has), "", object)), 0)}
        for name, column in self.groups.items():
            wrong[name] = self._told_wrongly(has, column), len({*column[compared]})
        return min(wrong, key=lambda name: wrong[name])

    def _told_wrongly(self, has: Flags, column: Texts) -> int:
        compared = self.table.compared
        return int((compared & (has != _majority(has, column, compared))).sum())

    def _expected(self, share: CauseShare) -> Flags:
        column = self.groups.get(share.column, np.full(len(self.table), "", object))
        return _majority(self.table.causes[share.cause], column, self.table.compared)


def _shares(has: Flags, column: Texts, compared: Flags) -> dict[str, float]:
    """Give the share of each group that has a cause."""
    values, members, having = _counted(has, column, compared)[:3]
    told = zip(values.tolist(), members.tolist(), having.tolist(), strict=True)
    return {value: part / whole for value, whole, part in told if value and whole}


def _majority(has: Flags, column: Texts, compared: Flags) -> Flags:
    """Give, for each recording, whether most of its group have a cause."""
    _, members, having, numbers = _counted(has, column, compared)
    most: Flags = having > _EXPECTED * members
    return most[numbers]


def _counted(has: Flags, column: Texts, compared: Flags) -> tuple[Any, Integers, Integers, Integers]:
    """Give the values of a column, their compared recordings, those of them that have a cause, and who has which."""
    values, numbers = np.unique(column.astype(str), return_inverse=True)
    members = np.bincount(numbers[compared], minlength=len(values))
    return values, members, np.bincount(numbers[compared & has], minlength=len(values)), numbers


def _share(has: Flags, among: Flags) -> float:
    return float(has[among].mean()) if among.any() else 0.0


def _is_grouping(column: Texts) -> bool:
    said = column[column != ""]
    values = len({*said})
    return 0 < values <= max(MAX_GROUPS, len(said) // MIN_MEMBERS)


def errors_by_group(table: CorpusTable, stage: str, column: str) -> dict[str, Floats]:
    """Give the RMSE of a stage of the recordings of each group, the largest groups first."""
    rmse = table.stages[stage].rmse
    measured = np.isfinite(rmse)
    values, numbers = np.unique(table.groups[column][measured].astype(str), return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    parts = np.split(rmse[measured][order], np.searchsorted(numbers[order], np.arange(1, len(values))))
    found = zip(values.tolist(), parts, strict=True)
    return dict(sorted(((value, part) for value, part in found if value), key=lambda each: -len(each[1])))
