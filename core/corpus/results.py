"""The results of a corpus in one SQLite file: each recording's are there whole or not at all, whenever it is killed.

SQLite in its write-ahead mode, because one transaction a recording takes a tenth of a millisecond, any number of
readers may look while it is written, and it needs no library; parts of Parquet would lose what is not yet a part.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from ..base.errors import InputError
from .entries import Entries
from .outcome import Outcome

SCHEMA = 1
_MARK = 0x46534350
"""The ``application_id`` of the file: FSCP."""
_PATIENCE = 30.0
"""Seconds that another process may be writing; each transaction needs milliseconds."""
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE recordings (
    id INTEGER PRIMARY KEY, audio TEXT NOT NULL, port TEXT NOT NULL, number INTEGER,
    key TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'waiting', verdict TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '', severity REAL NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0,
    worst_stage TEXT, worst_text TEXT, worst_seconds REAL, worst_frame INTEGER, worst_reference REAL, worst_port REAL,
    shard INTEGER, UNIQUE (audio, port));
CREATE TABLE groups (id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, measured INTEGER NOT NULL,
    PRIMARY KEY (id, name, measured)) WITHOUT ROWID;
CREATE TABLE stages (id INTEGER NOT NULL, place INTEGER NOT NULL, stage TEXT NOT NULL, verdict TEXT NOT NULL,
    lag INTEGER, max_abs REAL, mean_abs REAL, rmse REAL, within REAL, PRIMARY KEY (id, place)) WITHOUT ROWID;
CREATE TABLE causes (id INTEGER NOT NULL, place INTEGER NOT NULL, cause TEXT NOT NULL, parameter TEXT NOT NULL,
    found TEXT NOT NULL, PRIMARY KEY (id, place)) WITHOUT ROWID;
CREATE TABLE unexplained (id INTEGER NOT NULL, place INTEGER NOT NULL, stage TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (id, place)) WITHOUT ROWID;
"""
_OF_A_RESULT = ("stages", "causes", "unexplained")


class Results:
    """The file, open to be read or written; ``with`` closes it.

    Parameters
    ----------
    path : Path or None
        The file; None: in memory alone.
    create : bool
        Whether it is made where it does not exist, and written.

    Raises
    ------
    InputError
        There is no such file, it is none of a corpus's results, or of another version.
    """

    def __init__(self, path: Path | None, *, create: bool = False) -> None:
        self.path = path
        with self._explained():
            if path is None:
                self.database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            else:
                if not create and not path.is_file():
                    raise InputError(f"{path}: does not exist; name the results that framescope corpus has written")
                mode = "rwc" if create else "rw"
                name = f"{path.absolute().as_uri()}?mode={mode}"
                self.database = sqlite3.connect(
                    name, timeout=_PATIENCE, isolation_level=None, uri=True, check_same_thread=False
                )
            try:
                self._prepare(create or path is None)
            except BaseException:
                self.database.close()
                raise

    def __enter__(self) -> "Results":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was written is in it alone, and no longer beside it."""
        with suppress(sqlite3.Error):
            self.database.close()

    def begin(self, entries: Entries, about: Mapping[str, str]) -> list[tuple[int, str]]:
        """Take over the recordings of a corpus, in their order; results that are known stay.

        Parameters
        ----------
        about : mapping
            What the run is: the front end, the encoder, the tolerances, in words.

        Returns
        -------
        list of (int, str)
            Of each recording its number in the file, and the key of its result; empty where none is known that could
            hold.
        """
        facts = {"root": str(entries.root), **about}
        with self._explained(), self._transaction():
            self.database.execute("DELETE FROM about")
            self.database.executemany("INSERT INTO about VALUES (?, ?)", facts.items())
            self.database.execute("UPDATE recordings SET number = NULL")
            self.database.executemany(
                "INSERT INTO recordings (audio, port, number) VALUES (?, ?, ?) "
                "ON CONFLICT (audio, port) DO UPDATE SET number = excluded.number",
                ((entry.audio, entry.port, number) for number, entry in enumerate(entries.entries)),
            )
            known = self.database.execute(
                "SELECT id, key FROM recordings WHERE number IS NOT NULL ORDER BY number"
            ).fetchall()
            self.database.execute("DELETE FROM groups WHERE measured = 0")
            self.database.executemany(
                "INSERT INTO groups VALUES (?, ?, ?, 0)",
                (
                    (id, name, value)
                    for (id, _), entry in zip(known, entries.entries, strict=True)
                    for name, value in entry.groups.items()
                ),
            )
        return known

    def record(self, id: int, outcome: Outcome) -> None:
        """Write what became of a recording, at once and whole."""
        worst = outcome.worst
        place = (worst.stage, worst.text, worst.seconds, worst.frame, worst.reference, worst.port) if worst else ()
        with self._explained(), self._transaction():
            run = self.database.execute
            run(
                "UPDATE recordings SET key = ?, state = ?, verdict = ?, error = ?, severity = ?, seconds = ?, "
                "worst_stage = ?, worst_text = ?, worst_seconds = ?, worst_frame = ?, worst_reference = ?, "
                "worst_port = ?, shard = NULL WHERE id = ?",
                (
                    outcome.key,
                    outcome.state,
                    outcome.verdict,
                    outcome.error,
                    outcome.severity,
                    outcome.seconds,
                    *(place or (None,) * 6),
                    id,
                ),
            )
            for table in _OF_A_RESULT:
                run(f"DELETE FROM {table} WHERE id = ?", (id,))
            run("DELETE FROM groups WHERE id = ? AND measured = 1", (id,))
            self._insert("groups", [(id, name, value, 1) for name, value in outcome.measured.items()])
            self._insert(
                "stages",
                [
                    (id, n, each.stage, each.verdict, each.lag, each.max_abs, each.mean_abs, each.rmse, each.within)
                    for n, each in enumerate(outcome.stages)
                ],
            )
            self._insert("causes", [(id, n, c.id, c.parameter, c.found) for n, c in enumerate(outcome.causes)])
            self._insert("unexplained", [(id, n, *fact) for n, fact in enumerate(outcome.unexplained)])

    def put_in_shard(self, keys: Sequence[str], shard: int) -> None:
        """Say in which shard, by its number, the tensors of some recordings lie."""
        with self._explained(), self._transaction():
            self.database.executemany(
                "UPDATE recordings SET shard = ? WHERE key = ? AND state = 'computed'", ((shard, key) for key in keys)
            )

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Give the rows of a query, with values for its question marks.

        Raises
        ------
        InputError
            The file is damaged.
        """
        with self._explained():
            return self.database.execute(query, values).fetchall()

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            self.database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)

    def _prepare(self, create: bool) -> None:
        (mark,), (version,) = (
            self.database.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
        )
        if create and not mark and not self.database.execute("SELECT 1 FROM sqlite_schema").fetchone():
            self.database.execute("PRAGMA journal_mode = WAL")
            self.database.executescript(
                f"BEGIN IMMEDIATE; {_TABLES} PRAGMA application_id = {_MARK}; PRAGMA user_version = {SCHEMA}; COMMIT"
            )
        elif mark != _MARK:
            raise InputError(f"{self.path}: is not the results of a corpus; name a file that framescope corpus writes")
        elif version != SCHEMA:
            raise InputError(f"{self.path}: has version {version}; this Framescope has {SCHEMA}, name another file")
        # A transaction is whole whatever ends the process; the last ones may be lost where the power fails.
        self.database.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise InputError(f"{self.path}: cannot be used ({error}); name another file of results") from None
