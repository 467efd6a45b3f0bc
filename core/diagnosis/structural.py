"""Faults that a stage shows whatever the reference says."""

import re
from dataclasses import replace

import numpy as np

from ..arrays import Array, NDArray
from ..compare.alignment import align, correlation, items
from ..compare.comparison import Comparison
from ..compare.structure import StructureFinding
from ..config import Config
from ..run import Run, Stage, StageName
from .encoder_faults import NO_RELU
from .findings import Finding, finding_of
from .hypotheses import Hypothesis
from .steps import windows_with

_LIKE, _LEAST_LIKE, _CLEARLY = 0.9, 0.5, 0.2
"""Correlations: of a mel spectrogram read rightly, the least of one, and how much more it has to be than as given."""
_SPARE = (1, 2, 3, 4, 8, 16)
_MOST_REPEATS = 2000
_MOVED = 0.1
"""Share of the largest mel value by which windows have to move for equal features to be a fault."""
_REPEATED_SHARE = 0.05
_FAULTS: dict[str, Hypothesis] = {
    "tiled_context": Hypothesis(
        "tiled_context",
        "16 copies of one row",
        "collect the rows i - 8 to i + 7 of the padded features for frame i",
        "tensors",
    ),
    "nan_inf": Hypothesis("nan_inf", "not finite", "guard logarithms and divisions; look for overflow in float16"),
    "constant": Hypothesis("constant_features", "one value", "compute the features from the recording", "features"),
    "negative": NO_RELU,
    "all_zero": Hypothesis("uninitialised", "zeros", "write the results to the array that is saved", "features"),
}
"""Of an observation: the fault that it shows."""
_FEATURES: StageName = "features"
_PADDED: StageName = "padded"
_REUSE = Hypothesis("buffer_reuse", "repeated", "copy each result before its buffer is used again", "features")


def structural_findings(comparison: Comparison) -> list[Finding]:
    """Give the faults that the structure of the port's stages shows, each at the first stage that has it."""
    found: dict[str, Finding] = {}
    for seen in comparison.structure:
        if seen.id in _FAULTS and seen.id not in found and _applies(seen):
            hypothesis = replace(_FAULTS[seen.id], stage=seen.stage)
            found[seen.id] = finding_of(hypothesis, "proven", f"the {seen.stage}", seen.text)
    return [*found.values(), *_reused(comparison)]


def _applies(seen: StructureFinding) -> bool:
    """Clipping makes a constant mel spectrogram."""
    return seen.id not in {"constant", "all_zero"} or seen.stage in {"features", "padded"}


def _reused(comparison: Comparison) -> list[Finding]:
    """The fault of rows that equal the one before though their windows are others: silence repeats itself too."""
    for stage in (_FEATURES, _PADDED):
        share = _repeats_by_itself(stage, comparison)
        if share > _REPEATED_SHARE:
            text = f"{100 * share:.0f} % of the rows equal the one before, and their windows do not"
            return [finding_of(replace(_REUSE, stage=stage), "proven", f"the {stage}", text)]
    return []


def _repeats_by_itself(stage: StageName, comparison: Comparison) -> float:
    """Share of the rows that equal the one before though their windows are others."""
    port, reference = comparison.port, comparison.reference
    mel = next((_finite(run["mel"].array) for run in (port, reference) if "mel" in run), None)
    whole = stage in port and port[stage].frames is None and len(port[stage].array) > 1
    if not whole or mel is None or mel.shape[0] != 80:
        return 0.0
    array = port[stage].array
    rows = np.unique(np.linspace(1, len(array) - 1, min(len(array) - 1, _MOST_REPEATS)).astype(np.int64))
    frames = rows if stage == _FEATURES else rows - 1
    fps = (port.config or reference.config or Config()).fps
    moves = windows_with(mel, frames, fps) - windows_with(mel, np.maximum(frames - 1, 0), fps)
    moved = np.abs(moves).max(axis=(1, 2)) > _MOVED * np.abs(mel).max(initial=0)
    same = (np.asarray(array[rows]) == np.asarray(array[rows - 1])).all(axis=1)
    return float((same & moved).mean())


def _finite(mel: Array) -> NDArray:
    return np.asarray(np.nan_to_num(np.asarray(mel), posinf=0, neginf=0))


def read_across(port: Run, reference: Run) -> tuple[str, NDArray] | None:
    """Put a port's mel spectrogram right whose memory holds columns where it says bands, or rows of another length.

    Parameters
    ----------
    port, reference : Run
        Both with a mel stage.

    Returns
    -------
    str, (bands, T) array
        How the memory lies, and the values, NaN where they are lost; None where the memory is not read across.
    """
    given = np.asarray(port["mel"].array)
    if given.shape[0] != reference["mel"].shape[0]:
        return None
    likeness = _likeness(given, reference)
    if likeness > _LIKE:
        return None
    readings = [("(T, 80) as (80, T)", np.ascontiguousarray(given).reshape(given.shape[::-1]).T)]
    readings += [("stride", _with_pitch(given, spare)) for spare in _SPARE]
    best, value, turned = max(
        ((_likeness(mel, reference), value, mel) for value, mel in readings), key=lambda one: one[0]
    )
    return (value, turned) if best > max(_LEAST_LIKE, likeness + _CLEARLY) else None


def _with_pitch(mel: NDArray, spare: int) -> NDArray:
    """Read values again whose rows lie some places further apart than the port says; the end is lost."""
    bands, columns = mel.shape
    flat = np.append(mel.ravel(), np.full(bands * spare, np.nan))
    return np.asarray(flat.reshape(bands, columns + spare)[:, :columns])


def _likeness(mel: NDArray, reference: Run) -> float:
    """Correlation with the reference at the best lag."""
    stage = Stage("mel", mel)
    pairs = align(reference["mel"], stage)
    ours, theirs = mel.T[pairs.port].astype(np.float64), items(reference["mel"])[pairs.reference].astype(np.float64)
    known = np.isfinite(ours)
    return correlation(ours[known], theirs[known])


def precision_findings(comparison: Comparison, *, written: bool) -> list[Finding]:
    """Give the rounding of the mel stage as a fault.

    Parameters
    ----------
    written : bool
        Whether rounding counts that is the format's own, such as that of float16 in an array of float16.
    """
    grid = next((seen for seen in comparison.structure if (seen.id, seen.stage) == ("grid", "mel")), None)
    if grid is None:
        return []
    value = re.sub(r"every value lies on an? (.*) grid", r"\1", grid.text).replace("-decimal", " decimals")
    formats = {comparison.port["mel"].array.dtype.name, "6 decimals", "5 decimals"}
    if value in formats and not written:
        return []
    return [finding_of(Hypothesis("precision", value, "keep and write float32"), "proven", "all values", grid.text)]


def layout_finding(value: str) -> Finding:
    """Give the finding of a mel spectrogram whose memory is read across."""
    hypothesis = Hypothesis(
        "layout", value, "write bands first, or say that columns come first; write no spare columns"
    )
    return finding_of(hypothesis, "proven", "all values", "read in the other order, the values are a mel spectrogram")
