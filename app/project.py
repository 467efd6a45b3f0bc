"""A project's own file, framescope.toml: what holds for every command in its folder and in those within it."""

import argparse
import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..core.base.checking import built, unknown
from ..core.base.errors import InputError
from ..core.base.files import naming, read_file
from ..core.base.resources import STAND_IN

PROJECT_FILE = "framescope.toml"
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class _Values:
    """The file's own words; paths in it are relative to its folder."""

    encoder: Any = None
    recording: str | None = None
    recipe: str | None = None
    profile: str | None = None
    ports: tuple[str, ...] = ()
    baseline: str | None = None


_KEYS = tuple(each.name for each in fields(_Values))


@dataclass(frozen=True, slots=True)
class Project:
    """What a project's file says, every path as it is found from anywhere.

    Attributes
    ----------
    path : Path
        The file.
    encoder : str or None
        A path, or ``stand-in``.
    recording : Path or None
        What `compare` computes the reference from.
    recipe, profile : str or None
        As after ``--recipe`` and ``--profile``.
    ports : tuple of Path
        What `compare` compares.
    baseline : Path or None
        An earlier report than which no port may be worse.
    """

    path: Path
    encoder: str | None = None
    recording: Path | None = None
    recipe: str | None = None
    profile: str | None = None
    ports: tuple[Path, ...] = ()
    baseline: Path | None = None


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
        return _project(path, _values(content))


def take_from_project(arguments: argparse.Namespace) -> None:
    """Give the arguments of `compare` what the project's file says where the command line says nothing.

    Raises
    ------
    InputError
        No port is named anywhere, or the file cannot be used.
    """
    project = find_project() or Project(Path())
    arguments.ports = arguments.ports or list(project.ports)
    if not arguments.ports:
        raise InputError(f"no port is named; name what your port has written, or ports in {PROJECT_FILE}")
    if arguments.reference is None:
        arguments.audio = arguments.audio or project.recording
        arguments.recipe = arguments.recipe or project.recipe
    arguments.profile = arguments.profile or project.profile
    arguments.baseline = arguments.baseline or project.baseline


def _project(path: Path, values: _Values) -> Project:
    folder = path.parent
    recipe, profile = values.recipe, values.profile
    file, colon, name = (profile or "").rpartition(":")
    return Project(
        path,
        _encoder(path, values.encoder),
        folder / values.recording if values.recording else None,
        str(folder / recipe) if recipe and recipe.endswith(".toml") else recipe,
        f"{folder / file}:{name}" if colon else profile,
        tuple(folder / port for port in values.ports),
        folder / values.baseline if values.baseline else None,
    )


def _values(content: bytes) -> _Values:
    try:
        values = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # tomllib's errors are ValueErrors
        raise InputError(
            f'is not a readable TOML file ({error}); write it as: encoder = "audio_encoder.onnx"'
        ) from None
    for key in values:
        if key not in _KEYS:
            raise InputError(f"its {unknown('key', key, _KEYS)}")
    return built(_Values, values)


def _encoder(path: Path, encoder: Any) -> str | None:
    if encoder is None or encoder == STAND_IN:
        return None if encoder is None else STAND_IN
    if not isinstance(encoder, str) or not encoder.strip() or "\0" in encoder:
        raise InputError(f"has the encoder {encoder!r:.100}; name a file, relative to this one, or {STAND_IN}")
    return str(path.parent / encoder)
