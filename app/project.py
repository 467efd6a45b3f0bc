"""A project's own file, framescope.toml: what holds for every command in its folder and in those within it."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.checking import unknown
from ..core.errors import InputError
from ..core.files import naming, read_file
from ..core.resources import STAND_IN

PROJECT_FILE = "framescope.toml"
_MAX_BYTES = 1 << 20
_KEYS = ("encoder",)


@dataclass(frozen=True, slots=True)
class Project:
    """What a project's file says.

    Attributes
    ----------
    path : Path
        The file.
    encoder : str or None
        A path as it is found from anywhere, or ``stand-in``.
    """

    path: Path
    encoder: str | None = None


def find_project() -> Project | None:
    """Read the project's file of the current folder, else of the nearest of its parents that has one.

    Raises
    ------
    InputError
        The file cannot be read, or says something that no project's file can.
    """
    try:
        folder = Path.cwd()
    except OSError:  # the folder has been deleted
        return None
    paths = (each / PROJECT_FILE for each in (folder, *folder.parents))
    path = next((path for path in paths if os.path.exists(path)), None)
    if path is None:
        return None
    content = read_file(path, "a project's file", _MAX_BYTES)
    with naming(path):
        return Project(path, _encoder(path, _values(content)))


def _values(content: bytes) -> dict[str, Any]:
    try:
        values = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # tomllib's errors are ValueErrors
        raise InputError(f'is no readable TOML file ({error}); write it as: encoder = "audio_encoder.onnx"') from None
    for key in values:
        if key not in _KEYS:
            raise InputError(f"its {unknown('key', key, _KEYS)}")
    return values


def _encoder(path: Path, values: dict[str, Any]) -> str | None:
    encoder = values.get("encoder")
    if encoder is None or encoder == STAND_IN:
        return encoder
    if not isinstance(encoder, str) or not encoder.strip() or "\0" in encoder:
        raise InputError(f"has the encoder {encoder!r:.100}; name a file, relative to this one, or {STAND_IN}")
    return str(path.parent / encoder)
