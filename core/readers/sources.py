"""From files to sources: named arrays, headerless files, and the numbered files of single frames as one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..base.arrays import Array, ItemStack, NDArray, OnDemand
from ..base.errors import InputError
from .formats import Content, Headerless, read_content, read_raw
from .formats.refused import is_zarr, refuse_zarr
from .layouts import fitting, fitting_values
from .lazy_file_array import stamp
from .names import mode_of, numbered, stage_of
from .raw_dtypes import PRIORS, storage
from .scan import File

_EAGER_BYTES = 64 << 20
_MAX_SIZES = 128
_MAX_SOURCES = 1000
_PARAMETERS = (".weight", ".running_mean", ".running_var")
"""How the parameters of a network are called, whose shapes may be those of a stage."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Something of a dump that may be a stage.

    Attributes
    ----------
    label : str
        ``mel.npy``, ``dump.npz/mel``, or ``frames/frame_*.bin`` for numbered files.
    values : array
        The values or, of a headerless file, its bytes (uint8); of numbered files all of them, one an item.
    raw : bool
        Whether `values` are bytes.
    numbers : tuple of int or None
        The numbers in the names of numbered files, ascending.
    offset : int
        How many bytes of the file lie in front of headerless values.
    stated : tuple of int or None
        The shape that these bytes give; of numbered files that of a single one.
    """

    label: str
    values: Array
    raw: bool = False
    numbers: tuple[int, ...] | None = None
    offset: int = 0
    stated: tuple[int, ...] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the values, of numbered files that of a single one."""
        return self.values.shape if self.numbers is None else self.values.shape[1:]


@dataclass(slots=True)
class Findings:
    """What the files of a dump hold: sources, facts by the label of their file, and notes on what was left out."""

    sources: list[Source] = field(default_factory=list)
    facts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def collect(files: Sequence[File]) -> Findings:
    """Read a dump's files; numbered files that are too many to hold are opened when somebody looks at them."""
    findings = Findings()
    files = _without_zarr(files, findings.notes)
    single: list[File] = []
    for pattern, members in _grouped((file.label, file) for file in files).items():
        label = pattern if len(members) > 1 else members[next(iter(members))].label
        group = _file_group(label, members, findings.notes) if _may_be_frames(pattern, members) else None
        if group:
            findings.sources.append(group)
        else:
            single += members.values()
    for file in single[:_MAX_SOURCES]:
        _collect_file(file, findings)
    if len(single) > _MAX_SOURCES:
        findings.notes.append(f"{len(single) - _MAX_SOURCES} of {len(single)} files were not looked at")
    return findings


def read_source(file: File, *, as_bytes: bool = False, offset: int = 0) -> Source:
    """Read one file that is known to hold one array, or that is to be taken as bytes without a header from `offset`."""
    if as_bytes:
        return Source(file.label, read_raw(file.path, file.label, offset), raw=True, offset=offset)
    content = read_content(file.path, file.label)
    if content.raw is not None:
        return _headerless(file.label, content.raw)
    if len(content.arrays) != 1:
        raise InputError(f"{file.label}: holds {len(content.arrays)} arrays; one is needed")
    return Source(file.label, next(iter(content.arrays.values())))


def _headerless(label: str, raw: Headerless) -> Source:
    return Source(label, raw.bytes, raw=True, offset=raw.offset, stated=raw.shape)


def read_group(pattern: str, files: Sequence[File], offset: int) -> Source | None:
    """Read the numbered files of a pattern as bytes from `offset` on, in one source; None where there are none."""
    named = [(numbered(file.label), file) for file in files]
    members = {found.number: file for found, file in named if found and found.pattern == pattern}
    if not members:
        return None
    members = dict(sorted(members.items()))
    first = read_source(next(iter(members.values())), as_bytes=True, offset=offset)
    return _on_demand(pattern, members, first, first.values.dtype)


def _without_zarr(files: Sequence[File], notes: list[str]) -> Sequence[File]:
    """Leave out folders that are zarr arrays: their chunks are packed and look like headerless values."""
    folders = {file.label.rpartition("/")[0]: file for file in files if is_zarr(file.label)}
    if not folders:
        return files
    topmost = {folder for folder in folders if not any(folder != top and _lies_in(folder, top) for top in folders)}
    notes += [f"{refuse_zarr(folder or str(folders[folder].folder))}; left out" for folder in sorted(topmost)]
    return [file for file in files if not any(_lies_in(file.label, folder) for folder in topmost)]


def _lies_in(label: str, folder: str) -> bool:
    return not folder or label.startswith(f"{folder}/")


def _grouped(things: Iterable[tuple[str, Any]]) -> dict[str, dict[int, Any]]:
    """Group things by the pattern of their label, under their number; a label without a number is its own pattern."""
    groups: dict[str, dict[int, Any]] = defaultdict(dict)
    for label, thing in things:
        pattern, number = numbered(label) or (label, 0)
        groups[pattern if number not in groups[pattern] else label][number] = thing
    return {pattern: dict(sorted(members.items())) for pattern, members in groups.items() if members}


def _may_be_frames(pattern: str, members: Mapping[int, Any]) -> bool:
    return "*" in pattern and (len(members) > 1 or stage_of(pattern) in {"tensors", "windows"})


def _file_group(label: str, members: Mapping[int, File], notes: list[str]) -> Source | None:
    """Read numbered files as one source, if the first that can be read is a single frame."""
    by_size = Counter(file.size for file in members.values())
    probes = {file.size: file for file in reversed(list(members.values()))}
    first = _first_item(probes[size] for size, _ in by_size.most_common(_MAX_SIZES))
    if first is None:
        return None
    if sum(file.size for file in members.values()) <= _EAGER_BYTES:
        items = {number: _item(file, first, notes) for number, file in members.items()}
        kept = {number: item for number, item in items.items() if item is not None}
        return replace(first, label=label, values=np.stack(list(kept.values())), numbers=tuple(kept)) if kept else None
    probed = {size: _item(probes[size], first, notes) for size in list(by_size)[:_MAX_SIZES]}
    readable = {n: file for n, file in members.items() if probed.get(file.size, first) is not None}
    dtype = np.result_type(first.values.dtype, *(item.dtype for item in probed.values() if item is not None))
    return _on_demand(label, readable, first, dtype)


def _first_item(files: Iterable[File]) -> Source | None:
    for file in files:
        try:
            source = read_source(file)
        except InputError:
            continue
        return source if _is_item(source) else None
    return None


def _is_item(source: Source) -> bool:
    fits = fitting(source.stated or source.shape, mode=mode_of(source.label))
    if source.raw and not source.stated:
        counts = {divmod(source.shape[0], storage(word).itemsize) for word in PRIORS}
        fits = [
            found for count, rest in counts if not rest for found in fitting_values(count, mode=mode_of(source.label))
        ]
    return any(layout.item and layout.count(lengths) == 1 for layout, lengths in fits)


def _item(file: File, like: Source, notes: list[str]) -> NDArray | None:
    try:
        return _checked_item(file, like)
    except InputError as error:
        notes.append(f"{error}; left out")
        return None


def _checked_item(file: File, like: Source) -> NDArray:
    plain = like.raw and file.size == like.shape[0] + like.offset
    source = read_source(file, as_bytes=plain, offset=like.offset if plain else 0)
    if (source.raw, source.shape, source.offset) != (like.raw, like.shape, like.offset):
        kind = "bytes" if like.raw else "values"
        raise InputError(f"{file.label}: holds {source.shape} {kind} where {like.label} holds {like.shape}")
    return np.asarray(source.values)


def _on_demand(label: str, members: Mapping[int, File], first: Source, dtype: np.dtype[Any]) -> Source:
    files = list(members.values())

    def load(item: int) -> NDArray:
        file = files[item]
        values = _checked_item(file, first)
        if not _is_as_found(file):
            raise InputError(f"{file.label}: has changed since it was read; read it again")
        return values

    values = ItemStack(load, (len(files), *first.shape), dtype)
    return replace(first, label=label, values=values, numbers=tuple(members))


def _collect_file(file: File, findings: Findings) -> None:
    try:
        content = read_content(file.path, file.label)
    except InputError as error:
        findings.notes.append(f"{error}; left out")
        return
    sources: dict[str, Source] = {}
    _collect_content(file.label, content, findings, sources)
    for pattern, members in _grouped((label, label) for label in sources).items():
        findings.sources += _stacked(pattern, [sources[label] for label in members.values()], tuple(members))


def _collect_content(label: str, content: Content, findings: Findings, sources: dict[str, Source]) -> None:
    """Sort out what a file, or a file in an archive, holds."""
    findings.notes += [f"{label}: {note}" for note in content.notes]
    if any(name.endswith(_PARAMETERS) for name in content.arrays):
        findings.notes.append(f"{label}: holds the parameters of a network and no stage; left out")
        return
    if content.facts:
        findings.facts[label] = content.facts
    if content.raw is not None:
        sources[label] = _headerless(label, content.raw)
    for name, array in content.arrays.items():
        labelled = f"{label}/{name}" if name else label
        sources[labelled] = Source(labelled, array)
    for name, part in content.parts.items():
        if isinstance(part, InputError):
            findings.notes.append(f"{part}; left out")
        else:
            _collect_content(f"{label}/{name}", part, findings, sources)
    if not (content.facts or content.arrays or content.parts or content.raw is not None):
        findings.ignored.append(label)


def _is_as_found(file: File) -> bool:
    try:
        return stamp(file.path.stat()) == file.stamp
    except OSError:
        return False


def _stacked(pattern: str, sources: list[Source], numbers: tuple[int, ...]) -> list[Source]:
    """Make one source of numbered arrays in one file, if they are single frames."""
    first = sources[0]
    alike = len({(source.shape, source.raw, source.offset, source.stated) for source in sources}) == 1
    if len(sources) == 1 or not alike or not _is_item(first):
        return sources
    values = [source.values for source in sources]
    if any(isinstance(value, OnDemand) for value in values):
        dtype = np.result_type(*{value.dtype for value in values})
        stack: Array = ItemStack(lambda item: np.asarray(values[item]), (len(values), *first.shape), dtype)
    else:
        stack = np.stack([np.asarray(value) for value in values])
    return [replace(first, label=pattern, values=stack, numbers=numbers)]
