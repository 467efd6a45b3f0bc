"""A run as it would be with other parameters of its recipe: a part of it at once, or all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from .base.arrays import Array, NDArray
from .base.progress import Progress, silent
from .config import FEATURE_SIZE
from .encoder.architecture import MEL_BANDS
from .recipe.block import Block, Context
from .recipe.configured import up_to_model
from .recipe.items import Items, Lazy
from .recipe.kinds.model import Supplied
from .recipe.kinds.onnx import Onnx
from .recipe.recipe import Recipe
from .recipe.run_stages import audio_stage, recipe_stage
from .recipe.runner import Known, applied_names, beginnings, run_blocks
from .run import Provenance, Run, Stage, StageName
from .stages.features import WindowEncoder

_MODELS = (Onnx, Supplied)


@dataclass(frozen=True, slots=True, eq=False)
class _Encoded(Lazy):
    """Features of windows, each encoded when somebody looks first."""

    base: Array
    encoder: WindowEncoder
    known: dict[int, NDArray] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, 512)."""
        return (len(self.base), FEATURE_SIZE)

    def take(self, items: NDArray) -> NDArray:
        """Give the features of the windows with these numbers, encoding those that are not known yet."""
        numbers = items.tolist()
        new = [number for number in dict.fromkeys(numbers) if number not in self.known]
        if new:
            rows = self.encoder.encode(self.base[np.array(new)].astype(np.float32)).astype(np.float64)
            self.known.update(zip(new, rows, strict=True))
        return np.stack([self.known[number] for number in numbers]) if numbers else np.zeros((0, FEATURE_SIZE))


def block_names(recipe: Recipe) -> tuple[str, ...]:
    """Name a recipe's blocks as `Recipe.value` takes them: by their kind, with their number from the second on."""
    kinds = [block.kind for block in recipe.blocks]
    counts = (kinds[: number + 1].count(kind) for number, kind in enumerate(kinds))
    return tuple(kind if count == 1 else f"{kind}#{count}" for kind, count in zip(kinds, counts, strict=True))


def computable(block: Block) -> bool:
    """Tell whether other parameters of a block can be computed: another model is another encoder, chosen elsewhere."""
    return not isinstance(block, _MODELS)


def stages_on_demand(
    samples: NDArray, recipe: Recipe, encoder: WindowEncoder | None = None
) -> Mapping[StageName, Items]:
    """Give the stages of a recipe as items that are computed where somebody looks, as far as its blocks can.

    Parameters
    ----------
    samples : (n,) float array
        The signal that the recipe's first block gets.
    encoder : WindowEncoder or None
        Stands for the recipe's model, as for SyncTalk_2D; without it, and without a model, all stages are there.

    Raises
    ------
    InputError
        A recording that is too short for the recipe.
    """
    start, known = Items(samples, recipe.rate), dict[tuple[Block, ...], Items]()
    model = _model(recipe) if encoder else None
    if encoder and model is not None:
        front = replace(recipe, blocks=recipe.blocks[:model])
        outputs = [items for _, _, items in applied_names(front, start, Context(folder=recipe.folder))]
        known = {recipe.blocks[: number + 1]: items for number, items in enumerate(outputs)}
        encoded = replace(outputs[-1], array=_Encoded(outputs[-1].array, encoder), hz=None)
        known[recipe.blocks[: model + 1]] = encoded
    named = applied_names(recipe, start, Context(folder=recipe.folder), known)
    outputs = [items for _, _, items in named]
    return {spec.name: outputs[spec.block] for spec in recipe.stages if not spec.aside}


def run_with(
    run: Run,
    recipe: Recipe,
    encoder: WindowEncoder | None = None,
    *,
    known: Known | None = None,
    progress: Progress = silent,
) -> tuple[Run, Known]:
    """Compute a run anew with other parameters.

    Parameters
    ----------
    run : Run
        As it was computed, by a recipe or as SyncTalk_2D; its samples are taken.
    recipe : Recipe
        The run's recipe, or that of SyncTalk_2D, with other parameters.
    encoder : WindowEncoder or None
        Of SyncTalk_2D; without it the stages end with the windows.
    known : mapping of blocks to Items or None
        What an earlier call gave: what lies before the parameters that changed since is not computed again.
    progress : callable
        Called between chunks with (stage, done, total).

    Returns
    -------
    Run, mapping of blocks to Items
        The run, and what it computed by the blocks that made it.

    Raises
    ------
    InputError
        A recording that is too short, or parameters that cannot be computed.
    CancelledError
        Raised by `progress`.
    """
    samples, known = np.asarray(run["audio"].array), known or {}
    name = f"{run.name} with other parameters"
    provenance = Provenance(source=run.provenance.source, notes=("computed with parameters changed by hand",))
    if run.is_original and not (encoder and recipe.value("filterbank.bands") == MEL_BANDS):
        recipe = up_to_model(recipe)
    made = list(run_blocks(samples, recipe, known=known, progress=progress, encoder=encoder))
    if run.is_original:
        stages = {"audio": run["audio"], **{each.spec.name: Stage(each.spec.name, each.array) for each in made}}
        return Run(name, "computed", stages, provenance, run.config), beginnings(recipe, made)
    stages = {"audio": audio_stage(samples, recipe), **{each.spec.name: recipe_stage(each) for each in made}}
    return Run(name, "computed", stages, provenance, recipe=recipe), beginnings(recipe, made)


def _model(recipe: Recipe) -> int | None:
    """Give the number of the block that is a model; None where none is."""
    return next((number for number, block in enumerate(recipe.blocks) if not computable(block)), None)
