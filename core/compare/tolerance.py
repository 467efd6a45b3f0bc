"""Tolerance profiles: how far a port's values may lie from the reference's, stage by stage."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..arrays import NDArray
from ..errors import InputError
from ..resources import tolerances
from ..run import STAGE_NAMES, StageName

DEFAULT_PROFILE = "desktop"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A value agrees where |port - reference| <= absolute + relative * |reference|."""

    absolute: float
    relative: float = 0.0

    def limit(self, reference: NDArray) -> NDArray | float:
        """Give the largest difference allowed at each value; one number where it is the same everywhere."""
        if not self.relative:
            return self.absolute
        limits: NDArray = abs(reference) * self.relative
        limits += self.absolute
        return limits


@dataclass(frozen=True, slots=True)
class Profile:
    """One tolerance a stage, under a name."""

    name: str
    limits: Mapping[StageName, Tolerance]

    def __getitem__(self, stage: StageName) -> Tolerance:
        return self.limits[stage]


def profile_names() -> tuple[str, ...]:
    """Give the names of the shipped profiles, the tightest first."""
    return tuple(_read(tolerances()))


def load_profile(name: str = DEFAULT_PROFILE) -> Profile:
    """Find a profile.

    Parameters
    ----------
    name : str
        ``exact``, ``strict``, ``desktop``, ``mobile``, or ``FILE:NAME`` for one of a TOML file of the same form as
        the shipped ``tolerances.toml``.

    Raises
    ------
    InputError
        No such profile, or a file that cannot be read or says something else.
    """
    file, colon, wanted = name.rpartition(":")
    path = Path(file) if colon else tolerances()
    profiles = _read(path)
    if wanted not in profiles:
        raise InputError(f"tolerance profile {wanted!r} is not in {path.name}, which has {', '.join(profiles)}")
    return Profile(wanted, _limits(path, wanted, profiles[wanted]))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: not a readable file of tolerance profiles ({error})") from error


def _limits(path: Path, name: str, table: Any) -> dict[StageName, Tolerance]:
    try:
        return {stage: _tolerance(table[stage] if stage in table else table["default"]) for stage in STAGE_NAMES}
    except (AttributeError, TypeError, KeyError, ValueError) as error:
        raise InputError(
            f"{path}: profile {name!r} must hold `default` and stages as {{ absolute = 1e-4, relative = 0.0 }}, "
            "with numbers of at least 0"
        ) from error


def _tolerance(entry: Any) -> Tolerance:
    tolerance = Tolerance(**{key: float(value) for key, value in entry.items()})
    if not (tolerance.absolute >= 0 and tolerance.relative >= 0):
        raise ValueError(entry)
    return tolerance
