"""What has been computed of a recording so far: stages, which features are filled, and what the lanes draw of them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from ..core.config import Config
from ..core.recipe.recipe import Recipe
from ..core.recipe.run_stages import recipe_stage
from ..core.recipe.runner import Computed
from ..core.run import Provenance, Run, Stage, StageName
from .computing import Chunk, Prepared
from .quantised import Quantised

_NONE_FILLED: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)


class StagesSoFar:
    """The stages of one recording, each as soon as it is done; the features begin as zeros and are filled."""

    def __init__(self) -> None:
        self.stages: Mapping[StageName, Stage] = MappingProxyType({})
        self.codes: dict[StageName, Quantised] = {}
        """What the lanes draw of the stages, as far as they are filled."""
        self.features: Computed | None = None
        """The stage that the encoder gives, whose items are zeros where they are not filled yet."""
        self.filled = _NONE_FILLED
        """Which frames have their features, (N,) bool."""
        self._run: Run | None = None
        self._parts: tuple[object, ...] = ()
        """What the run was made of."""

    def add(self, *stages: Stage) -> None:
        """Take stages over."""
        self.stages = MappingProxyType({**self.stages, **{stage.name: stage for stage in stages}})

    def begin_features(self, prepared: Prepared) -> Stage:
        """Have the features begin as zeros, and give their stage."""
        self.features, self.codes[prepared.features.spec.name] = prepared.features, prepared.codes
        self.filled = np.zeros(len(prepared.features.items), np.bool_)
        return recipe_stage(prepared.features)

    def fill(self, chunk: Chunk) -> Stage:
        """Take features of some frames over, and give their stage."""
        assert self.features is not None
        np.asarray(self.features.items.array)[chunk.frames] = chunk.values
        self.filled[chunk.frames] = True
        return self.stages[self.features.spec.name]

    def end_features(self, seconds: float) -> None:
        """Say how long the features took."""
        assert self.features is not None
        self.add(replace(self.stages[self.features.spec.name], seconds=seconds))

    def has(self, stage: StageName, item: int | None = None) -> bool:
        """Tell whether an item of a stage, or None: all of it, is computed."""
        if stage not in self.stages or self.features is None or stage != self.features.spec.name:
            return stage in self.stages
        return bool(self.filled.all() if item is None else 0 <= item < len(self.filled) and self.filled[item])

    def run(self, path: Path, config: Config | None, encoder: str | None, recipe: Recipe) -> Run | None:
        """Give the stages as a run, the same one until anything is another; None before the first."""
        if not self.stages:
            return None
        parts = path, self.stages, encoder, config, recipe
        if self._run is None or parts != self._parts:
            provenance = Provenance(source=str(path), encoder=encoder)
            self._run = Run(path.name, "computed", self.stages, provenance, config, recipe=recipe)
            self._parts = parts
        return self._run
