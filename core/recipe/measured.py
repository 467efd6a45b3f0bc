"""What a comparison needs of a computed run beside its stages: computed once, and only when it is asked for.

That are the outputs of the blocks that are no named stage, and the float32 noise of the stages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from ..axis import Axis
from ..run import Run, Stage, StageName
from .block import Block, Context
from .facts import items_clock
from .items import Items, items_between
from .noise import float32_noise
from .recipe import Recipe
from .run_stages import AUDIO
from .runner import Computed, applied_names, beginnings


@dataclass(slots=True, eq=False)
class _Measured:
    """What is known of one recording's samples and one recipe."""

    known: Mapping[tuple[Block, ...], Items] = field(default_factory=dict)
    outputs: tuple[Stage, ...] | None = None
    noise: Mapping[StageName, float] | None = None
    lock: Lock = field(default_factory=Lock)


_MEASURED: "WeakKeyDictionary[Stage, dict[Recipe, _Measured]]" = WeakKeyDictionary()
"""By the audio stage, which all runs of one computation share, also those with stages of a port beside."""
_LOCK = Lock()


def remember(audio: Stage, recipe: Recipe, computed: list[Computed]) -> None:
    """Keep a run's stages as they were computed, so that what lies between them need not begin with the samples."""
    _measured(audio, recipe).known = beginnings(recipe, computed)


def block_outputs(reference: Run) -> tuple[Stage, ...]:
    """Give the outputs of a computed run's blocks that are no named stage, rows first, computed where somebody looks.

    They are called by the kind of their block, with ``#2`` and so on where there are several. Without samples there
    are none.
    """
    if AUDIO not in reference:
        return ()
    found = _measured(reference[AUDIO], reference.recipe)
    with found.lock:
        if found.outputs is None:
            found.outputs = tuple(_outputs(reference, reference.recipe, found.known))
        return found.outputs


def with_outputs(reference: Run, names: Iterable[StageName]) -> Run:
    """Add those of a computed run's block outputs that are asked for, in the order of the chain."""
    missing = {name for name in names if name not in reference}
    if not missing:
        return reference
    wanted = (stage for stage in block_outputs(reference) if stage.name in missing)
    added = {stage.name: replace(stage, array=stage.array[:]) for stage in wanted}
    return replace(reference, stages=_in_order({**reference.stages, **added}, chain_names(reference.recipe)))


def chain_names(recipe: Recipe) -> tuple[StageName, ...]:
    """Give what every stage and every other output of a recipe's blocks is called, in the order of the chain."""
    names = [AUDIO]
    for block, own in zip(recipe.blocks, block_names(recipe), strict=True):
        names += [name for name, _ in block.further]
        names.append(own)
    return tuple(names)


def block_names(recipe: Recipe) -> tuple[StageName, ...]:
    """Give what the output of each of a recipe's blocks is called: its stage, or its kind."""
    specs, names, seen = {spec.block: spec.name for spec in recipe.stages if not spec.aside}, [], dict[str, int]()
    for number, block in enumerate(recipe.blocks):
        seen[block.kind] = seen.get(block.kind, 0) + 1
        own = block.kind if seen[block.kind] == 1 else f"{block.kind}#{seen[block.kind]}"
        names.append(specs.get(number, own))
    return tuple(names)


def related_items(reference: Run, stage: StageName, item: int) -> dict[StageName, tuple[int, int]]:
    """Give, of a computed run's other stages, the first and last item that an item was made of, or that it went into.

    Returns
    -------
    mapping of str to (int, int)
        Without stages that have none; empty where the run was not computed here.
    """
    if AUDIO not in reference:
        return {}
    recipe, known = reference.recipe, _measured(reference[AUDIO], reference.recipe).known
    made = {spec.name: known.get(recipe.blocks[: spec.block + 1]) for spec in recipe.stages if not spec.aside}
    own = made.pop(stage, None)
    if own is None:
        return {}
    found = {name: items_between(own, other, item) for name, other in made.items() if other is not None}
    return {name: span for name, span in found.items() if span[0] <= span[1]}


def stage_noise(reference: Run) -> Mapping[StageName, float]:
    """Give the float32 noise of a computed run's stages; empty where there are no samples to measure it on."""
    if AUDIO not in reference:
        return {}
    found = _measured(reference[AUDIO], reference.recipe)
    with found.lock:
        if found.noise is None:
            found.noise = float32_noise(np.asarray(reference[AUDIO]), reference.recipe)
        return found.noise


def _measured(audio: Stage, recipe: Recipe) -> _Measured:
    with _LOCK:
        return _MEASURED.setdefault(audio, {}).setdefault(recipe, _Measured())


def _outputs(reference: Run, recipe: Recipe, known: Mapping[tuple[Block, ...], Items]) -> Iterable[Stage]:
    items = Items(np.asarray(reference[AUDIO]), recipe.rate)
    for name, block, made in applied_names(recipe, items, Context(folder=recipe.folder), known):
        if not block.stage and made.item_shape and name not in reference:
            yield Stage(name, made.array, _axes(made), clock=items_clock(made), hz=made.hz)


def _axes(items: Items) -> tuple[Axis, ...]:
    others = (Axis(f"value {number}" if number else "value") for number in range(len(items.item_shape)))
    return (Axis("column", "", "columns"), *others)


def _in_order(stages: Mapping[StageName, Stage], order: tuple[StageName, ...]) -> dict[StageName, Stage]:
    return {name: stages[name] for name in dict.fromkeys((*order, *stages)) if name in stages}
