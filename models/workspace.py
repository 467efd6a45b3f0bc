"""The session file: what is open and how it is looked at, to come back to. Nothing in it is ever executed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
import platformdirs

from ..core.compare.difference import DifferenceKind
from ..core.compare.tolerance import DEFAULT_PROFILE
from ..core.config import Config
from ..core.errors import InputError
from ..core.files import naming, open_file, replace_file
from ..core.run import StageName
from ..core.settings import CompareView
from .markers import Marker
from .timeline import TimelineState

VERSION = 1
_MOST_BYTES = 4 << 20

TensorView: TypeAlias = Literal["mosaic", "context", "slices"]
LaneSetting: TypeAlias = bool | int | float | str | list[int] | None


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
    first_frame: int | None = None


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
    timeline: TimelineState = field(default_factory=TimelineState)
    markers: tuple[Marker, ...] = ()
    lanes: Mapping[str, Mapping[str, LaneSetting]] = field(default_factory=dict)
    ports: tuple[OpenedPort, ...] = ()
    reference: str | None = None
    port: str | None = None
    view: CompareView = "stacked"
    difference: DifferenceKind = "signed"
    lag_applied: bool = True
    tensor: TensorView = "mosaic"
    profile: str = DEFAULT_PROFILE
    limits: Mapping[StageName, tuple[float, float]] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Give the session file's content, ASCII: even a path that is no Unicode text comes back."""
        values = {"version": VERSION, **asdict(self)}
        return json.dumps(values, indent=2, allow_nan=False).encode() + b"\n"

    @classmethod
    def from_json(cls, content: str | bytes) -> "Workspace":
        """Read a session file's content; what a later version has added to it is ignored.

        Raises
        ------
        InputError
            It is no JSON, of another version, or has a value of another type or outside its range.
        """
        try:
            values = json.loads(content, parse_float=_finite, parse_constant=_finite)
            version = msgspec.convert(values, _Version).version
            if version == VERSION:
                return msgspec.convert(values, cls)
        except (ValueError, RecursionError) as error:  # json's and msgspec's errors are ValueErrors
            raise InputError(f"is not a usable session file ({error}); open one that Framescope saved") from None
        raise InputError(f"is a session of version {version}; this Framescope reads version {VERSION}")

    def save(self, path: Path) -> None:
        """Write the session file, all or nothing, and its folder where that is missing.

        Raises
        ------
        InputError
            It cannot be written there.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            raise InputError(f"{path.parent}: cannot be made ({error}); the session needs a folder there") from None
        replace_file(path, self.to_json())

    @classmethod
    def load(cls, path: Path) -> "Workspace":
        """Read a session file.

        Raises
        ------
        InputError
            It cannot be read, is too large for a session, or `from_json` refuses it.
        """
        with open_file(path, "a session file") as file:
            content = file.read(_MOST_BYTES + 1)
        with naming(path):
            if len(content) > _MOST_BYTES:
                raise InputError(f"is larger than {_MOST_BYTES >> 20} MB, which no session file is")
            return cls.from_json(content)


@dataclass(frozen=True, slots=True)
class _Version:
    version: int


def _finite(text: str) -> float:
    if not isfinite(value := float(text)):
        raise ValueError(f"{text} is no finite number")
    return value


def autosave_path() -> Path:
    """Give the place where the running session is kept, in the user's state folder."""
    return platformdirs.user_state_path("framescope", appauthor=False) / "session.json"
