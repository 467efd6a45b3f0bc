"""Which stages have a lane, and how their values are counted and named: read off the recipe."""

from dataclasses import dataclass

import numpy as np

from ..core.config import Config
from ..core.drawing.coordinates import Coordinates
from ..core.drawing.pyramid import PeakPyramid
from ..core.recipe.block import Block
from ..core.recipe.configured import config_recipe
from ..core.recipe.kinds.model import Supplied
from ..core.recipe.recipe import AUDIO, Recipe, StageSpec
from ..core.run import StageName

_SMALLEST_LEVEL = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class LanePlan:
    """A lane to be.

    Attributes
    ----------
    stage : str
        The stage that it shows.
    signal : bool
        Whether it is one value a moment, drawn as a waveform; else a heat map.
    coordinates : Coordinates
        How its values are counted and named before they are there.
    source : str
        Where its values come from, in words, where they are not computed; empty: they are.
    """

    stage: StageName
    signal: bool
    coordinates: Coordinates
    source: str = ""


def lane_plans(recipe: Recipe | None = None) -> tuple[LanePlan, ...]:
    """Give the lanes of a recipe, the recording's samples first; None: of SyncTalk_2D."""
    recipe = recipe or config_recipe(Config())
    samples = LanePlan(AUDIO, True, Coordinates(AUDIO, 0, None, str))
    return samples, *(_plan(spec, recipe.blocks[spec.block]) for spec in recipe.stages if spec.drawn)


def _plan(spec: StageSpec, block: Block) -> LanePlan:
    coordinates = Coordinates(spec.name, spec.time, None, str, unit=spec.unit)
    source = f"supplied by {block.file}" if isinstance(block, Supplied) else ""
    return LanePlan(spec.name, spec.level == "signal", coordinates, source)


def signal_level(pyramid: PeakPyramid) -> float:
    """Give the value at the upper edge of a signal's lane: its largest magnitude."""
    return float(np.nanmax(np.abs(pyramid.levels[-1]), initial=_SMALLEST_LEVEL)) if pyramid.levels else 1.0
