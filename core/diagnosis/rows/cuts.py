"""The ways to cut windows for the encoder, and to feed it with them, as ports get them wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, product

import numpy as np
import numpy.typing as npt

from ...base.arrays import NDArray
from ...config import WINDOW_COLUMNS
from ...recipe.kinds.rows import Windows
from ...run import Run
from ...timebase import window_block
from ..hypotheses import Hypothesis, altered
from .changes import Scaled

_WHOLE = 1e-6
"""Columns by which a step may be off a whole number of them: starts that are cut off need it a little longer."""
_INDEX_FIX = "begin window i at int(80.0 * (i / fps)), in float64"
_TAIL_FIX = "where a window passes the end, take the last 16 columns"
_TURN_FIX = "transpose the (16, 80) window; do not reshape it"
_FED_FIX = "feed the encoder with windows as they are cut: columns in time, the lowest band first"
_LEVEL_FIX = "feed the encoder with the mel spectrogram as it is, from -4 to 4"


@dataclass(frozen=True, slots=True)
class Reshaped:
    """The memory of (k, 16, 80) windows taken for (k, 80, 16) ones."""

    def apply(self, rows: NDArray) -> NDArray:
        """Give the windows that are meant by it."""
        return rows.reshape(len(rows), -1, WINDOW_COLUMNS).transpose(0, 2, 1)


@dataclass(frozen=True, slots=True)
class Flipped:
    """Windows turned round along one of their axes: 1, the columns; 2, the bands."""

    axis: int

    def apply(self, rows: NDArray) -> NDArray:
        """Turn the windows round."""
        return np.flip(rows, self.axis)


def _index(value: str, rule: str) -> Hypothesis:
    return Hypothesis("window_index", value, _INDEX_FIX, "windows", block=(("rule", rule),))


ROUND = _index("round", "round")
STARTS = (
    ROUND,
    _index("accumulated", "accumulate"),
    _index("accumulated in float32", "accumulate_float32"),
    _index("ceil", "ceil"),
)
TAILS = (
    Hypothesis("window_tail", "zeros", _TAIL_FIX, "windows", block=(("tail", "fill"), ("value", 0.0))),
    Hypothesis("window_tail", "filled with -4", _TAIL_FIX, "windows", block=(("tail", "fill"), ("value", -4.0))),
)
FED_TRANSPOSED = Hypothesis("window_transpose", "transposed", _TURN_FIX, "windows", rows=(Reshaped(),))
FED_OTHERWISE = (
    Hypothesis("axis_order", "bands upside down", _FED_FIX, "windows", rows=(Flipped(2),)),
    Hypothesis("axis_order", "columns reversed", _FED_FIX, "windows", rows=(Flipped(1),)),
    Hypothesis("input_scale", "0 to 1", _LEVEL_FIX, "windows", rows=(Scaled(1 / 8, 0.5),)),
    Hypothesis("input_scale", "-1 to 1", _LEVEL_FIX, "windows", rows=(Scaled(1 / 4),)),
    Hypothesis("input_scale", "0 to 8", _LEVEL_FIX, "windows", rows=(Scaled(1.0, 4.0),)),
)
COUNTED_IN_FLOAT32 = Hypothesis(
    "window_index", "float32", "count the frames in float64: int((T - 16) / 80.0 * fps) + 2", "windows"
)
DROPPED_TAIL = Hypothesis("window_tail", "dropped", _TAIL_FIX, "windows")
CUT_FAULTS = (*STARTS, FED_TRANSPOSED)
"""What changes windows that do not pass the end."""


def late_fault(columns: int) -> Hypothesis:
    """Give the fault of windows that begin so many columns too late."""
    return Hypothesis("window_index", f"{columns:+d} columns", _INDEX_FIX, "windows", block=(("late", columns),))


def rate_fault(fps: float, expected: float) -> Hypothesis:
    """Give the fault of windows that are cut at another frame rate."""
    fix = f"cut the windows at {expected:g} frames a second, or compare with a reference of {fps:g} fps"
    columns = window_block(expected).rows_per_second / fps
    whole = fps % 1 and abs(columns - round(columns)) < _WHOLE
    value = f"{fps:g} fps" + (f", {columns:.0f} columns a frame" if whole else "")
    return Hypothesis("frame_rate", value, fix, "windows", block=(("fps", fps),))


def windows_inside(columns: int, frames: int, fps: float) -> set[int]:
    """Give how many of so many frames have windows that do not pass the end, with their starts cut off or rounded."""
    starts = (block_with(fps, faults).starts(np.arange(frames)) for faults in ((), (ROUND,)))
    return {int((start + WINDOW_COLUMNS <= columns).sum()) for start in starts}


def window_ways() -> list[tuple[Hypothesis, ...]]:
    """Give the ways to cut and feed windows as the faults of each, the simplest first: the reference's own has none."""
    choices = (((), *((one,) for one in same)) for same in (STARTS, TAILS, (FED_TRANSPOSED,)))
    ways = [tuple(chain(*way)) for way in product(*choices)]
    return sorted([*ways, *((one,) for one in FED_OTHERWISE)], key=len)


def fills_window(run: Run) -> bool:
    """Tell whether a run has a mel spectrogram that is long enough for a window."""
    return "mel" in run and run["mel"].shape[1] >= WINDOW_COLUMNS


def block_with(fps: float, faults: Iterable[Hypothesis] = ()) -> Windows:
    """Give the block that cuts windows as a port with some faults does; those of other stages change nothing."""
    return altered(window_block(fps), faults, "windows")


def windows_with(
    mel: NDArray, frames: NDArray, fps: float, faults: Iterable[Hypothesis] = ()
) -> npt.NDArray[np.float64]:
    """Cut windows, and feed them, as a port with some faults does.

    Parameters
    ----------
    mel : (bands, T) array
        The mel spectrogram, T >= 16.
    frames : (k,) int array
        The video frames.
    faults : iterable of Hypothesis
        Those of other stages change nothing.

    Returns
    -------
    (k, 16, bands) float64
    """
    faults = tuple(faults)
    block = block_with(fps, faults)
    index = block.rows(frames, mel.shape[1])
    windows: npt.NDArray[np.float64] = mel.T[np.maximum(index, 0)].astype(np.float64)
    windows[index < 0] = block.value
    return np.asarray(fed(windows, faults))


def fed(windows: NDArray, faults: Iterable[Hypothesis]) -> NDArray:
    """Give (k, 16, 80) windows as a port with some faults puts them into the encoder."""
    for change in (change for fault in faults if fault.stage == "windows" for change in fault.rows):
        windows = change.apply(windows)
    return windows
