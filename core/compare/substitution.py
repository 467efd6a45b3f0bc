"""Substitution: each stage of the port judged on the port's own input, by running the reference's code on it."""

from dataclasses import dataclass

import numpy as np

from ..base.arrays import RowBlocks
from ..base.progress import Tick, silent
from ..config import FEATURE_SIZE
from ..run import Run, Stage, StageName
from ..stages.features import WindowEncoder
from .alignment import time_major
from .recompute import Derived, derive
from .stage import StageComparison, Verdict, compare_stages
from .tolerance import Profile, Tolerance

_CHECKED_FRAMES = 16
_GATHERED_ITEMS = 8192
"""Items of a gathered stage that are judged on the port's own input: five minutes of frames, more are sampled."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnInputVerdict:
    """A stage of the port against the reference's code run on the port's own input.

    Attributes
    ----------
    verdict : str
        ``identical``, ``agree``, ``differ``, or ``not comparable``; `text` says why.
    source : str or None
        The port's stage that served as the input.
    comparison : StageComparison or None
        The numbers.
    without_encoder : bool
        Whether it is not comparable for want of an encoder that fits.
    text : str
        One sentence, such as ``agrees given the port's mel (largest difference 1.2e-05)``.
    """

    verdict: Verdict
    text: str
    source: StageName | None = None
    comparison: StageComparison | None = None
    without_encoder: bool = False


def judge_on_own_input(
    port: Run, name: StageName, profile: Profile, encoder: WindowEncoder | None, missing: str, *, tick: Tick = silent
) -> OwnInputVerdict:
    """Run the reference's code for one stage on the port's input of that stage, and compare.

    Parameters
    ----------
    port : Run
        The port, with its configuration.
    missing : str
        Why there is no encoder, where there is none.
    tick : callable
        Called between chunks; what it raises ends the work there.
    """
    derived = derive(port, name, encoder, tick=tick)
    if derived is None:
        reason = _what_is_missing(port, name)
        return OwnInputVerdict("not comparable", reason or missing, without_encoder=not reason)
    derived = _sampled(derived)
    found = compare_stages(derived.stage, port[name], profile[name], lag=0, of=port, tick=tick)
    return OwnInputVerdict(found.verdict, own_sentence(derived, found), derived.source, found)


def encoder_fits(reference: Run, encoder: WindowEncoder, tolerance: Tolerance) -> bool:
    """Tell whether an encoder gives the reference's features for the reference's windows, on a few frames."""
    if "windows" not in reference or "features" not in reference:
        return True
    windows, features = reference["windows"], reference["features"]
    if windows.frames is not None or features.frames is not None or len(windows.array) != len(features.array):
        return True
    if not len(features.array):
        return True
    if features.shape[1:] != (FEATURE_SIZE,):  # native features, which no encoder made
        return True
    frames = np.unique(np.linspace(0, len(features.array) - 1, _CHECKED_FRAMES).astype(np.int64))
    expected = features.array[frames]
    found = encoder.encode(windows.array[frames])
    return bool((np.abs(found - expected) <= tolerance.limit(np.abs(expected))).all())


def _sampled(derived: Derived) -> Derived:
    """Take evenly spread items of a stage that is long and only gathered: the stage itself is compared whole."""
    array = derived.stage.array
    if not isinstance(array, RowBlocks) or len(array) <= 2 * _GATHERED_ITEMS:
        return derived
    chosen = np.unique(np.linspace(0, len(array) - 1, _GATHERED_ITEMS).astype(np.int64))
    some = RowBlocks(array.source, array.index[chosen], array.item_shape)
    return Derived(Stage(derived.stage.name, some, frames=chosen), derived.source)


def own_sentence(derived: Derived, found: StageComparison) -> str:
    """Say how a stage compares with what the reference's code makes of the port's own input."""
    verb = {"identical": "identical", "agree": "agrees", "differ": "differs"}.get(found.verdict, found.verdict)
    numbers = f"largest difference {found.metrics.max_abs:.2g}" if found.metrics else found.reason
    sampled = f", {len(derived.stage.frames):,} frames sampled" if derived.stage.frames is not None else ""
    return f"{verb} given the port's {derived.source} ({numbers}{sampled})"


def _what_is_missing(port: Run, name: StageName) -> str:
    """Say why a stage has no input; empty where it has one, and only the encoder is missing."""
    spec = port.recipe.stage(name)
    inputs = spec.inputs if spec else ()
    sources = [source for source in inputs if source in port]
    if not sources:
        return f"the dump has no {' or '.join(inputs or ('input',))} to compute it from"
    if port[sources[0]].frames is not None:
        return f"the dump has only some frames of its {sources[0]}"
    return "" if len(time_major(port[sources[0]])) else f"the dump's {sources[0]} is empty"
