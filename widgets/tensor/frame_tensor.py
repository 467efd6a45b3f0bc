"""What a tensor view shows: one frame's tensor with the context rows that made it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ...core.base.arrays import NDArray
from ...core.compare.block_stats import coarser_type
from ...core.config import CONTEXT_ROWS, Config
from ...core.drawing.coordinates import tensor_text
from ...core.stages.tensors import cell_of, context_of
from ..compare_view import Role
from ..pointed_value import PointedValue

_BEFORE = CONTEXT_ROWS // 2


@dataclass(frozen=True, slots=True, eq=False)
class FrameTensor:
    """The tensor of one frame, and the port's where two runs are compared.

    Attributes
    ----------
    values : (C, H, W) array
        The tensor as the network takes it.
    frame : int
        Video frame, 0-based.
    rows : (16,) int array
        Padded feature row behind each context row, -1 for a row of zeros.
    n_rows : int
        Padded feature rows of the whole recording.
    config : Config
        Mode and frame rate.
    width : int
        Values in one context row: 512, or ``config.native_width`` for native features.
    port : (C, H, W) array or None
        The port's tensor; None where nothing is compared or it has none.
    """

    values: NDArray
    frame: int
    rows: npt.NDArray[np.int32]
    n_rows: int
    config: Config
    width: int
    port: NDArray | None = None

    def of(self, side: Role) -> NDArray | None:
        """Give the values of one side, (C, H, W); None where it has none. The difference is port minus reference."""
        if side == "reference" or self.port is None:
            return self.values if side == "reference" else None
        if side == "port":
            return self.port
        with np.errstate(invalid="ignore", over="ignore"):
            return np.subtract(self.port, self.values, dtype=np.float64)

    @property
    def shown_channels(self) -> int:
        """Channels that hold context; all of them where one of the others is not the zeros it should be."""
        last, _, _ = cell_of(CONTEXT_ROWS - 1, self.width - 1, self.config, self.width)
        sides = (side for side in (self.values, self.port) if side is not None)
        return len(self.values) if any(side[last + 1 :].any() for side in sides) else last + 1

    def is_missing(self, cells: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Tell which cells, as indices into the flattened tensor, hold no feature: rows of zeros, or filling zeros."""
        missing = np.ones(max(CONTEXT_ROWS, -(-self.values.size // self.width)), np.bool_)
        missing[:CONTEXT_ROWS] = self.rows < 0
        return missing[cells // self.width]

    def probe(self, cell: tuple[int, int, int]) -> PointedValue:
        """Read one value, of both runs where there are two, and name its place."""
        index = (self.frame, *cell)
        text = tensor_text(index, self.config, self.width)
        context, _ = context_of(*cell, self.config, self.width)
        if context < CONTEXT_ROWS:
            row = self.rows[context]
            text += f", padded row {row:,}" if row >= 0 else ", a row of zeros"
        port = None if self.port is None else float(self.port[cell])
        precision = coarser_type(self.values.dtype, (self.values if self.port is None else self.port).dtype)
        return PointedValue("tensors", index, float(self.values[cell]), text, port, precision)

    @property
    def summary(self) -> str:
        """Give the frame with its rows of the recording, and the layout with what is left out, in two lines."""
        present = self.rows[self.rows >= 0]
        span = f"padded rows {present.min():,}–{present.max():,} of {self.n_rows:,}" if present.size else "no rows"
        zeros = CONTEXT_ROWS - len(present)
        shape = " × ".join(map(str, self.values.shape))
        hidden = f", channels from {self.shown_channels} on are zeros" if self.shown_channels < len(self.values) else ""
        hatched = f", {zeros} of zeros (hatched)" if zeros else ""
        return f"frame {self.frame:,}: {span}{hatched}\nmode {self.config.mode}, {shape}{hidden}"


@lru_cache(maxsize=1024)
def channel_label(channel: int, shape: tuple[int, int, int], width: int) -> str:
    """Name what a channel holds: ``i-8 lo``, ``i-8 hi``, ``i-8 3/16``, ``i-8, i-7``, or ``zeros``.

    Parameters
    ----------
    shape : tuple of int
        (C, H, W) of the tensor.
    width : int
        Values in one context row.
    """
    size = shape[1] * shape[2]
    first, last = channel * size // width, ((channel + 1) * size - 1) // width
    if first >= CONTEXT_ROWS:
        return "zeros"
    if first != last:
        return f"{context_label(first)}, {context_label(last)}"
    parts, part = width // size, channel % max(width // size, 1)
    names = {1: ("",), 2: (" lo", " hi")}.get(parts)
    return context_label(first) + (names[part] if names else f" {part + 1}/{parts}")


def context_label(context: int) -> str:
    """Name a context row relative to the frame i: ``i-8`` to ``i+7``."""
    return f"i{context - _BEFORE:+d}"
