"""The feature rows that a port without a mel spectrogram shows: as they are, padded, or in its frame tensors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..compare.alignment import correlation
from ..config import CONTEXT_ROWS, FEATURE_SIZE
from ..run import Run, Stage
from .findings import Equivalence
from .hypotheses import Hypothesis
from .rows.contexts import FrameContext, alternatives, context_offset, frame_contexts
from .rows.paddings import PADDINGS, ROW_OFFSETS, padding_of

_MAX_ROWS = 64
_MAX_FAULTS = 2
"""With which rows are looked for; every further one takes ten times as long."""
_CLEARLY, _SAME = 0.2, 1e-3
"""How much more a reading has to be like the reference than a simpler one, and how much is nothing."""
_RUN = 9
"""Neighbouring frames that are looked at: the row of one is in the next one's context, too."""


@dataclass(frozen=True, slots=True, eq=False)
class RecoveredFeatures:
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
    alike : tuple of Equivalence
        Other faults with which they may have been laid down.
    """

    frames: npt.NDArray[np.int64]
    values: NDArray
    count: int
    faults: tuple[Hypothesis, ...] = ()
    shifts: Mapping[Hypothesis, int] = field(default_factory=dict)
    alike: tuple[Equivalence, ...] = ()

    def some(self, last: int) -> "RecoveredFeatures":
        """Give finite rows spread over the frames before `last`, none that repeats the one before."""
        same = np.r_[False, (self.values[1:] == self.values[:-1]).all(axis=1) & (np.diff(self.frames) == 1)]
        known = np.isfinite(self.values).all(axis=1) & self.values.any(axis=1)
        used = np.flatnonzero((self.frames < last) & known & ~same)
        used = used[np.unique(np.linspace(0, len(used) - 1, min(len(used), _MAX_ROWS)).astype(int))]
        return replace(self, frames=self.frames[used], values=self.values[used])

    def stage(self) -> Stage:
        """Give the rows as the features that they are."""
        whole = np.array_equal(self.frames, np.arange(self.count))
        return Stage("features", self.values, frames=None if whole else self.frames)


def observed_rows(port: Run, reference: Run) -> RecoveredFeatures | None:
    """Give the rows that a port shows somewhere, in the simplest way to read them that does not contradict itself.

    Parameters
    ----------
    port : Run
        Without a mel spectrogram to judge.
    reference : Run
        Says how many frames there are where the port does not, and of ways that differ in the order of a row's values
        which is the likeliest.
    """
    count = len(reference["windows"].array) if "windows" in reference else 0
    if "features" in port and port["features"].shape[1:] == (FEATURE_SIZE,):
        stage = port["features"]
        frames = np.arange(len(stage.array)) if stage.frames is None else stage.frames
        total = len(frames) if stage.frames is None else count
        return RecoveredFeatures(frames, np.asarray(stage.array[: len(frames)]), total, shifts=ROW_OFFSETS)
    if _whole_padded(port):
        return _of_padded(np.asarray(port["padded"].array), count)
    if "tensors" in port and int(np.prod(port["tensors"].shape[1:])) >= CONTEXT_ROWS * FEATURE_SIZE:
        stage = port["tensors"]
        count = port.provenance.n_frames or (count if stage.frames is not None else len(stage.array))
        return _of_tensors(stage, count, reference)
    return None


def _whole_padded(port: Run) -> bool:
    """Whether there are whole padded rows, and a row between the first and the last."""
    if "padded" not in port or port["padded"].frames is not None:
        return False
    return len(port["padded"].array) > 2 and port["padded"].shape[1:] == (FEATURE_SIZE,)


def _of_padded(given: NDArray, count: int) -> RecoveredFeatures:
    """The raw rows among padded ones, as the reference pads where that is possible, else as many as expected."""
    readings = list(_unpadded(given))
    expected = (one for one in readings if not one[1] or len(one[0]) == count)
    values, faults = next(expected, readings[0])
    return RecoveredFeatures(np.arange(len(values)), values, len(values), faults)


def _unpadded(given: NDArray) -> Iterator[tuple[NDArray, tuple[Hypothesis, ...]]]:
    for fault in (None, *sorted(PADDINGS, key=lambda fault: (fault.id == "no_padding", fault.value == "both"))):
        faults = (fault,) if fault else ()
        padding = padding_of(*faults)
        raw = given[padding.before : len(given) - padding.after]
        if len(raw) and _same(given, padding.apply(raw)):
            yield raw, faults


def _same(one: NDArray, other: NDArray) -> bool:
    return np.array_equal(one, other, equal_nan=True)


def _of_tensors(stage: Stage, count: int, reference: Run) -> RecoveredFeatures | None:
    """The rows in the simplest of the ways to make frame tensors that gives every row the same values everywhere."""
    total = len(stage.array)
    picked = np.unique([k for start in (0, total // 2, total - _RUN) for k in range(max(start, 0), start + _RUN)])
    picked = picked[picked < total]
    frames = picked if stage.frames is None else stage.frames[picked]
    values = np.asarray(stage.array[picked]).reshape(len(picked), -1)[:, : CONTEXT_ROWS * FEATURE_SIZE]
    read = [_read(*way, values, frames, count) for way in _ways(np.nan_to_num(values), frames, count)]
    if not read:
        return None
    liked = [_likeness(one, reference) for one in read]
    simplest = max(like for one, like in zip(read, liked, strict=True) if len(one.faults) == len(read[0].faults))
    wanted = simplest if max(liked) < simplest + _CLEARLY else max(liked)
    found, *others = (one for one, like in zip(read, liked, strict=True) if like >= wanted - _SAME)
    rivals = {one.faults for one in others if len(one.faults) == len(found.faults)} - {found.faults}
    return replace(found, alike=tuple(alternatives(found.faults, other) for other in rivals))


def _ways(values: NDArray, frames: NDArray, count: int) -> list[tuple[FrameContext, Hypothesis | None]]:
    """The ways without a contradiction, those with the fewest faults and one more; rows of zeros are one at first."""
    ways = [(step, padding) for step in frame_contexts() for padding in (None, *PADDINGS)]
    sizes = [len(step.faults) + bool(padding) for step, padding in ways]
    for full in (True, False):
        found: list[tuple[FrameContext, Hypothesis | None]] = []
        for size in range(_MAX_FAULTS + 1):
            simpler = bool(found)
            some = (way for way, own in zip(ways, sizes, strict=True) if own == size)
            found += [way for way in some if _consistent(*way, values, frames, count, full=full)]
            if simpler:
                break
        if found:
            return found
    return []


def _read(
    step: FrameContext, padding: Hypothesis | None, values: NDArray, frames: NDArray, count: int
) -> RecoveredFeatures:
    numbers = step.numbers(frames, _padded_count(padding, count)) - _has_front(padding)
    known = (numbers >= 0) & (numbers < count)
    own, places = np.unique(numbers[known], return_index=True)
    moved = any(fault.id == "context_offset" for fault in step.faults)
    shifts = {} if moved else {context_offset(by): by for by in (1, -1)}
    faults = (*((padding,) if padding else ()), *step.faults)
    return RecoveredFeatures(own, step.rows(values)[known][places], count, faults, shifts)


def _likeness(rows: RecoveredFeatures, reference: Run) -> float:
    """Correlation with the reference's rows; the same encoder has the same outputs that are always zero."""
    if "features" not in reference or reference["features"].shape[1:] != (FEATURE_SIZE,):
        return 0.0
    theirs = reference["features"].array
    used = rows.frames < len(theirs)
    ours = np.nan_to_num(rows.values[used]).astype(np.float32)
    return correlation(ours, np.asarray(theirs[rows.frames[used]])) if used.any() else 0.0


def _consistent(
    step: FrameContext, padding: Hypothesis | None, values: NDArray, frames: NDArray, count: int, *, full: bool
) -> bool:
    """Tell whether rows beyond the ends, and rows that several frames have, are what they are in this step.

    Parameters
    ----------
    full : bool
        Whether no row of a frame may be zeros.
    """
    context, numbers = step.rows(values), step.numbers(frames, _padded_count(padding, count))
    empty = numbers < 0
    own = numbers - _has_front(padding)
    if padding and padding.id == "zero_padding":
        zeros = padding_of(padding)
        empty |= (own == -1) & (zeros.front == "zeros") | (own == count) & (zeros.back == "zeros")
    if context[empty].any() or (full and not context[~empty].any(axis=-1).all()):
        return False
    rows = np.clip(own[~empty], 0, count - 1)  # the first and the last row are repeated
    order = np.argsort(rows, kind="stable")
    same = np.diff(rows[order]) == 0
    sorted_rows = context[~empty][order]
    return bool((sorted_rows[1:][same] == sorted_rows[:-1][same]).all())


def _has_front(padding: Hypothesis | None) -> int:
    return padding_of(*((padding,) if padding else ())).before


def _padded_count(padding: Hypothesis | None, count: int) -> int:
    ends = padding_of(*((padding,) if padding else ()))
    return count + ends.before + ends.after
