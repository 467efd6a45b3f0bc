"""Stages that are taken from the original's own files instead of being computed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.recipe.compute import compute_recipe
from framescope.core.recipe.measured import stage_noise
from framescope.core.recipe.recipe import Recipe
from framescope.core.recipe.runner import run_blocks
from framescope.core.recipe.toml import load_recipe
from framescope.core.recipe.trace import samples_of
from helpers import signals

HEAD = 'recipe = 1\nname = "mine"\nrate = 16000\nchannels = "mean"\nresampler = "soxr_hq"\n'
FRAMES = (
    '[[block]]\nkind = "frame"\nlength = 400\nhop = 160\nplacement = "start"\npad = "zeros"\n'
    '[[block]]\nkind = "fft"\nn = 400\npower = 2.0\nstage = "spectra"\n'
)
SUPPLIED = '[[block]]\nkind = "supplied"\nfile = "theirs.npy"\nstage = "theirs"\n'
AFTER = '[[block]]\nkind = "affine"\nmultiply = 2.0\nadd = 1.0\nstage = "after"\n'
SAMPLES = signals.noise(16000)
FRAME_COUNT = 98
THEIRS = np.random.default_rng(0).normal(0, 1, (FRAME_COUNT, 5)).astype(np.float32)


def opened(folder: Path, supplied: str, theirs: Any = THEIRS, name: str = "theirs.npy") -> Recipe:
    if name.endswith(".npz"):
        np.savez(folder / name, **theirs)
    elif name.endswith(".txt"):
        np.savetxt(folder / name, theirs)
    else:
        np.save(folder / name, theirs)
    (folder / "mine.toml").write_text(HEAD + FRAMES + supplied.replace("theirs.npy", name) + AFTER, encoding="utf-8")
    return load_recipe(folder / "mine.toml")


def test_a_supplied_stage_is_the_files_and_later_blocks_go_on_from_it(tmp_path: Path) -> None:
    run = compute_recipe(SAMPLES, opened(tmp_path, SUPPLIED), rate=16000)
    assert list(run) == ["audio", "spectra", "theirs", "after"]
    assert run["spectra"].shape == (FRAME_COUNT, 201)  # computed for its own sake
    np.testing.assert_array_equal(run["theirs"], THEIRS)
    np.testing.assert_array_equal(run["after"], 2 * THEIRS + 1)
    assert run["theirs"].clock == run["spectra"].clock  # its rows are those of the block before
    assert {*stage_noise(run)} == {"spectra", "theirs", "after"}


def test_the_noise_is_measured_where_a_stage_has_the_rows_of_the_whole_recording(tmp_path: Path) -> None:
    samples = signals.noise(16000 * 11)
    rows = np.zeros((1 + (len(samples) - 400) // 160, 2), np.float32)
    assert stage_noise(compute_recipe(samples, opened(tmp_path, SUPPLIED, rows), rate=16000))["spectra"] > 0


@pytest.mark.parametrize(
    ("name", "theirs", "more"),
    [
        ("theirs.npy", THEIRS.T, 'axes = ["value", "column"]\n'),
        ("theirs.npz", {"mel": THEIRS, "other": np.zeros(3)}, 'name = "mel"\n'),
        ("theirs.npz", {"mel": THEIRS}, ""),
        ("theirs.txt", THEIRS, ""),
    ],
)
def test_a_file_is_read_in_its_own_format_and_axes(name: str, theirs: Any, more: str, tmp_path: Path) -> None:
    run = compute_recipe(SAMPLES, opened(tmp_path, SUPPLIED + more, theirs, name), rate=16000)
    expected = THEIRS.T if "axes" in more else THEIRS
    np.testing.assert_allclose(run["theirs"], expected, rtol=1e-6)
    np.testing.assert_allclose(run["after"], 2 * THEIRS + 1, rtol=1e-6, atol=1e-6)


def test_rows_at_a_rate_of_their_own_lie_where_it_says(tmp_path: Path) -> None:
    recipe = opened(tmp_path, SUPPLIED + "step = 533.3333333333334\nspan = 800.0\nstart = -100.0\n", THEIRS[:30])
    run = compute_recipe(SAMPLES, recipe, rate=16000)
    clock = run["theirs"].clock
    assert clock is not None
    assert clock.rate == pytest.approx(30, rel=1e-3)
    assert clock.seconds(0) == pytest.approx((400 - 100) / 16000, abs=1e-3)
    stage = list(run_blocks(SAMPLES, recipe))[1]
    assert samples_of(stage.items.links, 3) == (1500, 2299)


def test_later_blocks_do_not_compute_in_the_files_half_precision(tmp_path: Path) -> None:
    half = THEIRS.astype(np.float16)
    run = compute_recipe(SAMPLES, opened(tmp_path, SUPPLIED, half), rate=16000)
    np.testing.assert_array_equal(run["after"], 2 * half.astype(np.float64) + 1)


def test_another_content_is_another_recipe(tmp_path: Path) -> None:
    assert opened(tmp_path, SUPPLIED).identity != opened(tmp_path, SUPPLIED, THEIRS + 1).identity


@pytest.mark.parametrize(
    ("more", "theirs", "message"),
    [
        ("shape = [6]\n", THEIRS, r"rows of shape \(5,\); shape says \(6,\)"),
        ('axes = ["a", "b", "c"]\n', THEIRS, r"holds \(98, 5\) values; axes names 3"),
        ("span = 3.0\n", THEIRS, "start and span need step"),
        ("step = 1e-9\n", THEIRS, "step 1e-09 is too short"),
        ("", np.float32(3), "single number"),
        ("step = -1.0\n", THEIRS, "step -1"),
        ('name = "mel"\n', THEIRS, "has no array 'mel'"),
        ('stag = "mel"\n', THEIRS, "'stage'"),
    ],
)
def test_a_mistake_is_one_sentence_when_the_recipe_is_opened(
    more: str, theirs: Any, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        opened(tmp_path, SUPPLIED + more, theirs)
    assert str(caught.value).startswith(f"{tmp_path / 'mine.toml'}, block 3 (supplied): ")
    assert "\n" not in str(caught.value)


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + FRAMES + SUPPLIED, encoding="utf-8")
    with pytest.raises(InputError, match=r"theirs\.npy: does not exist; name a file with the stage's values"):
        load_recipe(path)
    (tmp_path / "theirs.npy").write_bytes(b"\x93NUMPY\x01\x00")
    with pytest.raises(InputError, match=r"theirs\.npy"):
        load_recipe(path)
    (tmp_path / "theirs.npy").write_text("what the port prints is prose", encoding="utf-8")
    with pytest.raises(InputError, match=r"theirs\.npy: holds no values"):
        load_recipe(path)


def test_rows_of_another_recording_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"block 3 \(supplied\): theirs\.npy holds 97 rows, .* gives 98"):
        compute_recipe(SAMPLES, opened(tmp_path, SUPPLIED, THEIRS[:-1]), rate=16000)
