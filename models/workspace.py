"""The session file: what is open and how it is looked at, to come back to. Nothing in it is ever executed."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import platformdirs

from ..core.base.checking import Range, built, check
from ..core.base.errors import InputError
from ..core.base.files import naming, read_file
from ..core.base.store import MAX_BYTES, decode, encode, write_json
from ..core.compare.difference import DifferenceKind
from ..core.compare.tolerance import DEFAULT_PROFILE
from ..core.config import Config
from ..core.run import StageName
from ..core.settings import CompareView
from ..core.synctalk import require_known
from .markers import Marker
from .timeline import TimelineState

VERSION = 1
MAX_SESSIONS = 16
"""Sessions that are kept at once, one a recording that is open."""
MAX_PORTS = 100
"""Ports of one session: each is read and watched."""

SheetKind: TypeAlias = Literal["mosaic", "context", "slices"]
LaneSetting: TypeAlias = bool | int | float | str | list[int] | None
Limit: TypeAlias = Annotated[float, Range(0, 1e300)]


@dataclass(frozen=True, slots=True)
class OpenedPort:
    """A loaded run.

    Attributes
    ----------
    path : str
        Its folder or file.
    overrides : tuple of str
        How its files are read where that was decided by hand, as ``STAGE=FILE:DTYPE:SHAPE``.
    first_frame : int or None
        The number that the first frame has in the files' names, where that was decided by hand.
    command : str
        The port's own command line; it is not run before it has been confirmed anew.
    """

    path: str
    overrides: tuple[str, ...] = ()
    command: str = ""
    first_frame: Annotated[int, Range(0, 1)] | None = None

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class Workspace:
    """What one session remembers.

    Attributes
    ----------
    recording : str or None
        Path of the recording.
    encoder : str or None
        Path of the encoder, ``stand-in``, or None: the one that is chosen where none is named.
    config : Config
        The configuration that the recording is computed with.
    recipe : str or None
        The shipped recipe, by its name, or the recipe's file, that is computed; None: SyncTalk_2D.
    timeline : TimelineState
        Cursor, visible range, selection, follow.
    markers : tuple of Marker
        By time.
    lanes : mapping
        Lane name -> setting name -> value; what each setting means is the lane's own affair.
    ports : tuple of OpenedPort
        The loaded runs.
    reference : str or None
        Path of the loaded run that plays the reference; None: the one computed from the recording.
    port : str or None
        Path of the loaded run that is looked at; None: the first of those that are not the reference.
    view, difference : str
        How the lanes show two runs, and which difference.
    lag_applied : bool
        Whether the port is drawn where its lag says.
    tensor : str
        How a frame's tensor is laid flat.
    profile : str
        The tolerance profile that the runs are compared with.
    limits : mapping from stage name to (absolute, relative)
        Tolerances that differ from the profile's.
    """

    recording: str | None = None
    encoder: str | None = None
    config: Config = field(default_factory=Config)
    recipe: str | None = None
    timeline: TimelineState = field(default_factory=TimelineState)
    markers: tuple[Marker, ...] = ()
    lanes: Mapping[str, Mapping[str, LaneSetting]] = field(default_factory=dict)
    ports: tuple[OpenedPort, ...] = ()
    reference: str | None = None
    port: str | None = None
    view: CompareView = "stacked"
    difference: DifferenceKind = "signed"
    lag_applied: bool = True
    tensor: SheetKind = "mosaic"
    profile: str = DEFAULT_PROFILE
    limits: Mapping[StageName, tuple[Limit, Limit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check(self)
        for stage in self.limits if self.recipe is None else ():
            require_known("limits:", stage)
        if len(self.ports) > MAX_PORTS:
            raise InputError(f"{len(self.ports)} ports are too many; a session has at most {MAX_PORTS}")

    def to_json(self) -> bytes:
        """Give the session file's content."""
        return encode(self._values())

    def _values(self) -> dict[str, Any]:
        return {"version": VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, content: str | bytes) -> "Workspace":
        """Read a session file's content; what a later version has added to it is ignored.

        Raises
        ------
        InputError
            It is no JSON, of another version, or has a value of another type or outside its range.
        """
        try:
            values = decode(content, finite=True)
            version = built(_Version, values, newer=True).version
            if version == VERSION:
                return built(cls, values, newer=True)
        except InputError as error:
            raise InputError(f"is not a usable session file ({error}); open one that Framescope saved") from None
        raise InputError(f"is a session of version {version}; this Framescope reads version {VERSION}")

    def save(self, path: Path) -> None:
        """Write the session file, all or nothing, and its folder where that is missing.

        Raises
        ------
        InputError
            It cannot be written there.
        """
        write_json(path, self._values())

    @classmethod
    def load(cls, path: Path) -> "Workspace":
        """Read a session file.

        Raises
        ------
        InputError
            It cannot be read, is too large for a session, or `from_json` refuses it.
        """
        content = read_file(path, "a session file", MAX_BYTES)
        with naming(path):
            return cls.from_json(content)


@dataclass(frozen=True, slots=True)
class _Version:
    version: int


def autosave_path(slot: int = 0) -> Path:
    """Give the place where a running session is kept, in the user's state folder: the first of several, or another."""
    name = f"session-{slot}.json" if slot else "session.json"
    return platformdirs.user_state_path("framescope", appauthor=False) / name


def forget_session(slot: int) -> None:
    """Remove what is kept of a session, where anything is."""
    with suppress(OSError):  # it stays, and comes back with the next start: nothing is lost by it
        autosave_path(slot).unlink()
