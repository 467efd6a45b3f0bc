"""Places: single values of a comparison, with their coordinates in the domain's words."""

from dataclasses import dataclass

import numpy as np

from ..config import Config
from ..coordinates import describe
from ..run import Stage
from .alignment import Alignment, items
from .blocks import coarser_type, max_ulp
from .metrics import ItemErrors
from .tolerance import Tolerance

WORST_PLACES = 10


@dataclass(frozen=True, slots=True)
class Place:
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
) -> tuple[Place, ...]:
    """Give the largest difference of each of the items that differ most, largest first."""
    order = np.argsort(-errors.max_abs, kind="stable")[:WORST_PLACES]
    return tuple(_place(reference, port, pairs, int(n), config=config) for n in order if errors.max_abs[n] > 0)


def first_place(
    reference: Stage, port: Stage, pairs: Alignment, errors: ItemErrors, *, tolerance: Tolerance, config: Config | None
) -> Place | None:
    """Give the first value out of tolerance in the first item that has one."""
    outside = np.flatnonzero(errors.outside)
    return _place(reference, port, pairs, int(outside[0]), config=config, first=tolerance) if len(outside) else None


def _place(
    reference: Stage, port: Stage, pairs: Alignment, n: int, *, config: Config | None, first: Tolerance | None = None
) -> Place:
    """Locate the largest difference of pair n, or, with a tolerance, its first value out of tolerance."""
    a, b = np.asarray(items(reference)[int(pairs.reference[n])]), np.asarray(items(port)[int(pairs.port[n])])
    left, right = a.astype(np.float64), b.astype(np.float64)
    difference = np.nan_to_num(np.abs(right - left), nan=np.inf)
    difference[(left == right) | (np.isnan(left) & np.isnan(right))] = 0
    flat = int((difference > first.limit(np.abs(left))).argmax() if first else difference.argmax())
    cell = tuple(int(k) for k in np.unravel_index(flat, a.shape)) if a.ndim else ()
    index = _stage_index(reference, int(pairs.reference[n]), cell)
    one, other = (np.nan_to_num(np.atleast_1d(side[cell])) for side in (left, right))
    ulp = max_ulp(one, other, coarser_type(a.dtype, b.dtype))
    return Place(index, describe(reference.name, index, config), float(left[cell]), float(right[cell]), ulp)


def _stage_index(stage: Stage, position: int, cell: tuple[int, ...]) -> tuple[int, ...]:
    number = position if stage.frames is None else int(stage.frames[position])
    return (*cell, number) if stage.name == "mel" else (number, *cell)
