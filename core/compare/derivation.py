"""Derivation: a stage computed from the stage before it, so that each stage can be judged on its own input."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..config import Config
from ..errors import InputError
from ..progress import Tick, silent
from ..run import Run, Stage, StageName
from ..stages.features import WindowEncoder, encode_features
from ..stages.mel import mel_spectrogram
from ..stages.padding import pad_features
from ..stages.tensors import frame_tensors
from ..stages.windows import context_windows
from ..timebase import Timebase
from .alignment import items

ENCODED_FRAMES = 2048
"""Windows that a substitution encodes at most: about one second of work; more are sampled evenly."""

INPUTS: dict[StageName, tuple[StageName, ...]] = {
    "mel": ("audio",),
    "windows": ("mel",),
    "features": ("windows", "mel"),
    "padded": ("features",),
    "tensors": ("padded", "features"),
}
"""The stages that each stage can be computed from, the nearest first."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A stage as the reference's code computes it from a given stage, and the name of that stage."""

    stage: Stage
    source: StageName


def derive(run: Run, name: StageName, encoder: WindowEncoder | None = None, *, tick: Tick = silent) -> Derived | None:
    """Compute a stage from what comes before it in the same run.

    Parameters
    ----------
    run : Run
        Holds the input; whether it holds the stage itself does not matter.
    encoder : WindowEncoder or None
        Needed for the features; at most `ENCODED_FRAMES` of them are computed, evenly spread.
    tick : callable
        Called between chunks; what it raises ends the computation there.

    Returns
    -------
    Derived or None
        None where the run has no whole input for the stage, or the features have no encoder.

    Raises
    ------
    InputError
        The input is too short, or the encoder fails on it.
    """
    for source in INPUTS.get(name, ()):
        whole = source in run and run[source].frames is None and len(items(run[source])) > 0
        if whole and (name != "features" or encoder):
            return Derived(_compute(name, run[source], run.config or Config(), encoder, tick), source)
    return None


def complete(run: Run) -> Run:
    """Add what follows from the stages a loaded run has, without the encoder: windows, raw and padded rows, tensors.

    Frames that a dump holds only some of are completed where the computed ones equal them.
    """
    stages = dict(run.stages)
    padded = stages.get("padded")
    if padded and "features" not in stages and padded.frames is None and len(padded.array) > 2:
        stages["features"] = Stage("features", padded.array[1:-1])
    for name in ("windows", "padded", "tensors"):
        given = stages.get(name)
        if given and given.frames is None:
            continue
        derived = None
        with suppress(InputError):  # what is too short to compute a stage from says nothing of the others
            derived = derive(replace(run, stages=stages), name)
        if derived and (given is None or _holds(derived.stage, given)):
            stages[name] = derived.stage
    return replace(run, stages=stages)


def _holds(whole: Stage, some: Stage) -> bool:
    """Tell whether a whole stage has, at the frames of a partial one, the same values."""
    frames = some.frames
    return (
        frames is not None
        and whole.shape[1:] == some.shape[1:]
        and bool((frames < len(whole.array)).all())
        and np.array_equal(whole.array[frames], some.array[:], equal_nan=True)
    )


def _compute(name: StageName, source: Stage, config: Config, encoder: WindowEncoder | None, tick: Tick) -> Stage:
    if name == "mel":
        return Stage("mel", mel_spectrogram(np.asarray(source.array), config.mel, tick=tick))
    if name == "windows":
        return Stage("windows", context_windows(np.asarray(source.array), Timebase.of(config)))
    if name == "features" and encoder:
        windows = source if source.name == "windows" else _compute("windows", source, config, None, tick)
        return _features(windows, encoder, tick)
    if name == "padded":
        return Stage("padded", pad_features(source.array))
    padded = source.array if source.name == "padded" else pad_features(source.array)
    return Stage("tensors", frame_tensors(padded, len(padded) - 2, config))


def _features(windows: Stage, encoder: WindowEncoder, tick: Tick) -> Stage:
    total = len(windows.array)
    if total <= ENCODED_FRAMES:
        return Stage("features", encode_features(windows.array, encoder, tick=tick))
    frames = np.unique(np.linspace(0, total - 1, ENCODED_FRAMES).astype(np.int64))
    return Stage("features", encode_features(windows.array[frames], encoder, tick=tick), frames=frames)
