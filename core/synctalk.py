"""The stages of SyncTalk_2D: their names and order, their axes and when their items are, read off its recipe."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from .axis import Axis
from .base.arrays import NDArray
from .base.errors import InputError
from .base.words import unknown
from .config import FEATURE_SIZE, Config
from .recipe.block import Context
from .recipe.configured import config_recipe
from .recipe.facts import StageFacts, audio_facts, stage_facts
from .recipe.items import Items
from .recipe.recipe import AUDIO

StageName: TypeAlias = str
"""What a stage is called: one of `STAGE_NAMES`, or what a recipe calls it."""
_REFERENCE = Config()
STAGE_NAMES: tuple[StageName, ...] = (AUDIO, *(spec.name for spec in config_recipe(_REFERENCE).stages))
"""The stages of SyncTalk_2D in pipeline order."""
FRAME_AXIS = "frame"
"""The axis that counts video frames."""
_COLUMNS = 20
"""Mel columns of what a recipe is tried on: a few context windows."""


class _Silent:
    """Stands for an encoder where only the shape of what it gives is looked at."""

    def encode(self, windows: NDArray) -> NDArray:
        """Give features of nothing."""
        return np.zeros((len(windows), FEATURE_SIZE), np.float32)


@lru_cache(maxsize=64)
def synctalk_facts(config: Config = _REFERENCE) -> Mapping[StageName, StageFacts]:
    """Give what the recipe of a configuration says of each stage, by applying its blocks to a little silence."""
    recipe, rate = config_recipe(config), config.audio.sample_rate
    found = {AUDIO: audio_facts(rate)}
    specs = {spec.block: spec for spec in recipe.stages}
    mel = config.mel
    items = Items(np.zeros(_COLUMNS * mel.hop_length + 2 * max(mel.n_fft, mel.win_length)), recipe.rate)
    for number, block in enumerate(recipe.blocks):
        items = block.apply(items, Context(encoder=_Silent()))
        if spec := specs.get(number):
            # Samples of a wrong rate are computed with as if they had the right one, but are at their own moments.
            items_at = Items(items.array, rate, items.links, hz=items.hz, clock=items.clock)
            found[spec.name] = stage_facts(spec, items_at)
    return MappingProxyType(found)


def synctalk_axes(stage: StageName) -> tuple[Axis, ...]:
    """Give the axes of a stage; none where SyncTalk_2D has no such stage."""
    facts = synctalk_facts().get(stage)
    return facts.axes if facts else ()


def frame_axis(stage: StageName) -> int | None:
    """Give the axis of a stage that counts video frames; None where none does."""
    return next((number for number, axis in enumerate(synctalk_axes(stage)) if axis.name == FRAME_AXIS), None)


def require_known(what: str, name: StageName) -> None:
    """Refuse a name that is no stage of SyncTalk_2D.

    Raises
    ------
    InputError
        With the nearest right name.
    """
    if name not in STAGE_NAMES:
        raise InputError(unknown(what, name, STAGE_NAMES))
