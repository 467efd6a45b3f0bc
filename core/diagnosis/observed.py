"""The feature rows that a port without a mel spectrogram shows: as they are, padded, or in its frame tensors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ..arrays import NDArray
from ..config import CONTEXT_ROWS, FEATURE_SIZE
from ..run import Run, Stage
from .encoder_faults import ROW_OFFSETS
from .hypotheses import Hypothesis
from .steps import PADDED_STEPS, TensorStep, context_offset, tensor_steps

_LAST = 8
"""Frames at the end that are left out: how many columns there are decides where the last windows lie."""
_MOST_ROWS = 64
_LEAST_ROWS = 3
_RUN = 9
"""Neighbouring frames that are looked at: the row of one is in the next one's context, too."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Feature rows of a port.

    Attributes
    ----------
    frames, values : (k,) int array, (k, 512) array
        The rows.
    faults : tuple of Hypothesis
        With which they were laid down.
    shifts : mapping from Hypothesis to int
        What can have moved them all, and by how many frames.
    """

    frames: npt.NDArray[np.int64]
    values: NDArray
    faults: tuple[Hypothesis, ...] = ()
    shifts: Mapping[Hypothesis, int] = field(default_factory=dict)

    def some(self, count: int) -> "Observed | None":
        """Give rows spread over a recording of so many frames; None where they are too few to tell anything."""
        used = (self.frames >= 0) & (self.frames < count - _LAST) & np.isfinite(self.values).all(axis=1)
        numbers, places = np.unique(self.frames[used], return_index=True)
        if len(numbers) < _LEAST_ROWS:
            return None
        picked = np.unique(np.linspace(0, len(numbers) - 1, min(len(numbers), _MOST_ROWS)).astype(int))
        return replace(self, frames=numbers[picked], values=self.values[used][places[picked]])


def observed_rows(port: Run, count: int) -> Observed | None:
    """Give the rows that a port shows somewhere, in the simplest way to read them that does not contradict itself.

    Parameters
    ----------
    port : Run
        Without a mel spectrogram to judge.
    count : int
        Frames that the reference has; what the port says of itself goes before it.
    """
    found = None
    if "features" in port and port["features"].shape[1:] == (FEATURE_SIZE,):
        stage = port["features"]
        frames = np.arange(len(stage.array)) if stage.frames is None else stage.frames
        found = Observed(frames, np.asarray(stage.array[: len(frames)]), shifts=ROW_OFFSETS)
        count = count if stage.frames is not None else len(stage.array)
    elif "padded" in port and port["padded"].frames is None and port["padded"].shape[1:] == (FEATURE_SIZE,):
        found = _of_padded(np.asarray(port["padded"].array), count)
        count = len(found.frames)
    elif "tensors" in port and int(np.prod(port["tensors"].shape[1:])) >= CONTEXT_ROWS * FEATURE_SIZE:
        stage = port["tensors"]
        count = port.provenance.n_frames or (count if stage.frames is not None else len(stage.array))
        found = _of_tensors(stage, count)
    return found.some(count) if found else None


def _of_padded(given: NDArray, count: int) -> Observed:
    """The raw rows among padded ones; where the ends allow several readings, the one with as many as expected."""
    readings = list(_unpadded(given))
    values, faults = next((one for one in readings if len(one[0]) == count), readings[0])
    return Observed(np.arange(len(values)), values, faults)


def _unpadded(given: NDArray) -> Iterator[tuple[NDArray, tuple[Hypothesis, ...]]]:
    for fault in (None, *sorted(PADDED_STEPS, key=lambda fault: fault.id == "no_padding")):
        step = fault.step if fault else ""
        front, back = step not in {"both", "first"}, step not in {"both", "last"}
        raw = given[front : len(given) - back]
        first = np.zeros(FEATURE_SIZE) if step in {"zeros", "zeros in front"} else raw[0]
        last = np.zeros(FEATURE_SIZE) if step in {"zeros", "zeros behind"} else raw[-1]
        if (not front or np.array_equal(given[0], first)) and (not back or np.array_equal(given[-1], last)):
            yield raw, (fault,) if fault else ()


def _of_tensors(stage: Stage, count: int) -> Observed | None:
    """The rows in the simplest of the ways to make frame tensors that gives every row the same values everywhere."""
    total = len(stage.array)
    picked = np.unique([k for start in (0, total // 2, total - _RUN) for k in range(max(start, 0), start + _RUN)])
    picked = picked[picked < total]
    frames = picked if stage.frames is None else stage.frames[picked]
    values = np.asarray(stage.array[picked]).reshape(len(picked), -1)[:, : CONTEXT_ROWS * FEATURE_SIZE]
    finite = np.nan_to_num(values)
    step = next((step for step in tensor_steps() if _consistent(step, finite, frames, count)), None)
    if step is None:
        return None
    context, numbers = step.rows(values), step.numbers(frames, count + 2)
    known = (numbers > 0) & (numbers <= count)
    moved = any(fault.id == "context_offset" for fault in step.faults)
    shifts = {} if moved else {context_offset(by): by for by in (1, -1)}
    return Observed(numbers[known] - 1, context[known], step.faults, shifts)


def _consistent(step: TensorStep, values: NDArray, frames: NDArray, count: int) -> bool:
    """Tell whether rows beyond the ends, and rows that several frames have, are what they are in this step."""
    context, numbers = step.rows(values), step.numbers(frames, count + 2)
    missing = numbers < 0
    if context[missing].any() or not context[~missing].any(axis=-1).all():
        return False
    rows = np.clip(numbers[~missing], 1, count)  # the first and the last row are repeated
    order = np.argsort(rows, kind="stable")
    same = np.diff(rows[order]) == 0
    sorted_rows = context[~missing][order]
    return bool((sorted_rows[1:][same] == sorted_rows[:-1][same]).all())
