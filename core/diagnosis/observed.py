"""The feature rows that a port without a mel spectrogram shows: as they are, padded, or in its frame tensors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ..arrays import NDArray
from ..config import CONTEXT_ROWS, FEATURE_SIZE
from ..run import Run, Stage
from .hypotheses import Hypothesis
from .steps import PADDED_STEPS, ROW_OFFSETS, TensorStep, context_offset, tensor_steps

_MOST_ROWS = 64
_RUN = 9
"""Neighbouring frames that are looked at: the row of one is in the next one's context, too."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Feature rows of a port.

    Attributes
    ----------
    frames, values : (k,) int array, (k, 512) array
        The rows.
    count : int
        How many frames there are.
    faults : tuple of Hypothesis
        With which they were laid down.
    shifts : mapping from Hypothesis to int
        What can have moved them all, and by how many frames.
    """

    frames: npt.NDArray[np.int64]
    values: NDArray
    count: int
    faults: tuple[Hypothesis, ...] = ()
    shifts: Mapping[Hypothesis, int] = field(default_factory=dict)

    def some(self, last: int) -> "Observed":
        """Give rows spread over the recording, none of the frames from `last` on."""
        used = np.flatnonzero((self.frames < last) & np.isfinite(self.values).all(axis=1))
        used = used[np.unique(np.linspace(0, len(used) - 1, min(len(used), _MOST_ROWS)).astype(int))]
        return replace(self, frames=self.frames[used], values=self.values[used])

    def stage(self) -> Stage:
        """Give the rows as the features that they are."""
        whole = np.array_equal(self.frames, np.arange(self.count))
        return Stage("features", self.values, frames=None if whole else self.frames)


def observed_rows(port: Run, count: int) -> Observed | None:
    """Give the rows that a port shows somewhere, in the simplest way to read them that does not contradict itself.

    Parameters
    ----------
    port : Run
        Without a mel spectrogram to judge.
    count : int
        Frames that the reference has; what the port says of itself goes before it.
    """
    if "features" in port and port["features"].shape[1:] == (FEATURE_SIZE,):
        stage = port["features"]
        frames = np.arange(len(stage.array)) if stage.frames is None else stage.frames
        total = len(frames) if stage.frames is None else count
        return Observed(frames, np.asarray(stage.array[: len(frames)]), total, shifts=ROW_OFFSETS)
    if "padded" in port and port["padded"].frames is None and port["padded"].shape[1:] == (FEATURE_SIZE,):
        return _of_padded(np.asarray(port["padded"].array), count)
    if "tensors" in port and int(np.prod(port["tensors"].shape[1:])) >= CONTEXT_ROWS * FEATURE_SIZE:
        stage = port["tensors"]
        return _of_tensors(stage, port.provenance.n_frames or (count if stage.frames is not None else len(stage.array)))
    return None


def _of_padded(given: NDArray, count: int) -> Observed:
    """The raw rows among padded ones, as the reference pads where that is possible, else as many as expected."""
    readings = list(_unpadded(given))
    expected = (one for one in readings if not one[1] or len(one[0]) == count)
    values, faults = next(expected, readings[0])
    return Observed(np.arange(len(values)), values, len(values), faults)


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
    ways = ((step, padding) for step in tensor_steps() for padding in (None, *PADDED_STEPS))
    ways = (way for way in ways if _consistent(*way, finite, frames, count))
    step, padding = min(ways, key=lambda way: len(way[0].faults) + bool(way[1]), default=(None, None))
    if step is None:
        return None
    numbers = step.numbers(frames, _padded_count(padding, count)) - _has_front(padding)
    known = (numbers >= 0) & (numbers < count)
    own, places = np.unique(numbers[known], return_index=True)
    moved = any(fault.id == "context_offset" for fault in step.faults)
    shifts = {} if moved else {context_offset(by): by for by in (1, -1)}
    faults = (*((padding,) if padding else ()), *step.faults)
    return Observed(own, step.rows(values)[known][places], count, faults, shifts)


def _consistent(step: TensorStep, padding: Hypothesis | None, values: NDArray, frames: NDArray, count: int) -> bool:
    """Tell whether rows beyond the ends, and rows that several frames have, are what they are in this step."""
    context, numbers = step.rows(values), step.numbers(frames, _padded_count(padding, count))
    empty = numbers < 0
    own = numbers - _has_front(padding)
    if padding and padding.id == "zero_padding":
        empty |= (own == -1) & (padding.step != "zeros behind") | (own == count) & (padding.step != "zeros in front")
    if context[empty].any() or not context[~empty].any(axis=-1).all():
        return False
    rows = np.clip(own[~empty], 0, count - 1)  # the first and the last row are repeated
    order = np.argsort(rows, kind="stable")
    same = np.diff(rows[order]) == 0
    sorted_rows = context[~empty][order]
    return bool((sorted_rows[1:][same] == sorted_rows[:-1][same]).all())


def _has_front(padding: Hypothesis | None) -> bool:
    return padding is None or padding.step not in {"both", "first"}


def _padded_count(padding: Hypothesis | None, count: int) -> int:
    return count + _has_front(padding) + (padding is None or padding.step not in {"both", "last"})
