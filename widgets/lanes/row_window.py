"""Which of a heat map's rows are in sight."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from ...models.timeline import Span

_MIN_ROWS = 4
_ROUNDING = 1e-6


@dataclass(slots=True)
class RowWindow:
    """The rows between two shares of all of them, counted from the upper edge."""

    first: float = 0.0
    last: float = 1.0

    @property
    def span(self) -> Span:
        """Both shares, 0 <= first < last <= 1."""
        return self.first, self.last

    @property
    def whole(self) -> bool:
        """Whether all rows are in sight."""
        return self.span == (0.0, 1.0)

    def show(self, first: float, last: float, count: int) -> None:
        """Bring the rows between two shares into sight, at least a few of `count`; what lies beyond is moved within."""
        size = min(max(last - first, min(1.0, _MIN_ROWS / max(1, count))), 1.0)
        self.first = min(max(first, 0.0), 1.0 - size)
        self.last = self.first + size

    def zoom(self, share: float, factor: float, count: int) -> None:
        """Bring `factor` times as many rows into sight, around the one that lies at a share of those in sight."""
        here = self.first + (self.last - self.first) * share
        self.show(here - (here - self.first) * factor, here + (self.last - here) * factor, count)

    def scroll(self, share: float, count: int) -> None:
        """Move by a share of the rows in sight."""
        step = share * (self.last - self.first)
        self.show(self.first + step, self.last + step, count)

    def seen(self, rows: npt.NDArray[np.integer]) -> npt.NDArray[np.integer]:
        """Give those of some (n,) rows that are in sight, also where the edge runs through one."""
        start = min(floor(self.first * len(rows) + _ROUNDING), max(0, len(rows) - 1))
        return rows[start : max(start + 1, ceil(self.last * len(rows) - _ROUNDING))]
