from pathlib import Path

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.compare.alignment import Alignment, align
from framescope.core.compare.difference import Difference, difference_of
from framescope.core.readers import load_run
from framescope.core.run import Stage

RNG = np.random.default_rng(3)


def stages(lag: int, frames: bool = False) -> tuple[Stage, Stage, np.ndarray]:
    """A reference, a port of noise on it that lies `lag` items too early, and the noise on the reference's items."""
    values = RNG.normal(size=(60, 5)).astype(np.float32)
    noise = RNG.normal(size=(60, 5)).astype(np.float32) / 10
    port = (values + noise)[lag:]
    numbers = np.arange(0, len(port), 3)
    stage = Stage("features", port[numbers], frames=numbers) if frames else Stage("features", port)
    return Stage("features", values), stage, noise


@pytest.mark.parametrize("frames", [False, True], ids=["all", "some"])
@pytest.mark.parametrize("lag", [0, 4])
def test_it_lies_on_the_items_of_the_reference(lag: int, frames: bool) -> None:
    reference, port, noise = stages(lag, frames)
    difference = difference_of(reference, port, align(reference, port, lag))
    expected = np.full_like(noise, np.nan)
    paired = np.arange(lag, 60, 3 if frames else 1)
    expected[paired] = noise[paired]
    np.testing.assert_allclose(difference[:], expected, atol=1e-6)
    np.testing.assert_array_equal(np.flatnonzero(difference.present(np.arange(60))), paired)
    np.testing.assert_array_equal(difference[7:13], difference[:][7:13])
    np.testing.assert_array_equal(difference[np.array([30, 2, 9])], difference[:][[30, 2, 9]])
    assert difference.shape == (60, 5)


def test_raw_subtracts_what_lies_at_the_same_number() -> None:
    reference, port, _ = stages(4)
    difference = difference_of(reference, port, align(reference, port, 0))
    np.testing.assert_array_equal(difference[:56], port.array - reference.array[:56])
    assert np.isnan(difference[56:]).all()


def test_a_reference_of_some_frames_keeps_their_numbers() -> None:
    numbers = np.array([3, 8])
    reference = Stage("features", np.ones((2, 4), np.float32), frames=numbers)
    port = Stage("features", np.full((20, 4), 3, np.float32))
    difference = difference_of(reference, port, align(reference, port, 0))
    assert difference.shape == (9, 4)
    assert np.flatnonzero(difference.present(np.arange(9))).tolist() == [3, 8]
    np.testing.assert_array_equal(difference[8], np.full(4, 2))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("signed", [-1, 0, 0.5, 2]),
        ("absolute", [1, 0, 0.5, 2]),
        ("log", [0, -30, np.log10(0.5), np.log10(2)]),
        ("relative", [-0.5, 0, 0.5, 2e30]),
    ],
)
def test_kinds(kind: object, expected: list[float]) -> None:
    reference, port = np.array([[2, 3, -1, 0]], np.float64), np.array([[1, 3, -0.5, 2]], np.float64)
    difference = Difference(reference, port, kind=kind)  # type: ignore[arg-type]
    np.testing.assert_allclose(difference[0], expected)


@pytest.mark.parametrize("kind", ["signed", "absolute", "log", "relative"])
def test_what_is_not_finite_stays_so(kind: object) -> None:
    reference, port = np.array([[1.0, np.inf, np.nan]]), np.array([[np.nan, np.inf, 2.0]])
    assert np.isnan(Difference(reference, port, kind=kind)[0]).all()  # type: ignore[arg-type]


def test_it_has_the_digits_of_the_finer_side() -> None:
    half, single, double = (np.ones((2, 2), kind) for kind in (np.float16, np.float32, np.float64))
    assert Difference(half, half).dtype == np.float32
    assert Difference(single, double).dtype == np.float64


def test_items_of_different_shapes_have_none() -> None:
    one, other = Stage("features", np.zeros((3, 512))), Stage("features", np.zeros((3, 256)))
    with pytest.raises(InputError, match="features: items of"):
        difference_of(one, other, Alignment(0, np.arange(3), np.arange(3)))


def test_the_real_port_against_the_files(shared: Path) -> None:
    mel = np.load(shared / "python_talk_hb" / "mel_spectrogram.npy")
    reference = Stage("mel", mel)
    run = load_run(shared / "go_dump_talk_hb")
    port = np.fromfile(shared / "go_dump_talk_hb" / "mel_f32.bin", "<f4").reshape(80, -1)
    difference = difference_of(reference, run["mel"], align(reference, run["mel"], 2))
    for column in (2, 558, 1780, port.shape[1] + 1):
        np.testing.assert_array_equal(difference[column], port[:, column - 2].astype(np.float64) - mel[:, column])
    assert not difference.present(np.array([0, 1, port.shape[1] + 2])).any()
