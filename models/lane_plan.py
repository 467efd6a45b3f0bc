"""Which stages have a lane, and how their values are counted and named: read off the recipe."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..core.config import Config
from ..core.drawing.coordinates import Coordinates, stage_coordinates, synctalk_coordinates
from ..core.drawing.pyramid import PeakPyramid
from ..core.recipe.recipe import Recipe
from ..core.run import Stage, StageName
from ..core.synctalk import STAGES

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
    drawn = (name for name, facts in STAGES.items() if facts.drawn)
    known = (LanePlan(name, name == "audio", synctalk_coordinates(name, config)) for name in drawn)
    if recipe is None:
        return tuple(known)
    unnamed: Callable[[tuple[int, ...]], str] = str
    specs = [spec for spec in recipe.stages if spec.drawn]
    own = (
        LanePlan(spec.name, spec.level == "signal", Coordinates(spec.name, spec.time, None, unnamed)) for spec in specs
    )
    return (next(known), *own)


def coordinates_of(stage: Stage, config: Config | None = None) -> Coordinates:
    """Give how the values of a computed or loaded stage are counted and named."""
    return stage_coordinates(stage) if stage.clock else synctalk_coordinates(stage.name, config or Config())


def signal_level(pyramid: PeakPyramid) -> float:
    """Give the value at the upper edge of a signal's lane: its largest magnitude."""
    return float(np.nanmax(np.abs(pyramid.levels[-1]), initial=_SMALLEST_LEVEL)) if pyramid.levels else 1.0
