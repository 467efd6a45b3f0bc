"""Faults that a stage shows whatever the reference says."""

from dataclasses import replace

import numpy as np

from ..base.arrays import Array, NDArray
from ..compare.alignment import item_ids
from ..compare.comparison import Comparison
from ..compare.sanity import StructureFinding
from ..config import Config
from ..run import Run, StageName
from .findings import Finding, finding_of
from .hypotheses import Hypothesis
from .rows.contexts import TILED
from .rows.cuts import fills_window, windows_with
from .rows.names import NO_RELU

_MIN_ROWS = 8
_MAX_REPEATS = 2000
_MOVED = 0.1
"""Share of the largest mel value by which windows have to move for equal features to be a fault."""
_REPEATED_SHARE = 0.05
_FILL_FIX = "fill the tensors of this mode with native features of its kind, not with zeros behind the 8,192 values"
_FAULTS: dict[str, Hypothesis] = {
    TILED.id: TILED,
    "nan_inf": Hypothesis("nan_inf", "", "guard logarithms and divisions; look for overflow in float16"),
    "constant": Hypothesis("constant_features", "one value", "compute the features from the recording", "features"),
    "negative": NO_RELU,
    "zero_fill": Hypothesis("mode_fill", "zeros", _FILL_FIX, "tensors"),
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
        if seen.side == "port" and seen.id in _FAULTS and seen.id not in found and _applies(seen, comparison):
            hypothesis = replace(_FAULTS[seen.id], stage=seen.stage)
            if seen.id == "nan_inf":
                hypothesis = replace(hypothesis, value=f"in the {seen.stage}")
            found[seen.id] = finding_of(hypothesis, "proven", f"the {seen.stage}", seen.text)
    unwritten = [] if "all_zero" in found else _unwritten(comparison)
    return [*found.values(), *unwritten, *_reused(comparison)]


def _applies(seen: StructureFinding, comparison: Comparison) -> bool:
    """Clipping makes a constant mel spectrogram, and rows that are all the same make a tiled context."""
    if seen.id == TILED.id:
        return not any(_one_row(comparison.port, name) for name in (_FEATURES, _PADDED))
    return seen.id not in {"constant", "all_zero"} or seen.stage in {"features", "padded"}


def _one_row(run: Run, stage: StageName) -> bool:
    if stage not in run:
        return False
    array = run[stage].array
    return len(array) > 1 and bool(
        (array[np.linspace(0, len(array) - 1, _MAX_REPEATS).astype(np.int64)] == array[0]).all()
    )


def _unwritten(comparison: Comparison) -> list[Finding]:
    """The fault of rows of zeros among others, where the reference has none."""
    for stage in (_FEATURES, _PADDED):
        rows = _zero_rows(comparison.port, stage)
        if len(rows) and not len(_zero_rows(comparison.reference, stage)):
            total = len(comparison.port[stage].array)
            text = f"{len(rows):,} of {total:,} rows are zeros, the first of them row {rows[0]:,}"
            hypothesis = replace(_FAULTS["all_zero"], value="rows of zeros", stage=stage)
            return [finding_of(hypothesis, "proven", f"the {stage}", text)]
    return []


def _zero_rows(run: Run, stage: StageName) -> NDArray:
    """Numbers of the rows of zeros but the first, which padding with zeros makes; of padded rows but the last, too."""
    if stage not in run or len(run[stage].array) < _MIN_ROWS:
        return np.zeros(0, np.int64)
    end = len(run[stage].array) - (stage == _PADDED)
    return np.asarray(item_ids(run[stage])[1:end][~np.asarray(run[stage].array[1:end]).any(axis=1)])


def _reused(comparison: Comparison) -> list[Finding]:
    """The fault of rows that equal the one before though their windows are others: silence repeats itself too."""
    for stage in (_FEATURES, _PADDED):
        share = 0.0 if _one_row(comparison.port, stage) else _repeats_by_itself(stage, comparison)
        if share > _REPEATED_SHARE:
            text = f"{100 * share:.0f} % of the rows equal the one before, and their windows do not"
            return [finding_of(replace(_REUSE, stage=stage), "proven", f"the {stage}", text)]
    return []


def _repeats_by_itself(stage: StageName, comparison: Comparison) -> float:
    """Share of the rows that equal the one before, and not as zeros do, though their windows are others.

    The windows beside them have to be others too: rows may be those of the frame before or after.
    """
    port, reference = comparison.port, comparison.reference
    mel = next((_finite(run["mel"].array) for run in (port, reference) if fills_window(run)), None)
    if stage not in port or len(port[stage].array) < 2 or mel is None or mel.shape[0] != 80:
        return 0.0
    array, frames = port[stage].array, item_ids(port[stage])
    rows = np.unique(np.linspace(1, len(array) - 1, min(len(array) - 1, _MAX_REPEATS)).astype(np.int64))
    rows = rows[frames[rows] - frames[rows - 1] == 1]
    fps = (port.config or reference.config or Config()).fps
    moves = [_moves(mel, frames[rows] - (stage == _PADDED) + beside, fps) for beside in (-1, 0, 1)]
    moved = np.min(moves, axis=0) > _MOVED * np.abs(mel).max(initial=0)
    values = np.asarray(array[rows])
    same = (values == np.asarray(array[rows - 1])).all(axis=1) & values.any(axis=1)
    if "mel" not in port and (same[1:] & same[:-1] & (np.diff(rows) == 1)).any():
        return 0.0  # a mel spectrogram clipped nearly everywhere makes longer runs, and this port's is not known
    return float((same & moved).mean()) if len(rows) else 0.0


def _moves(mel: NDArray, frames: NDArray, fps: float) -> NDArray:
    """How far the window of each frame is from that of the frame before."""
    after, before = (windows_with(mel, np.maximum(frames - back, 0), fps) for back in (0, 1))
    return np.asarray(np.abs(after - before).max(axis=(1, 2)))


def _finite(mel: Array) -> NDArray:
    return np.asarray(np.nan_to_num(np.asarray(mel), posinf=0, neginf=0))


def precision_findings(comparison: Comparison, *, written: bool, stage: StageName = "mel") -> list[Finding]:
    """Give the rounding of a stage as a fault.

    Parameters
    ----------
    written : bool
        Whether rounding counts that is the format's own, such as that of float16 in an array of float16.
    """
    grid = next((seen for seen in comparison.structure if (seen.id, seen.stage) == ("grid", stage)), None)
    if grid is None:
        return []
    value = grid.value.replace("-decimal", " decimals")
    formats = {comparison.port[stage].array.dtype.name, "6 decimals", "5 decimals"}
    if value in formats and not written:
        return []
    hypothesis = Hypothesis("precision", value, "keep and write float32", stage)
    return [finding_of(hypothesis, "proven", "all values", grid.text)]
