"""One moment, five names: the conversions agree with each other and with the definition."""

from typing import Any

import numpy as np
import pytest
from framescope.core.config import Config
from framescope.core.run import Run, Stage
from framescope.core.synctalk import synctalk_facts
from framescope.core.timebase import Timebase

TIMEBASE = Timebase.of(Config())


@pytest.mark.parametrize(
    ("seconds", "sample", "column", "frame"),
    [
        (0.0, 0, 0, 0),
        (0.0125, 200, 1, 0),
        (0.04, 640, 3, 1),
        (22.32, 357120, 1786, 558),
        (22.359999, 357759, 1789, 558),
    ],
)
def test_a_moment_in_every_unit(seconds: float, sample: int, column: int, frame: int) -> None:
    assert TIMEBASE.seconds_sample(seconds) == sample
    assert TIMEBASE.seconds_column(seconds) == column
    assert TIMEBASE.seconds_frame(seconds) == frame


@pytest.mark.parametrize("fps", [25, 24, 23.976, 29.97, 30, 60])
def test_every_frame_begins_where_it_is_shown(fps: float) -> None:
    timebase = Timebase(fps=fps)
    assert all(timebase.seconds_frame(timebase.frame_seconds(frame)) == frame for frame in range(100_000))


def test_there_and_back() -> None:
    assert all(TIMEBASE.seconds_column(TIMEBASE.column_seconds(column)) == column for column in range(10_000))
    assert all(TIMEBASE.seconds_sample(TIMEBASE.sample_seconds(sample)) == sample for sample in range(100_000))


@pytest.mark.parametrize(
    ("samples", "columns", "frames"), [(960_000, 4801, 1497), (3000, 16, 2), (718_164, 3591, 1119)]
)
def test_counts_of_the_definition(samples: int, columns: int, frames: int) -> None:
    assert TIMEBASE.column_count(samples) == columns
    assert TIMEBASE.frame_count(columns) == frames
    assert len(TIMEBASE.window_starts(columns)) == frames


def test_shortest_recording_fills_one_window() -> None:
    assert TIMEBASE.column_count(TIMEBASE.minimum_samples) == 16
    assert TIMEBASE.column_count(TIMEBASE.minimum_samples - 1) == 15


@pytest.mark.parametrize(
    ("stage", "seconds", "item"),
    [
        ("audio", 1.0, 16000),
        ("mel", 1.0, 80),
        ("mel", 1.0 - 0.4 / 80, 80),
        ("windows", 22.33, 558),
        ("features", 22.33, 558),
        ("tensors", 22.33, 558),
        ("padded", 22.33, 559),
        ("padded", -0.01, 0),
    ],
)
def test_the_item_of_every_stage_at_a_moment(stage: Any, seconds: float, item: int) -> None:
    clock = synctalk_facts()[stage].clock
    assert int(np.floor(seconds * clock.rate + clock.offset)) == item


@pytest.mark.parametrize(
    ("stage", "shape", "seconds"),
    [("mel", (80, 9), [0.0, 0.0125]), ("features", (9, 512), [0.0, 0.02]), ("padded", (9, 512), [-0.02, 0.0])],
)
def test_a_runs_stages_have_the_clocks_of_its_configuration(stage: str, shape: Any, seconds: Any) -> None:
    run = Run("fast", "loaded", {stage: Stage(stage, np.zeros(shape))}, config=Config(fps=50))
    np.testing.assert_allclose(run[stage].clock.moments(np.arange(2)), seconds)
