"""A corpus against an earlier run of it: which recordings got better, and which worse."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .table import CorpusTable

Change: TypeAlias = Literal["better", "worse", "new", "gone"]

MIN_CHANGE = 0.01
"""Share by which an error has to change to be another: other machines' libraries change its last digits."""
_RANKS = {"identical": 0, "agree": 0, "differ": 1, "not comparable": 2}


@dataclass(frozen=True, slots=True)
class Movement:
    """How one recording moved.

    Attributes
    ----------
    audio : str
        The recording, as the manifest has it.
    change : str
        ``better`` or ``worse``: by the verdict, else by the severity; ``new`` or ``gone``.
    before, after : str
        The verdicts; empty where it was not compared.
    before_severity, after_severity : float
        See `Outcome`.
    """

    audio: str
    change: Change
    before: str
    after: str
    before_severity: float
    after_severity: float


def movements(before: CorpusTable, after: CorpusTable) -> tuple[Movement, ...]:
    """Tell how every recording that moved did so, in the order of the later run; what is gone comes last."""
    return tuple(_movements(before, after))


def _movements(before: CorpusTable, after: CorpusTable) -> Iterator[Movement]:
    old, new = _rows(before), _rows(after)
    for key, row in new.items():
        if key not in old:
            yield Movement(key[0], "new", "", _verdict(after, row), float("nan"), float(after.severity[row]))
        elif change := _changed(before, old[key], after, row):
            severities = float(before.severity[old[key]]), float(after.severity[row])
            yield Movement(key[0], change, _verdict(before, old[key]), _verdict(after, row), *severities)
    for key in old.keys() - new.keys():
        row = old[key]
        yield Movement(key[0], "gone", _verdict(before, row), "", float(before.severity[row]), float("nan"))


def _rows(table: CorpusTable) -> dict[tuple[str, int], int]:
    """Give the row of each recording; one with several dumps has several, by their order."""
    found: dict[tuple[str, int], int] = {}
    counts: dict[str, int] = {}
    for row in np.flatnonzero(table.state != "no dump"):
        audio = str(table.audio[row])
        found[audio, counts.get(audio, 0)] = int(row)
        counts[audio] = counts.get(audio, 0) + 1
    return found


def _verdict(table: CorpusTable, row: int) -> str:
    return str(table.verdict[row])


def _changed(before: CorpusTable, old: int, after: CorpusTable, new: int) -> Change | None:
    first, second = _RANKS.get(_verdict(before, old), 2), _RANKS.get(_verdict(after, new), 2)
    if first != second:
        return "better" if second < first else "worse"
    was, now = before.severity[old], after.severity[new]
    if first != 1 or abs(now - was) <= MIN_CHANGE * max(was, now):
        return None
    return "better" if now < was else "worse"
