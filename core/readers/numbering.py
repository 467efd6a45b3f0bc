"""Which video frames numbered files are: port authors count from 0 or from 1."""

import re

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array
from ..base.errors import InputError
from ..run import Assumption, Run
from .readings import Reading
from .similarity import correlation

_MAX_ITEMS_COMPARED = 16
_CLEAR_DIFFERENCE = 0.02


def number_frames(
    reading: Reading, array: Array, n_frames: int | None, first_frame: int | None, reference: Run | None
) -> tuple[npt.NDArray[np.int64], Assumption | None]:
    """Give the 0-based frame numbers of the items of a source of numbered files, and what had to be assumed.

    Parameters
    ----------
    reading, array : Reading, array
        How the source is read, and the stage's array.
    n_frames : int or None
        Frames of the whole dump, where it says so.
    first_frame : int or None
        The number that the first frame has in the files' names, where the user says so.
    reference : Run or None
        Tensors to compare with, both ways.

    Raises
    ------
    InputError
        A `first_frame` above the lowest number there is.
    """
    numbers = np.array(reading.source.numbers or (0,), np.int64)
    label = reading.source.label
    if first_frame is not None and reading.source.numbers is not None:
        if first_frame > numbers[0]:
            raise InputError(f"{label}: has a frame {numbers[0]}, so frames are not numbered from {first_frame}")
        return numbers - first_frame, None
    first, sure, why = _first_number(reading, array, numbers, n_frames, reference)
    if sure and not first:
        return numbers, None
    other = () if reading.source.numbers is None else (f"first_frame={1 - first}",)
    return numbers - first, Assumption(label, reading.stage, f"frames numbered from {first}: {why}", sure, other)


def _first_number(
    reading: Reading, array: Array, numbers: npt.NDArray[np.int64], n_frames: int | None, reference: Run | None
) -> tuple[int, bool, str]:
    if reading.source.numbers is None:
        return 0, False, "the one frame there is has no number"
    if numbers[0] == 0:
        return 0, True, "there is a frame 0"
    if n_frames == numbers[-1]:
        return 1, True, f"the last of {n_frames} frames is number {n_frames}"
    if (better := _better_fit(reading, array, numbers, reference)) is not None:
        return better, False, "so they resemble the reference more"
    if numbers[0] == 1 and (len(numbers) == numbers[-1] or re.search("debug", reading.source.label, re.IGNORECASE)):
        return 1, False, "there is a frame 1 but no frame 0"
    return 0, False, "nothing speaks against it, although there is no frame 0"


def _better_fit(reading: Reading, array: Array, numbers: npt.NDArray[np.int64], reference: Run | None) -> int | None:
    """Give the first number, 0 or 1, with which the items resemble the reference clearly more."""
    if reference is None or reading.stage not in reference or reference[reading.stage].frames is not None:
        return None
    theirs = reference[reading.stage].array
    if theirs.shape[1:] != array.shape[1:]:
        return None
    places = np.flatnonzero(numbers < len(theirs))[:_MAX_ITEMS_COMPARED]
    if not places.size:
        return None
    ours = array[places]
    from_0, from_1 = (correlation(ours, theirs[numbers[places] - first]) for first in (0, 1))
    return int(from_1 > from_0) if abs(from_1 - from_0) > _CLEAR_DIFFERENCE else None
