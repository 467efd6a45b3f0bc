"""How rows lie in a tensor of a graph: which axis counts them, which axes are those of an item, which are 1 long."""

from dataclasses import dataclass

import numpy as np

from ..base.arrays import NDArray
from ..base.errors import InputError
from ..encoder.graph import Tensor

ROW, ONE = "row", "one"


@dataclass(frozen=True, slots=True)
class Laid:
    """The axes of a tensor in order: ``row``, ``one``, or the number of an axis of an item, counted from 0.

    Examples
    --------
    >>> Laid(("row", "one", "1", "0")).into(np.zeros((5, 16, 80))).shape
    (5, 1, 80, 16)
    """

    axes: tuple[str, ...]

    def check(self, what: str, rows: tuple[int, ...]) -> None:
        """Refuse words that are none; `rows` is how often ``row`` may stand there."""
        numbers = sorted(axis for axis in self.axes if axis not in (ROW, ONE))
        if numbers != [str(number) for number in range(len(numbers))] or self.axes.count(ROW) not in rows:
            raise InputError(
                f"{what} ({self}): it must have {ROW} once, {ONE} for axes of length 1, and the axes of an item by "
                "their numbers from 0 on, each once"
            )

    def __str__(self) -> str:
        return ", ".join(self.axes)

    @property
    def numbers(self) -> list[int]:
        """The axes of an item in the tensor's order."""
        return [int(axis) for axis in self.axes if axis not in (ROW, ONE)]

    def check_declared(self, what: str, tensor: Tensor) -> None:
        """Refuse a tensor that is declared with another number of axes, or with a longer one where 1 is wanted."""
        if tensor.shape and len(tensor.shape) != len(self.axes):
            raise InputError(f"{what} names {len(self.axes)} axes ({self}), but the graph has {tensor}")
        if any(axis == ONE and isinstance(n, int) and n > 1 for axis, n in zip(self.axes, tensor.shape, strict=False)):
            raise InputError(f"{what} ({self}) has {ONE} where the graph has more: {tensor}")

    def check_items(self, tensor: Tensor, item_shape: tuple[int, ...]) -> None:
        """Refuse rows that do not fit an input."""
        if len(self.numbers) != len(item_shape):
            raise InputError(f"rows of shape {item_shape} have other axes than input_axes ({self}) names")
        for axis, length in zip(self.axes, tensor.shape, strict=False):
            if axis not in (ROW, ONE) and isinstance(length, int) and length != item_shape[int(axis)]:
                raise InputError(
                    f"rows of shape {item_shape}, laid out as {self}, do not fit the graph's input {tensor}"
                )

    def rows_of(self, tensor: Tensor) -> int:
        """Give how many rows an input takes at a time; 0: any number."""
        found = [n for axis, n in zip(self.axes, tensor.shape, strict=False) if axis == ROW and isinstance(n, int)]
        return found[0] if found else 0

    def into(self, rows: NDArray) -> NDArray:
        """Lay (k, *item_shape) rows out as the graph takes them."""
        turned = rows.transpose([0 if axis == ROW else 1 + int(axis) for axis in self.axes if axis != ONE])
        return np.expand_dims(turned, [place for place, axis in enumerate(self.axes) if axis == ONE])

    def out_of(self, name: str, values: NDArray) -> NDArray:
        """Give what a graph has made as (k, *item_shape) rows; an item without axes of its own is one value."""
        ones = tuple(place for place, axis in enumerate(self.axes) if axis == ONE)
        if values.ndim != len(self.axes) or any(values.shape[place] != 1 for place in ones):
            raise InputError(f"the graph's {name} is {values.shape}, which is not laid out as {self}")
        kept = [axis for axis in self.axes if axis != ONE]
        order = ([kept.index(ROW)] if ROW in kept else []) + [kept.index(str(n)) for n in sorted(self.numbers)]
        rows = values.squeeze(ones).transpose(order)
        rows = rows if ROW in kept else rows[np.newaxis]
        return rows if self.numbers else rows[:, np.newaxis]
