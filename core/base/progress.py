"""How a long computation reports where it is, and how it learns that nobody wants its result any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called between chunks with (stage, done, total), the total 0 where it is unknown; raises `CancelledError` to end the
computation there."""
Tick: TypeAlias = Callable[[int, int], None]
"""A `Progress` within one stage: ``partial(progress, stage)``."""


def silent(*_: object) -> None:
    """Ignore progress and never cancel."""


_check: ContextVar[Callable[[], None]] = ContextVar("check", default=lambda: None)


@contextmanager
def cancellable(check: Callable[[], None]) -> Iterator[None]:
    """Have `check`, which raises `CancelledError`, asked while this thread waits for one chunk that may never end."""
    token = _check.set(check)
    try:
        yield
    finally:
        _check.reset(token)


def check_cancelled() -> None:
    """Raise `CancelledError` where nobody wants what this thread is waiting for; without `cancellable`, never."""
    _check.get()()
