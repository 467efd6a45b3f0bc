"""A recipe: the chain of blocks that defines a front end."""

import hashlib
import re
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from ..base.checking import Range, check, unknown
from ..base.errors import InputError
from ..base.printable import MAX_NAME, printable
from ..config import Resampler
from .block import Block, Level, parameters

MAX_BLOCKS = 256
_STAGE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
"""Stages name files, too."""
MAX_RATE = 1_000_000
AUDIO = "audio"
"""The stage before the first block: the samples."""
TIME_AXIS = "column"
_TABLE_AXES = 2


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A stage as a recipe declares it.

    Attributes
    ----------
    name : str
        What it is called.
    block : int
        Number of the block whose output it is, from 0.
    axes : tuple of str
        Names of its axes in the original's order.
    dtype : str
        Type of its values; empty: as they are computed.
    aside : bool
        Whether it is computed beside the block's output, such as a tensor inside a model.
    level : str
        What its items are, such as ``signal``.
    repeats : bool
        Whether it only repeats rows of the stage before it, such as padded rows.
    gathered : bool
        Whether all its values are values of the stage before it, such as those of windows: that takes no time.
    limits : (float, float) or None
        The values at which it has been clipped; None: it has not.
    unit : str
        The unit of its values, such as ``dB`` or ``ln``; empty: they have none.
    inputs : tuple of str
        The stages that it can be computed from, the nearest first; ``audio`` alone is none of the recipe's own.
    """

    name: str
    block: int
    axes: tuple[str, ...]
    dtype: str
    aside: bool = False
    level: Level = "rows"
    repeats: bool = False
    gathered: bool = False
    limits: tuple[float, float] | None = None
    unit: str = ""
    inputs: tuple[str, ...] = ()

    @property
    def time(self) -> int:
        """The axis that counts the items along time: ``column``, wherever it stands in a table, else the first one."""
        return self.axes.index(TIME_AXIS) if len(self.axes) == _TABLE_AXES and TIME_AXIS in self.axes else 0

    @property
    def drawn(self) -> bool:
        """Whether it is a picture of its own over time: one value or one row of values a moment."""
        return len(self.axes) <= _TABLE_AXES and not self.repeats


@dataclass(frozen=True)  # no slots: its stages, which are asked for all the time, are kept
class Recipe:
    """A front end as an ordered chain of blocks; frozen, and equal to another by value.

    Attributes
    ----------
    name : str
        What it is called.
    rate : int
        Sample rate of the signal that the first block gets, Hz.
    channels : str
        How the channels of a recording become one: their ``mean``, ``sum``, or the ``left`` or ``right`` one.
    resampler : str
        How a recording at another rate is resampled; ``none`` takes its samples as they are.
    blocks : tuple of Block
        The chain.
    fps : float or None
        Video frames a second; None: the cursor steps by rows of the last stage.
    checked_against : str
        The original that its output was compared with, its version, and the largest difference.
    folder : Path
        Where the files lie that its blocks name.
    origin : str
        The name of the shipped recipe, or the path of the file, that it was read from; empty: neither, or changed.

    Raises
    ------
    InputError
        A value that is not what it must be, or blocks that cannot follow each other.

    Examples
    --------
    >>> import framescope
    >>> whisper = framescope.recipe("whisper-80")
    >>> whisper.replace("filterbank.scale", "htk").value("filterbank.scale")
    'htk'
    """

    name: str
    rate: Annotated[int, Range(100, MAX_RATE)]
    channels: Literal["mean", "sum", "left", "right"]
    resampler: Literal[Resampler, "none"]
    blocks: tuple[Block, ...]
    fps: Annotated[float, Range(1e-3, 1000)] | None = None
    checked_against: str = ""
    folder: Path = field(default=Path(), compare=False)
    origin: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        check(self)
        if not 0 < len(self.blocks) <= MAX_BLOCKS:
            raise InputError(f"has {len(self.blocks)} blocks; a recipe has 1 to {MAX_BLOCKS}")
        _check_order(self.blocks)
        if not self.stages:
            raise InputError(f"names no stage; give the last block a stage, such as stage = {'features'!r}")
        names = [stage.name for stage in self.stages]
        for name in names:
            if not _STAGE_NAME.fullmatch(name):
                raise InputError(f"stage {name!r:.60} must begin with a letter and have letters, digits and _ alone")
            if names.count(name) > 1 or name == AUDIO:
                raise InputError(f"stage {name!r} is there more than once; each stage needs a name of its own")

    def _repr_html_(self) -> str:
        from ..report.notebook import recipe_html  # noqa: PLC0415

        return recipe_html(self)

    def __repr__(self) -> str:
        return f"<Recipe {self.label}: {' > '.join(block.kind for block in self.blocks)}>"

    @cached_property
    def stages(self) -> tuple[StageSpec, ...]:
        """The stages behind the audio, in order."""
        found: list[StageSpec] = []
        level: Level = "signal"
        gathered = True
        limits: tuple[float, float] | None = None
        unit = ""
        inputs: tuple[str, ...] = (AUDIO,)
        for number, block in enumerate(self.blocks):
            level = block.leads_to(level)
            gathered = gathered and block.gathers
            unit = block.unit_of(unit)
            limits = block.limits or (limits if block.gathers else None)
            found += [StageSpec(name, number, axes, "", aside=True) for name, axes in block.further]
            if block.stage:
                spec = StageSpec(
                    block.stage,
                    number,
                    block.axes,
                    block.dtype,
                    level=level,
                    repeats=block.repeats,
                    gathered=gathered,
                    limits=limits,
                    unit=unit,
                    inputs=inputs,
                )
                found.append(spec)
                # What is only gathered from a stage can as well be gathered anew.
                inputs = (block.stage, *inputs) if gathered else (block.stage,)
                gathered = True
        return tuple(found)

    def stage(self, name: str) -> StageSpec | None:
        """Give what it says of a stage; None where it has none of that name."""
        return next((spec for spec in self.stages if spec.name == name), None)

    @property
    def identity(self) -> str:
        """First 12 hexadecimal digits of the SHA-256 of what it computes: name and origin do not count.

        Of files that its blocks name the content counts, and not the name, unless they cannot be read.
        """
        from .hashes import file_hashes  # noqa: PLC0415  (which loads what reads models)

        blocks = [describe(block) | file_hashes(block, self.folder) for block in self.blocks]
        what = [self.rate, self.channels, self.resampler, self.fps, *blocks]
        return hashlib.sha256(repr(what).encode()).hexdigest()[:12]

    @property
    def label(self) -> str:
        """What to call it in windows and reports, such as ``Whisper log-mel (3fa9c21b04d7)``."""
        return f"{printable(self.name, MAX_NAME)} ({self.identity})"

    def value(self, parameter: str) -> Any:
        """Give a parameter's value by its path, such as ``filterbank.scale``, ``drop#2.last`` or ``rate``."""
        if "." not in parameter:
            return getattr(self, self._own(parameter))
        number, name = self._place(parameter)
        return getattr(self.blocks[number], name)

    def replace(self, parameter: str, value: Any) -> "Recipe":
        """Give the recipe with one parameter changed.

        Parameters
        ----------
        parameter : str
            ``kind.parameter``, such as ``filterbank.scale``; ``kind#2.parameter`` for the second block of a kind;
            or one of the recipe's own, such as ``rate``.
        value : object
            Its new value.

        Raises
        ------
        InputError
            There is no such block or parameter, or it may not have that value.
        """
        if "." not in parameter:
            return replace(self, **{self._own(parameter): value}, origin="")
        number, name = self._place(parameter)
        changed = replace(self.blocks[number], **{name: value})
        return replace(self, blocks=(*self.blocks[:number], changed, *self.blocks[number + 1 :]), origin="")

    def _own(self, parameter: str) -> str:
        names = ("name", "rate", "channels", "resampler", "fps")
        if parameter not in names:
            kinds = [f"{block.kind}.{name}" for block in self.blocks for name in parameters(type(block))]
            raise InputError(unknown("parameter", parameter, [*names, *dict.fromkeys(kinds)]))
        return parameter

    def _place(self, parameter: str) -> tuple[int, str]:
        kind, _, name = parameter.rpartition(".")
        kind, _, ordinal = kind.partition("#")
        numbers = [number for number, block in enumerate(self.blocks) if block.kind == kind]
        if not numbers:
            raise InputError(unknown("block", kind, [*dict.fromkeys(block.kind for block in self.blocks)]))
        place = int(ordinal) if ordinal.isdecimal() else 1
        if not 1 <= place <= len(numbers):
            raise InputError(f"{parameter!r}: the recipe has {len(numbers)} blocks {kind}, counted from 1")
        number = numbers[place - 1]
        names = list(parameters(type(self.blocks[number])))
        if name not in names:
            raise InputError(unknown(f"parameter of {kind}", name, names))
        return number, name


def describe(block: Block) -> dict[str, Any]:
    """Give a block as its kind and all its parameters, in the order in which recipes have them."""
    values = asdict(block)
    return {"kind": block.kind, **{name: values[name] for name in parameters(type(block))}}


def _check_order(blocks: tuple[Block, ...]) -> None:
    level: Level = "signal"
    for number, block in enumerate(blocks, 1):
        if level not in block.takes:
            raise InputError(
                f"block {number} ({block.kind}) stands behind {_LEVEL_WORDS[level]}, but takes "
                f"{' or '.join(_LEVEL_WORDS[each] for each in block.takes)}; put it elsewhere, or a block before it"
            )
        level = block.leads_to(level)


_LEVEL_WORDS: dict[Level, str] = {
    "signal": "a signal",
    "frames": "frames",
    "spectrum": "spectra",
    "rows": "rows of values",
}
