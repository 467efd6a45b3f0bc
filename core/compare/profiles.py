"""Where the errors of a stage sit: against its rows (frequency), against the reference's level, and against time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..run import StageName
from .pair import Pair
from .paired_blocks import PairedBlock, paired_blocks

ErrorKind: TypeAlias = Literal["rows", "level", "time"]

_LEVEL = "value of the reference"
_LEVELS = 100
_MOMENTS = 1000
"""Bins of a profile against level and against time: as many as a panel has room for."""


@dataclass(frozen=True, slots=True, eq=False)
class ErrorProfile:
    """The error of a stage along one axis; what no pair belongs to is left out.

    Attributes
    ----------
    places : (k,) float64 array
        Hz or row numbers, values of the reference, or seconds; ascending.
    mean, rms, largest : (k,) float64 arrays
        Of |port - reference|, finite pairs only.
    across : str
        What the places are, such as ``Hz``.
    """

    places: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]
    rms: npt.NDArray[np.float64]
    largest: npt.NDArray[np.float64]
    across: str


class _Bins:
    """Sums of errors, bin by bin."""

    def __init__(self, count: int) -> None:
        self._pairs, self._sums, self._squares, self._largest = (np.zeros(count) for _ in range(4))

    def add(self, places: NDArray, errors: NDArray) -> None:
        """Take (n,) errors in, each at the number of its bin; NaN is none."""
        known, size = np.isfinite(errors), len(self._pairs)
        places, errors = places[known], errors[known]
        self._pairs += np.bincount(places, minlength=size)
        self._sums += np.bincount(places, errors, size)
        self._squares += np.bincount(places, errors * errors, size)
        np.maximum.at(self._largest, places, errors)

    def profile(self, places: npt.NDArray[np.float64], across: str) -> ErrorProfile:
        """Give what has come together, at the places of the bins."""
        has = self._pairs > 0
        pairs = self._pairs[has]
        mean, rms = self._sums[has] / pairs, np.sqrt(self._squares[has] / pairs)
        return ErrorProfile(places[has], mean, rms, self._largest[has], across)


def error_profile(pair: Pair, stage: StageName, kind: ErrorKind, hz: NDArray | None = None) -> ErrorProfile:
    """Give the error of a stage along one axis.

    Parameters
    ----------
    stage : str
        One of ``pair.stages``.
    kind : str
        Against the values of an item (``rows``), the reference's value (``level``), or ``time``.
    hz : (values,) array or None
        Frequency of every value of an item, where it has one.

    Raises
    ------
    CancelledError
        Between two blocks, where nobody wants the result any more.
    """
    if kind == "rows":
        return _by_row(paired_blocks(pair, stage), hz)
    return _by_level(pair, stage) if kind == "level" else _by_time(pair, stage)


def _by_row(blocks: Iterator[PairedBlock], hz: NDArray | None) -> ErrorProfile:
    bins: _Bins | None = None
    rows: NDArray = np.arange(0)
    for block in blocks:
        if bins is None:
            rows = np.arange(block.port.shape[1])
            bins = _Bins(len(rows))
        bins.add(np.tile(rows, len(block.port)), block.errors().ravel())
    named = hz is not None and len(hz) == len(rows)
    places = np.asarray(hz if named else rows, np.float64)
    return (bins or _Bins(0)).profile(places, "Hz" if named else "row")


def _by_level(pair: Pair, stage: StageName) -> ErrorProfile:
    low, high = np.inf, -np.inf
    for block in paired_blocks(pair, stage):
        finite = block.reference[np.isfinite(block.reference)]
        low, high = min(low, float(finite.min(initial=np.inf))), max(high, float(finite.max(initial=-np.inf)))
    if low > high:
        return _Bins(0).profile(np.zeros(0), _LEVEL)
    bins, width = _Bins(_LEVELS), (high - low) / _LEVELS or 1.0
    for block in paired_blocks(pair, stage):
        known = np.isfinite(block.reference)
        places = np.minimum((block.reference[known].astype(np.float64) - low) / width, _LEVELS - 1).astype(np.int64)
        bins.add(places, block.errors()[known])
    return bins.profile(low + width * (np.arange(_LEVELS, dtype=np.float64) + 0.5), _LEVEL)


def _by_time(pair: Pair, stage: StageName) -> ErrorProfile:
    reference = pair.reference[stage]
    clock = reference.clock
    last = int(reference.frames[-1]) if reference.frames is not None and len(reference.frames) else 0
    count = max(last + 1, reference.shape[reference.time])
    size = min(_MOMENTS, count)
    bins = _Bins(size)
    for block in paired_blocks(pair, stage):
        places = block.numbers * size // count
        bins.add(np.repeat(places, block.port.shape[1]), block.errors().ravel())
    items = (np.arange(size, dtype=np.float64) + 0.5) * count / size - 0.5
    return bins.profile((items + 0.5 - clock.offset) / clock.rate, "seconds")
