"""The files that were opened last, newest first, and how loud the recordings among them are over time."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from ..core.base.arrays import NDArray
from ..core.base.checking import built
from ..core.base.store import Store

MAX_FILES = 12
SHAPE = 48
"""Parts of a recording whose loudness is remembered: as many as its small picture has columns."""
LOUDEST = 100
_QUIETEST = 1e-6
"""A recording that is nowhere louder is silent."""


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A recording, session or port folder that was open.

    Attributes
    ----------
    path : Path
        Where it is.
    missing : bool
        Whether it is not there at the moment.
    shape : tuple of int
        How loud each of `SHAPE` equal parts of a recording is, 0 to `LOUDEST`; empty: it is none, or unknown.
    """

    path: Path
    missing: bool
    shape: tuple[int, ...] = ()


def recent_path() -> Path:
    """Give the place of the list, in the user's state folder."""
    return platformdirs.user_state_path("framescope", appauthor=False) / "recent.json"


def recent_files() -> tuple[RecentFile, ...]:
    """Give the list, at most `MAX_FILES`; files that are missing may come back and stay in it."""
    shapes = _SHAPES.read()
    return tuple(
        RecentFile(Path(path), not os.path.exists(path), tuple(shapes.get(path, ())))
        for path in _STORE.read()[:MAX_FILES]
    )


def shape_of(samples: NDArray) -> tuple[int, ...]:
    """Give how loud equal parts of a recording are, beside the loudest of them.

    Parameters
    ----------
    samples : (n,) float array
        The signal.

    Returns
    -------
    tuple of int
        `SHAPE` of them, 0 to `LOUDEST`; none of fewer samples than that.
    """
    if len(samples) < SHAPE:
        return ()
    starts = np.linspace(0, len(samples), SHAPE, endpoint=False).astype(np.intp)
    highest = np.maximum(np.fmax.reduceat(samples, starts), -np.fmin.reduceat(samples, starts))
    peaks = np.where(np.isfinite(highest), highest, 0.0)
    return tuple(np.rint(LOUDEST * peaks / max(float(peaks.max()), _QUIETEST)).astype(int).tolist())


def remember_shape(path: str | Path, shape: tuple[int, ...]) -> None:
    """Keep how loud a recording is over time, for as long as it is one of the recent files.

    Raises
    ------
    InputError
        It cannot be written.
    """
    listed = {*_STORE.read(), os.path.abspath(path)}
    new = {os.path.abspath(path): [*shape]}
    _SHAPES.change(lambda shapes: {name: each for name, each in {**shapes, **new}.items() if name in listed})


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


def _shapes_path() -> Path:
    return recent_path().with_name("recent-shapes.json")


_SHAPES: Store[dict[str, list[int]]] = Store(
    _shapes_path, "shapes of recent files", lambda values: built(dict[str, list[int]], values, "the shapes"), dict
)
_STORE: Store[list[str]] = Store(recent_path, "recent files", lambda values: built(list[str], values, "the list"), list)
