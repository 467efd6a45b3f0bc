"""What a corpus consists of: a manifest or a folder becomes entries, each a recording, its dump and its groups."""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import TextIOWrapper
from math import isnan
from pathlib import Path
from typing import Any

from ..base.errors import InputError
from ..base.extras import missing_extra
from ..base.files import naming, open_file
from ..base.store import decode

SOUNDS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".mp4", ".mov", ".aiff", ".aif")
"""Suffixes of the files that are the recordings of a folder."""
MAX_ENTRIES = 2_000_000
"""Of a corpus: more are more likely a mistake, such as a whole disk."""
_PLACES = ("{stem}", "{path}")
_MANIFESTS = "a manifest (.csv, .jsonl or .parquet) or a folder of recordings"


@dataclass(frozen=True, slots=True)
class Entry:
    """One recording of a corpus.

    Attributes
    ----------
    audio : str
        Its file, relative to the corpus's root, with slashes; or an absolute path.
    port : str
        The same of its dump; empty: it has none.
    groups : mapping from str to str
        What the manifest says of it, by column.
    """

    audio: str
    port: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)


def located(root: Path, name: str) -> Path:
    """Give where a file of a corpus lies, without the ``..`` that lead from the root to it."""
    return Path(os.path.normpath(root / name))


@dataclass(frozen=True, slots=True)
class Entries:
    """The recordings of a corpus, in their order.

    Attributes
    ----------
    root : Path
        The absolute folder that their paths are relative to.
    entries : tuple of Entry
        No two with the same recording and dump.
    by_pattern : bool
        Whether dumps are found by a pattern: then a recording may lack one.
    """

    root: Path
    entries: tuple[Entry, ...]
    by_pattern: bool = False


def read_entries(source: str | Path, pattern: str | None = None) -> Entries:
    """Read a manifest, or list the recordings of a folder.

    Parameters
    ----------
    source : path
        A manifest with a column ``audio`` and, without a pattern, ``port``, whose paths are relative to its folder; or
        a folder, searched to any depth.
    pattern : str or None
        Where the dumps lie, such as ``out/{stem}``, relative to the current folder; ``{stem}`` is the recording's name
        without its suffix, ``{path}`` the same with the folders below the root.

    Raises
    ------
    InputError
        It cannot be read, lacks a column, is empty, or two recordings would have the same dump.
    """
    source = Path(source)
    if pattern is not None and not any(place in pattern for place in _PLACES):
        raise InputError(f"{pattern}: must name each recording's own dump; write {{stem}} in it, as out/{{stem}}")
    entries = tuple(dict.fromkeys(_with_ports(_listed(source), pattern, source)))
    if not entries:
        raise InputError(f"{source}: has no recordings; name {_MANIFESTS}")
    if len(entries) > MAX_ENTRIES:
        raise InputError(f"{source}: has more than {MAX_ENTRIES:,} recordings; name a part of them")
    return Entries(_root(source), tuple(entry.entry for entry in entries), pattern is not None)


@dataclass(frozen=True, slots=True)
class _Unique:
    """An entry that is equal to another of the same files."""

    audio: str
    port: str
    entry: Entry = field(compare=False)


def _with_ports(entries: Iterable[Entry], pattern: str | None, source: Path) -> Iterator[_Unique]:
    owners: dict[str, str] = {}
    for entry in entries:
        placed = entry if pattern is None else replace(entry, port=_placed(entry, pattern, _root(source)))
        if placed.port and owners.setdefault(placed.port, placed.audio) != placed.audio and pattern:
            other = owners[placed.port]
            raise InputError(f"{pattern}: {other} and {placed.audio} would have one dump; write {{path}} in it")
        yield _Unique(placed.audio, placed.port, placed)


def _placed(entry: Entry, pattern: str, root: Path) -> str:
    path = Path(entry.audio).with_suffix("")
    inner = path.name if path.is_absolute() else path.as_posix()
    named = pattern.replace("{stem}", path.name).replace("{path}", inner)
    return Path(os.path.relpath(os.path.abspath(named), root)).as_posix()


def _root(source: Path) -> Path:
    return Path(os.path.abspath(source if source.is_dir() else source.parent))


def _listed(source: Path) -> Iterator[Entry]:
    if source.is_dir():
        return _of_folder(source)
    readers = {".csv": _csv_rows, ".jsonl": _json_rows, ".ndjson": _json_rows, ".parquet": _parquet_rows}
    if source.suffix.lower() not in readers:
        raise InputError(f"{source}: is not a manifest; name {_MANIFESTS}")
    return _of_rows(source, readers[source.suffix.lower()](source))


def _of_folder(folder: Path) -> Iterator[Entry]:
    found = []
    for place, folders, files in os.walk(folder):
        folders.sort()
        inner = Path(place).relative_to(folder)
        found += [(inner / name).as_posix() for name in files if os.path.splitext(name)[1].lower() in SOUNDS]
        if len(found) > MAX_ENTRIES:
            break
    return map(Entry, sorted(found))


def _of_rows(source: Path, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Entry]:
    for number, row in rows:
        columns = {str(name): text for name, value in row.items() if (text := _text(value))}
        if not (audio := columns.pop("audio", "")):
            raise InputError(f"{source}: line {number} names no recording; it must have a column audio")
        port = columns.pop("port", "")
        yield Entry(Path(audio).as_posix(), Path(port).as_posix() if port else "", columns)


def _text(value: Any) -> str:
    missing = value is None or (isinstance(value, float) and isnan(value))  # as tables have it
    return "" if missing else str(value).strip()


def _csv_rows(source: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with naming(source), TextIOWrapper(open_file(source, _MANIFESTS), encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text)
        try:
            for row in reader:
                row.pop(None, None)  # what is beyond the header's columns
                yield reader.line_num, row
        except (csv.Error, UnicodeDecodeError) as error:
            raise InputError(f"is not CSV in UTF-8 ({error})") from None


def _json_rows(source: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with naming(source), open_file(source, _MANIFESTS) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            row = decode(line)
            if not isinstance(row, dict):
                raise InputError(f"line {number} is not a JSON object; write one a line, as {{'audio': 'a.wav'}}")
            yield number, row


def _parquet_rows(source: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        from pyarrow import ArrowException, parquet  # noqa: PLC0415  (only Parquet needs it)
    except ImportError:
        raise InputError(missing_extra(f"{source}: Parquet", "pyarrow", "parquet")) from None
    with open_file(source, _MANIFESTS) as file:
        try:
            table = parquet.read_table(file)
        except (ArrowException, OSError, ValueError) as error:
            raise InputError(f"{source}: is not a readable Parquet file ({error})") from None
    for batch in table.to_batches():
        yield from enumerate(batch.to_pylist(), 1)
