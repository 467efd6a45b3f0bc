"""Lags are found where there are some, and none are invented where there are none."""

import warnings
from typing import Any

import numpy as np
import pytest
from framescope.core.compare.alignment import align, correlation
from framescope.core.run import Run, Stage
from helpers import runs, signals

REFERENCE = runs.reference(8)


def shifted(run: Run, name: Any, lag: int) -> Stage:
    """Give the stage as a port would have it whose item t is the reference's item t + lag."""
    array = np.asarray(run[name].array)
    values = array.T if name == "mel" else array
    moved = values[lag:] if lag >= 0 else np.concatenate([np.repeat(values[:1], -lag, axis=0), values])
    return Stage(name, moved.T if name == "mel" else moved)


@pytest.mark.parametrize("lag", [0, 1, 2, -3, 37, -60])
@pytest.mark.parametrize("name", ["mel", "features", "padded", "windows"])
def test_finds_a_lag(name: Any, lag: int) -> None:
    pairs = align(REFERENCE[name], shifted(REFERENCE, name, lag))
    assert pairs.lag == lag
    assert (pairs.reference - pairs.port == lag).all()


@pytest.mark.parametrize("lag", [0, 22, -40, 5000])
def test_finds_a_lag_of_samples(lag: int) -> None:
    reference = Stage("audio", signals.speech_like(64000))
    port = reference.array[lag:] if lag >= 0 else np.concatenate([np.zeros(-lag, np.float32), reference.array[:]])
    assert align(reference, Stage("audio", port)).lag == lag


def test_finds_a_lag_under_other_faults() -> None:
    """A slope and an offset, as from another logarithm, do not hide a lag."""
    moved = shifted(REFERENCE, "mel", 2)
    assert align(REFERENCE["mel"], Stage("mel", 0.5 * np.asarray(moved.array) + 0.7)).lag == 2


@pytest.mark.parametrize("seed", range(5))
def test_invents_no_lag_for_unrelated_values(seed: int) -> None:
    noise = np.random.default_rng(seed).random((80, 640))
    assert align(REFERENCE["mel"], Stage("mel", noise)).lag == 0


def test_silence_has_no_lag() -> None:
    silence = Stage("mel", np.full((80, 100), -4.0))
    assert align(silence, Stage("mel", np.full((80, 96), -4.0))).lag == 0


def test_pairs_only_the_frames_that_are_there() -> None:
    frames = np.array([0, 20, 150])
    whole = REFERENCE["tensors"]
    pairs = align(whole, Stage("tensors", whole.array[frames], frames=frames))
    assert (pairs.lag, pairs.reference.tolist(), pairs.port.tolist()) == (0, [0, 20, 150], [0, 1, 2])
    pairs = align(whole, Stage("tensors", whole.array[frames[1:] + 1], frames=frames[1:]))
    assert (pairs.lag, pairs.reference.tolist()) == (1, [21, 151])


def test_a_lag_that_is_asked_for_is_taken() -> None:
    pairs = align(REFERENCE["mel"], REFERENCE["mel"], 5)
    assert (pairs.lag, len(pairs.port), pairs.reference[0]) == (5, REFERENCE["mel"].shape[1] - 5, 5)


@pytest.mark.parametrize("lag", [1500, -700, 2750])
def test_finds_a_lag_far_away_where_the_port_is_longer_or_shorter(lag: int) -> None:
    mel = np.random.default_rng(0).normal(size=(80, 3000)).cumsum(axis=1) % 7
    port = mel[:, lag:] if lag > 0 else np.pad(mel, ((0, 0), (-lag, 0)))
    assert align(Stage("mel", mel), Stage("mel", 0.5 * port + 0.7)).lag == lag


def test_invents_no_lag_far_away() -> None:
    one, other = np.random.default_rng(0).normal(size=(2, 80, 3000))
    assert align(Stage("mel", one), Stage("mel", other[:, :300])).lag == 0


def test_real_go_port(shared: Any) -> None:
    go = np.fromfile(shared / "go_dump_talk_hb" / "mel_f32.bin", "<f4").reshape(80, -1)
    pairs = align(Stage("mel", np.load(shared / "python_talk_hb" / "mel_spectrogram.npy")), Stage("mel", go))
    assert (pairs.lag, len(pairs.port)) == (2, 3587)


def test_nothing_correlates_with_nothing_without_a_warning() -> None:
    """A dump that is NaN throughout leaves no values to be compared."""
    nothing = np.zeros(0, np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert correlation(nothing, nothing) == 0.0
