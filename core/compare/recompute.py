"""Recomputation: a stage computed from the stage before it, so that each stage can be judged on its own input."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..base.errors import InputError
from ..base.progress import Tick, silent
from ..config import Config
from ..pipeline import next_stage
from ..run import Run, Stage, StageName
from ..stages.features import WindowEncoder
from .alignment import time_major

ENCODED_FRAMES = 2048
"""Windows that a substitution encodes at most: about one second of work; more are sampled evenly."""


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
    spec = run.recipe.stage(name)
    for source in spec.inputs if spec else ():
        whole = source in run and run[source].frames is None and len(time_major(run[source])) > 0
        if whole and (name != "features" or encoder):
            return Derived(_compute(name, run[source], run.config or Config(), encoder, tick), source)
    return None


def with_derived_stages(run: Run) -> Run:
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
    stage = source
    while stage.name != name:
        stage = next_stage(_sampled(stage) if stage.name == "windows" else stage, config, encoder, tick=tick)
    return stage


def _sampled(windows: Stage) -> Stage:
    """Give the windows that are encoded: all of them, or some that are evenly spread."""
    total = len(windows.array)
    if total <= ENCODED_FRAMES:
        return windows
    frames = np.unique(np.linspace(0, total - 1, ENCODED_FRAMES).astype(np.int64))
    return Stage("windows", windows.array[frames], frames=frames)
