"""How a long computation reports where it is, and how it learns that nobody wants its result any more."""

from collections.abc import Callable
from typing import TypeAlias

Tick: TypeAlias = Callable[[int, int], None]
"""Called between chunks with (done, total); raises `CancelledError` to end the computation there."""


def silent(done: int, total: int) -> None:
    """Ignore progress and never cancel."""
