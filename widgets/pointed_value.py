"""One value under the pointer: where it lies, and what the arrays themselves hold there."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from ..core.compare.block_stats import max_ulp
from ..core.run import StageName

_FLOAT32: np.dtype[Any] = np.dtype(np.float32)


@dataclass(frozen=True, slots=True)
class PointedValue:
    """A value that a view was asked for.

    Attributes
    ----------
    stage : str
        Stage it belongs to.
    index : tuple of int
        Index into the stage's array, first axis as in the run; frames are frame numbers.
    value : float
        The array's own value, never one read back from a picture; the reference's, where two runs are compared.
    text : str
        The place in the domain's words, as `core.coordinates.describe` gives it.
    port : float or None
        The port's value that belongs to it; None where nothing is compared or the port has none.
    precision : dtype
        The float type with the fewer digits of the two sides, in whose last places `ulp` counts.
    unit : str
        The unit of the values; empty: they have none.
    """

    stage: StageName
    index: tuple[int, ...]
    value: float
    text: str
    port: float | None = None
    precision: np.dtype[Any] = _FLOAT32
    unit: str = ""

    @property
    def difference(self) -> float | None:
        """Port minus reference; None without a port's value."""
        return None if self.port is None else self.port - self.value

    @property
    def relative(self) -> float | None:
        """Difference by the reference's magnitude; None without a port's value, or where the reference is 0."""
        return self.difference / abs(self.value) if self.difference is not None and self.value else None

    @property
    def ulp(self) -> int | None:
        """Distance in units in the last place; None where a value is missing or not finite.

        Both values are rounded to `precision`, and the floats are counted that lie between them, the port's included;
        +0 and -0 are the same.
        """
        if self.port is None or not (isfinite(self.value) and isfinite(self.port)):
            return None
        one, other = (np.array([value]) for value in (self.value, self.port))
        return max_ulp(one, other, self.precision)
