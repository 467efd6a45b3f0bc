"""The front end of a comparison: which stages are searched, from which recording, and what is said of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...base.arrays import NDArray
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
from .gathered import Apart, taken_apart, without_filling
from .identify import Identified, Signals, identify
from .names import changes_of
from .parts import Part, parts_of
from .report import Reporter
from .sampled import Blocks

MAX_REREAD_SECONDS = 900
"""Length of a recording up to which it is read in all other ways, each of which takes as long as reading it."""
MATRIX = 2
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
    lag: int = 0,
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
    lag : int
        Row t of the port is of the moment of row t + lag of the reference.
    """
    rows = np.asarray(time_major(port)[:], np.float64)
    rows = np.where(np.isfinite(rows), rows, np.nan)
    rows = rows[:, None] if rows.ndim == 1 else rows
    search = _Search(port.name, recipe, signals.channels, seen, audio)
    if ways := taken_apart(rows, reference, signals.samples(()), signals.rate):
        return search.first([_Look(way.rows, way.chain, way.chain, signals, way.unseen, apart=way) for way in ways])
    parts = list(parts_of(rows, bare(reference), signals, lag))
    looks = [_Look(part.rows, reference, reference, part.signals, part.unseen, part=part) for part in parts]
    every = _Look(rows, reference, whole or reference, signals)
    filling = without_filling(rows, reference)
    filled = [_Look(filling.rows, reference, reference, signals, apart=filling)] if filling else []
    return search.first([*looks, every, *filled] if any(part.sure for part in parts) else [every, *filled, *looks])


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """Rows that are searched, the chain to them, the longest that they may be of, and what else is known of them."""

    rows: NDArray
    near: Blocks
    far: Blocks
    signals: Signals
    unseen: int = 0
    apart: Apart | None = None
    part: Part | None = None

    @property
    def tells(self) -> bool:
        """Whether there are values enough, and not all the same."""
        enough = self.rows.ndim == MATRIX and np.isfinite(self.rows).sum() >= MIN_VALUES
        return bool(enough and np.nanmin(self.rows) < np.nanmax(self.rows))


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """The search of one stage, by whichever of its rows."""

    stage: str
    recipe: Recipe
    channels: int
    seen: Callable[[tuple[Hypothesis, ...]], None]
    audio: tuple[tuple[Hypothesis, ...], ...]

    def first(self, looks: list[_Look]) -> FrontStage:
        """Find out what the first rows are of which no more than noise is left.

        Of parts of the recording, that which begins where it does, and of such the one with less to say.
        """
        every = FrontStage(None)
        parts: list[tuple[int, int, FrontStage]] = []
        for look in looks:
            if parts and (not look.part or abs(look.part.front) > parts[0][0]):
                break
            found = self.found(look)
            if look.part and found.reached:
                parts.append((abs(look.part.front), len(found.diagnosis.findings), found))
            elif not look.part and found.reached:
                return found
            every = every if look.part or every.found else found
        return min(parts, key=lambda one: one[:2])[2] if parts else every

    def found(self, look: _Look) -> FrontStage:
        """Find out what some rows are."""
        if not look.tells:
            return FrontStage(None)

        def told(candidate: Candidate) -> None:
            changes = changes_of(bare(look.near), candidate.blocks)
            self.seen((*candidate.audio, *(Hypothesis(one.id, one.value, one.fix, self.stage) for one in changes)))

        found = identify(look.rows, bare(look.far), look.signals, told, self.audio, unseen=look.unseen)
        if found is None:
            return FrontStage(None)
        end = nearest_end(look.near, look.far, found.candidate.blocks)
        reporter = Reporter(found, end, self.stage, self.recipe, self.channels, look.apart, look.part)
        return FrontStage(found, len(end), reporter.diagnosis())
