"""A part of the window that is made late: when it is needed first, or when the window has nothing else to do."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Late(Generic[T]):
    """Makes a part when it is asked for first; whoever only wants to know of it does not have it made."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None

    @property
    def made(self) -> T | None:
        """The part; None where it has not been needed yet."""
        return self._made

    def __call__(self) -> T:
        """Give the part."""
        if self._made is None:
            self._made = self._make()
        return self._made
