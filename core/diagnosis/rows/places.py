"""Which of the expected rows each row of a port is, found by the rows that are like it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...base.arrays import NDArray

RATES = (10, 12, 12.5, 15, 20, 23.976, 24, 25, 29.97, 30, 48, 50, 59.94, 60, 100, 120)
"""Frame rates of video, and of features that are made for it."""
_SURE = 0.9
"""Correlation of a row with the expected one that is nearest to it, from which that is believed."""
_AGREE = 0.6
"""Share of the believed rows that lie where a rule says, within a row of it; the others may repeat each other."""
_NEAR_WHOLE = 0.02
"""Relative distance of a step from a whole number, or of its inverse from one, up to which it is it."""
_BESIDE = 2
"""Rows by which features are early or late that are told by the windows beside their own."""
_EQUAL = 1e-6
"""Difference of correlations up to which two rows are equally like one: rows of silence repeat each other."""
_SHUFFLED = 0.5
"""Share of the rows that have to be found once in shuffled ones: silence is many rows alike."""
_MIN_ROWS = 8
Places = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule by which rows may be others.

    Attributes
    ----------
    kind : str
        ``shifted``, ``every``, ``repeated``, ``rate``, ``interpolated``, ``reversed``, ``rotated``, ``left_out`` or
        ``shuffled``.
    value : str
        The number or word that it has.
    places : (m,) float array
        The expected row that each of the port's is.
    """

    kind: str
    value: str
    places: Places


def rules(values: NDArray, expected: NDArray, total: int, fps: float) -> Iterator[Rule]:
    """Give the rules that fit which rows are like which, the simplest first; none where rows are where they belong.

    Parameters
    ----------
    values, expected : (m, width), (n, width) arrays
        The port's rows, from the first on, and those that there should be.
    total : int
        How many rows the port has in all.
    fps : float
        Expected rows a second.
    """
    if min(len(values), len(expected)) < _MIN_ROWS:
        return
    for prepared in (np.asarray, np.sort):
        likeness = _likeness(prepared(values), prepared(expected))
        nearest = likeness.argmax(axis=1)
        sure = np.flatnonzero(likeness.max(axis=1) > _SURE)
        if len(sure) >= _MIN_ROWS:
            found = _fitted(sure, nearest[sure], count=len(values), total=total, expected=len(expected), fps=fps)
            yield from (rule for rule in found if _agrees(rule, sure, nearest[sure]))
            yield from _listed(likeness)


def coarse_places(values: NDArray, expected: NDArray) -> Places | None:
    """Give about which of the expected rows each of a port's rows is, by one step from row to row.

    Parameters
    ----------
    values, expected : (m, width), (n, width) arrays
        The port's rows, from the first on, and those that there should be.

    Returns
    -------
    (m,) float array or None
        None where too few rows are like any that are expected.
    """
    if min(len(values), len(expected)) < _MIN_ROWS:
        return None
    likeness = _likeness(values, expected)
    nearest, sure = likeness.argmax(axis=1), np.flatnonzero(likeness.max(axis=1) > _SURE)
    if len(sure) < _MIN_ROWS:
        return None
    slope = _slope(sure, nearest[sure])
    return slope * np.arange(len(values)) + float(np.median(nearest[sure] - slope * sure))


def _likeness(values: NDArray, expected: NDArray) -> NDArray:
    """Correlation of each row with each expected one, (m, n)."""
    return np.asarray(_standard(values) @ _standard(expected).T)


def _standard(rows: NDArray) -> NDArray:
    """Rows with a mean of 0 and a length of 1."""
    centred = rows.astype(np.float32) - rows.mean(axis=1, keepdims=True, dtype=np.float32)
    return np.asarray(centred / np.maximum(np.sqrt(np.square(centred).sum(axis=1, keepdims=True)), 1e-20))


def _agrees(rule: Rule, rows: NDArray, nearest: NDArray) -> bool:
    return float((np.abs(rule.places[rows] - nearest) <= 1).mean()) >= _AGREE


def _fitted(rows: NDArray, nearest: NDArray, *, count: int, total: int, expected: int, fps: float) -> Iterator[Rule]:
    """Rules of one step, with the numbers that the nearest rows say."""
    numbers = np.arange(count)
    slope = _slope(rows, nearest)
    near = max(_NEAR_WHOLE, 2 / len(rows))
    yield from _moved(numbers, rows, nearest, expected)
    if abs(slope + 1) < near:
        yield Rule("reversed", "reversed", float(np.median(nearest + rows)) - numbers)
    if slope <= 0:
        return
    step, copies = round(slope), round(1 / slope)
    if step > 1 and abs(slope / step - 1) < near:
        first = int(np.median(nearest - step * rows))
        yield Rule("every", f"{step} from row {first}" if first else f"{step}", step * numbers + float(first))
    if copies > 1 and abs(slope * copies - 1) < near:
        for ahead in range(copies):
            yield Rule("repeated", f"{copies} times", ((numbers + ahead) // copies).astype(np.float64))
    yield from _at_rates(numbers, slope, total, expected, fps)


def _at_rates(numbers: NDArray, slope: float, total: int, expected: int, fps: float) -> Iterator[Rule]:
    """The nearest or the interpolated rows of another frame rate."""
    usual = [rate for rate in RATES if abs(rate * slope / fps - 1) < _NEAR_WHOLE and rate != fps]
    for rate in sorted(usual, key=lambda rate: abs(rate * slope / fps - 1)):
        exact = numbers * (fps / rate)
        for places in (np.floor(exact + 1e-9), np.round(exact)):
            yield Rule("rate", f"{rate:g} fps", places)
        yield Rule("interpolated", f"to {rate:g} fps", exact)
    if total > 1 and abs(slope * total / expected - 1) < _NEAR_WHOLE:
        yield Rule("interpolated", f"to {total:,} rows", numbers * ((expected - 1) / (total - 1)))
        middles = (numbers + 0.5) * (expected / total) - 0.5
        yield Rule("interpolated", f"to {total:,} rows, by their middles", middles)


def _moved(numbers: NDArray, rows: NDArray, nearest: NDArray, expected: int) -> Iterator[Rule]:
    """The same rows earlier or later, where those at one end may go on at the other."""
    by = int(np.median(nearest - rows))
    if abs(by) > _BESIDE and float((nearest - rows == by).mean()) >= _AGREE:
        yield Rule("shifted", f"{by:+d} rows", numbers + float(by))
    by = int(np.bincount((nearest - rows) % expected).argmax())
    if _BESIDE < by < expected - _BESIDE:
        yield Rule("rotated", f"by {by:,} rows", ((numbers + by) % expected).astype(np.float64))


def _slope(rows: NDArray, nearest: NDArray) -> float:
    """The step from row to row, in the median of pairs that are half of the rows apart."""
    half = len(rows) // 2
    return float(
        np.median((nearest[half:] - nearest[: len(nearest) - half]) / (rows[half:] - rows[: len(rows) - half]))
    )


def _listed(likeness: NDArray) -> Iterator[Rule]:
    """Rows by a list: where all are like one, and they can rise, some were left out; else they are shuffled."""
    best = likeness.max(axis=1)
    if float((best > _SURE).mean()) < _SURE:
        return
    rising = _rising(likeness >= best[:, None] - _EQUAL)
    if rising is not None:
        if len(left_out := np.setdiff1d(np.arange(rising[-1] + 1), rising)):
            yield Rule("left_out", _which(left_out), rising.astype(np.float64))
        return
    nearest = likeness.argmax(axis=1)
    if float((np.diff(nearest) >= 0).mean()) > _SURE:  # they follow each other in time, however often
        return
    if len(np.unique(nearest)) > _SHUFFLED * min(likeness.shape):
        yield Rule("shuffled", "shuffled", nearest.astype(np.float64))


def _rising(fits: NDArray) -> NDArray | None:
    """Give the first row after the one before that each of a port's rows may be; None where one has none."""
    places = np.empty(len(fits), np.int64)
    last = -1
    for row, fit in enumerate(fits):
        after = np.flatnonzero(fit[last + 1 :])
        if not len(after):
            return None
        last = places[row] = last + 1 + int(after[0])
    return places


def _which(rows: NDArray) -> str:
    steps = np.unique(np.diff(rows))
    if len(rows) > 1 and len(steps) == 1:
        return f"every {steps[0]} rows, from row {rows[0]:,} on"
    return f"{len(rows):,} rows, the first of them row {rows[0]:,}"
