"""The results of a corpus as columns: what the map, the window and the library's table are made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..base.errors import InputError
from .outcome import Cause
from .results import Results

Texts = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_COLUMNS = (
    "id", "audio", "port", "state", "verdict", "error", "severity", "seconds", "worst_stage", "worst_text",
    "worst_seconds", "worst_frame", "key", "shard",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class StageColumns:
    """One stage of all recordings, (n,) each; NaN, and an empty verdict, where a recording has no such stage."""

    verdict: Texts
    max_abs: Floats
    mean_abs: Floats
    rmse: Floats
    within: Floats


@dataclass(frozen=True, slots=True, eq=False)
class CorpusTable:
    """The recordings of a corpus in the order of its manifest, one a row of every column.

    Attributes
    ----------
    about : mapping
        What the run was, in words: root, recipe, encoder, profile.
    audio, port, state, verdict, error : (n,) str
        Paths relative to the root; what became of each.
    severity, seconds : (n,) float64
        See `Outcome`.
    worst_stage, worst_text : (n,) str
        Where a look is worth most; empty where nothing differs.
    worst_seconds : (n,) float64
        When that is; NaN where nothing differs.
    worst_frame : (n,) int64
        Its video frame; -1 where there is none.
    groups : mapping from str to (n,) str
        What each recording belongs to, by column; empty where that is not said.
    stages : mapping from str to StageColumns
        In pipeline order.
    causes : mapping from Cause to (n,) bool
        Which recordings have it, the commonest first.
    unexplained : (n,) str
        What no cause explains.
    key : (n,) str
        Hash of all that the result depends on.
    shard : (n,) int64
        Number of the data set's shard that holds what was computed; -1 where there is none.
    """

    about: Mapping[str, str]
    audio: Texts
    port: Texts
    state: Texts
    verdict: Texts
    error: Texts
    severity: Floats
    seconds: Floats
    worst_stage: Texts
    worst_text: Texts
    worst_seconds: Floats
    worst_frame: Integers
    groups: Mapping[str, Texts]
    stages: Mapping[str, StageColumns]
    causes: Mapping[Cause, Flags]
    unexplained: Texts
    key: Texts
    shard: Integers

    def __len__(self) -> int:
        return len(self.audio)

    @property
    def root(self) -> Path:
        """The folder that paths are relative to."""
        return Path(self.about.get("root", "."))

    @property
    def compared(self) -> Flags:
        """Which recordings were compared."""
        return np.asarray(self.state == "compared")

    def causes_of(self, row: int) -> list[Cause]:
        """Give the causes of one recording."""
        return [cause for cause, has in self.causes.items() if has[row]]

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Give everything as the columns of one table, such as ``mel.rmse``, ``group.rate``, ``cause.gain = 2``."""
        names = ("audio", "port", "state", "verdict", "error", "severity", "seconds", "worst_stage", "worst_text",
                 "worst_seconds", "worst_frame")  # fmt: skip
        flat: dict[str, npt.NDArray[Any]] = {name: getattr(self, name) for name in names}
        flat |= {f"group.{name}": values for name, values in self.groups.items()}
        for stage, columns in self.stages.items():
            flat |= {f"{stage}.{name}": getattr(columns, name) for name in StageColumns.__slots__}
        return flat | {f"cause.{cause}": has for cause, has in self.causes.items()} | {"unexplained": self.unexplained}


def read_table(results: Results) -> CorpusTable:
    """Read all results of a corpus.

    Raises
    ------
    InputError
        The file is damaged.
    """
    try:
        return _table(results)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{results.path}: has values that no corpus has ({error})") from None


def load_table(path: str | PathLike[str]) -> CorpusTable:
    """Read the results that a file holds.

    Raises
    ------
    InputError
        It is no file of results, or damaged.
    """
    with Results(Path(path)) as results:
        return read_table(results)


def _table(results: Results) -> CorpusTable:
    rows = results.rows(f"SELECT {', '.join(_COLUMNS)} FROM recordings WHERE number IS NOT NULL ORDER BY number")
    places = {row[0]: n for n, row in enumerate(rows)}
    found = dict(zip(_COLUMNS, [*zip(*rows, strict=True)] or [()] * len(_COLUMNS), strict=True))
    return CorpusTable(
        about=dict(_pairs(results.rows("SELECT name, value FROM about"))),
        audio=_texts(found["audio"]),
        port=_texts(found["port"]),
        state=_texts(found["state"]),
        verdict=_texts(found["verdict"]),
        error=_texts(found["error"]),
        severity=_floats(found["severity"]),
        seconds=_floats(found["seconds"]),
        worst_stage=_texts(found["worst_stage"]),
        worst_text=_texts(found["worst_text"]),
        worst_seconds=_floats(found["worst_seconds"]),
        worst_frame=_numbers(found["worst_frame"]),
        groups=_groups(results, places),
        stages=_stages(results, places),
        causes=_causes(results, places),
        unexplained=_unexplained(results, places),
        key=_texts(found["key"]),
        shard=_numbers(found["shard"]),
    )


def _pairs(rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, str]]:
    return ((str(name), str(value)) for name, value in rows)


def _texts(values: Any) -> Texts:
    column = np.empty(len(values), object)
    column[:] = ["" if value is None else str(value) for value in values]
    return column


def _floats(values: Any) -> Floats:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _numbers(values: Any) -> Integers:
    return np.array([-1 if value is None else value for value in values], np.int64)


def _groups(results: Results, places: Mapping[int, int]) -> dict[str, Texts]:
    """Give what the manifest says, and what was measured where that does not say it."""
    groups: dict[str, Texts] = {}
    for id, name, value in results.rows("SELECT id, name, value FROM groups ORDER BY measured DESC, name"):
        if id not in places:
            continue
        if name not in groups:
            groups[str(name)] = _texts([""] * len(places))
        groups[str(name)][places[id]] = str(value)
    return groups


def _stages(results: Results, places: Mapping[int, int]) -> dict[str, StageColumns]:
    stages: dict[str, StageColumns] = {}
    query = "SELECT id, stage, verdict, max_abs, mean_abs, rmse, within FROM stages ORDER BY place, id"
    for id, stage, verdict, *figures in results.rows(query):
        if id not in places:
            continue
        if stage not in stages:
            empty = [np.full(len(places), np.nan) for _ in range(4)]
            stages[str(stage)] = StageColumns(_texts([""] * len(places)), *empty)
        columns, n = stages[str(stage)], places[id]
        columns.verdict[n] = str(verdict)
        # SQLite has no NaN: it is NULL there.
        for name, figure in zip(StageColumns.__slots__[1:], figures, strict=True):
            getattr(columns, name)[n] = np.nan if figure is None else figure
    return stages


def _causes(results: Results, places: Mapping[int, int]) -> dict[Cause, Flags]:
    causes: dict[Cause, Flags] = {}
    for id, *named in results.rows("SELECT id, cause, parameter, found FROM causes"):
        if id in places:
            cause = Cause(*map(str, named))
            if cause not in causes:
                causes[cause] = np.zeros(len(places), bool)
            causes[cause][places[id]] = True
    return dict(sorted(causes.items(), key=lambda each: (-each[1].sum(), each[0])))


def _unexplained(results: Results, places: Mapping[int, int]) -> Texts:
    column = _texts([""] * len(places))
    for id, stage, text in results.rows("SELECT id, stage, text FROM unexplained ORDER BY id, place"):
        if id in places:
            n = places[id]
            column[n] += f"{'; ' if column[n] else ''}{stage}: {text}"
    return column
