"""Rows identified: which of the expected rows they are, in what order and on what scale their values are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ...base.arrays import NDArray
from ..quantisation import decimal_noise, quantisation_noise, rms
from .changes import Change, Ordered, Scaled, Taken
from .orders import Index, value_order
from .places import Rule, rules
from .scales import Scale, scales

ROUNDINGS = 3.0
"""Times their own rounding by which rows may be off."""
_SAMPLED = 256
"""Rows that say how coarsely all of them are rounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """What a port's rows are of the expected ones.

    Attributes
    ----------
    rule : Rule or None
        Which rows; None: those that they should be.
    order : (width,) int array or None
        In what order the values are.
    scale : Scale
        On what scale.
    relu : bool
        Whether the port's values below zero stand for zeros.
    error : float
        Root mean square of what is left, in the port's unit.
    left : (n, width) array
        The absolute differences that are left.
    """

    rule: Rule | None
    order: Index | None
    scale: Scale
    relu: bool
    left: NDArray

    @property
    def error(self) -> float:
        """Root mean square of what is left, in the port's unit."""
        return rms(self.left)

    @property
    def plain(self) -> bool:
        """Whether the rows are what they should be."""
        return self.rule is None and self.order is None and not self.scale.changes and not self.relu

    def changes(self) -> Iterator[Change]:
        """Give what makes the port's rows of the expected ones, in order, but for the values below zero."""
        if self.rule:
            yield Taken(self.rule.places)
        if self.order is not None:
            yield Ordered(self.order)
        yield from self.scale.changes


def identified(
    values: NDArray, expected: NDArray, noise: float, *, total: int = 0, fps: float = 25.0, paired: bool = False
) -> Identity | None:
    """Find what rows are, with which nothing is left of them but noise.

    Parameters
    ----------
    values, expected : (m, *shape), (n, *shape) arrays
        The port's items, finite, and those that they should be, both from the first on.
    noise : float
        Root mean square by which the expected rows may be off, as a share of their own or of 1.
    total : int
        How many items the port has, where not all are given.
    fps : float
        Expected items a second.
    paired : bool
        Whether item i of both belongs together, so that no other is looked for.

    Returns
    -------
    Identity or None
        The simplest one; None where nothing explains the rows.
    """
    shape = values.shape[1:]
    rows, wanted = (each.reshape(len(each), -1) for each in (values, expected))
    if not len(rows) or not len(wanted) or rows.shape[1] != wanted.shape[1]:
        return None
    rounding = rms(quantisation_noise(rows[:: 1 + len(rows) // _SAMPLED]))
    for rule in _rules(rows, wanted, total or len(rows), fps, paired=paired):
        used = np.arange(min(len(rows), len(wanted)))
        if rule:
            used = np.flatnonzero((rule.places >= 0) & (rule.places <= len(wanted) - 1))
        if not len(used):
            continue
        pairs = rows[used], Taken(rule.places[used]).apply(wanted) if rule else wanted[used]
        if found := _scaled(rule, *pairs, shape=shape, noise=noise, rounding=rounding):
            return found
    return None


def _rules(rows: NDArray, wanted: NDArray, total: int, fps: float, *, paired: bool) -> Iterable[Rule | None]:
    yield None
    if not paired:
        yield from rules(rows, wanted, total, fps)


def _scaled(
    rule: Rule | None, rows: NDArray, wanted: NDArray, *, shape: tuple[int, ...], noise: float, rounding: float
) -> Identity | None:
    """The order and the scale with which nothing is left of paired rows."""
    order = value_order(rows.reshape(len(rows), *shape), wanted.reshape(len(wanted), *shape))
    if order is not None:
        wanted = Ordered(order).apply(wanted)
    for relu in (False, True) if (rows < 0).any() else (False,):
        seen = np.maximum(rows, 0) if relu else rows
        for scale in scales(seen, wanted, rounding / max(rms(rows), 1e-30)):
            left = np.abs(scale.apply(wanted) - seen)
            if rms(left) <= _limit(scale, seen, wanted, noise, rounding):
                return Identity(rule, order, scale, relu, left)
    return None


def _limit(scale: Scale, rows: NDArray, wanted: NDArray, noise: float, rounding: float) -> float:
    """Root mean square at which nothing is left: the noise of the expected rows on this scale, and the rounding."""
    spread = float(wanted.std(dtype=np.float64))
    factor = float(scale.apply(wanted).std(dtype=np.float64)) / spread if spread and scale.changes else 1.0
    if isinstance(next(iter(scale.changes), None), Scaled):
        rounding = max(rounding, factor * decimal_noise(rows / factor))
    return noise * max(1.0, rms(wanted)) * factor + ROUNDINGS * rounding
