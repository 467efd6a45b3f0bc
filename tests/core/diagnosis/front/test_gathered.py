"""Ports whose rows are put together at the chain's end: low frame rate, pairs, patches, a number to fill up to."""

from functools import cache
from pathlib import Path

import framescope
import numpy as np
import pytest
from framescope.core.base.resources import sample
from framescope.core.diagnosis.diagnose import diagnose
from framescope.core.diagnosis.front.gathered import taken_apart
from framescope.core.readers.by_reference import load_by_reference
from framescope.core.recipe.compute import compute_recipe
from framescope.core.recipe.kinds.rows import FitRows, Patches, Stack
from framescope.core.recipe.kinds.values import Affine
from framescope.core.run import Run
from numpy.typing import NDArray

Array = NDArray[np.float64]


def low_frame_rate(rows: Array, size: int, hop: int, front: int) -> Array:
    """Stack rows as SenseVoice's front end does: copies of the first row in front, of the last one behind."""
    padded = [rows[0]] * front + list(rows)
    made = []
    for start in range(0, -(-len(rows) // hop) * hop, hop):
        part = padded[start : start + size]
        made.append(np.concatenate(part + [rows[-1]] * (size - len(part))))
    return np.stack(made)


def patches(rows: Array, size: int, hop: int) -> Array:
    """Cut rows into whole patches."""
    return np.stack([rows[start : start + size] for start in range(0, len(rows) - size + 1, hop)])


@pytest.mark.parametrize("total", range(40, 54))
def test_low_frame_rate_rows_are_taken_apart(total: int) -> None:
    rows = np.random.default_rng(total).normal(size=(total, 5))
    apart, *_ = taken_apart(low_frame_rate(rows, 7, 6, 3), (Stack(size=7, hop=6, front=3, tail="repeat"),), None, 16000)
    np.testing.assert_array_equal(apart.rows, rows[: len(apart.rows)])
    assert len(apart.rows) <= total <= len(apart.rows) + apart.unseen


@pytest.mark.parametrize(("size", "hop"), [(8, 8), (8, 4), (2, 2)])
@pytest.mark.parametrize("total", [40, 43, 47])
def test_patches_are_taken_apart(total: int, size: int, hop: int) -> None:
    rows = np.random.default_rng(total).normal(size=(total, 5))
    apart, *_ = taken_apart(patches(rows, size, hop), (Patches(size=size, hop=hop),), None, 16000)
    np.testing.assert_array_equal(apart.rows, rows[: len(apart.rows)])
    assert len(apart.rows) <= total <= len(apart.rows) + apart.unseen < len(apart.rows) + size + hop


def test_rows_that_fill_a_number_up_are_left_out() -> None:
    rows = np.random.default_rng(0).normal(size=(30, 5))
    whole = np.concatenate([rows, np.full((20, 5), 0.47)])
    apart, *_ = taken_apart(whole, (FitRows(rows=50), Affine(multiply=0.1, add=0.47)), None, 16000)
    np.testing.assert_array_equal(apart.rows, rows)
    assert (apart.unseen, apart.at_end) == (0, False)


def test_rows_that_are_not_put_together_so_are_not_taken_apart() -> None:
    rows = np.random.default_rng(0).normal(size=(48, 5))
    assert taken_apart(rows[:, :4], (FitRows(rows=50),), None, 16000) == []
    assert taken_apart(rows, (Affine(multiply=2.0, add=0.0),), None, 16000) == []


@cache
def reference(name: str) -> Run:
    return compute_recipe(sample(), framescope.recipe(name))


def named(name: str, features: Array, folder: Path) -> list[str]:
    """What the diagnosis names as the causes of a port's features."""
    np.save(folder / "features.npy", features.astype(np.float32))
    comparison = framescope.compare(reference(name), load_by_reference(folder / "features.npy", reference(name)))
    found = diagnose(comparison, framescope.read_audio(sample()))
    assert not any(each.kind != "cause" for each in found.findings)
    return [f"{each.parameter} = {each.found}" for each in found.findings]


PARAMETERS = ("frame.hop", "window.symmetry", "filterbank.scale", "filterbank.norm")
CASES = [(name, parameter) for name in ("sensevoice", "seamless", "granite", "vggish", "yamnet", "ast")
         for parameter in PARAMETERS if (name, parameter) != ("seamless", "filterbank.norm")]  # fmt: skip
"""Behind statistics of each band its norm does not show."""


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_a_fault_before_the_rows_are_put_together_is_named(name: str, parameter: str, tmp_path: Path) -> None:
    recipe = framescope.recipe(name)
    has = str(recipe.value(parameter))
    value = {
        "frame.hop": 106,
        "window.symmetry": "periodic" if has == "symmetric" else "symmetric",
        "filterbank.scale": "htk" if has == "slaney" else "slaney",
        "filterbank.norm": "slaney",
    }[parameter]
    port = compute_recipe(sample(), recipe.replace(parameter, value))
    assert named(name, np.asarray(port["features"]), tmp_path) == [f"{parameter} = {value}"]


def test_a_silence_at_the_beginning_is_no_copies(tmp_path: Path) -> None:
    samples = np.concatenate([np.zeros(8000), framescope.read_audio(sample()).samples])
    recipe = framescope.recipe("sensevoice")
    ours = compute_recipe(samples, recipe, rate=16000)
    port = compute_recipe(samples, recipe.replace("frame.placement", "center"), rate=16000)
    np.save(tmp_path / "features.npy", np.asarray(port["features"]))
    found = diagnose(framescope.compare(ours, load_by_reference(tmp_path / "features.npy", ours)), None)
    assert [f"{each.parameter} = {each.found}" for each in found.causes] == ["frame.placement = center"]


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("sensevoice", "stack.hop", 4),
        ("sensevoice", "stack.front", 0),
        ("sensevoice", "stack.front", 6),
        ("sensevoice", "stack.tail", "drop"),
        ("seamless", "stack.hop", 1),
        ("vggish", "patches.hop", 64),
        ("yamnet", "patches.hop", 32),
    ],
)
def test_how_rows_are_put_together_is_named(name: str, parameter: str, value: object, tmp_path: Path) -> None:
    port = compute_recipe(sample(), framescope.recipe(name).replace(parameter, value))
    assert named(name, np.asarray(port["features"]), tmp_path) == [f"{parameter} = {value}"]


def test_the_same_of_rows_that_another_program_stacks(tmp_path: Path) -> None:
    port = compute_recipe(sample(), framescope.recipe("sensevoice").replace("filterbank.scale", "slaney"))
    stacked = low_frame_rate(np.asarray(port["log_mel"], np.float64), 7, 6, 3)
    assert named("sensevoice", stacked, tmp_path) == ["filterbank.scale = slaney"]


def test_what_a_cosine_transform_hides_is_found(tmp_path: Path) -> None:
    """Of librosa's MFCC, whose levels end 80 dB below the loudest of all."""
    port = compute_recipe(sample(), framescope.recipe("librosa-mfcc").replace("filterbank.scale", "htk"))
    assert named("librosa-mfcc", np.asarray(port["features"]), tmp_path) == ["filterbank.scale = htk"]
