"""At which video frame something lies, and which frames are out of tolerance."""

from typing import Any

import numpy as np
import pytest
from framescope.core.compare.comparison import compare
from framescope.core.compare.frame_times import divergent_frames, frame_of_index, frames_of
from framescope.core.run import Run, Stage
from framescope.core.synctalk import synctalk_axes
from framescope.core.timebase import Timebase


def _empty(stage: str) -> Stage:
    return Stage(stage, np.zeros((0,) * len(synctalk_axes(stage))))


@pytest.mark.parametrize(
    ("stage", "index", "frame"),
    [
        ("audio", (16000,), 25),
        ("audio", (639,), 0),
        ("mel", (79, 32), 10),
        ("mel", (0, 31), 9),
        ("windows", (7, 3, 2), 7),
        ("features", (7, 500), 7),
        ("padded", (0, 1), 0),
        ("padded", (8, 1), 7),
        ("tensors", (558, 5, 1, 2), 558),
    ],
)
def test_frames(stage: Any, index: Any, frame: int) -> None:
    assert frame_of_index(_empty(stage), index, Timebase()) == frame


def test_every_column_lies_in_the_frame_that_is_shown_then() -> None:
    timebase = Timebase(fps=29.97)
    expected = [timebase.seconds_frame(timebase.column_seconds(c)) for c in range(2000)]
    assert frames_of(_empty("mel"), np.arange(2000), timebase).tolist() == expected


def test_frames_out_of_tolerance_of_any_stage() -> None:
    rng = np.random.default_rng(0)
    mel, features = rng.normal(size=(80, 200)), rng.random((60, 512))
    wrong_mel, wrong_features = mel.copy(), features.copy()
    wrong_mel[3, [100, 101]] += 1
    wrong_features[[5, 59], 9] += 1
    runs = [Run(n, "loaded", {"mel": Stage("mel", m), "features": Stage("features", f)})
            for n, m, f in (("a", mel, features), ("b", wrong_mel, wrong_features))]  # fmt: skip
    assert divergent_frames(compare(runs[0], runs[1])).tolist() == [5, 31, 59]
    assert divergent_frames(compare(runs[0], runs[0])).tolist() == []


def test_frames_of_a_dump_that_has_only_some() -> None:
    rng = np.random.default_rng(0)
    tensors = rng.random((40, 32, 16, 16))
    some = tensors[[4, 20, 33]].copy()
    some[1, 0, 0, 0] += 1
    reference = Run("a", "loaded", {"tensors": Stage("tensors", tensors)})
    port = Run("b", "loaded", {"tensors": Stage("tensors", some, frames=np.array([4, 20, 33]))})
    assert divergent_frames(compare(reference, port)).tolist() == [20]
