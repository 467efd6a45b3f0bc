"""Hugging Face ``preprocessor_config.json``: the front ends of transformers' audio feature extractors."""

import json
from dataclasses import replace
from typing import Any

from ...base.checking import unknown
from ...base.errors import InputError
from ..presets import load_preset
from ..recipe import Recipe
from .edits import before, behind, without
from .extractor import Extractor
from .extractors import EXTRACTORS, REFUSED
from .settings import Settings, changed, refuse_if


def recipe_from_huggingface(text: str, name: str) -> Recipe:
    """Make a recipe of a ``preprocessor_config.json``, or of the extractor in a ``processor_config.json``.

    A setting that the file lacks has the extractor's own default. Keys that the extractor does not read, such as those
    of an image processor in the same file, change nothing.

    Raises
    ------
    InputError
        No JSON object, an extractor that recipes do not cover, or a setting of it that they do not cover.
    """
    try:
        settings = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not valid JSON ({error})") from None
    settings = settings.get("feature_extractor", settings) if isinstance(settings, dict) else None
    kind = settings.get("feature_extractor_type") if isinstance(settings, dict) else None
    if not isinstance(settings, dict) or not isinstance(kind, str):
        raise InputError("names no feature_extractor_type, as a preprocessor_config.json does")
    recipe = _made(_extractor(kind), settings)
    return replace(recipe, name=f"{kind} ({name})", checked_against="")


def _extractor(kind: str) -> Extractor:
    if kind in REFUSED:
        raise InputError(f"{kind} {REFUSED[kind]}, which recipes do not cover")
    if kind not in EXTRACTORS:
        raise InputError(unknown("feature_extractor_type", kind, tuple(EXTRACTORS)))
    return EXTRACTORS[kind]


def _made(extractor: Extractor, settings: dict[str, Any]) -> Recipe:
    given: Settings = {**extractor.defaults, **settings}
    for key, harmless in extractor.only.items():
        refuse_if(given, key, *harmless)
    recipe = (
        behind(load_preset(extractor.preset), *extractor.behind) if extractor.behind else load_preset(extractor.preset)
    )
    recipe = before(without(recipe, *extractor.without), *extractor.before)
    for parameter, value in extractor.changes.items():
        recipe = recipe.replace(parameter, value)
    return extractor.finish(changed(recipe, given, extractor.places), given)
