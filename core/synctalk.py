"""The stages of SyncTalk_2D: all that is particular to one of them, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from .axis import Axis
from .base.errors import InputError
from .base.words import unknown

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
    inputs : tuple of str
        The stages that it can be computed from, the nearest first.
    file : str
        The file that the original writes it to; empty: none, or several.
    lag_search : int
        How far a lag of a port is looked for, in items: five seconds, one of samples, 32 frame tensors.
    reading_lags : int
        Lags on either side at which the values of a file are likened to the reference's.
    clipped : bool
        Whether values at the ends of its range have been clipped there.
    slow : bool
        Whether computing it takes longer than reading it.
    drawn : bool
        Whether it has a picture of its own over time: the others repeat what these show.
    """

    axes: tuple[Axis, ...]
    inputs: tuple[StageName, ...] = ()
    file: str = ""
    lag_search: int = 125
    reading_lags: int = 2
    clipped: bool = False
    slow: bool = False
    drawn: bool = False


STAGES: Mapping[StageName, StageFacts] = MappingProxyType(
    {
        "audio": StageFacts(
            (Axis("sample", "1/16000 s", "samples"),),
            lag_search=16000,
            reading_lags=0,
            drawn=True,
        ),
        "mel": StageFacts(
            (Axis("mel band", "Hz"), Axis("mel column", "12.5 ms", "columns")),
            inputs=("audio",),
            file="mel_spectrogram.npy",
            lag_search=400,
            reading_lags=4,
            clipped=True,
            slow=True,
            drawn=True,
        ),
        "windows": StageFacts(
            (Axis("frame", "", "frames"), Axis("mel column", "12.5 ms"), Axis("mel band", "Hz")),
            inputs=("mel",),
            file="mel_windows.npy",
            clipped=True,
        ),
        "features": StageFacts(
            (Axis("frame", "", "frames"), Axis("feature")),
            inputs=("windows", "mel"),
            file="audio_features_raw.npy",
            slow=True,
            drawn=True,
        ),
        "padded": StageFacts(
            (Axis("padded row", "", "rows"), Axis("feature")),
            inputs=("features",),
            file="audio_features_padded.npy",
        ),
        "tensors": StageFacts(
            (Axis("frame", "", "frames"), Axis("channel"), Axis("row"), Axis("column")),
            inputs=("padded", "features"),
            lag_search=32,
        ),
    }
)


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
