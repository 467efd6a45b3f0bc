"""Numbers as text in rows or lines: CSV, TSV, and one number a line with or without the count in front."""

import re
from pathlib import Path

import numpy as np

from ...arrays import NDArray
from ...errors import InputError
from .content import Content

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBER = re.compile(r"\s*[-+]?(\d|\.\d|nan|inf)", re.IGNORECASE)
_CHUNK = 4096
_NINE_DIGITS = 5e-9
_LEAST_COUNT = 512
_LARGEST_VALUE = 200.0


def is_text(head: bytes) -> bool:
    """Tell whether bytes look like text: there are some, and no control characters among them."""
    return bool(head) and not _CONTROL.search(head)


def is_numbers(_path: Path, head: bytes) -> bool:
    """Tell whether text has a line that begins with a number among its first three."""
    lines = head.decode("utf-8-sig", "replace").splitlines()[:3]
    return is_text(head) and any(_NUMBER.match(line) for line in lines)


def read_numbers(path: Path, where: str) -> Content:
    """Read rows of numbers; a header row, a column that counts the rows and a count in front are left out.

    Raises
    ------
    InputError
        Rows of different lengths, words among the numbers, or a count that is not the number of values.
    """
    with path.open(encoding="utf-8-sig") as file:
        first = file.readline()
        separator = next((mark for mark in ",;" if mark in first), None)
        if _NUMBER.match(first) or first.startswith("#"):
            file.seek(0)
        table = np.loadtxt(file, delimiter=separator, ndmin=2)
    if table.shape[1] == 1:
        return Content({"": as_written(_without_count(table[:, 0], where))})
    return _without_numbering(table)


def as_written(values: NDArray) -> NDArray:
    """Give float64 values that were read from text as float32 if that is what their writer held.

    They are, where every one of them is a float32, or one in 9 significant digits, or the shortest decimal for one.
    """
    flat = values.ravel()
    written = all(_is_float32(flat[start : start + _CHUNK]) for start in range(0, flat.size, _CHUNK))
    return _single(values) if written else values


def _is_float32(values: NDArray) -> bool:
    single = _single(values)
    with np.errstate(invalid="ignore"):  # infinite minus infinite
        inexact = ~(np.abs(single - values) <= _NINE_DIGITS * np.abs(values)) & np.isfinite(values)
    return bool((single[inexact].astype(str).astype(np.float64) == values[inexact]).all())


def _single(values: NDArray) -> NDArray:
    with np.errstate(over="ignore", under="ignore"):
        return values.astype(np.float32)


def _without_count(values: NDArray, where: str) -> NDArray:
    first, rest = values[0], values[1:]
    if first == len(rest):
        return rest
    if first >= _LEAST_COUNT and first == np.floor(first) and (np.abs(rest) < _LARGEST_VALUE).all():
        raise InputError(f"{where}: its first line announces {first:.0f} values, but {len(rest)} follow")
    return values


def _without_numbering(table: NDArray) -> Content:
    notes = []
    if np.array_equal(table[0], np.arange(table.shape[1])):
        table = table[1:]
        notes.append("its first row numbers the columns and was left out")
    if len(table) > 2 and np.array_equal(table[:, 0] - table[0, 0], np.arange(len(table))):
        table = table[:, 1:]
        notes.append("its first column numbers the rows and was left out")
    return Content({"": as_written(table)}, notes=tuple(notes))
