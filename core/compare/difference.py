"""Differences between two runs, value by value, computed only where somebody looks."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, NDArray, OnDemand
from ..base.errors import InputError
from ..run import Stage
from .alignment import Alignment, item_ids, time_major

DifferenceKind: TypeAlias = Literal["signed", "absolute", "log", "relative"]

SMALLEST = 1e-30
"""What a difference is taken as before its logarithm, and a reference before it divides: equal values give -30."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference(OnDemand):
    """Port minus reference, on the reference's items.

    Attributes
    ----------
    reference, port : (n, ...) arrays with time as the first axis
        Items of the same shape.
    reference_at, port_at : (items,) int64 or None
        Positions of the two partners of each item; -1 where there is none, which gives an item of NaN. None: item n
        lies at position n of both, which have as many.
    kind : str
        ``signed``: port - reference; ``absolute``: its magnitude; ``log``: the decimal logarithm of that, -30 where
        nothing differs; ``relative``: port - reference in parts of the reference's magnitude, at least 1e-30.
    """

    reference: Array
    port: Array
    reference_at: npt.NDArray[np.int64] | None = None
    port_at: npt.NDArray[np.int64] | None = None
    kind: DifferenceKind = "signed"

    @property
    def shape(self) -> tuple[int, ...]:
        """The reference's, with an item for every number up to its last."""
        count = len(self.reference) if self.reference_at is None else len(self.reference_at)
        return (count, *self.reference.shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """float32, or float64 where one side has more digits than that."""
        return np.result_type(self.reference.dtype, self.port.dtype, np.float32)

    def present(self, items: NDArray) -> npt.NDArray[np.bool_]:
        """Tell which of these items have both partners."""
        return (_places(self.reference_at, items) >= 0) & (_places(self.port_at, items) >= 0)

    def take(self, items: NDArray) -> NDArray:
        """Subtract the items with these numbers."""
        values = np.full((len(items), *self.shape[1:]), np.nan, self.dtype)
        paired = self.present(items)
        own, other = (_places(places, items)[paired] for places in (self.reference_at, self.port_at))
        values[paired] = self._subtract(_rows(self.reference, own, self.dtype), _rows(self.port, other, self.dtype))
        return values

    def _subtract(self, reference: NDArray, port: NDArray) -> NDArray:
        with np.errstate(invalid="ignore", over="ignore"):
            difference: NDArray = port - reference
            if self.kind == "signed":
                return difference
            if self.kind == "relative":
                return difference / np.maximum(np.abs(reference), SMALLEST)
            absolute: NDArray = np.abs(difference)
            return absolute if self.kind == "absolute" else np.log10(np.maximum(absolute, SMALLEST))


def difference_of(reference: Stage, port: Stage, pairs: Alignment, kind: DifferenceKind = "signed") -> Difference:
    """Give the difference of two stages on the reference's items.

    Parameters
    ----------
    pairs : Alignment
        Which item of the port belongs to which of the reference: as found, or ``align(reference, port, 0)`` for raw.

    Raises
    ------
    InputError
        Items of different shapes.
    """
    one, other = time_major(reference), time_major(port)
    if one.shape[1:] != other.shape[1:]:
        raise InputError(f"{reference.name}: items of {one.shape[1:]} and {other.shape[1:]} have no difference")
    reference_at = positions(reference)
    port_at = np.full(len(reference_at), -1, np.int64)
    port_at[item_ids(reference)[pairs.reference]] = pairs.port
    return Difference(one, other, reference_at, port_at, kind)


def positions(stage: Stage) -> npt.NDArray[np.int64]:
    """Give where each item number lies in the stage's array, (last number + 1,) int64; -1: nowhere."""
    known = item_ids(stage)
    places = np.full(int(known[-1]) + 1 if len(known) else 0, -1, np.int64)
    places[known] = np.arange(len(known))
    return places


def _places(at: npt.NDArray[np.int64] | None, items: NDArray) -> NDArray:
    return items if at is None else at[items]


def _rows(array: Array, places: NDArray, kind: np.dtype[Any]) -> NDArray:
    """Give some items as floats, without a copy of neighbours in order."""
    if len(places) and (np.diff(places) == 1).all():
        return array[int(places[0]) : int(places[-1]) + 1].astype(kind, copy=False)
    return array[places].astype(kind, copy=False)
