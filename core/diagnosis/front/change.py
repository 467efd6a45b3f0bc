"""A decision of a port, as reports name it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...recipe.block import Block
from .difference import Difference
from .sampled import Blocks

MISSING, ADDED = "missing", "added"
TIMING = {
    *("frame.placement", "frame.hop", "frame.last", "drop", "drop.first", "drop.last", "rate", "chunks"),
    *("fit_signal", "fit_signal.seconds", "pad_signal"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One decision of a port.

    Attributes
    ----------
    id, value : str
        What it is called in reports.
    parameter, expected, found : str
        The block's parameter, and what the reference and the port have there.
    fix : str
        One line in terms of the port's code.
    parameters : frozenset of str
        The differences that it is made of.
    """

    id: str
    value: str
    parameter: str
    expected: str
    found: str
    fix: str
    parameters: frozenset[str]

    @property
    def timing(self) -> bool:
        """Whether it only moves rows."""
        return self.parameter in TIMING


Rule = Callable[[Blocks, Blocks, Sequence[Difference]], Iterator[Change]]
"""Takes the reference's chain, the port's, and the differences that no rule has named yet."""


def change(
    id: str, value: Any, parameter: str, expected: Any, *, fix: str, used: Sequence[str], found: Any = None
) -> Change:
    """Give a decision by what is to be said of it; `used` are the differences that it is made of."""
    expected, value = text(expected), text(value)
    return Change(id, value, parameter, expected, text(found) if found is not None else value, fix, frozenset(used))


def text(value: Any) -> str:
    """Write a parameter's value, or a block as its kind."""
    if isinstance(value, Block):
        return value.kind
    if value is None:
        return MISSING
    return f"{value:g}" if isinstance(value, float) else str(value)


def of(left: Sequence[Difference], *parameters: str) -> dict[str, Difference]:
    """Give those of some differences that are about these parameters."""
    return {one.parameter: one for one in left if one.parameter in parameters}
