"""A run of the pipeline, computed or loaded: a set of named stages with where they come from."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import numpy.typing as npt

from .axis import UNTIMED, Axis, Clock
from .base.arrays import Array, NDArray
from .base.checking import Range, Such, check
from .base.errors import InputError, UnknownStageError
from .base.portable import Portable
from .base.printable import MAX_NAME, printable
from .base.words import shown
from .config import Config
from .recipe.configured import config_recipe
from .recipe.presets import SYNCTALK
from .recipe.recipe import Recipe
from .synctalk import STAGE_NAMES, StageName, require_known, synctalk_facts

__all__ = ["STAGE_NAMES", "Assumption", "Provenance", "Run", "Stage", "StageName", "Statistics"]

if TYPE_CHECKING:
    import pandas
    import xarray

MAX_SECONDS = 1e9
"""Longest time that a computation may have taken: 30 years."""


def _holds_numbers(array: object) -> bool:
    """Tell whether something is, or stands for, an array of whole or real numbers."""
    return getattr(getattr(array, "dtype", None), "kind", "") in {"f", "i", "u"} and hasattr(array, "ndim")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Stage(Portable):
    """The values of one stage; ``numpy.asarray`` gives them, gathered where they are not held.

    Attributes
    ----------
    name : str
        One of `STAGE_NAMES`, or any other where `axes` are given.
    array : array or RowBlocks
        Read-only values, shapes and dtypes as the pipeline's definition gives them.
    axes : tuple of Axis
        One an axis of `array`.
    frames : (n,) int array or None
        Frame numbers (0-based) of the items along the first axis where only some frames are present; None: all.
    seconds : float or None
        How long computing it took; None where it was loaded.
    clock : Clock
        Which item lies at a moment; of a stage of SyncTalk_2D, where it is not given, that of 25 frames a second, which
        a `Run` makes that of its own configuration.
    hz : (k,) array or None
        Frequencies along the last axis of the items, where they have some.
    unit : str
        The unit of the values, such as ``dB``; empty: they have none.

    Raises
    ------
    InputError
        An unknown stage, something other than an array of numbers with the stage's axes, or frame numbers that are
        not one for each item, rising.

    Examples
    --------
    >>> import numpy as np
    >>> stage = Stage("mel", np.zeros((80, 100)))
    >>> stage
    <Stage mel (80, 100) float64>
    >>> np.asarray(stage).sum()
    np.float64(0.0)
    """

    name: StageName
    array: Annotated[Array, Such(_holds_numbers, "an array of whole or real numbers")]
    axes: tuple[Axis, ...] = ()
    frames: npt.NDArray[np.int64] | None = None
    seconds: Annotated[float, Range(0, MAX_SECONDS)] | None = None
    clock: Clock = UNTIMED
    hz: NDArray | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        check(self)
        if not self.axes:
            require_known("name", self.name)
            facts = synctalk_facts()[self.name]
            object.__setattr__(self, "axes", facts.axes)
            if self.clock == UNTIMED:
                object.__setattr__(self, "clock", facts.clock)
                object.__setattr__(self, "hz", facts.hz)
        self._check_shape()
        if self.frames is not None:
            self._check_frames(self.frames)
        if isinstance(self.array, np.ndarray):
            own = self.array.view()
            own.flags.writeable = False
            object.__setattr__(self, "array", own)

    def _check_shape(self) -> None:
        if self.array.ndim != len(self.axes):
            wanted = ", ".join(axis.name for axis in self.axes)
            raise InputError(f"{self.name} has the shape {self.array.shape}; it must have the axes ({wanted})")

    def _check_frames(self, frames: npt.NDArray[np.int64]) -> None:
        if frames.dtype.kind not in "iu" or frames.shape != self.array.shape[:1]:
            raise InputError(f"frames of {self.name}: they must be {self.array.shape[0]} whole numbers, one an item")
        if len(frames) and (frames[0] < 0 or (frames[1:] <= frames[:-1]).any()):
            raise InputError(f"frames of {self.name} {shown(frames)}: they must rise from 0 on, none of them twice")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of `array`."""
        return self.array.shape

    @property
    def time(self) -> int:
        """The axis that counts the items."""
        return next((number for number, axis in enumerate(self.axes) if axis.items), 0)

    @property
    def items(self) -> str:
        """What the items are called, such as ``columns``."""
        return self.axes[self.time].items or "items"

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> NDArray:
        return np.array(self.array, dtype, copy=copy)

    def _repr_html_(self) -> str:
        from .report.notebook import stage_html  # noqa: PLC0415  (a picture is drawn of a stage, not the reverse)

        return stage_html(self)

    def to_xarray(self, config: Config | None = None) -> "xarray.DataArray":
        """Give it as `framescope.core.labelled.to_xarray` does: with seconds and Hz."""
        from .labelled import to_xarray  # noqa: PLC0415

        return to_xarray(self, config)

    def to_dataframe(self, config: Config | None = None) -> "pandas.DataFrame":
        """Give it as `framescope.core.labelled.to_dataframe` does: a row an item, by its seconds."""
        from .labelled import to_dataframe  # noqa: PLC0415

        return to_dataframe(self, config)

    def __repr__(self) -> str:
        some = f", {len(self.frames):,} of the frames" if self.frames is not None else ""
        return f"<Stage {self.name} {self.shape} {self.array.dtype}{some}>"


def configured(stage: Stage, config: Config) -> Stage:
    """Give a stage of SyncTalk_2D with the moments and frequencies that a configuration gives it."""
    facts = synctalk_facts(config)[stage.name]
    own = [axis.name for axis in stage.axes] == [axis.name for axis in facts.axes]
    axes = facts.axes if own else stage.axes
    if (stage.axes, stage.clock, stage.unit) == (axes, facts.clock, facts.unit) and _same(stage.hz, facts.hz):
        return stage
    return replace(stage, axes=axes, clock=facts.clock, hz=facts.hz, unit=facts.unit)


def _same(one: NDArray | None, other: NDArray | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something a dump does not say by itself and that had to be decided to read it.

    Attributes
    ----------
    file : str
        The file, relative to the dump's folder.
    stage : str
        The stage it was read as.
    decided : str
        What was decided and by what evidence, fit to be shown.
    sure : bool
        Whether the evidence leaves no likely alternative.
    alternatives : tuple of str
        The next best readings, each as the override that asks for it (``mel=FILE:float32:80,T``), or ``first_frame=0``.
    """

    file: str
    stage: StageName
    decided: str
    sure: bool
    alternatives: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check(self)
        require_known("stage", self.stage)
        object.__setattr__(self, "decided", printable(self.decided))


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a dump's metadata says about a stage, whether or not the stage itself is there; None: not said."""

    shape: tuple[Annotated[int, Range(0, sys.maxsize)], ...] | None = None
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a run comes from.

    Attributes
    ----------
    source : str
        The recording, or the folder or file of a dump, as the user named it.
    encoder : str or None
        Name and identity of the encoder that made the features, where known, fit to be shown.
    notes : tuple of str
        What is worth knowing about how the run came to be, one sentence each, fit to be shown.
    assumptions : tuple of Assumption
        What had to be decided to read a dump.
    audio, n_frames : str or None, int or None
        The recording and the number of video frames that a dump's metadata names.
    """

    source: str = ""
    encoder: str | None = None
    notes: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    audio: str | None = None
    n_frames: Annotated[int, Range(0, sys.maxsize)] | None = None

    def __post_init__(self) -> None:
        check(self)
        object.__setattr__(self, "notes", tuple(map(printable, self.notes)))
        if self.encoder is not None:
            object.__setattr__(self, "encoder", printable(self.encoder))


@dataclass(frozen=True, slots=True, eq=False)
class Run(Portable):
    """One pipeline execution, computed here or loaded from a dump: a mapping from stage name to `Stage`.

    `recipe` is what its stages were computed by, or loaded to be compared with; where a `config` is given, or neither,
    it is that of SyncTalk_2D with the configuration.

    `name` is fit to be shown, whatever it is made from. `statistics` holds what a dump's metadata says about stages,
    which may be more stages than are there.

    Examples
    --------
    >>> import numpy as np
    >>> run = Run("port", "loaded", {"mel": Stage("mel", np.zeros((80, 100)))})
    >>> run["mel"].shape
    (80, 100)
    >>> list(run)
    ['mel']
    >>> run
    <Run 'port' loaded: mel (80, 100)>
    """

    name: str
    origin: Literal["computed", "loaded"]
    stages: Mapping[StageName, Stage]
    provenance: Provenance = field(default_factory=Provenance)
    config: Config | None = None
    statistics: Mapping[StageName, Statistics] = field(default_factory=dict)
    recipe: Recipe = field(default_factory=lambda: config_recipe(Config()))

    def __post_init__(self) -> None:
        check(self)
        if self.config is not None:
            object.__setattr__(self, "recipe", config_recipe(self.config))
        object.__setattr__(self, "name", printable(self.name, MAX_NAME))
        for name, stage in self.stages.items():
            if self.is_original:
                require_known("stages:", name)
            if stage.name != name:
                raise InputError(f"stages.{name} is the stage {stage.name!r}; each must lie under its own name")
        ordered = [name for name in (STAGE_NAMES if self.is_original else self.stages) if name in self.stages]
        object.__setattr__(self, "stages", MappingProxyType({name: self._timed(self.stages[name]) for name in ordered}))

    def _timed(self, stage: Stage) -> Stage:
        """Give a stage as the configuration has it, where it is SyncTalk_2D's."""
        return configured(stage, self.config or Config()) if self.is_original else stage

    @property
    def is_original(self) -> bool:
        """Whether its stages are those of SyncTalk_2D, whose files have names and forms of their own."""
        return self.recipe.origin == SYNCTALK

    def __getitem__(self, name: StageName) -> Stage:
        if name not in self.stages:
            raise UnknownStageError(f"{self.name} has no stage {name!r}; it has {', '.join(self.stages) or 'none'}")
        return self.stages[name]

    def _repr_html_(self) -> str:
        from .report.notebook import run_html  # noqa: PLC0415

        return run_html(self)

    def __repr__(self) -> str:
        stages = ", ".join(f"{stage.name} {stage.shape}" for stage in self.stages.values())
        return f"<Run {self.name!r} {self.origin}: {stages or 'no stages'}>"

    def __contains__(self, name: object) -> bool:
        return name in self.stages

    def __iter__(self) -> Iterator[StageName]:
        return iter(self.stages)

    def __len__(self) -> int:
        return len(self.stages)
