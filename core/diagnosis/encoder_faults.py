"""Faults between the windows and the features, judged by the encoder on the port's own windows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..arrays import NDArray
from ..compare.comparison import Comparison
from ..config import FEATURE_SIZE, Config
from ..stages.features import WindowEncoder
from .findings import Confidence, Diagnosis, Finding, Residual, Unexplained, finding_of
from .hypotheses import Hypothesis
from .precision import grid_noise, rms
from .steps import RAW, WINDOW_STEPS, windows_with

_FRAMES = 40
_NOISE = 2e-4
_SHIFTS = (1, -1, 2, -2)
_CONSTANT = 1e-3
_UNRELATED = 0.5
_SAME_FUNCTION = 0.6
_DEAD_APART = 0.02
"""Share of outputs that are dead in one and alive in the other from which the weights are others."""

_OFFSET_FIX = "compare raw rows with raw rows: padded row r is the feature row of frame r - 1"
_GAIN_FIX = "remove the factor on the features; the encoder's output is used as it is"
_RELU_FIX = "end the encoder in a ReLU"

_WEIGHTS = Hypothesis(
    "weights",
    "others",
    "load the trained weights of the audio encoder, and check a known window's features",
    "features",
)
_BATCH_NORM = Hypothesis(
    "batchnorm_mode", "batch statistics", "run the encoder in evaluation mode, with the running statistics", "features"
)
_SAME_ROW = Hypothesis("constant_features", "one row for all frames", "encode each frame's own window", "features")
_OTHER_INPUT = Hypothesis(
    "constant_features", "of another recording", "compute the features from the recording, not from a file", "features"
)

Looked = tuple[list[Finding], list[Unexplained]]


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Some of the port's feature rows, and what they should be."""

    frames: npt.NDArray[np.int64]
    values: NDArray
    mel: NDArray | None
    encoder: WindowEncoder | None
    reference: NDArray | None
    fps: float

    def expected(self, step: str = "", shift: int = 0) -> NDArray | None:
        """The features of the port's own mel, or the reference's rows."""
        frames = self.frames + shift
        if self.mel is not None and self.encoder is not None:
            return self.encoder.encode(windows_with(self.mel, np.maximum(frames, 0), self.fps, step))
        if step or self.reference is None:
            return None
        return self.reference[np.clip(frames, 0, len(self.reference) - 1)]


def diagnose_features(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> Looked:
    """Find the fault by which features are not those of their own windows.

    Returns
    -------
    list of Finding, list of Unexplained
    """
    pairs = _pairs(comparison, encoder, so_far)
    plain = pairs.expected() if pairs else None
    if pairs is None or plain is None:
        return [], []
    limit = _NOISE * max(1.0, rms(plain)) + 3 * rms(grid_noise(np.nan_to_num(pairs.values)))
    before = rms(pairs.values - plain)
    if before <= limit:
        return [], []
    for faults, left in _runs(pairs, plain):
        if rms(left) <= limit:
            return [_finding(h, before, left) for h in faults], []
    return _unlike(pairs, plain, before)


def _pairs(comparison: Comparison, encoder: WindowEncoder | None, so_far: Diagnosis) -> _Pairs | None:
    port, reference = comparison.port, comparison.reference
    own = comparison.own.get("features")
    if "features" not in port or port["features"].shape[1:] != (FEATURE_SIZE,):
        return None
    if own and own.verdict in {"identical", "agree"}:
        return None
    stage = port["features"]
    numbers = np.arange(len(stage.array)) if stage.frames is None else stage.frames
    last = len(numbers)
    picked = np.unique(np.r_[np.linspace(0, last - 1, min(last, _FRAMES)).astype(int), max(0, last - 4) : last])
    mel = np.asarray(port["mel"].array) if "mel" in port and port["mel"].shape[0] == 80 else None
    trusted = not any(finding.stage in {"mel", "audio"} for finding in so_far.findings)
    whole = "features" in reference and reference["features"].frames is None and trusted
    if mel is None and trusted and "mel" in reference:
        mel = np.asarray(reference["mel"].array)
    rows = np.asarray(reference["features"].array) if whole else None
    config = port.config or reference.config or Config()
    judged = encoder if own is None or "encoder" not in own.text or own.source else None
    return _Pairs(numbers[picked], np.asarray(stage.array[picked]), mel, judged, rows, config.fps)


def _runs(pairs: _Pairs, plain: NDArray) -> list[tuple[list[Hypothesis], NDArray]]:
    """Every hypothesis run: its faults, and the absolute differences that are left."""
    found = []
    for step, shift, fault in (
        ("", 0, RAW),
        *((h.step, 0, h) for h in WINDOW_STEPS),
        *(("", s, _offset(s)) for s in _SHIFTS),
    ):
        expected = plain if not step and not shift else pairs.expected(step, shift)
        if expected is None:
            continue
        named = [] if fault is RAW else [fault]
        inside = pairs.frames + shift >= 0
        values, expected = pairs.values[inside], expected[inside]
        found.append((named, np.abs(values - expected)))
        gain = float(
            (values * expected).sum(dtype=np.float64) / max(float(np.square(expected, dtype=np.float64).sum()), 1e-30)
        )
        if gain > 0 and abs(gain - 1) > 1e-3:
            nice = float(f"{gain:.4g}")
            scaled = np.abs(values / nice - expected)
            found.append(([*named, Hypothesis("hidden_gain", f"{nice:g}", _GAIN_FIX, "features", step="gain")], scaled))
        if (values < 0).any():
            cut = np.abs(np.maximum(values, 0) - expected)
            found.append(
                ([*named, Hypothesis("no_relu", "negative values", _RELU_FIX, "features", step="no relu")], cut)
            )
    return sorted((one for one in found if one[0]), key=lambda one: len(one[0]))


def _offset(shift: int) -> Hypothesis:
    return Hypothesis("row_offset", f"{shift:+d} rows", _OFFSET_FIX, "features", step="offset")


def _unlike(pairs: _Pairs, plain: NDArray, before: float) -> Looked:
    """What the values themselves say where no step gives them."""
    values = np.nan_to_num(pairs.values.astype(np.float64))
    spread = float(values.std(axis=0).mean())
    if len(values) > 4 and spread <= _CONSTANT * float(np.abs(values).mean()):
        return _judged(_SAME_ROW, before, f"the rows vary by {spread:.2g} in time", "proven")
    likeness = _likeness(values, plain)
    dead, live = (values == 0).all(axis=0), (plain == 0).all(axis=0)
    facts = (
        f"{before:.3g} off in the root mean square; correlation of each output in time {likeness:.2f} in the median; "
        f"{int(dead.sum())} outputs are dead, {int(live.sum())} with the reference's weights"
    )
    if likeness >= _SAME_FUNCTION:
        return _judged(_BATCH_NORM, before, facts, "consistent")
    if likeness < _UNRELATED and float((dead != live).mean()) > _DEAD_APART:
        return _judged(_WEIGHTS, before, facts, "likely")
    if likeness < _UNRELATED and dead.any() and (dead == live).all():
        return _judged(_OTHER_INPUT, before, facts, "consistent")
    return [], [Unexplained("features", facts)]


def _likeness(values: NDArray, plain: NDArray) -> float:
    a, b = values - values.mean(axis=0), plain - plain.mean(axis=0)
    norms = np.sqrt(np.square(a).sum(axis=0) * np.square(b).sum(axis=0))
    alive = norms > 1e-9
    return float(np.median((a * b).sum(axis=0)[alive] / norms[alive])) if alive.any() else 0.0


def _judged(hypothesis: Hypothesis, before: float, text: str, confidence: Confidence) -> Looked:
    return [finding_of(hypothesis, confidence, "all frames", text, before=Residual(mean=before))], []


def _finding(hypothesis: Hypothesis, before: float, left: NDArray) -> Finding:
    after = Residual(float(left.max()), float(left.mean()))
    share = max(0.0, 1 - (rms(left) / before) ** 2)
    text = f"run on the port's own mel, the root mean square of {before:.3g} becomes {rms(left):.2g}"
    shares, first = (share, share), Residual(mean=before)
    return finding_of(hypothesis, "proven", "the features", text, shares=shares, before=first, after=after)
