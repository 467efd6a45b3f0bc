"""What a user says about a file that cannot, or should not, be decided by its content."""

import re
from dataclasses import dataclass
from itertools import chain

from ..base.checking import check, given
from ..base.errors import InputError
from ..config import Mode
from ..run import STAGE_NAMES, StageName
from ..synctalk import require_known
from .layouts import LAYOUTS, NATIVE, Layout
from .raw_dtypes import dtype_word

_FIELD = re.compile(
    r"(?P<file>.+?)(?P<dtype>:[^:/\\.+]*)(?P<shape>:[^:/\\.+]*)??(?::\+(?P<offset>\d{1,18}))?(?P<big>:big)?"
)
_USAGE = "write it as STAGE=FILE:DTYPE:SHAPE:+OFFSET, such as mel=mel.bin:float32:80,T or mel=mel.bin:float32:80,T:+8"


@dataclass(frozen=True, slots=True)
class Override:
    """How one file is to be read.

    Attributes
    ----------
    stage : str
        The stage it holds.
    file : str
        A path, relative to the dump's folder; ``dump.npz/mel`` for an array in a file, ``frames/frame_*.bin`` for
        numbered files.
    dtype : str or None
        Type of values without a header, such as ``float32`` or ``float32be``.
    shape : str or None
        Lengths of the axes on disk, the free one as a letter or a number: ``80,T``, ``T,80``, ``3591,80``.
    offset : int or None
        The byte of the file at which the first value lies; None: as the file's content tells.
    """

    stage: StageName
    file: str
    dtype: str | None = None
    shape: str | None = None
    offset: int | None = None

    def __post_init__(self) -> None:
        check(self)
        require_known("stage", self.stage)

    def __str__(self) -> str:
        offset = "" if self.offset is None else f"+{self.offset}"
        fields = [self.file, self.dtype or "", self.shape or "", offset]
        return f"{self.stage}={':'.join(fields).rstrip(':')}"

    @property
    def mode(self) -> Mode | None:
        """The mode whose native features the shape asks for, if any."""
        native = ((mode, layout) for mode, layouts in NATIVE.items() for layout in layouts if self.shape)
        asked = (mode for mode, layout in native if self.allows(layout, _probe(layout, self.shape or "")))
        return next(asked, None)

    def allows(self, layout: Layout, lengths: tuple[int, ...]) -> bool:
        """Tell whether a layout, and the lengths it gives the axes, are what the shape asks for."""
        if layout.stage != self.stage:
            return False
        wanted = self.shape.split(",") if self.shape else list(map(str, lengths))
        if layout.item and len(wanted) == len(layout.shape) - 1:
            wanted = ["1", *wanted]
        return len(wanted) == len(lengths) and all(
            word == str(length) or (word.isalpha() and not fixed)
            for word, length, fixed in zip(wanted, lengths, layout.shape, strict=True)
        )


def parse_override(text: str) -> Override:
    """Read ``STAGE=FILE[:DTYPE[:SHAPE]][:+OFFSET][:big]``; an empty DTYPE keeps the one the file states.

    ``big`` says that the values are big-endian, as ``be`` behind the type does.

    Examples
    --------
    >>> parse_override("mel=out/mel.bin:float32:80,T")
    Override(stage='mel', file='out/mel.bin', dtype='float32', shape='80,T', offset=None)
    >>> str(parse_override("mel=mel.npy::T,80"))
    'mel=mel.npy::T,80'
    >>> str(parse_override("mel=mel.bin:float32:80,T:+8:big"))
    'mel=mel.bin:float32be:80,T:+8'

    Raises
    ------
    InputError
        A stage, type or shape that does not exist.
    """
    name, equals, rest = given(text, str, "override").partition("=")
    stage = next((stage for stage in STAGE_NAMES if stage == name.strip()), None)
    if not equals or stage is None or not rest:
        raise InputError(f"{text!r}: does not name a stage ({', '.join(STAGE_NAMES)}) and a file; {_USAGE}")
    found = _FIELD.fullmatch(rest)
    if found is None:
        return Override(stage, rest)
    dtype, shape = found["dtype"][1:], (found["shape"] or ":")[1:]
    if found["big"]:
        dtype = f"{dtype.removesuffix('be')}be"
    word = dtype_word(dtype) if dtype else None
    if dtype and word is None:
        raise InputError(
            f"{text!r}: {dtype!r} is not a type; use float16, float32, float64, bfloat16 or int16; be: big-endian"
        )
    checked = _checked_shape(stage, shape, text) if shape else None
    return Override(stage, found["file"], word, checked, int(found["offset"]) if found["offset"] else None)


def _checked_shape(stage: StageName, shape: str, text: str) -> str:
    shape = shape.replace(" ", "")
    every = (*LAYOUTS, *chain.from_iterable(NATIVE.values()))
    layouts = [layout for layout in every if layout.stage == stage]
    if not any(Override(stage, "", None, shape).allows(layout, _probe(layout, shape)) for layout in layouts):
        known = "; ".join(dict.fromkeys(map(str, layouts)))
        raise InputError(
            f"{text!r}: {shape!r} is not a layout of {stage}; use one of {known}, or a number for the letter"
        )
    return shape


def _probe(layout: Layout, shape: str) -> tuple[int, ...]:
    """Give a layout's lengths with the number that the shape has, if any, in the place of the free one."""
    words = shape.split(",")
    words = ["1", *words] if len(words) == len(layout.shape) - 1 else words
    numbers = [int(word) if word.isdecimal() and len(word) < 12 else 1 for word in words]
    return tuple(fixed or number for fixed, number in zip(layout.shape, numbers, strict=False))
