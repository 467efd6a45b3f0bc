"""What tables hold beside their values: a shape in front, numbers of rows and columns, the places of single values."""

import re
from collections.abc import Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ..layouts import fitting

_MIN_COUNT = 512
_LARGEST_VALUE = 200.0
_MIN_ROWS = 64
MAX_AXES = 4
_MAX_NUMBER = 1e9
_VALUE_WORDS = ("value", "val", "mel", "feature", "db", "energy", "amplitude", "magnitude", "data")
_BAND_WORDS = ("band", "bin", "mel", "freq")


class Table(NamedTuple):
    """Values in as many axes as the table gives them, the numbers of its rows where these are not all, and notes."""

    values: NDArray
    rows: tuple[int, ...] | None = None
    notes: tuple[str, ...] = ()


def read_table(table: NDArray, header: str, where: str) -> Table:
    """Leave out of a table what is no value.

    Parameters
    ----------
    table : (rows, columns) float64
        All its numbers.
    header : str
        The line above it, with words for its columns; may be empty.
    where : str
        What to name in an error.

    Raises
    ------
    InputError
        One number a line after a count that is not theirs.
    """
    if table.shape[1] == 1:
        return Table(_without_shape(table[:, 0], where))
    return _placed(
        table, [word.strip("\"'").lower() for word in re.split("[,;\t ]+", header.strip())]
    ) or _without_numbering(table)


def shape_in_front(values: NDArray, axes: int) -> tuple[int, ...] | None:
    """Give the first `axes` numbers as the shape of the others, None where they are not that."""
    front = values[:axes]
    if not (np.isfinite(front) & (front >= 1) & (front <= len(values)) & (front == np.floor(front))).all():
        return None
    shape = tuple(int(length) for length in front)
    return shape if len(shape) == axes and prod(shape) == len(values) - axes else None


def _without_shape(values: NDArray, where: str) -> NDArray:
    for axes in range(1, MAX_AXES + 1):
        if shape := shape_in_front(values, axes):
            return values[axes:].reshape(shape)
    first, rest = values[0], values[1:]
    if first >= _MIN_COUNT and first == np.floor(first) and (np.abs(rest) < _LARGEST_VALUE).all():
        raise InputError(f"{where}: its first line announces {first:.0f} values, but {len(rest)} follow")
    return values


def _without_numbering(table: NDArray) -> Table:
    notes: list[str] = []
    if np.array_equal(table[0], np.arange(table.shape[1])):
        table = table[1:]
        notes.append("its first row numbers the columns and was left out")
    if not _numbers_rows(table):
        return Table(table, None, tuple(notes))
    first, table = table[:, 0], table[:, 1:]
    whole = (np.abs(first) < _MAX_NUMBER).all() and (first == np.floor(first)).all() and first[0] >= 0
    notes.append("its first column numbers the rows and was left out")
    return Table(table, tuple(first.astype(int).tolist()) if whole else None, tuple(notes))


def _numbers_rows(table: NDArray) -> bool:
    """Tell whether the first column counts, or rises where no stage is as wide as the table but one is without it."""
    first = table[:, 0]
    if len(table) < 3 or not np.isfinite(first).all():
        return False
    counts = np.array_equal(first - first[0], np.arange(len(table)))
    rises = bool((np.diff(first) > 0).all())
    return counts or (rises and not fitting(table.shape) and bool(fitting(table[:, 1:].shape)))


def _placed(table: NDArray, header: Sequence[str]) -> Table | None:
    """Put values into the places that the other columns give, where these fill an array exactly."""
    rows, columns = table.shape
    if not 3 <= columns <= MAX_AXES + 1 or rows < _MIN_ROWS:
        return None
    named = [place for place, word in enumerate(header[:columns]) if word.startswith(_VALUE_WORDS)]
    for value in dict.fromkeys([*named[-1:], *range(columns - 1, -1, -1)]):
        axes = [place for place in range(columns) if place != value]
        axes.sort(key=lambda place: not (place < len(header) and header[place].startswith(_BAND_WORDS)))
        array = _filled(table[:, value], [table[:, axis] for axis in axes])
        if array is not None:
            said = " and ".join(str(axis + 1) for axis in axes)
            note = f"its columns {said} were taken for the places of the values in column {value + 1}"
            return Table(array, None, (note,))
    return None


def _filled(values: NDArray, columns: Sequence[NDArray]) -> NDArray | None:
    """Give the array whose places the columns are, None where they hold anything else or leave places out."""
    if not all(_counts(column) for column in columns):
        return None
    places = [(column - column.min()).astype(np.int64) for column in columns]
    shape = tuple(int(each.max()) + 1 for each in places)
    if prod(shape) != len(values) or min(shape) < 2:
        return None
    flat = np.ravel_multi_index(tuple(places), shape)
    if not np.bincount(flat, minlength=len(values)).all():
        return None
    array = np.empty(len(values))
    array[flat] = values
    return array.reshape(shape)


def _counts(column: NDArray) -> bool:
    return bool(np.isfinite(column).all() and (column == np.floor(column)).all() and np.ptp(column) < len(column))
