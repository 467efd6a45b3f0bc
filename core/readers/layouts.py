"""The layouts in which the stages occur on disk, and how each becomes the definition's own."""

from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from ..base.arrays import Array, OnDemand
from ..config import CONTEXT_ROWS, FEATURE_SIZE, TENSOR_SHAPES, WINDOW_COLUMNS, Mode
from ..run import StageName
from .lazy_file_array import FileItems

MEL_BANDS = 80
_OTHER_BANDS = (20, 23, 26, 32, 40, 64, 96, 100, 120, 128, 229, 256)
"""Numbers of bands that mel spectrograms have elsewhere; beside a reference such an array is one where its name says
so, or where it has as many columns."""
_MIN_MEL_VALUES = MEL_BANDS * WINDOW_COLUMNS
FREE = 0
"""Stands for the free length in a layout's shape: mel columns, samples or frames."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to lay out a stage.

    Attributes
    ----------
    stage : str
        The stage.
    shape : tuple of int
        Lengths of the axes on disk, one of them `FREE`.
    order : tuple of int
        The axes on disk in the order of the definition.
    item : tuple of int
        Shape of one item in the definition's layout; empty where the stage has no items (audio, mel).
    headerless : bool
        Whether values without a shape are tried in this layout.
    """

    stage: StageName
    shape: tuple[int, ...]
    order: tuple[int, ...]
    item: tuple[int, ...]
    headerless: bool = False

    def __str__(self) -> str:
        free = {"mel": "T", "audio": "n"}.get(self.stage, "N")
        return ",".join(str(length) if length else free for length in self.shape)

    @property
    def canonical(self) -> bool:
        """Whether the axes lie as the definition has them."""
        return self.order == tuple(sorted(self.order))

    def count(self, lengths: tuple[int, ...]) -> int:
        """Give the free length among the lengths of the axes."""
        return lengths[self.shape.index(FREE)]

    def lengths(self, shape: tuple[int, ...]) -> tuple[int, ...] | None:
        """Give the lengths of the axes of an array of this shape, None where it does not fit.

        Axes of length 1 do not count, and a single item may come without the axis that counts items.
        """
        squeezed = tuple(length for length in shape if length != 1)
        if self.stage == "mel" and prod(shape) < _MIN_MEL_VALUES:
            return None
        for full in (squeezed, (1, *squeezed)) if self.item else (squeezed,):
            if len(full) == len(self.shape) and all(a in (b, FREE) for a, b in zip(self.shape, full, strict=True)):
                return full
        return None

    def lengths_of(self, count: int) -> tuple[int, ...] | None:
        """Give the lengths of the axes of so many values without a shape, None where they do not fit."""
        if self.stage == "mel" and count < _MIN_MEL_VALUES:
            return None
        free, rest = divmod(count, prod(length for length in self.shape if length))
        return None if rest or not free else tuple(length or free for length in self.shape)

    def over_time(self, values: Array, lengths: tuple[int, ...]) -> Array:
        """Give values as the definition has them but with time first, (T, 80) for a mel: if possible a view."""
        order = self.order[::-1] if self.stage == "mel" else self.order
        item = self.item or tuple(lengths[axis] for axis in order[1:])
        if isinstance(values, FileItems):
            return values.laid_out(lengths, order, item)
        if isinstance(values, OnDemand):
            return values
        ordered = values.reshape(lengths).transpose(order)
        return ordered.reshape(len(ordered), *item)


Fit: TypeAlias = tuple[Layout, tuple[int, ...]]
"""A layout and the lengths that it gives the axes."""


def _tensor_layouts(item: tuple[int, int, int]) -> tuple[Layout, ...]:
    C, H, W = item
    return (
        Layout("tensors", (FREE, C, H, W), (0, 1, 2, 3), item, headerless=True),
        Layout("tensors", (FREE, H, W, C), (0, 3, 1, 2), item),
        Layout("tensors", (FREE, prod(item)), (0, 1), item),
    )


def _native_layouts(width: int) -> tuple[Layout, ...]:
    return (
        Layout("features", (FREE, width), (0, 1), (width,), headerless=True),
        Layout("padded", (FREE, width), (0, 1), (width,), headerless=True),
    )


_WINDOW = (WINDOW_COLUMNS, MEL_BANDS)
_ROW = (FEATURE_SIZE,)
_AVE = TENSOR_SHAPES["ave"]

LAYOUTS: tuple[Layout, ...] = (
    Layout("audio", (FREE,), (0,), (), headerless=True),
    Layout("mel", (MEL_BANDS, FREE), (0, 1), (), headerless=True),
    Layout("mel", (FREE, MEL_BANDS), (1, 0), (), headerless=True),
    Layout("windows", (FREE, *_WINDOW), (0, 1, 2), _WINDOW, headerless=True),
    Layout("windows", (FREE, *_WINDOW[::-1]), (0, 2, 1), _WINDOW, headerless=True),
    Layout("features", (FREE, *_ROW), (0, 1), _ROW, headerless=True),
    Layout("features", (*_ROW, FREE), (1, 0), _ROW, headerless=True),
    Layout("padded", (FREE, *_ROW), (0, 1), _ROW, headerless=True),
    Layout("padded", (*_ROW, FREE), (1, 0), _ROW, headerless=True),
    *(layout for item in TENSOR_SHAPES.values() for layout in _tensor_layouts(item)),
    Layout("tensors", (FREE, CONTEXT_ROWS, FEATURE_SIZE), (0, 1, 2), _AVE),
    Layout("tensors", (FREE, FEATURE_SIZE, CONTEXT_ROWS), (0, 2, 1), _AVE),
    Layout("tensors", (FREE, 16, 32, 16), (0, 2, 1, 3), _AVE),
)
"""Every layout of the definition's sizes, the likeliest of a stage first."""
NATIVE: dict[Mode, tuple[Layout, ...]] = {
    "ave": (),
    "hubert": (*_native_layouts(2048), Layout("features", (FREE, 2, 1024), (0, 1, 2), (2048,))),
    "wenet": _native_layouts(8192),
}
"""Native features of the modes that have their own, tried where a dump, the reference or a name speaks of the mode."""
OTHER_MELS: tuple[Layout, ...] = tuple(
    Layout("mel", shape, order, ())
    for bands in _OTHER_BANDS
    for shape, order in (((bands, FREE), (0, 1)), ((FREE, bands), (1, 0)))
)
"""Mel spectrograms with another number of bands: tried where an array fits no other layout."""


def fitting(shape: tuple[int, ...], *, stage: StageName | None = None, mode: Mode | None = None) -> list[Fit]:
    """Give the layouts that an array of this shape fits; a flat array fits where its number of values does as well.

    Parameters
    ----------
    shape : tuple of int
        The array's shape.
    stage : str or None
        Consider this stage only, and a flat array in all its layouts instead of the usual ones.
    mode : str or None
        Consider native features of this mode as well.
    """
    fits = [(layout, layout.lengths(shape)) for layout in _of(stage, mode)] if prod(shape) else []
    found = [(layout, lengths) for layout, lengths in fits if lengths]
    if not found and stage in {None, "mel"}:
        others = ((layout, layout.lengths(shape)) for layout in OTHER_MELS if prod(shape))
        found = [(layout, lengths) for layout, lengths in others if lengths]
    if sum(length != 1 for length in shape) > 1:
        return found
    same = {(layout.stage, layout.item) for layout, _ in found}
    return found + [
        fit for fit in fitting_values(prod(shape), stage=stage, mode=mode) if (fit[0].stage, fit[0].item) not in same
    ]


def fitting_values(count: int, *, stage: StageName | None = None, mode: Mode | None = None) -> list[Fit]:
    """Give the layouts that so many values without a shape fit: the usual ones, or, for one `stage`, all of them."""
    layouts = [layout for layout in _of(stage, mode) if stage or layout.headerless]
    fits = [(layout, layout.lengths_of(count)) for layout in layouts]
    return [(layout, lengths) for layout, lengths in fits if lengths]


def _of(stage: StageName | None, mode: Mode | None) -> list[Layout]:
    layouts = (*LAYOUTS, *NATIVE[mode]) if mode else LAYOUTS
    return [layout for layout in layouts if stage in {None, layout.stage}]
