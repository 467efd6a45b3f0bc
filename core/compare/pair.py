"""Two compared runs read side by side: each value of the reference with the port's value that belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, NDArray, RowBlocks
from ..run import Run, Stage, StageName
from .alignment import align, time_major
from .locations import ValueLocation, worst_cells
from .metrics import take_items
from .recompute import with_derived_stages

if TYPE_CHECKING:
    from .comparison import Comparison

SAMPLED_VALUES = 20_000
"""Pairs that are taken of a whole stage, where it has more."""
_SAMPLED_ITEMS = 512
_ITEMS_AT_ONCE = 32


@dataclass(frozen=True, slots=True, eq=False)
class PairedValues:
    """Values of both runs, pair by pair.

    Attributes
    ----------
    reference, port : (n,) float64 arrays
        The values, finite or not.
    total : int
        How many pairs there are, of which these n are evenly spread or all.
    """

    reference: npt.NDArray[np.float64]
    port: npt.NDArray[np.float64]
    total: int

    @property
    def difference(self) -> npt.NDArray[np.float64]:
        """Port minus reference."""
        with np.errstate(invalid="ignore", over="ignore"):
            return self.port - self.reference


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A reference and a port, whose items belong together by a lag in each stage.

    Attributes
    ----------
    reference, port : Run
        The two runs.
    lags : mapping from stage name to int
        Item t of the port belongs to item t + lag of the reference; 0 where a stage is missing here.
    """

    reference: Run
    port: Run
    lags: Mapping[StageName, int]

    @classmethod
    def of(cls, comparison: "Comparison", *, lag_applied: bool = True) -> "Pair":
        """Pair the runs of a comparison, by the lags it found or as they lie."""
        lags = {found.stage: found.lag or 0 for found in comparison.stages}
        return cls(comparison.reference, comparison.port, lags if lag_applied else {})

    def completed(self) -> "Pair":
        """Add to the port what follows from its stages, as the reference has it: its rows are padded for that."""
        port = with_derived_stages(replace(self.port, config=self.port.config or self.reference.config))
        followed: StageName = "features" if "features" in self.lags else "padded"
        return Pair(self.reference, port, {"tensors": self.lags.get(followed, 0), **self.lags})

    @property
    def stages(self) -> tuple[StageName, ...]:
        """The stages that can be read side by side: both runs have them, with items of the same shape."""
        both = (name for name in self.reference if name in self.port)
        return tuple(name for name in both if _item_shape(self.reference[name]) == _item_shape(self.port[name]))

    def items(self, stage: StageName, number: int) -> tuple[NDArray | None, NDArray | None]:
        """Give an item of the reference and the port's that belongs to it; None where there is none.

        Parameters
        ----------
        number : int
            The reference's frame, mel column, padded row or sample.
        """
        reference = item_at(self.reference[stage], number) if stage in self.reference else None
        port = item_at(self.port[stage], number - self.lags.get(stage, 0)) if stage in self.port else None
        return reference, port

    def port_value(self, stage: StageName, index: tuple[int, ...]) -> float | None:
        """Give the port's value for an index of the reference's stage; None where the port has none there."""
        return value_at(self.port[stage], index, self.lags.get(stage, 0)) if stage in self.port else None

    def worst(self, stage: StageName, number: int, count: int) -> tuple[ValueLocation, ...]:
        """Give the values of one item that differ most, largest difference first; equal ones are left out."""
        reference, port = self.items(stage, number)
        if reference is None or port is None or reference.shape != port.shape:
            return ()
        return worst_cells(self.reference[stage], number, reference, port, count=count, config=self.reference.config)

    def item_values(self, stage: StageName, number: int) -> PairedValues | None:
        """Give all values of one item of both runs; None where a side has none, or one of another shape."""
        reference, port = self.items(stage, number)
        if reference is None or port is None or reference.shape != port.shape:
            return None
        return PairedValues(_flat(reference), _flat(port), reference.size)

    def sample(self, stage: StageName, most: int = SAMPLED_VALUES) -> PairedValues:
        """Give pairs spread over a whole stage, one of `stages`: about `most`, or all; the same ones every time."""
        pairs = align(self.reference[stage], self.port[stage], self.lags.get(stage, 0))
        reference, port = time_major(self.reference[stage]), time_major(self.port[stage])
        chosen, cells = _chosen(len(pairs.port), prod(port.shape[1:]), most)
        left = _picked(reference, pairs.reference[chosen], cells)
        return PairedValues(left, _picked(port, pairs.port[chosen], cells), len(pairs.port) * prod(port.shape[1:]))


def _chosen(count: int, size: int, most: int) -> tuple[NDArray, NDArray]:
    """Choose among `count` items of `size` values: (n,) items, evenly spread, and (n, k) cells of each."""
    if count * size <= most:
        return np.arange(count), np.tile(np.arange(size), (count, 1))
    chosen = np.linspace(0, count - 1, min(count, max(_SAMPLED_ITEMS, most // size))).astype(np.int64)
    return chosen, np.random.default_rng(0).integers(size, size=(len(chosen), -(-most // len(chosen))))


def item_at(stage: Stage, number: int) -> NDArray | None:
    """Give the item of a stage with a number, (values...) as the stage's items are; None where it is not there."""
    position = _position(stage, number)
    return None if position is None else np.asarray(time_major(stage)[position])


def value_at(stage: Stage, index: tuple[int, ...], lag: int = 0) -> float | None:
    """Give one value; None where it is not there.

    Parameters
    ----------
    index : tuple of int
        Index into the stage's array; a frame is its number, also where only some frames are there.
    lag : int
        Items are looked for that much earlier than the index says.
    """
    number, cell = index[stage.time], (*index[: stage.time], *index[stage.time + 1 :])
    every, position = time_major(stage), _position(stage, number - lag)
    if position is None or any(not 0 <= k < size for k, size in zip(cell, every.shape[1:], strict=True)):
        return None
    return float(every.value(position, cell) if isinstance(every, RowBlocks) else every[(position, *cell)])


def _position(stage: Stage, number: int) -> int | None:
    """Give where the item with a number lies among the stage's items; None where it is not there."""
    if stage.frames is None:
        return number if 0 <= number < len(time_major(stage)) else None
    position = int(np.searchsorted(stage.frames, number))
    return position if position < len(stage.frames) and stage.frames[position] == number else None


def _item_shape(stage: Stage) -> tuple[int, ...]:
    return time_major(stage).shape[1:]


def _flat(values: NDArray) -> npt.NDArray[np.float64]:
    return values.ravel().astype(np.float64)


def _picked(array: Array, positions: NDArray, cells: NDArray) -> npt.NDArray[np.float64]:
    """Give some cells of some items, without gathering many items at once."""
    parts = [np.zeros(0)]
    for start in range(0, len(positions), _ITEMS_AT_ONCE):
        block = take_items(array, positions[start : start + _ITEMS_AT_ONCE])
        picked = np.take_along_axis(block.reshape(len(block), -1), cells[start : start + _ITEMS_AT_ONCE], axis=1)
        parts.append(_flat(picked))
    return np.concatenate(parts)
