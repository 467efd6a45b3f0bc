"""The front end of a comparison: which stages are searched, from which recording, and what is said of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from ...compare.alignment import items
from ...compare.comparison import Comparison
from ...config import MelConfig
from ...recipe.presets import SYNCTALK, load_preset
from ...recipe.recipe import Recipe
from ...run import Stage
from ...stages.mel_blocks import mel_blocks
from ..findings import Diagnosis
from ..hypotheses import Hypothesis
from .evidence import Candidate
from .identify import Identified, Signals, identify
from .levels import bare
from .names import changes_of
from .report import Reporter
from .sampled import Blocks

MAX_REREAD_SECONDS = 900
"""Length of a recording up to which it is read in all other ways, each of which takes as long as reading it."""
MIN_VALUES = 32
"""Values below which nothing can be told."""


@dataclass(frozen=True, slots=True, eq=False)
class FrontStage:
    """What was found of one stage.

    Attributes
    ----------
    found : Identified or None
        None where nothing could be compared.
    diagnosis : Diagnosis
        What is said of it.
    """

    found: Identified | None
    diagnosis: Diagnosis = field(default_factory=Diagnosis)

    @property
    def reached(self) -> bool:
        """Whether no more than noise is left, be it that of dither."""
        return self.found is not None and self.found.explained


def mel_recipe(config: MelConfig) -> tuple[Recipe, Blocks]:
    """Give SyncTalk_2D's recipe, and the chain to the mel of a configuration of it."""
    recipe = load_preset(SYNCTALK)
    return recipe, mel_blocks(config)


def front_stage(  # noqa: PLR0917
    port: Stage,
    reference: Blocks,
    recipe: Recipe,
    signals: Signals,
    seen: Callable[[tuple[Hypothesis, ...]], None],
    audio: tuple[tuple[Hypothesis, ...], ...] = ((),),
) -> FrontStage:
    """Find out what the rows of a stage of a port are.

    Parameters
    ----------
    port : Stage
        Rows of values along time.
    reference : tuple of Block
        The reference's chain to this stage.
    recipe : Recipe
        The whole reference.
    seen : callable
        Called with the faults of the nearest candidate now and then; raises `CancelledError`.
    """
    rows = np.asarray(items(port)[:], np.float64)
    rows = np.where(np.isfinite(rows), rows, np.nan)
    if rows.ndim != 2 or np.isfinite(rows).sum() < MIN_VALUES or np.nanmin(rows) == np.nanmax(rows):
        return FrontStage(None)
    plain = bare(reference)

    def told(candidate: Candidate) -> None:
        changes = changes_of(plain, candidate.blocks)
        seen((*candidate.audio, *(Hypothesis(one.id, one.value, one.fix, port.name) for one in changes)))

    found = identify(rows, plain, signals, told, audio)
    if found is None:
        return FrontStage(None)
    return FrontStage(found, Reporter(found, plain, port.name, recipe, signals.channels).diagnosis())


def front_stages(comparison: Comparison, recipe: Recipe) -> Iterator[tuple[str, Blocks]]:
    """Give the stages of a recipe that a port has rows of, in order, with the reference's chain to each."""
    for spec in recipe.stages:
        if spec.aside or spec.name not in comparison.port:
            continue
        chain = recipe.blocks[: spec.block + 1]
        if len(comparison.port[spec.name].shape) == 2 and not any(block.group == "model" for block in chain):
            yield spec.name, chain
