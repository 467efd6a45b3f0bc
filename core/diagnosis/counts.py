"""What the numbers of columns and frames tell."""

from dataclasses import replace
from math import ceil

import numpy as np

from ..compare.alignment import time_major
from ..compare.comparison import Comparison
from ..config import COLUMNS_PER_SECOND, WINDOW_COLUMNS, Config
from ..run import StageName
from ..timebase import Timebase
from .findings import Diagnosis, Equivalence, Finding, Unexplained, finding_of
from .front.parts import LENGTH, LENGTH_FIX, MIN_ROWS, part_text
from .hypotheses import Hypothesis
from .mel_faults import CENTERING
from .rows.cuts import COUNTED_IN_FLOAT32, DROPPED_TAIL, windows_inside

MAX_ENDS = 2
"""Rows at an end up to which they are missing, or more, by another fault: of counting, or of padding."""
_UNCENTRED = 4
"""Columns fewer without 400 samples of padding on both sides."""


def consistent_with_counts(comparison: Comparison) -> list[Finding]:
    """Give the faults that would make the port's number of mel columns what it is."""
    port, reference = comparison.port, comparison.reference
    stated = port.statistics["mel"].shape if "mel" in port.statistics else None
    shape = port["mel"].shape if "mel" in port else stated
    if "mel" not in reference or not shape or len(shape) != 2:
        return []
    fewer = reference["mel"].shape[1] - shape[1]
    if fewer != _UNCENTRED:
        return []
    text = f"T is smaller by {fewer} ({shape[1]:,} against {shape[1] + fewer:,}): consistent with no centre padding"
    where = "the number of columns"
    return [finding_of(CENTERING, "consistent", where, text)]


def part_finding(comparison: Comparison) -> Finding | None:
    """Give the finding that the first stage that differs is that of a part of the recording, or of more than it.

    Its rows agree, wherever both sides have any; a few at the ends may be missing for another reason. Samples and the
    mel spectrogram are left to their own diagnosis.
    """
    found = next((found for found in comparison.stages if found.verdict == "differ"), None)
    if found is None or found.stage in ("audio", "mel") or not (found.pairs and found.metrics and found.sides):
        return None
    total, count = (len(time_major(side)) for side in found.sides)
    front, whole = found.pairs.lag, all(side.frames is None for side in found.sides)
    behind = total - front - count
    moved = max(abs(front), abs(behind)) > MAX_ENDS and front * behind >= 0  # rows may be rotated in time
    if not whole or found.metrics.within < 1 or len(found.pairs.port) < MIN_ROWS or not moved:
        return None
    fault = Hypothesis(LENGTH, part_text(count, total, front), LENGTH_FIX, found.stage)
    made = finding_of(fault, "proven", "the number and times of the rows", "all rows that both have agree")
    return replace(made, expected=str(total), found=str(count))


def frame_count_findings(columns: int, given: int, stage: StageName, config: Config) -> Diagnosis:
    """Judge a number of frames: float32 may count other ones, and windows that pass the end may be left out.

    Parameters
    ----------
    columns, given : int
        Mel columns that the port computes, and frames that it has.
    stage : str
        Where it has them.
    """
    timebase = Timebase.of(config)
    right = timebase.frame_count(columns)
    if given == right:
        return Diagnosis()
    known = _other_counts(columns, timebase)
    fitting = [fault for fault, counts in known.items() if given in counts]
    text = f"{given:,} frames where {columns:,} mel columns give {right:,}"
    if not fitting:
        return Diagnosis(unexplained=(Unexplained(stage, text),))
    names = tuple(f"{fault.id} {fault.value}" for fault in fitting)
    alike = (Equivalence(names, "a recording of another length shows the difference"),) if len(fitting) > 1 else ()
    return Diagnosis((finding_of(fitting[0], "proven", "the number of frames", text),), (), alike)


def columns_off(columns: int, given: int, config: Config) -> int:
    """Give by how many mel columns a port with so many of them would have others than one with so many frames.

    Returns
    -------
    int
        0 where the frames are those of the columns, and 1 where they are with another fault of counting.
    """
    timebase = Timebase.of(config)
    right = timebase.frame_count(columns)
    if given != right and any(given in counts for counts in _other_counts(columns, timebase).values()):
        return 1
    return ceil(abs(given - right) * COLUMNS_PER_SECOND / timebase.fps)


def _other_counts(columns: int, timebase: Timebase) -> dict[Hypothesis, set[int]]:
    """The numbers of frames that ports with faults of counting have."""
    single = np.float32(columns - WINDOW_COLUMNS) / np.float32(COLUMNS_PER_SECOND) * np.float32(timebase.fps)
    return {
        COUNTED_IN_FLOAT32: {int(single) + 2},
        DROPPED_TAIL: windows_inside(columns, timebase.frame_count(columns), timebase.fps),
    }
