"""What a hypothesis is: one fault of a port as a change of the reference that can be computed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ..config import AudioConfig, MelConfig
from ..run import StageName
from .rows.changes import Change

REFERENCE = MelConfig()

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

B = TypeVar("B", bound="DataclassInstance")
Changes = tuple[tuple[str, Any], ...]
Encoding = Literal["int8", "uint8", "int16", "int32", "float32"]


@dataclass(frozen=True, slots=True)
class RawRead:
    """A file's bytes taken for samples, whatever its header says.

    Attributes
    ----------
    start : int or None
        The first byte that is taken for a sample; None: where the samples truly begin.
    encoding : str or None
        What the bytes are taken for; None: for what they are.
    """

    start: int | None = None
    encoding: Encoding | None = None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One fault with one value.

    Attributes
    ----------
    id, value : str
        The fault's name, and what the port does, such as ``mel_scale`` and ``htk``.
    stage : str
        The stage that it is in.
    fix : str
        One line in terms of the port's code.
    mel, audio : tuple of (field, value)
        The configuration's fields that it changes.
    raw : RawRead or None
        How the file is misread.
    block : tuple of (field, value)
        For the stages behind the mel: the parameters of the stage's block that it changes.
    rows : tuple of Change
        For these: what it makes of the stage's rows; of those of windows, before they are encoded.
    apart : str
        What tells it from its neighbours.
    """

    id: str
    value: str
    fix: str
    stage: StageName = "mel"
    mel: Changes = ()
    audio: Changes = ()
    raw: RawRead | None = None
    block: Changes = ()
    rows: tuple[Change, ...] = field(default=(), compare=False)
    apart: str = field(default="", compare=False)

    @property
    def touches(self) -> frozenset[str]:
        """What no two hypotheses can change at once."""
        raw = self.raw or RawRead()
        read = {"skip_samples"} if raw.start is not None else set[str]()
        read |= {"encoding"} if raw.encoding is not None else set[str]()
        behind = {f"{self.stage}.{name}" for name, _ in self.block} | ({f"{self.stage} rows"} if self.rows else set())
        return frozenset({*(name for name, _ in (*self.mel, *self.audio)), *read, *behind})


@lru_cache(maxsize=256)
def mel_config(hypotheses: tuple[Hypothesis, ...], config: MelConfig = REFERENCE) -> MelConfig:
    """Give the mel configuration of a port that has all these faults."""
    return replace(config, **{name: value for hypothesis in hypotheses for name, value in hypothesis.mel})


def audio_config(hypotheses: Iterable[Hypothesis], config: AudioConfig) -> AudioConfig:
    """Give the audio configuration of a port that has all these faults."""
    return replace(config, **{name: value for hypothesis in hypotheses for name, value in hypothesis.audio})


def altered(block: B, hypotheses: Iterable[Hypothesis], stage: StageName) -> B:
    """Give the block of a stage behind the mel as a port with all these faults has it."""
    changes = {
        name: value for hypothesis in hypotheses if hypothesis.stage == stage for name, value in hypothesis.block
    }
    return replace(block, **changes) if changes else block


def raw_read(hypotheses: Iterable[Hypothesis]) -> RawRead | None:
    """Give how a port with all these faults misreads the bytes of the file; None where it reads them as they are."""
    raws = [hypothesis.raw for hypothesis in hypotheses if hypothesis.raw]
    start = next((raw.start for raw in raws if raw.start is not None), None)
    encoding = next((raw.encoding for raw in raws if raw.encoding is not None), None)
    return RawRead(start, encoding) if raws else None


def with_hypothesis(chosen: tuple[Hypothesis, ...], new: Hypothesis) -> tuple[Hypothesis, ...]:
    """Add a hypothesis, in the place of those that change the same things."""
    return (*(old for old in chosen if not old.touches & new.touches), new)
