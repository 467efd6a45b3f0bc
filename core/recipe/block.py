"""What a block is: one step of a front end, with parameters that say themselves what they may be."""

from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from ..base.checking import Range, check
from ..base.files import open_file
from ..base.progress import Tick, silent
from ..base.resources import STAND_IN, stand_in_encoder
from ..stages.features import WindowEncoder
from .items import Items

Level = Literal["signal", "frames", "spectrum", "rows"]
"""What flows from block to block: samples, frames of samples, bins of their spectra, or rows of any values."""
Group = Literal["signal", "frames", "spectrum", "values", "rows", "model"]

_UNSET: Any = object()
_OF_STAGES = ("stage", "axes", "dtype")


def parameter(sentence: str, unit: str = "", default: Any = _UNSET) -> Any:
    """Declare a parameter of a block.

    Parameters
    ----------
    sentence, unit : str
        What it is, and what its number counts.
    default : object
        Its value where a recipe leaves it out; only for values that do nothing, such as no rows dropped.
    """
    metadata = {"sentence": sentence, "unit": unit}
    return field(metadata=metadata) if default is _UNSET else field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds the computation of a block.

    Attributes
    ----------
    tick : callable
        Sees the progress of what a block computes at once, and ends it by raising `CancelledError`.
    folder : Path
        Where the files lie that a recipe names.
    encoder : WindowEncoder or None
        Computes what the model ``stand-in`` would: the encoder that somebody chose instead.
    """

    tick: Tick = silent
    folder: Path = Path()
    encoder: WindowEncoder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One step of a front end; each kind is a class of its own, frozen and comparable by value.

    A class says by `kind` what it is called in recipes, by `group` where it is listed, by `takes` behind which levels
    it may stand, by `gives` what it makes of them (None: the same), by `files` which parameters name files, and by
    `gathers` whether its values are values before it, in other places or more often, with zeros where there are none,
    and by `repeats` whether even its rows are those before it and nothing else.

    Attributes
    ----------
    stage : str
        Name of the stage that this block's output is; empty: it is none.
    axes : tuple of str
        Names of the stage's axes in the original's order; ``column`` counts the items along time.
    dtype : str
        Type of the stage's values; empty: as they are computed.

    Raises
    ------
    InputError
        A parameter that is not what its annotation asks for, or parameters that do not go together.
    """

    kind: ClassVar[str]
    group: ClassVar[Group]
    takes: ClassVar[tuple[Level, ...]]
    gives: ClassVar[Level | None] = None
    files: ClassVar[tuple[str, ...]] = ()
    gathers: ClassVar[bool] = False
    repeats: ClassVar[bool] = False

    stage: str = parameter("name of the stage that this block's output is", default="")
    axes: tuple[str, ...] = parameter("names of the stage's axes, in the original's order", default=())
    dtype: Literal["", "float64", "float32", "float16"] = parameter("type of the stage's values", default="")

    def __post_init__(self) -> None:
        check(self)
        self.check()

    def check(self) -> None:
        """Raise InputError where parameters, each right by itself, do not go together."""

    @property
    def further(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Stages that it computes besides its output: name and axes."""
        return ()

    @property
    def limits(self) -> tuple[float, float] | None:
        """The smallest and the largest value that its output may have, where it limits them."""
        return None

    def check_files(self, folder: Path) -> None:
        """Raise InputError where a file that it names is not there, or not what the block needs."""
        for name in self.files:
            if value := getattr(self, name):
                open_file(named_file(folder, value), f"the {name} of this block").close()

    def leads_to(self, level: Level) -> Level:
        """Give what the block makes of a level."""
        return self.gives or level

    def unit_of(self, unit: str) -> str:
        """Give the unit of its values, such as ``dB``, from that of those before it; empty: they have none."""
        return unit if self.gathers else ""

    def apply(self, items: Items, context: Context) -> Items:
        """Give the block's output, as far as possible computed only where somebody looks."""
        raise NotImplementedError


def named_file(folder: Path, name: str) -> Path:
    """Give where a file lies that a recipe in a folder names; ``stand-in`` are the encoder's weights that ship."""
    return stand_in_encoder() if name == STAND_IN else folder / name


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a kind of block, read off its class.

    Attributes
    ----------
    name, sentence, unit : str
        What it is called, what it is, and what its number counts.
    type : annotation
        What it may hold.
    default : object
        Its value where a recipe leaves it out; `dataclasses.MISSING`: a recipe has to give it.
    """

    name: str
    sentence: str
    unit: str
    type: Any
    default: Any

    @property
    def required(self) -> bool:
        """Whether a recipe has to give it."""
        return self.default is MISSING

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it may be; empty where it is something else."""
        return tuple(word for part in _parts(self.type) if get_origin(part) is Literal for word in get_args(part))

    @property
    def limits(self) -> Range | None:
        """The smallest and the largest number that it may be."""
        found = [each for each in getattr(self.type, "__metadata__", ()) if isinstance(each, Range)]
        return found[0] if found else None

    @property
    def allowed(self) -> str:
        """What it may be, in words, such as ``whole number, 1 to 65536 samples``."""
        parts = _parts(self.type)
        words = [", ".join(f"`{word}`" for word in self.choices if word)] if self.choices else []
        if int in parts or float in parts:
            words.append(f"{'number' if float in parts else 'whole number'}{self._range()}")
        words += [name for kind, name in _NAMES.items() if kind in parts]
        return " or ".join(words)

    def _range(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        return f", {self.limits.low:g} to {self.limits.high:g}{unit}" if self.limits else unit


_NAMES: dict[Any, str] = {
    bool: "true or false",
    str: "text",
    tuple[str, ...]: "list of texts",
    tuple[int, ...]: "list of whole numbers",
    tuple[float, ...]: "list of numbers",
    tuple[tuple[str, str], ...]: "list of pairs of texts",
    tuple[tuple[str, float], ...]: "list of pairs of a text and a number",
    tuple[tuple[str, ...], ...]: "list of lists of texts",
    NoneType: "left out",
}


def parameters(kind: type[Block]) -> dict[str, Parameter]:
    """Give the parameters of a kind of block by name, in the order in which recipes have them: those of stages last."""
    of: Any = kind  # a class is hashable, whatever its instances are
    return _parameters(of)


@cache
def _parameters(kind: Any) -> dict[str, Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    ordered = sorted(fields(kind), key=lambda each: each.name in _OF_STAGES)
    return {
        each.name: Parameter(
            each.name, each.metadata["sentence"], each.metadata["unit"], hints[each.name], each.default
        )
        for each in ordered
    }


def _parts(kind: Any) -> tuple[Any, ...]:
    """Give the alternatives of a union, or the type itself, without its limits."""
    if get_origin(kind) is Annotated:
        return _parts(get_args(kind)[0])
    return (kind,) if get_origin(kind) in (None, Literal, tuple) else get_args(kind)
