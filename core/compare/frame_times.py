"""Frame times: at which video frame the items and places of a comparison lie."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..run import Stage
from ..timebase import Timebase
from .alignment import item_ids

if TYPE_CHECKING:
    from .comparison import Comparison
    from .stage import StageComparison


def frames_of(stage: Stage, numbers: NDArray, timebase: Timebase) -> npt.NDArray[np.int64]:
    """Give the video frame that is shown while each item sounds; of another recipe, the row of its last stage.

    Parameters
    ----------
    numbers : (n,) int array
        Frames, mel columns, padded rows or samples of a stage; a padded row r belongs to frame r - 1.

    Returns
    -------
    (n,) int64, 0 or more
    """
    middles = (numbers + 0.5 - stage.clock.offset) / stage.clock.rate
    return np.maximum(timebase.frames_at(middles), 0)


def frame_of_index(stage: Stage, index: tuple[int, ...], timebase: Timebase) -> int:
    """Give the video frame of one value, by its index in the reference's stage."""
    return int(frames_of(stage, np.array([index[stage.time]]), timebase)[0])


def divergent_frames(comparison: "Comparison") -> npt.NDArray[np.int64]:
    """Give the video frames, ascending, at which a value of any stage is out of tolerance, after alignment."""
    reference = comparison.reference
    timebase = Timebase.of_run(reference)
    compared = (each for each in comparison.stages if each.errors)
    found = [frames_of(reference[each.stage], _outside(comparison, each), timebase) for each in compared]
    return np.unique(np.concatenate([np.zeros(0, np.int64), *found]))


def _outside(comparison: "Comparison", found: "StageComparison") -> NDArray:
    """Give the numbers of the reference's items that have a value out of tolerance."""
    assert found.pairs is not None
    assert found.errors is not None
    return item_ids(comparison.reference[found.stage])[found.pairs.reference[found.errors.outside > 0]]
