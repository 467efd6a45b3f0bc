"""What the numbers of columns and frames tell."""

from math import ceil

import numpy as np

from ..compare.comparison import Comparison
from ..config import COLUMNS_PER_SECOND, WINDOW_COLUMNS, Config
from ..run import StageName
from ..timebase import Timebase
from .findings import Diagnosis, Equivalence, Finding, Unexplained, finding_of
from .hypotheses import Hypothesis
from .mel_faults import CENTERING
from .rows.cuts import COUNTED_IN_FLOAT32, DROPPED_TAIL, windows_inside

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
