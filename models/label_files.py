"""Markers and regions as files: CSV, and the label tracks of Audacity."""

import csv
import io
from collections.abc import Iterable
from math import isfinite
from pathlib import Path

from ..core.base.errors import InputError
from ..core.base.files import read_file, replace_file
from ..core.base.printable import printable
from .markers import Marker

MAX_BYTES = 4 << 20
_HEAD = ("start", "end", "note")
_MAX_NOTE = 1000
_CSV = ".csv"


def write_labels(path: Path, markers: Iterable[Marker]) -> None:
    """Write markers, by time: as CSV with the columns start, end (seconds) and note; else as labels of Audacity.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    rows = [(f"{each.seconds:.6f}", f"{each.end:.6f}", printable(each.note.replace("\t", " "))) for each in markers]
    text = io.StringIO(newline="")
    if path.suffix.lower() == _CSV:
        writer = csv.writer(text)
        writer.writerows([_HEAD, *rows])
    else:
        text.writelines("\t".join(row) + "\n" for row in rows)
    replace_file(path, text.getvalue().encode())


def read_labels(path: Path) -> tuple[Marker, ...]:
    """Read markers from a file that `write_labels`, Audacity or a spreadsheet has written.

    Raises
    ------
    InputError
        The file cannot be read, or a line of it is not a label; the sentence names the line.
    """
    content = read_file(path, "a file of labels", MAX_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not text; labels are lines of start, end and note") from None
    table = (
        csv.reader(io.StringIO(text, newline="")) if path.suffix.lower() == _CSV else map(_tabbed, text.splitlines())
    )
    lines = enumerate(table, 1)
    # A line that begins with a backslash says which frequencies Audacity's label before it is of.
    rows = ((number, row) for number, row in lines if row and not row[0].startswith("\\"))
    found = [_marker(path, number, row) for number, row in rows if tuple(row[:1]) != _HEAD[:1]]
    return tuple(sorted(set(found)))


def _tabbed(line: str) -> list[str]:
    return line.split("\t") if line.strip() else []


def _marker(path: Path, number: int, row: list[str]) -> Marker:
    try:
        start, end = float(row[0]), float(row[1] or row[0])
    except (ValueError, IndexError):
        raise InputError(f"{path}: line {number} is not a label; write start, end (seconds) and note") from None
    if not (isfinite(start) and isfinite(end) and 0 <= start <= end):
        raise InputError(f"{path}: line {number} begins at {row[0]} and ends at {row[1]}; 0 <= start <= end, seconds")
    return Marker(start, printable(" ".join(row[2:]).strip()[:_MAX_NOTE]), end - start)
