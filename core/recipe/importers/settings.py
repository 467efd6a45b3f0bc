"""Reading values out of another tool's configuration, each checked before a recipe is changed by it."""

from collections.abc import Mapping
from typing import Any, TypeVar

from ...base.checking import given, unknown
from ...base.errors import InputError
from ...base.words import shown
from ..recipe import Recipe

T = TypeVar("T")
Settings = Mapping[str, Any]
MAX_NUMBERS = 4096
"""Numbers in a list: the most bands that a filter bank has."""
MAX_SAMPLES = 1 << 48
"""Longest length that is looked at; the blocks themselves allow far less."""


def changed(recipe: Recipe, settings: Settings, places: Mapping[str, tuple[str, ...]]) -> Recipe:
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


def number(settings: Settings, key: str, kind: type[int] | type[float] = int) -> Any:
    """Give a number of a configuration that has to be there, as one of Python's."""
    return given(settings.get(key), kind, key)


def samples(value: float, key: str) -> int:
    """Give a length in whole samples, rounded down.

    Raises
    ------
    InputError
        A length that no front end has.
    """
    if not abs(value) < MAX_SAMPLES:
        raise InputError(f"{key} is {value:g} samples; at most {MAX_SAMPLES} are a length that can be used")
    return int(value)


def numbers(settings: Settings, key: str) -> tuple[float, ...]:
    """Give a list of numbers of a configuration, however deep it is nested; empty where it has none.

    Raises
    ------
    InputError
        Something else than numbers, or more than a filter bank has bands.
    """
    value = settings.get(key)
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    if len(listed) > MAX_NUMBERS:
        raise InputError(f"{key} has {len(listed)} numbers; at most {MAX_NUMBERS} are read, one for each band")
    return tuple(given(each, float, key) for each in listed)


def refuse_if(settings: Settings, key: str, *harmless: Any) -> None:
    """Refuse a configuration with a setting that no block computes, unless it has one of these values."""
    value = settings.get(key)
    if value is not None and value not in harmless:
        words = " or ".join(map(repr, harmless)) or "null"
        raise InputError(f"{key} {shown(value)} is not covered by recipes; only {words} is")


def chosen(value: Any, key: str, words: Mapping[Any, T]) -> T:
    """Give what one of some words, or null, stands for.

    Raises
    ------
    InputError
        Another word, or no word.
    """
    if isinstance(value, str | None) and value in words:
        return words[value]
    raise InputError(unknown(key, value if isinstance(value, str) else shown(value), [each for each in words if each]))
