"""What the axes of a stage count, and when its items are."""

from dataclasses import dataclass
from typing import Annotated

from .base.arrays import NDArray
from .base.checking import Range, check


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a stage.

    Attributes
    ----------
    name : str
        What it counts, such as ``frame`` or ``mel band``.
    unit : str
        The unit of its coordinate.
    items : str
        What the stage's items are called, such as ``columns``, on the axis that counts them; empty on the others.
    """

    name: str
    unit: str = ""
    items: str = ""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class Clock:
    """When the items of a stage are: item floor(seconds * rate + offset) lies at a moment.

    Attributes
    ----------
    rate : float
        Items a second.
    offset : float
        Place of the moment 0 among the items.
    begins : bool
        Whether an item is told by the moment at which it begins, as samples and video frames are; else by its middle,
        as the columns of a spectrogram are.
    """

    rate: Annotated[float, Range(1e-6, 1e9)]
    offset: float = 0.0
    begins: bool = False

    def __post_init__(self) -> None:
        check(self)

    def seconds(self, item: float) -> float:
        """Give the moment in the middle of an item."""
        return (item + 0.5 - self.offset) / self.rate

    def moments(self, items: NDArray) -> NDArray:
        """Give the moments, in seconds, by which items are told: where they begin, or their middles."""
        return (items + (0.0 if self.begins else 0.5) - self.offset) / self.rate


UNTIMED = Clock(1.0)
"""Of items of which nothing says when they are: one a second."""
