"""Which stages have a lane, and how their values are counted and named: read off the recipe."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..core.config import Config
from ..core.drawing.coordinates import Coordinates, stage_coordinates, synctalk_coordinates
from ..core.drawing.pyramid import PeakPyramid
from ..core.recipe.configured import config_recipe
from ..core.recipe.recipe import Recipe
from ..core.recipe.run_stages import AUDIO
from ..core.run import Stage, StageName
from ..core.synctalk import has_axes

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


_REFERENCE = Config()


def lane_plans(recipe: Recipe | None = None, config: Config = _REFERENCE) -> tuple[LanePlan, ...]:
    """Give the lanes of a recipe, the recording's samples first; None: of SyncTalk_2D with a configuration."""
    unnamed: Callable[[tuple[int, ...]], str] = str
    specs = [spec for spec in (recipe or config_recipe(config)).stages if spec.drawn]
    own = (
        Coordinates(spec.name, spec.time, None, unnamed) if recipe else synctalk_coordinates(spec.name, config)
        for spec in specs
    )
    audio = LanePlan(AUDIO, True, synctalk_coordinates(AUDIO, config))
    return (audio, *(LanePlan(spec.name, spec.level == "signal", each) for spec, each in zip(specs, own, strict=True)))


def coordinates_of(stage: Stage, config: Config | None = None) -> Coordinates:
    """Give how the values of a computed or loaded stage are counted and named."""
    if has_axes(stage.name, stage.axes):
        return synctalk_coordinates(stage.name, config or Config())
    return stage_coordinates(stage)


def signal_level(pyramid: PeakPyramid) -> float:
    """Give the value at the upper edge of a signal's lane: its largest magnitude."""
    return float(np.nanmax(np.abs(pyramid.levels[-1]), initial=_SMALLEST_LEVEL)) if pyramid.levels else 1.0
