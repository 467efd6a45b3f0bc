"""The stages of SyncTalk_2D: all that is particular to one of them, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from .axis import Axis, Clock
from .base.errors import InputError
from .base.words import unknown
from .config import Config

StageName: TypeAlias = str
"""What a stage is called: one of `STAGE_NAMES`, or what a recipe calls it."""
KnownStage = Literal["audio", "mel", "windows", "features", "padded", "tensors"]
STAGE_NAMES: tuple[StageName, ...] = get_args(KnownStage)
"""The stages of SyncTalk_2D in pipeline order."""


@dataclass(frozen=True, slots=True)
class StageFacts:
    """What is particular to a stage.

    Attributes
    ----------
    axes : tuple of Axis
        The axes of its array.
    reading_lags : int
        Lags on either side at which the values of a file are likened to the reference's.
    file : str
        The file that the original writes it to; empty: none, or several.
    """

    axes: tuple[Axis, ...]
    reading_lags: int = 2
    file: str = ""


STAGES: Mapping[StageName, StageFacts] = MappingProxyType(
    {
        "audio": StageFacts(
            (Axis("sample", "1/16000 s", "samples"),),
            reading_lags=0,
        ),
        "mel": StageFacts(
            (Axis("mel band", "Hz"), Axis("mel column", "12.5 ms", "columns")),
            file="mel_spectrogram.npy",
            reading_lags=4,
        ),
        "windows": StageFacts(
            (Axis("frame", "", "frames"), Axis("mel column", "12.5 ms"), Axis("mel band", "Hz")),
            file="mel_windows.npy",
        ),
        "features": StageFacts(
            (Axis("frame", "", "frames"), Axis("feature")),
            file="audio_features_raw.npy",
        ),
        "padded": StageFacts(
            (Axis("padded row", "", "rows"), Axis("feature")),
            file="audio_features_padded.npy",
        ),
        "tensors": StageFacts(
            (Axis("frame", "", "frames"), Axis("channel"), Axis("row"), Axis("column")),
        ),
    }
)


_REFERENCE = Config()


def stage_clock(stage: StageName, config: Config = _REFERENCE) -> Clock:
    """Give when the items of a stage are.

    A mel column is centred on its moment, a video frame begins at its own, and the first padded row comes before
    frame 0.
    """
    if stage == "audio":
        return Clock(config.audio.sample_rate, begins=True)
    if stage == "mel":
        return Clock(config.audio.sample_rate / config.mel.hop_length, 0.5)
    return Clock(config.fps, 1.0 if stage == "padded" else 0.0, begins=True)


def has_axes(stage: StageName, axes: tuple[Axis, ...]) -> bool:
    """Tell whether a stage of this name and these axes is one of SyncTalk_2D."""
    return stage in STAGES and STAGES[stage].axes == axes


def frame_axis(stage: StageName) -> int | None:
    """Give the axis of a stage that counts video frames; None where none does."""
    axes = STAGES[stage].axes if stage in STAGES else ()
    return next((number for number, axis in enumerate(axes) if axis.name == "frame"), None)


def require_known(what: str, name: StageName) -> None:
    """Refuse a name that is no stage of SyncTalk_2D.

    Raises
    ------
    InputError
        With the nearest right name.
    """
    if name not in STAGE_NAMES:
        raise InputError(unknown(what, name, STAGE_NAMES))
