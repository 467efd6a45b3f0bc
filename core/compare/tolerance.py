"""Tolerance profiles: how far a port's values may lie from the reference's, stage by stage."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any, Literal, cast

from ..base.arrays import NDArray
from ..base.checking import Range, built, check, checked
from ..base.errors import InputError
from ..base.files import naming, open_file
from ..base.resources import tolerances
from ..base.words import alternatives, meant, shown
from ..synctalk import STAGE_NAMES, StageName, require_known

DEFAULT_PROFILE = "desktop"
MAX_TOLERANCE = 1e300
"""Largest tolerance: what allows more allows anything."""
_MAX_BYTES = 1 << 20
_USAGE = "a profile must hold `default`, and stages where they differ from it, as { absolute = 1e-4, relative = 0.0 }"
_Limit = Annotated[float, Range(0, MAX_TOLERANCE)]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A value agrees where |port - reference| <= absolute + relative * |reference|; both are at least 0."""

    absolute: _Limit
    relative: _Limit = 0.0

    def __post_init__(self) -> None:
        check(self)

    def limit(self, reference: NDArray) -> NDArray | float:
        """Give the largest difference allowed at each value; one number where it is the same everywhere."""
        if not self.relative:
            return self.absolute
        limits: NDArray = abs(reference) * self.relative
        limits += self.absolute
        return limits


@dataclass(frozen=True, slots=True)
class Profile:
    """One tolerance for every stage, under a name.

    Attributes
    ----------
    name : str
        What it is called.
    limits : mapping
        The tolerances of SyncTalk_2D's stages.
    recipe : mapping
        Those of a recipe's stages, which go before; a recipe's stage that has none has the one of the mel.
    """

    name: str
    limits: Mapping[StageName, Tolerance]
    recipe: Mapping[StageName, Tolerance] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check(self)
        for stage in self.limits:
            require_known("limits:", stage)
        for stage in STAGE_NAMES:
            if stage not in self.limits:
                raise InputError(f"profile {self.name!r} has no tolerance of {stage}; it must have one of every stage")

    @property
    def general(self) -> "Profile":
        """The profile without what it says of a recipe's stages, which each comparison measures anew."""
        return replace(self, recipe={}) if self.recipe else self

    def __getitem__(self, stage: StageName) -> Tolerance:
        return self.recipe.get(stage) or self.limits.get(stage) or self.limits["mel"]


NOISE_MULTIPLES = {"exact": 0.0, "strict": 1.0, "desktop": 20.0, "mobile": 200.0}
"""How many times its float32 noise a stage of a recipe may differ.

The originals of the shipped recipes, in float32, differ from them by 0.2 to 13 times that noise; float16 by hundreds of
times.
"""


def recipe_profile(profile: Profile, noise: Mapping[StageName, float]) -> Profile:
    """Give a shipped profile for a recipe's stages, by their float32 noise; a profile of the user's own stays.

    Parameters
    ----------
    noise : mapping of str to float
        By how much float32 arithmetic changes each stage, as `float32_noise` measures it.
    """
    multiple = NOISE_MULTIPLES.get(profile.name)
    if multiple is None:
        return profile
    return replace(profile, recipe={name: Tolerance(multiple * each) for name, each in noise.items()})


def profile_names() -> tuple[str, ...]:
    """Give the names of the shipped profiles, the tightest first."""
    return tuple(_read(tolerances()))


@checked
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
        hint = f"{meant(wanted, tuple(profiles))} {alternatives(tuple(profiles))}"
        raise InputError(f"tolerance profile {shown(wanted)} is not in {path.name}; {hint}")
    with naming(path):
        return Profile(wanted, _limits(wanted, profiles[wanted]))


def _read(path: Path) -> dict[str, Any]:
    with open_file(path, "a file of tolerance profiles") as file:
        content = file.read(_MAX_BYTES + 1)
    try:
        if len(content) > _MAX_BYTES:
            raise ValueError("it is larger than 1 MB")
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not a readable file of tolerance profiles ({error})") from None


def _limits(name: str, table: Any) -> dict[StageName, Tolerance]:
    names = cast(Any, Literal)[(*STAGE_NAMES, "default")]
    kind: Any = GenericAlias(dict, (names, Tolerance))
    try:
        said: Mapping[str, Tolerance] = built(kind, table, f"profile {name!r}")
        return {stage: said.get(stage) or said["default"] for stage in STAGE_NAMES}
    except InputError as error:
        raise InputError(f"{error}; {_USAGE}") from None
    except KeyError:
        raise InputError(f"profile {name!r} has no `default`; {_USAGE}") from None
