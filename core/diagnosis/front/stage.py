"""The front end of a comparison: which stages are searched, from which recording, and what is said of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...compare.alignment import time_major
from ...config import MelConfig
from ...recipe.presets import SYNCTALK, load_preset
from ...recipe.recipe import Recipe
from ...run import Stage
from ...stages.mel_blocks import mel_blocks
from ..findings import Diagnosis
from ..hypotheses import Hypothesis
from .chains import bare
from .ends import nearest_end
from .evidence import Candidate
from .gathered import Apart, taken_apart
from .identify import Identified, Signals, identify
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
    end : int
        How many blocks of the reference lead to where the port ends.
    diagnosis : Diagnosis
        What is said of it.
    """

    found: Identified | None
    end: int = 0
    diagnosis: Diagnosis = field(default_factory=Diagnosis)

    @property
    def reached(self) -> bool:
        """Whether no more than noise is left, be it that of dither."""
        return self.found is not None and self.found.explained


def mel_recipe(config: MelConfig) -> tuple[Recipe, Blocks]:
    """Give SyncTalk_2D's recipe, and the chain to the mel of a configuration of it."""
    recipe = load_preset(SYNCTALK)
    return recipe, mel_blocks(config)


def front_stage(
    port: Stage,
    reference: Blocks,
    recipe: Recipe,
    signals: Signals,
    seen: Callable[[tuple[Hypothesis, ...]], None],
    *,
    audio: tuple[tuple[Hypothesis, ...], ...] = ((),),
    whole: Blocks = (),
) -> FrontStage:
    """Find out what the rows of a stage of a port are.

    Parameters
    ----------
    port : Stage
        Rows of values, or samples, along time.
    reference : tuple of Block
        The reference's chain to this stage.
    recipe : Recipe
        The whole reference.
    seen : callable
        Called with the faults of the nearest candidate now and then; raises `CancelledError`.
    whole : tuple of Block
        The reference's chain, and the blocks behind it that the port may have, too; empty: none.
    """
    rows = np.asarray(time_major(port)[:], np.float64)
    rows = np.where(np.isfinite(rows), rows, np.nan)
    rows = rows[:, None] if rows.ndim == 1 else rows

    def searched(apart: Apart | None) -> FrontStage:
        values, near, far = (apart.rows, apart.chain, apart.chain) if apart else (rows, reference, whole or reference)
        if values.ndim != 2 or np.isfinite(values).sum() < MIN_VALUES or np.nanmin(values) == np.nanmax(values):
            return FrontStage(None)

        def told(candidate: Candidate) -> None:
            changes = changes_of(bare(near), candidate.blocks)
            seen((*candidate.audio, *(Hypothesis(one.id, one.value, one.fix, port.name) for one in changes)))

        found = identify(values, bare(far), signals, told, audio, unseen=apart.unseen if apart else 0)
        if found is None:
            return FrontStage(None)
        end = nearest_end(near, far, found.candidate.blocks)
        reporter = Reporter(found, end, port.name, recipe, signals.channels, apart)
        return FrontStage(found, len(end), reporter.diagnosis())

    ways: list[Apart | None] = [*taken_apart(rows, reference, signals.samples(()), signals.rate)]
    first = searched(ways[0] if ways else None)
    return first if first.reached else next((one for one in map(searched, ways[1:]) if one.reached), first)
