"""A reference and a port side by side: partners, samples and the worst cells."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.compare.comparison import compare
from framescope.core.compare.pair import Pair, item_at, value_at
from framescope.core.run import Run, Stage
from helpers import talk

RNG = np.random.default_rng(0)
MEL = RNG.normal(size=(80, 100))
FEATURES = RNG.random((60, 512)).astype(np.float32)


def pair_of(stage: Any, reference: Any, port: Any, lag: int = 0, frames: Any = None) -> Pair:
    runs = [Run(name, "loaded", {stage: Stage(stage, np.asarray(array), frames=each)})
            for name, array, each in (("reference", reference, None), ("port", port, frames))]  # fmt: skip
    return Pair(runs[0], runs[1], {stage: lag})


def test_partners_equal_the_files_of_both_runs(shared: Path) -> None:
    """Go computes without centring: its mel column c is the reference's c + 2."""
    comparison = compare(talk.python(shared, "mel"), talk.go(shared, "mel"))
    pair = Pair.of(comparison)
    ours = np.load(shared / "python_talk_hb" / "mel_spectrogram.npy")
    theirs = np.fromfile(shared / "go_dump_talk_hb" / "mel_f32.bin", "<f4").reshape(80, -1)
    assert pair.lags["mel"] == 2
    for band, column in ((0, 2), (12, 1786), (79, 3588)):
        assert pair.port_value("mel", (band, column)) == theirs[band, column - 2]
        assert value_at(pair.reference["mel"], (band, column)) == ours[band, column]
    assert pair.port_value("mel", (0, 1)) is None
    assert Pair.of(comparison, lag_applied=False).port_value("mel", (12, 1786)) == theirs[12, 1786]


def test_a_port_gets_the_tensors_that_follow_from_its_rows(shared: Path) -> None:
    pair = Pair(talk.python(shared, "padded"), talk.go(shared, "features", "padded"), {"features": 0}).completed()
    padded = np.fromfile(shared / "go_dump_talk_hb" / "features_padded_f32.bin", "<f4").reshape(-1, 512)
    _, tensor = pair.items("tensors", 558)
    np.testing.assert_array_equal(tensor, padded[550:566].reshape(32, 16, 16))


def test_only_some_frames() -> None:
    pair = pair_of("features", FEATURES, FEATURES[[3, 8]] + 1, frames=np.array([3, 8]))
    assert pair.port_value("features", (8, 5)) == np.float32(FEATURES[8, 5] + 1)
    assert pair.port_value("features", (4, 5)) is None
    assert pair.items("features", 60) == (None, None)
    assert pair.sample("features", 4000).total == 2 * 512


@pytest.mark.parametrize("number", [-1, 60, 61])
def test_no_item_beyond_the_ends(number: int) -> None:
    assert item_at(Stage("features", FEATURES), number) is None


def test_items_of_other_shapes_are_no_pairs() -> None:
    pair = pair_of("features", FEATURES, FEATURES[:, :256])
    assert pair.stages == ()
    assert pair.item_values("features", 3) is None
    assert pair.worst("features", 3, 10) == ()
    assert pair.port_value("features", (3, 400)) is None


def test_a_small_stage_is_sampled_whole() -> None:
    sample = pair_of("mel", MEL, 2 * MEL).sample("mel")
    assert sample.total == len(sample.reference) == MEL.size
    assert np.array_equal(sample.port, 2 * sample.reference)


@pytest.mark.parametrize("lag", [0, 2, -3])
def test_a_sample_of_a_large_stage_is_of_partners(lag: int) -> None:
    """Every value tells its own place, so that wrong partners cannot agree."""
    rows = np.arange(1000 * 512, dtype=np.float64).reshape(1000, 512)
    sample = pair_of("features", rows, np.roll(rows, -lag, axis=0), lag).sample("features", 2000)
    assert sample.total == (1000 - abs(lag)) * 512
    assert 2000 <= len(sample.reference) <= 2600
    assert (sample.difference == 0).mean() > 0.99
    assert np.ptp(sample.reference) > 0.9 * rows.size


@pytest.mark.parametrize("stage", ["mel", "features"])
def test_the_worst_cells_are_argsorts(stage: Any) -> None:
    reference = MEL if stage == "mel" else FEATURES
    port = reference + RNG.normal(size=reference.shape).astype(reference.dtype)
    places = pair_of(stage, reference, port).worst(stage, 17, 12)
    ours, theirs = (array[:, 17] if stage == "mel" else array[17] for array in (reference, port))
    order = np.argsort(-np.abs(theirs.astype(np.float64) - ours), kind="stable")[:12]
    assert [place.index for place in places] == [(k, 17) if stage == "mel" else (17, k) for k in order]
    assert [place.reference for place in places] == ours[order].tolist()
    assert [place.port for place in places] == theirs[order].tolist()


def test_equal_values_are_not_among_the_worst_and_one_nan_comes_first() -> None:
    port = FEATURES.copy()
    port[5, 7], port[5, 9] = np.nan, port[5, 9] + 1
    assert [place.index for place in pair_of("features", FEATURES, port).worst("features", 5, 10)] == [(5, 7), (5, 9)]
