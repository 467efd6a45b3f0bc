"""Printed arrays put together: rows by their numbers, or one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from ...base.arrays import NDArray
from ..layouts import fitting
from .file_content import Content
from .labels import Label
from .number_text import as_written

_MAX_SEPARATE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """An array with what stands beside it."""

    label: Label
    values: NDArray


def put_together(items: Sequence[Item]) -> Content:
    """Make arrays of items: those of one name are rows of one array.

    Rows are ordered by their numbers. Rows that are frames, and whose numbers do not begin at 0 or leave gaps, stay
    single arrays with the number in their names, as files of single frames are.

    Raises
    ------
    ValueError
        Rows of one name have different lengths, or some are missing.
    """
    arrays: dict[str, NDArray] = {}
    notes: list[str] = []
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.label.name, []).append(item)
    for name, members in groups.items():
        arrays |= {key: as_written(array) for key, array in _array(name, members, notes).items()}
    return Content(arrays, notes=tuple(notes))


def _array(name: str, members: list[Item], notes: list[str]) -> dict[str, NDArray]:
    indices = [item.label.numbers for item in members]
    if len(members) == 1 and not _is_frame(members[0]):
        return {name: members[0].values}
    if not all(indices) or len({len(index) for index in indices}) > 1:
        return _in_order(name, [item.values for item in members])
    members = _last_printed(name, members, notes)
    _check_alike(name, members)
    return _by_number(name, members, notes)


def _is_frame(item: Item) -> bool:
    """Tell whether an item is one frame with its number, and no array whose label gives its shape."""
    index, shape = item.label.numbers, item.values.shape
    return len(index) == 1 and prod(index) not in {item.values.size, *shape} and is_frame_shape(shape)


def is_frame_shape(shape: tuple[int, ...]) -> bool:
    """Tell whether an array of this shape can be one row of features, one window, or one frame tensor."""
    return any(layout.item and layout.count(lengths) == 1 for layout, lengths in fitting(shape))


def _in_order(name: str, arrays: list[NDArray]) -> dict[str, NDArray]:
    if len({array.shape for array in arrays}) == 1:
        return {name: np.stack(arrays)}
    if len(arrays) > _MAX_SEPARATE or all(array.ndim == 1 for array in arrays):
        sizes = sorted({array.size for array in arrays})
        raise ValueError(
            f"{name or 'it'} has rows of {sizes[0]} and of {sizes[-1]} numbers; they must be of equal lengths"
        )
    return {f"{name or 'array'} {chr(ord('a') + place)}": array for place, array in enumerate(arrays)}


def _last_printed(name: str, members: list[Item], notes: list[str]) -> list[Item]:
    last = {item.label.numbers: item for item in members}
    if len(last) < len(members):
        again = len(members) - len(last)
        notes.append(f"{again} rows{_of(name)} are there more than once; the last of each was taken")
    return [last[index] for index in sorted(last)]


def _check_alike(name: str, members: list[Item]) -> None:
    first = members[0]
    for item in members:
        if item.values.shape != first.values.shape:
            raise ValueError(
                f"{_row(name, item)} holds {item.values.size} numbers, {_row(name, first)} {first.values.size}; "
                "rows must be of equal lengths"
            )


def _by_number(name: str, members: list[Item], notes: list[str]) -> dict[str, NDArray]:
    indices = np.array([item.label.numbers for item in members], np.int64)
    shape = members[0].values.shape
    outer, *inner = [np.unique(axis) for axis in indices.T]
    lengths = (len(outer), *map(len, inner))
    if prod(lengths) != len(members) or any(np.ptp(axis) + 1 != len(axis) for axis in inner):
        raise ValueError(f"{name or 'it'} has {len(members)} rows, which do not fill the shape {lengths}; print all")
    values = np.stack([item.values for item in members]).reshape(*lengths, *shape)
    whole = np.ptp(outer) + 1 == len(outer)
    if is_frame_shape(values.shape[1:]) and not (whole and outer[0] == 0):
        return {f"{name or 'row'}_{number}": row for number, row in zip(outer.tolist(), values, strict=True)}
    if not whole:
        raise ValueError(
            f"{name or 'it'} has {len(outer)} rows between the numbers {outer[0]} and {outer[-1]}; print all of them"
        )
    if outer[0] > 1:
        notes.append(f"its rows{_of(name)} are numbered from {outer[0]}")
    return {name: values}


def _of(name: str) -> str:
    return f" of {name}" if name else ""


def _row(name: str, item: Item) -> str:
    return f"{name or 'row '}{list(item.label.numbers)}"
