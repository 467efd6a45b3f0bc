"""The recipes that ship with Framescope."""

from dataclasses import replace
from pathlib import Path

from ..checking import unknown
from ..errors import InputError
from ..resources import recipes
from .recipe import Recipe
from .toml import load_recipe

SYNCTALK = "synctalk_2d"
"""The recipe that is used where none is named."""


def preset_names() -> tuple[str, ...]:
    """Give the names of the shipped recipes, SyncTalk's first."""
    names = sorted(path.stem for path in recipes().glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != SYNCTALK))


def load_preset(name: str) -> Recipe:
    """Read a shipped recipe.

    Raises
    ------
    InputError
        There is none of that name; the sentence has the nearest.
    """
    if name not in preset_names():
        raise InputError(unknown("recipe", name, preset_names()))
    return replace(load_recipe(recipes() / f"{name}.toml"), origin=name)


def find_recipe(name: str | Path) -> Recipe:
    """Read a recipe by its name, or from a file: what ends in ``.toml`` or has a folder in it is a file."""
    path = Path(name)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return load_recipe(path)
    return load_preset(str(name))
