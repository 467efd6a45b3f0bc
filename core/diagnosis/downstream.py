"""The stages behind the mel spectrogram, each judged on its own input."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ..arrays import Array, NDArray
from ..compare.comparison import Comparison
from ..config import CONTEXT_ROWS, FEATURE_SIZE, Config
from ..run import StageName
from ..stages.features import WindowEncoder
from ..stages.padding import pad_features
from .encoder_faults import diagnose_features
from .findings import Diagnosis, Finding, Residual, Unexplained, finding_of
from .hypotheses import Hypothesis
from .precision import grid_noise, rms
from .steps import WINDOW_STEPS, tensor_steps, windows_with

_FRAMES = 24
_EXACT = 1e-6
_ENCODER = 2e-4


def diagnose_downstream(
    comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis, tick: Callable[[], None]
) -> Diagnosis:
    """Find the faults of windows, features, padded rows and frame tensors.

    Parameters
    ----------
    so_far : Diagnosis
        What is known of the stages before: it decides whose rows the tensors are judged by.
    tick : callable
        Called between computations; raises `CancelledError`.
    """
    found: list[Finding] = []
    open_ends: list[Unexplained] = []
    for look in (_windows, diagnose_features, _padded, _tensors):
        tick()
        findings, unexplained = look(comparison, encoder, so_far)
        found += [one for one in findings if one.id not in {other.id for other in found}]
        open_ends += unexplained
    return Diagnosis(tuple(found), tuple(open_ends))


Looked = tuple[list[Finding], list[Unexplained]]


def _windows(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> Looked:
    port = comparison.port
    if not _differs(comparison, "windows") or "mel" not in port:
        return [], []
    mel, given = np.asarray(port["mel"].array), port["windows"]
    numbers = np.arange(len(given.array)) if given.frames is None else given.frames
    if given.shape[1:] != (16, mel.shape[0]):
        return _turned_windows(comparison, mel, numbers)
    values = np.asarray(given.array[:])
    fps = _config(comparison).fps
    before = rms(values - windows_with(mel, numbers, fps))
    for hypothesis in WINDOW_STEPS:
        left = np.abs(values - windows_with(mel, numbers, fps, hypothesis.step))
        if left.max() <= _EXACT:
            return [_explained(hypothesis, before, left, "the windows on the port's own mel")], []
    return [], [
        Unexplained("windows", f"not the windows of the port's own mel: {before:.2g} off in the root mean square")
    ]


def _turned_windows(comparison: Comparison, mel: NDArray, numbers: NDArray) -> Looked:
    array = comparison.port["windows"].array
    plain = windows_with(mel, numbers, _config(comparison).fps)
    if (
        array.shape[1:] == (mel.shape[0], 16)
        and np.abs(np.asarray(array[:]).transpose(0, 2, 1) - plain).max() <= _EXACT
    ):
        hypothesis = Hypothesis(
            "layout", "(80, 16)", "give each window as (16, 80): columns first", "windows", step="turned"
        )
        return [_explained(hypothesis, rms(plain), np.zeros(1), "the windows, transposed")], []
    return [], [Unexplained("windows", f"windows of shape {array.shape[1:]}, not (16, {mel.shape[0]})")]


def _padded(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> Looked:
    port = comparison.port
    if not _differs(comparison, "padded") or port["padded"].frames is not None:
        return [], []
    rows = _feature_rows(comparison, so_far)
    if rows is None:
        return [], []
    given, raw = np.asarray(port["padded"].array), np.asarray(rows)
    fix = "repeat the first feature row in front and the last at the end"
    if given.shape == raw.shape and np.abs(given - raw).max() <= _ENCODER:
        return [
            _explained(
                Hypothesis("no_padding", "as many rows as raw", fix, "padded", step="none"),
                rms(raw),
                np.zeros(1),
                "the number of rows",
            )
        ], []
    if len(given) == len(raw) + 2 and np.abs(given[1:-1] - raw).max() <= _ENCODER and not given[[0, -1]].any():
        left = np.abs(given[1:-1] - raw)
        return [
            _explained(
                Hypothesis("zero_padding", "rows of zeros", fix, "padded", step="zeros"),
                rms(raw[[0, -1]]),
                left,
                "the first and last row",
            )
        ], []
    return [], [Unexplained("padded", "not the port's features with their first and last row repeated")]


def _tensors(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> Looked:
    port = comparison.port
    tiled = any(finding.id == "tiled_context" for finding in so_far.findings)
    if tiled or not (_differs(comparison, "tensors") or _differs_at_all(comparison, "tensors")):
        return [], []
    stage = port["tensors"]
    rows = port["padded"].array if "padded" in port and port["padded"].frames is None else None
    raw = _feature_rows(comparison, so_far)
    if rows is None and raw is not None:
        rows = pad_features(raw)
    if rows is None or int(np.prod(stage.shape[1:])) < CONTEXT_ROWS * FEATURE_SIZE or rows.shape[1] != FEATURE_SIZE:
        return [], []
    numbers = np.arange(len(stage.array)) if stage.frames is None else stage.frames
    picked = np.unique(
        np.r_[
            0 : min(9, len(numbers)),
            np.linspace(0, len(numbers) - 1, _FRAMES).astype(int),
            max(0, len(numbers) - 9) : len(numbers),
        ]
    )
    picked = picked[numbers[picked] < len(rows) - 2]
    values = np.asarray(stage.array[picked]).reshape(len(picked), -1)[:, : CONTEXT_ROWS * FEATURE_SIZE]
    return _made_by(values, rows, numbers[picked], comparison)


def _made_by(values: NDArray, rows: Array, frames: npt.NDArray[np.int64], comparison: Comparison) -> Looked:
    own = "padded" in comparison.port or "features" in comparison.port
    limit = (_EXACT if own else _ENCODER) + 3 * rms(grid_noise(np.nan_to_num(values)))
    before: NDArray | None = None
    for step in tensor_steps():
        left = np.abs(values - step.blocks(rows, frames, len(rows) - 2))
        before = left if before is None else before
        if rms(left) <= limit:
            mode = [_mode_fill(comparison)] if not step.faults and _fills(comparison) else []
            return [*mode, *(_explained(fault, rms(before), left, "the frame tensors") for fault in step.faults)], []
    off = rms(before) if before is not None else 0.0
    return [], [
        Unexplained("tensors", f"not the context of the rows they should be made of: {off:.2g} off")
    ] if own else []


def _fills(comparison: Comparison) -> bool:
    return any(seen.id == "zero_fill" for seen in comparison.structure)


def _mode_fill(comparison: Comparison) -> Finding:
    fix = "fill the tensors of this mode with native features of its kind, not with zeros behind the 8,192 values"
    text = next(seen.text for seen in comparison.structure if seen.id == "zero_fill")
    hypothesis = Hypothesis("mode_fill", "zeros", fix, "tensors", step="fill")
    return finding_of(hypothesis, "proven", "behind value 8,192", text, shares=(1.0, 1.0))


def _feature_rows(comparison: Comparison, so_far: Diagnosis) -> Array | None:
    """The port's whole feature rows, or the reference's where nothing says that the port's are others."""
    port, reference = comparison.port, comparison.reference
    if "features" in port and port["features"].frames is None:
        return port["features"].array
    upstream = {"mel", "audio", "windows", "features"}
    agrees = not any(finding.stage in upstream for finding in so_far.findings)
    whole = "features" in reference and reference["features"].frames is None
    return reference["features"].array if agrees and whole else None


def _differs(comparison: Comparison, name: StageName) -> bool:
    own = comparison.own.get(name)
    if own is None or own.verdict == "not comparable":
        return _differs_at_all(comparison, name)
    return own.verdict == "differ"


def _differs_at_all(comparison: Comparison, name: StageName) -> bool:
    return name in comparison.port and any(f.stage == name and f.verdict == "differ" for f in comparison.stages)


def _config(comparison: Comparison) -> Config:
    return comparison.port.config or comparison.reference.config or Config()


def _explained(hypothesis: Hypothesis, before: float, left: NDArray, where: str) -> Finding:
    """A finding of a step that gives the port's values."""
    after = Residual(float(left.max()), float(left.mean()))
    share = max(0.0, 1 - (rms(left) / before) ** 2) if before else 0.0
    text = f"run on the stage's own input, the root mean square of {before:.3g} becomes {rms(left):.2g}"
    first = Residual(mean=before)
    return finding_of(hypothesis, "proven", where, text, shares=(share, share), before=first, after=after)
