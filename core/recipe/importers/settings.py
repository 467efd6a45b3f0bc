"""Reading values out of another tool's configuration, each checked before a recipe is changed by it."""

from collections.abc import Mapping
from typing import Any

from ...checking import given
from ...errors import InputError
from ..recipe import Recipe


def changed(recipe: Recipe, settings: Mapping[str, Any], places: Mapping[str, tuple[str, ...]]) -> Recipe:
    """Give a recipe with the values that a configuration has.

    Parameters
    ----------
    recipe : Recipe
        With the tool's defaults.
    settings : mapping
        The configuration.
    places : mapping of str to tuple of str
        Keys of the configuration, and the parameters that each of them is.
    """
    for key, parameters in places.items():
        if settings.get(key) is None:
            continue
        for parameter in parameters:
            kind = float if isinstance(recipe.value(parameter), float) else int
            recipe = recipe.replace(parameter, given(settings[key], kind, key))
    return recipe


def refuse_if(settings: Mapping[str, Any], key: str, *harmless: Any) -> None:
    """Refuse a configuration with a setting that no block computes, unless it has one of these values."""
    value = settings.get(key)
    if value is not None and value not in harmless:
        raise InputError(f"{key} {value!r} is not covered by recipes; only {', '.join(map(repr, harmless))} is")
