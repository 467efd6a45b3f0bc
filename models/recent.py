"""The files that were opened last, newest first."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from ..core.base.checking import built
from ..core.base.store import Store

MAX_FILES = 12


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A recording, session or port folder that was open; `missing` where it is not there at the moment."""

    path: Path
    missing: bool


def recent_path() -> Path:
    """Give the place of the list, in the user's state folder."""
    return platformdirs.user_state_path("framescope", appauthor=False) / "recent.json"


def recent_files() -> tuple[RecentFile, ...]:
    """Give the list, at most `MAX_FILES`; files that are missing may come back and stay in it."""
    return tuple(RecentFile(Path(path), not os.path.exists(path)) for path in _STORE.read()[:MAX_FILES])


def remember_recent(path: str | Path) -> None:
    """Put a file in front of the list.

    Raises
    ------
    InputError
        The list cannot be written.
    """
    # Absolute, because the next start may be in another folder.
    new = os.path.abspath(path)
    _change(lambda paths: [new, *(old for old in paths if old != new)])


def forget_recent(path: str | Path) -> None:
    """Take a file off the list.

    Raises
    ------
    InputError
        The list cannot be written.
    """
    _change(lambda paths: [old for old in paths if old != str(path)])


def _change(change: Callable[[list[str]], list[str]]) -> None:
    _STORE.change(lambda paths: change(paths)[:MAX_FILES])


_STORE: Store[list[str]] = Store(recent_path, "recent files", lambda values: built(list[str], values, "the list"), list)
