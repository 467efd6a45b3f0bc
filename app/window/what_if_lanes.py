"""Lanes and tensor at what parameters changed by hand make of the part in view, until all of it is compared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from ...core.base.arrays import NDArray
from ...core.base.progress import Tick
from ...core.recipe.recipe import Recipe, StageSpec
from ...core.run import StageName
from ...core.stages.features import WindowEncoder
from ...core.what_if import computable, stages_on_demand
from ...models.what_if import WhatIf
from ...widgets.compare_view import Role
from ...widgets.lanes.heat_layer import HeatLayer
from ..presenters.compare_lanes import CompareLanes
from ..presenters.what_if_part import Part, Wanted, part_of
from .inspection import Inspection

PART = "what if part"
"""The channel of `Jobs` in which the part in view is computed."""


class WhatIfLanes(QObject):
    """Has the lanes show the part in view as soon as a parameter is changed."""

    shown = Signal(object)
    """Mapping from stage to `Part`: what the lanes show now."""

    def __init__(self, inspection: Inspection, compared: CompareLanes, what_if: WhatIf) -> None:
        super().__init__(inspection)
        self._inspection, self._compared, self._what_if = inspection, compared, what_if
        what_if.changed.connect(self._on_changed)
        inspection.jobs.failed.connect(self._on_failed)

    def _on_changed(self) -> None:
        recipe, inspection = self._what_if.recipe, self._inspection
        if recipe is None:
            inspection.jobs.cancel(PART)
            self._compared.draw_again()
            inspection.links.show_frame()
            return
        wanted = {spec.name: found for spec in recipe.stages if (found := self._wanted(spec))}
        if wanted:
            samples = np.asarray(self._samples())
            frame = inspection.timeline.frame if recipe.stages[-1].name == "tensors" else None
            asked = _Asked(samples, recipe, self._what_if.encoder, wanted, frame)
            inspection.jobs.submit_quick(PART, partial(_computed, asked), self._show)
        else:
            self._what_if.complete()

    def _on_failed(self, channel: str, _: object) -> None:
        """Leave it to the whole to say what is wrong."""
        if channel == PART:
            self._what_if.complete()

    def _samples(self) -> NDArray:
        run = self._inspection.links.side(port=False)
        assert run is not None
        return np.asarray(run["audio"].array)

    def _wanted(self, spec: StageSpec) -> Wanted | None:
        """Give what is to be computed of a lane; None where it is not seen, or shows no table."""
        name, inspection = spec.name, self._inspection
        lane = inspection.lanes.heat(name)
        comparison = inspection.runs.comparison
        layer = lane.layer("reference") if lane else None
        if lane is None or lane.isHidden() or layer is None or comparison is None or name not in comparison.reference:
            return None
        lags = {each.stage: each.lag for each in comparison.stages}
        timeline, port = inspection.timeline, comparison.port
        return Wanted(
            comparison.reference[name],
            port.stages.get(name),
            layer,
            timeline.visible,
            timeline.cursor,
            lags.get(name),
            inspection.runs.lag_applied,
            spec.unit,
        )

    def _show(self, made: tuple[Mapping[StageName, Part], NDArray | None]) -> None:
        parts, tensor = made
        if self._what_if.recipe is None:
            return
        for name, part in parts.items():
            if lane := self._inspection.lanes.heat(name):
                layers: dict[Role, HeatLayer] = dict(part.layers)
                if port := lane.layer("port"):
                    layers["port"] = replace(port, offset=layers["reference"].offset - part.lag)
                labels: dict[Role, str] = {
                    "reference": f"reference with {', '.join(self._what_if.texts)}; the part in view",
                    "port": f"port, lag {part.lag:+d}" if part.lag else "port, no lag",
                    "difference": "port - reference, the part in view",
                }
                lane.set_compared(layers, labels, lane.levels)
                lane.set_agreement("")
        if tensor is not None:
            self._inspection.links.show_tensor(tensor)
        self.shown.emit(parts)
        self._what_if.complete()


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What the worker is given: samples, the recipe with other parameters, lanes, and the frame of the tensor."""

    samples: NDArray
    recipe: Recipe
    encoder: WindowEncoder | None
    wanted: Mapping[StageName, Wanted]
    frame: int | None


def _computed(asked: _Asked, tick: Tick) -> tuple[dict[StageName, Part], NDArray | None]:
    """Compute what is in view of every lane, then the tensor of a frame; on a worker's thread."""
    made = stages_on_demand(asked.samples, asked.recipe, asked.encoder)
    blocks = asked.recipe.blocks
    modelled = {spec.name: not all(map(computable, blocks[: spec.block + 1])) for spec in asked.recipe.stages}
    parts: dict[StageName, Part] = {}
    for name, one in asked.wanted.items():
        tick(len(parts), len(asked.wanted))
        if name in made and (part := part_of(made[name], one, modelled=modelled[name])):
            parts[name] = part
    tensors, frame = made.get("tensors"), asked.frame
    if tensors is None or frame is None or frame >= len(tensors):
        return parts, None
    return parts, np.asarray(tensors.array[np.arange(frame, frame + 1)][0], np.float32)
