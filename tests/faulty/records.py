"""What became of one port of the fault matrix, as lines of JSON that a run which is stopped can go on from."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """What the diagnosis made of a port.

    Attributes
    ----------
    case : str
        The port.
    visible : tuple of str
        The faults without which the dump would be another one.
    named, valued : tuples of str
        Those of them that were named as causes, and those whose value was right as well.
    alike : tuple of str
        Those for which something else was named that has the same values here.
    missed : tuple of str
        Those of a port out of tolerance that were neither.
    wrong, nearest : tuples of str
        Causes that are none; and what was called nearest, which is no cause.
    unexplained : int
        The number of remainders that the diagnosis calls unexplained.
    seconds, first : float
        Of the diagnosis alone, whole and until its first finding.
    refused : str
        The sentence with which the dump was refused, or the error by which the diagnosis ended.
    """

    case: str
    visible: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    valued: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    unexplained: int = 0
    seconds: float = 0.0
    first: float = 0.0
    refused: str = ""

    @property
    def alone(self) -> str:
        """The fault, where it is the only one."""
        return self.case.split(", ")[0]


def total(records: Iterable[Record], what: str) -> int:
    """Count over records: ``visible``, ``named``, ``valued``, ``alike``, ``missed``, ``wrong`` or ``nearest``."""
    counted: Any = (getattr(record, what) for record in records)
    return sum(map(len, counted))


def read_records(path: Path) -> dict[str, Record]:
    """Give the records of a file by their ports; a last line that was cut off is left out."""
    records = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            values = json.loads(line)
        except ValueError:
            continue
        record = Record(**{one.name: tuple(value) if isinstance(value := values[one.name], list) else value
                           for one in fields(Record)})  # fmt: skip
        records[record.case] = record
    return records


def append_record(path: Path, record: Record) -> None:
    """Add a record to a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(record)) + "\n")
