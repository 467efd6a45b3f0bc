"""The ways to pad feature rows, as ports get them wrong."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...base.arrays import NDArray
from ...recipe.kinds.rows import PadRows
from ..hypotheses import Hypothesis, altered

_PADDING_FIX = "repeat the first feature row in front and the last at the end"
_ROWS_FIX = "compare raw rows with raw rows: padded row r is the feature row of frame r - 1"
End = Literal["repeat", "zeros", "none"]


@dataclass(frozen=True, slots=True)
class Padding:
    """What stands in front of the rows and behind them: the row at the end again, zeros, or nothing."""

    front: End = "repeat"
    back: End = "repeat"

    @property
    def before(self) -> int:
        """Rows put in front."""
        return int(self.front != "none")

    @property
    def after(self) -> int:
        """Rows put behind."""
        return int(self.back != "none")

    def rows(self, total: int) -> NDArray:
        """Give the row behind each padded row of `total` rows, int64; -1 for a row of zeros."""
        ends = [
            PadRows(front=self.before, back=self.after, fill="zeros" if end == "zeros" else "repeat").rows(total)
            for end in (self.front, self.back)
        ]
        return np.concatenate([ends[0][: self.before], np.arange(total), ends[1][total + self.before :]])

    def apply(self, rows: NDArray) -> NDArray:
        """Pad (N, width) rows."""
        index = self.rows(len(rows))
        padded = np.asarray(rows[np.maximum(index, 0)])
        padded[index < 0] = 0
        return padded


def padding_of(*faults: Hypothesis) -> Padding:
    """Give how a port with some faults pads; those of other stages change nothing."""
    return altered(Padding(), faults, "padded")


def _padding(id: str, value: str, **ends: End) -> Hypothesis:
    return Hypothesis(id, value, _PADDING_FIX, "padded", block=tuple(ends.items()))


PADDINGS = (
    _padding("no_padding", "both", front="none", back="none"),
    _padding("no_padding", "first", front="none"),
    _padding("no_padding", "last", back="none"),
    _padding("zero_padding", "zeros", front="zeros", back="zeros"),
    _padding("zero_padding", "zeros in front", front="zeros"),
    _padding("zero_padding", "zeros behind", back="zeros"),
)


def row_offset(value: str) -> Hypothesis:
    """Give the fault of raw rows that are other frames' rows."""
    return Hypothesis("row_offset", value, _ROWS_FIX, "features")


PADDED_FOR_RAW = row_offset("padded rows for raw ones")
ROW_OFFSETS = {PADDED_FOR_RAW: -1, row_offset("+1 rows"): 1}
"""Offsets of raw rows that are looked for without a mel spectrogram."""
