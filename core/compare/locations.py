"""Locations: single values of a comparison, with their coordinates in the domain's words."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..config import Config
from ..drawing.coordinates import place_text
from ..run import Stage
from .alignment import Alignment, time_major
from .block_stats import coarser_type, max_ulp
from .metrics import ItemErrors
from .tolerance import Tolerance

WORST_PLACES = 10


@dataclass(frozen=True, slots=True)
class ValueLocation:
    """One value of both runs.

    Attributes
    ----------
    index : tuple of int
        Index in the reference's stage; its item is a frame, column, row or sample number.
    text : str
        The same in the domain's words.
    reference, port : float
        The two values.
    ulp : int
        Their distance in units in the last place of the coarser type.
    """

    index: tuple[int, ...]
    text: str
    reference: float
    port: float
    ulp: int

    @property
    def difference(self) -> float:
        """Port minus reference."""
        return self.port - self.reference


def worst_places(
    reference: Stage, port: Stage, pairs: Alignment, errors: ItemErrors, config: Config | None
) -> tuple[ValueLocation, ...]:
    """Give the largest difference of each of the items that differ most, largest first."""
    order = np.argsort(-errors.max_abs, kind="stable")[:WORST_PLACES]
    return tuple(_place(reference, port, pairs, int(n), config=config) for n in order if errors.max_abs[n] > 0)


def first_place(
    reference: Stage, port: Stage, pairs: Alignment, errors: ItemErrors, *, tolerance: Tolerance, config: Config | None
) -> ValueLocation | None:
    """Give the first value out of tolerance in the first item that has one."""
    outside = np.flatnonzero(errors.outside)
    return _place(reference, port, pairs, int(outside[0]), config=config, first=tolerance) if len(outside) else None


def worst_cells(
    stage: Stage, number: int, reference: NDArray, port: NDArray, *, count: int, config: Config | None
) -> tuple[ValueLocation, ...]:
    """Give the values of one pair of items that differ most, largest difference first; equal ones are left out.

    Parameters
    ----------
    stage : Stage
        The reference's stage that the item is of.
    number : int
        The item's frame, column, row or sample number in the reference.
    reference, port : arrays of the same shape
        The two items.
    """
    difference = _apart(reference, port).ravel()
    order = np.argsort(-difference, kind="stable")[:count]
    return tuple(_located(stage, number, reference, port, int(n), config=config) for n in order if difference[n] > 0)


def _place(
    reference: Stage, port: Stage, pairs: Alignment, n: int, *, config: Config | None, first: Tolerance | None = None
) -> ValueLocation:
    """Locate the largest difference of pair n, or, with a tolerance, its first value out of tolerance."""
    position = int(pairs.reference[n])
    a, b = np.asarray(time_major(reference)[position]), np.asarray(time_major(port)[int(pairs.port[n])])
    difference = _apart(a, b)
    flat = int((difference > first.limit(np.abs(a.astype(np.float64)))).argmax() if first else difference.argmax())
    number = position if reference.frames is None else int(reference.frames[position])
    return _located(reference, number, a, b, flat, config=config)


def _apart(reference: NDArray, port: NDArray) -> npt.NDArray[np.float64]:
    """Give |port - reference|: 0 where both are equal or NaN, infinite where one side alone is not finite."""
    left, right = reference.astype(np.float64), port.astype(np.float64)
    with np.errstate(invalid="ignore"):
        difference = np.nan_to_num(np.abs(right - left), nan=np.inf)
    return np.where((left == right) | (np.isnan(left) & np.isnan(right)), 0, difference)


def _located(stage: Stage, number: int, a: NDArray, b: NDArray, flat: int, *, config: Config | None) -> ValueLocation:
    cell = tuple(int(k) for k in np.unravel_index(flat, a.shape)) if a.ndim else ()
    index = (*cell[: stage.time], number, *cell[stage.time :])
    one, other = (np.nan_to_num(np.atleast_1d(side[cell].astype(np.float64))) for side in (a, b))
    ulp = max_ulp(one, other, coarser_type(a.dtype, b.dtype))
    return ValueLocation(index, place_text(stage, index, config), float(a[cell]), float(b[cell]), ulp)
