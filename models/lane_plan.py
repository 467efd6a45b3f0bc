"""Which stages have a lane, and how their values are counted and named: read off the recipe."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..core.config import Config
from ..core.drawing.coordinates import Coordinates
from ..core.drawing.pyramid import PeakPyramid
from ..core.recipe.configured import config_recipe
from ..core.recipe.recipe import AUDIO, Recipe
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
    """

    stage: StageName
    signal: bool
    coordinates: Coordinates


def lane_plans(recipe: Recipe | None = None) -> tuple[LanePlan, ...]:
    """Give the lanes of a recipe, the recording's samples first; None: of SyncTalk_2D."""
    unnamed: Callable[[tuple[int, ...]], str] = str
    specs = [spec for spec in (recipe or config_recipe(Config())).stages if spec.drawn]
    drawn = [(AUDIO, True, 0, ""), *((spec.name, spec.level == "signal", spec.time, spec.unit) for spec in specs)]
    return tuple(
        LanePlan(name, signal, Coordinates(name, time, None, unnamed, unit=unit)) for name, signal, time, unit in drawn
    )


def signal_level(pyramid: PeakPyramid) -> float:
    """Give the value at the upper edge of a signal's lane: its largest magnitude."""
    return float(np.nanmax(np.abs(pyramid.levels[-1]), initial=_SMALLEST_LEVEL)) if pyramid.levels else 1.0
