"""Blocks around a model: how its input is laid out, and stages that are supplied instead of computed."""

from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np

from ...base.arrays import Array, NDArray, RowBlocks
from ...base.checking import Range, nearest
from ...base.errors import InputError
from ...base.files import open_file
from ..block import Block, Context, Level, parameter
from ..items import Items, Mapped
from ..trace import check_spread, spread
from .values import ROWS

MAX_LAYOUT_VALUES = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(Block):
    """Lay the values of each item out in another order and shape."""

    kind: ClassVar[str] = "layout"
    group: ClassVar = "model"
    takes: ClassVar[tuple[Level, ...]] = ROWS
    gathers: ClassVar[bool] = True

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
        if isinstance(items.array, RowBlocks) and not self.order:
            return replace(items, array=replace(items.array, item_shape=shape), hz=None)

        def laid_out(values: NDArray) -> NDArray:
            flat = (values.transpose(axes) if self.order else values).reshape(len(values), -1)
            return np.pad(flat, ((0, 0), (0, spare))).reshape(len(values), *shape)

        return replace(items.mapped(laid_out, shape), hz=None)


Samples = Annotated[float, Range(0, 1e12)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied(Block):
    """Take the stage from a file that the original has written, instead of computing it."""

    kind: ClassVar[str] = "supplied"
    group: ClassVar = "model"
    takes: ClassVar[tuple[Level, ...]] = ("signal", "frames", "spectrum", "rows")
    gives: ClassVar[Level | None] = "rows"
    files: ClassVar = ("file",)

    file: str = parameter("a file with the values, in the recipe's folder, in any format that dumps may have")
    name: str = parameter("name of the array, where the file holds several", default="")
    shape: tuple[int, ...] = parameter("shape that one row must have; empty: any", default=())
    step: Samples = parameter(
        "samples from one row to the next; 0: row i lies where row i of the block before does, and there must be as "
        "many of them",
        "samples",
        default=0.0,
    )
    start: Annotated[float, Range(-1e12, 1e12)] = parameter(
        "first sample of the first row, where step is given", "samples", default=0.0
    )
    span: Samples = parameter("samples that a row is made of; 0: step", "samples", default=0.0)

    def check(self) -> None:
        """A stage is what it is for, and its place in time goes with its step."""
        if not self.stage:
            raise InputError("has no stage; name the stage that the file holds, such as stage = 'features'")
        check_spread(self.start, self.step, self.span, "samples")

    def check_files(self, folder: Path) -> None:
        """Raise InputError where the file does not hold the stage."""
        self._rows(folder)

    def apply(self, items: Items, context: Context) -> Items:
        """Give the file's rows, read where somebody looks if they are many."""
        rows = self._rows(context.folder)
        made = replace(items, array=rows, hz=None, cut=None)
        if self.step:
            return replace(made, clock=None, links=(spread(self.start, self.step, self.span),))
        if len(rows) != len(items):
            raise InputError(
                f"{self.file} holds {len(rows)} rows, but the block before it gives {len(items)}; "
                "give the rows of this recording, or say their step"
            )
        return made

    def _rows(self, folder: Path) -> Array:
        array = self._read(folder / self.file)
        if self.axes and array.ndim != len(self.axes):
            raise InputError(f"{self.file} holds {array.shape} values; axes names {len(self.axes)} of them")
        if array.ndim == 0:
            raise InputError(f"{self.file} holds a single number; rows are needed")
        if array.dtype.itemsize < np.dtype(np.float32).itemsize:  # in which later blocks would compute
            array = Mapped(array, lambda values: values.astype(np.float64), array.shape)
        if self.axes[1:] == ("column",):
            array = array[:].T
        if self.shape and array.shape[1:] != self.shape:
            raise InputError(f"{self.file} holds rows of shape {array.shape[1:]}; shape says {self.shape}")
        return array if array.ndim > 1 else Mapped(array, lambda values: values[:, np.newaxis], (len(array), 1))

    def _read(self, path: Path) -> Array:
        from ...readers.formats import read_content  # noqa: PLC0415  (the readers stand on the blocks)

        open_file(path, "a file with the stage's values").close()
        arrays = read_content(path, str(path)).arrays
        if not arrays:
            raise InputError(f"{path}: holds no values with a type and a shape; name a .npy file, or one like it")
        if not self.name and len(arrays) == 1:
            return next(iter(arrays.values()))
        if self.name not in arrays:
            near = nearest(self.name, arrays) if self.name else None
            hint = f"; did you mean {near!r:.100}?" if near else ""
            raise InputError(f"{path}: has no array {self.name!r:.100}; it has {', '.join(arrays):.300}{hint}")
        return arrays[self.name]
