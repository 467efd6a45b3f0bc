"""The data set that a corpus is computed into: shards of safetensors, and an index of them in JSON lines.

safetensors, because PyTorch, JAX, Rust and C++ read it, it is mapped into memory, it executes nothing, and it is a
dependency already; shards, because ten thousand small files are slow to list and to copy; float32, which is what
networks take.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..base.files import replace_file
from .results import Results
from .shards import PARTS, TensorInfo, join, part_path, read_header
from .table import CorpusTable

INDEX, FACTS = "index.jsonl", "dataset.json"
RESULTS = "results.sqlite"
"""The file, within a data set, that says what is done."""
SCHEMA = "framescope-dataset/1"
SHARD_BYTES = 128 << 20
"""From which size on parts become a shard: large enough to be read at the disk's rate, small enough to be copied."""


class DataSet:
    """A folder that recordings are computed into; its results say what is in which shard.

    Parameters
    ----------
    shard_bytes : int
        Size from which on parts become a shard.
    """

    def __init__(self, folder: Path, results: Results, shard_bytes: int = SHARD_BYTES) -> None:
        self.folder, self._results, self._shard_bytes = folder, results, shard_bytes
        self._waiting = 0

    def clear_up(self) -> None:
        """Remove what a run that was killed has left: parts that no result names, or that a shard has already."""
        (self.folder / PARTS).mkdir(parents=True, exist_ok=True)
        kept = {part_path(self.folder, key) for key in self._unpacked()}
        for path in (self.folder / PARTS).iterdir():
            if path not in kept:
                path.unlink(missing_ok=True)
        self._waiting = sum(path.stat().st_size for path in kept if path.is_file())

    def holds(self, key: str) -> bool:
        """Tell whether what came of a recording under a key is there: in a shard, as a part, or a sentence alone."""
        rows = self._results.rows("SELECT state, shard FROM recordings WHERE key = ?", key)
        if not any(state == "computed" for state, _ in rows):
            return True
        shards = (self.folder / shard_name(shard) for _, shard in rows if shard is not None)
        return any(path.is_file() for path in (*shards, part_path(self.folder, key)))

    def take(self, key: str, part: bytes | None) -> None:
        """Take what one recording has become; a shard is written once there is enough for one."""
        path = part_path(self.folder, key)
        if part is not None:
            replace_file(path, part)
        self._waiting += path.stat().st_size if path.is_file() else 0

    def pack(self, *, all_of_it: bool = False) -> None:
        """Put parts together into shards, while there are enough of them, or all that there are."""
        if self._waiting < self._shard_bytes and not all_of_it:
            return
        keys: list[str] = []
        size = 0
        for key in self._unpacked():
            if (path := part_path(self.folder, key)).is_file():
                keys.append(key)
                size += path.stat().st_size
            if size >= self._shard_bytes:
                self._pack(keys)
                keys, size = [], 0
        if all_of_it and keys:
            self._pack(keys)
            size = 0
        self._waiting = size

    def write_index(self, table: CorpusTable) -> None:
        """Write which tensors of which shard are whose, one recording a line, and what made them."""
        replace_file(self.folder / INDEX, b"".join(_lines(self.folder, table)))
        facts = {"schema": SCHEMA, "dtype": "float32", **table.about}
        replace_file(self.folder / FACTS, json.dumps(facts, indent=2).encode() + b"\n")

    def _unpacked(self) -> list[str]:
        rows = self._results.rows(
            "SELECT key FROM recordings WHERE state = 'computed' AND shard IS NULL GROUP BY key ORDER BY min(id)"
        )
        return [str(key) for (key,) in rows]

    def _pack(self, keys: list[str]) -> None:
        # Whatever ends this process, a part goes only after the results say that its shard is there.
        ((last,),) = self._results.rows("SELECT max(shard) FROM recordings")
        number = 0 if last is None else last + 1
        parts = [part_path(self.folder, key) for key in keys]
        join(parts, self.folder / shard_name(number))
        self._results.put_in_shard(keys, number)
        for part in parts:
            part.unlink(missing_ok=True)


def shard_name(number: int) -> str:
    """Give the file name of a shard."""
    return f"shard-{number:05d}.safetensors"


def _lines(folder: Path, table: CorpusTable) -> Iterator[bytes]:
    tensors = {shard: _tensors(folder / shard_name(shard)) for shard in sorted({*table.shard.tolist()} - {-1})}
    for row, shard in enumerate(table.shard.tolist()):
        if found := tensors.get(shard, {}).get(str(table.key[row])):
            groups = {name: str(column[row]) for name, column in table.groups.items() if column[row]}
            line: dict[str, Any] = {"audio": str(table.audio[row]), "shard": shard_name(shard)}
            line["tensors"] = {t.name.partition(".")[2]: {"name": t.name, "shape": list(t.shape)} for t in found}
            yield json.dumps(line | {"groups": groups}).encode() + b"\n"


def _tensors(shard: Path) -> dict[str, list[TensorInfo]]:
    found: dict[str, list[TensorInfo]] = {}
    for tensor in read_header(shard)[0]:
        found.setdefault(tensor.name.partition(".")[0], []).append(tensor)
    return found
