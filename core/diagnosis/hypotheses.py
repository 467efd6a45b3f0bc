"""What a hypothesis is: one fault of a port as a change of the reference that can be computed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

from ..config import AudioConfig, MelConfig
from ..run import StageName

REFERENCE = MelConfig()

Changes = tuple[tuple[str, Any], ...]
Encoding = Literal["int16", "uint8"]


@dataclass(frozen=True, slots=True)
class RawRead:
    """A file's bytes taken for samples, whatever its header says.

    Attributes
    ----------
    start : int
        The first byte that is taken for a sample; -1: where the samples truly begin.
    encoding : str
        What the bytes are taken for, full scale 32768 or 128.
    """

    start: int
    encoding: Encoding = "int16"


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
    step : str
        For the stages behind the mel: the name of the change, which `steps` computes.
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
    step: str = ""
    apart: str = field(default="", compare=False)

    @property
    def touches(self) -> frozenset[str]:
        """What no two hypotheses can change at once."""
        raw = {"raw", "channel", "interleaved"} if self.raw else set[str]()
        steps = {self.stage} if self.step else set[str]()
        return frozenset({*(name for name, _ in (*self.mel, *self.audio)), *raw, *steps})


@lru_cache(maxsize=256)
def mel_config(hypotheses: tuple[Hypothesis, ...], config: MelConfig = REFERENCE) -> MelConfig:
    """Give the mel configuration of a port that has all these faults."""
    return replace(config, **{name: value for hypothesis in hypotheses for name, value in hypothesis.mel})


def audio_config(hypotheses: Iterable[Hypothesis], config: AudioConfig) -> AudioConfig:
    """Give the audio configuration of a port that has all these faults."""
    return replace(config, **{name: value for hypothesis in hypotheses for name, value in hypothesis.audio})


def with_hypothesis(chosen: tuple[Hypothesis, ...], new: Hypothesis) -> tuple[Hypothesis, ...]:
    """Add a hypothesis, in the place of those that change the same things."""
    return (*(old for old in chosen if not old.touches & new.touches), new)
