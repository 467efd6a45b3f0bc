"""The files that were opened last, newest first."""

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs

from ..core.errors import InputError
from ..core.files import open_file, replace_file

MOST_FILES = 12
_MOST_BYTES = 1 << 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A recording, session or port folder that was open; `missing` where it is not there at the moment."""

    path: Path
    missing: bool


def recent_path() -> Path:
    """Give the place of the list, in the user's state folder."""
    return platformdirs.user_state_path("framescope", appauthor=False) / "recent.json"


def recent_files() -> tuple[RecentFile, ...]:
    """Give the list, at most `MOST_FILES`; files that are missing may come back and stay in it."""
    return tuple(RecentFile(Path(path), not os.path.exists(path)) for path in _load())


def remember_recent(path: str | Path) -> None:
    """Put a file in front of the list.

    Raises
    ------
    InputError
        The list cannot be written.
    """
    # Absolute, because the next start may be in another folder.
    new = os.path.abspath(path)
    _save([new, *(old for old in _load() if old != new)])


def forget_recent(path: str | Path) -> None:
    """Take a file off the list.

    Raises
    ------
    InputError
        The list cannot be written.
    """
    _save([old for old in _load() if old != str(path)])


def _load() -> list[str]:
    """Read the list; a broken one is logged and counts as empty."""
    place = recent_path()
    try:
        if not place.exists():
            return []
        with open_file(place, "a list of recent files") as file:
            return msgspec.convert(json.loads(file.read(_MOST_BYTES)), list[str])[:MOST_FILES]
    except (OSError, ValueError, RecursionError) as error:  # json's and msgspec's errors are ValueErrors
        _log.warning("the list of recent files in %s is ignored (%s)", place, error)
        return []


def _save(paths: list[str]) -> None:
    place = recent_path()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{place.parent}: cannot be made ({error.strerror}); the list needs a folder there") from None
    replace_file(place, json.dumps(paths[:MOST_FILES], indent=2).encode() + b"\n")
