"""From what a recipe computes to the stages of a run: axes, clock and frequencies."""

import numpy as np

from ..base.arrays import NDArray
from ..run import Stage
from .facts import audio_facts, stage_facts
from .recipe import AUDIO, Recipe
from .runner import Computed

__all__ = ["AUDIO", "audio_stage", "recipe_stage"]


def audio_stage(samples: NDArray, recipe: Recipe) -> Stage:
    """Give the samples as a stage."""
    facts = audio_facts(recipe.rate)
    return Stage(AUDIO, samples, facts.axes, clock=facts.clock)


def recipe_stage(computed: Computed) -> Stage:
    """Give what a recipe has computed as a stage of a run."""
    items, spec = computed.items, computed.spec
    facts = stage_facts(spec, items)
    array = np.moveaxis(np.asarray(items.array), 0, spec.time) if spec.time else items.array
    seconds = computed.seconds
    return Stage(spec.name, array, facts.axes, seconds=seconds, clock=facts.clock, hz=facts.hz, unit=facts.unit)
