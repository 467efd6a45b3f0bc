"""The recipes that ship with Framescope."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from ..base.checking import unknown
from ..base.errors import InputError
from ..base.resources import recipes
from .recipe import Recipe
from .toml import load_recipe, read_recipe, recipe_title

SYNCTALK = "synctalk_2d"
"""The recipe that is used where none is named."""


def preset_names() -> tuple[str, ...]:
    """Give the names of the shipped recipes, SyncTalk's first."""
    names = sorted(path.stem for path in recipes().glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != SYNCTALK))


@cache
def load_preset(name: str) -> Recipe:
    """Read a shipped recipe; the models that it names are not opened, for they ship as well.

    Raises
    ------
    InputError
        There is none of that name; the sentence has the nearest.
    """
    if name not in preset_names():
        raise InputError(unknown("recipe", name, preset_names()))
    return replace(read_recipe(recipes() / f"{name}.toml"), origin=name)


def preset_titles() -> dict[str, str]:
    """Give what each shipped recipe calls itself, by its name, without opening the models that it names."""
    return {name: recipe_title(recipes() / f"{name}.toml") for name in preset_names()}


def find_recipe(name: str | Path) -> Recipe:
    """Read a recipe by its name, or from a file: what ends in ``.toml`` or has a folder in it is a file."""
    path = Path(name)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return load_recipe(path)
    return load_preset(str(name))
