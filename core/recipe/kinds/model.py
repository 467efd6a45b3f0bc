"""Blocks around a model: how its input is laid out, and stages that are supplied instead of computed."""

from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

import numpy as np

from ...arrays import NDArray
from ...errors import InputError
from ..block import Block, Context, Level, parameter
from ..items import Items
from .values import ROWS

MAX_LAYOUT_VALUES = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(Block):
    """Lay the values of each item out in another order and shape."""

    kind: ClassVar[str] = "layout"
    group: ClassVar = "model"
    takes: ClassVar[tuple[Level, ...]] = ROWS

    order: tuple[int, ...] = parameter(
        "axes of an item in their new order, counted from 0; empty: as they are", default=()
    )
    shape: tuple[int, ...] = parameter(
        "shape that the values are laid out in, in memory order; more values than there are become zeros", default=()
    )

    def check(self) -> None:
        """A permutation, and a shape that can be held."""
        if sorted(self.order) != list(range(len(self.order))):
            raise InputError(f"order {self.order} must name each axis once, counted from 0")
        if any(length < 1 for length in self.shape) or prod(self.shape) > MAX_LAYOUT_VALUES:
            raise InputError(f"shape {self.shape} must have lengths from 1 on and at most {MAX_LAYOUT_VALUES} values")

    def apply(self, items: Items, context: Context) -> Items:
        """Lay each item out where somebody looks."""
        if self.order and len(self.order) != len(items.item_shape):
            raise InputError(f"order {self.order} does not fit items of shape {items.item_shape}")
        turned = tuple(items.item_shape[axis] for axis in self.order) or items.item_shape
        shape = self.shape or turned
        spare = prod(shape) - prod(turned)
        if spare < 0:
            raise InputError(f"shape {shape} holds fewer than the {prod(turned)} values of an item")
        axes = (0, *(axis + 1 for axis in self.order))

        def laid_out(values: NDArray) -> NDArray:
            flat = (values.transpose(axes) if self.order else values).reshape(len(values), -1)
            return np.pad(flat, ((0, 0), (0, spare))).reshape(len(values), *shape)

        return replace(items.mapped(laid_out, shape), hz=None)
