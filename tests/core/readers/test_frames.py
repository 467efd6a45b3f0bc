"""Frames in numbered files: their numbers, their shapes, and what happens where one of them is bad."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.arrays import ItemStack
from framescope.core.base.errors import InputError
from framescope.core.readers import load_run, sources
from framescope.core.run import Run, Stage
from helpers.dumps import frame_tensors, speech_features

FEATURES = speech_features(60)
TENSORS = frame_tensors(FEATURES)
Array = np.ndarray[Any, Any]


def write_frames(folder: Path, numbers: list[int], pattern: str = "frame_{:05d}.npy", shift: int = 0) -> None:
    for number in numbers:
        tensor = TENSORS[number - shift]
        if pattern.endswith("npy"):
            np.save(folder / pattern.format(number), tensor)
        else:
            tensor.tofile(folder / pattern.format(number))


def frames(run: Run) -> list[int] | None:
    numbers = run["tensors"].frames
    return None if numbers is None else numbers.tolist()


@pytest.mark.parametrize(
    ("pattern", "numbers", "n_frames", "expected", "sure"),
    [
        ("frame_{:05d}.npy", [0, 3, 9], None, [0, 3, 9], True),
        ("frame_{:05d}.npy", [1, 2, 3], None, [0, 1, 2], False),
        ("frame_{:05d}.npy", [1, 2, 3], 3, [0, 1, 2], True),
        ("frame_{:05d}.npy", [3, 9], None, [3, 9], False),
        ("frame_{:05d}.npy", [1, 9], None, [1, 9], False),
        ("debug_frame{}.bin", [1, 9], None, [0, 8], False),
        ("out-{}.bin", [10, 9, 11, 0], None, [0, 9, 10, 11], True),
        ("dump_f32_{}.bin", [1, 2], None, [0, 1], False),
    ],
)
def test_numbers_are_read_from_names(
    tmp_path: Path, pattern: str, numbers: list[int], n_frames: int | None, expected: list[int], sure: bool
) -> None:
    write_frames(tmp_path, numbers, pattern)
    if n_frames:
        (tmp_path / "metadata.json").write_text(json.dumps({"n_frames": n_frames}))
    run = load_run(tmp_path)
    total = n_frames == len(expected)
    assert frames(run) == (None if total else expected)
    order = sorted(numbers)
    np.testing.assert_array_equal(np.asarray(run["tensors"].array), TENSORS[order])
    assert all(assumption.sure for assumption in run.provenance.assumptions) == sure


@pytest.mark.parametrize("base", [0, 1])
def test_the_reference_tells_how_frames_are_numbered(tmp_path: Path, base: int) -> None:
    reference = Run("reference", "computed", {"tensors": Stage("tensors", TENSORS.copy())})
    write_frames(tmp_path, [5, 8, 20], shift=base)
    run = load_run(tmp_path, reference=reference)
    assert frames(run) == [5 - base, 8 - base, 20 - base]
    assert "resemble the reference" in run.provenance.assumptions[0].decided


def test_the_user_tells_how_frames_are_numbered(tmp_path: Path) -> None:
    write_frames(tmp_path, [1, 2])
    assert frames(load_run(tmp_path, first_frame=0)) == [1, 2]
    assert frames(load_run(tmp_path, first_frame=1)) == [0, 1]
    with pytest.raises(InputError, match="has a frame 1, so frames are not numbered from 2"):
        load_run(tmp_path, first_frame=2)


def test_all_frames_of_a_whole_dump_need_no_numbers(tmp_path: Path) -> None:
    np.save(tmp_path / "features.npy", FEATURES[:20])
    (tmp_path / "frames").mkdir()
    write_frames(tmp_path / "frames", list(range(20)))
    assert frames(load_run(tmp_path)) is None


@pytest.mark.parametrize("changed", [False, True])
def test_two_shapes_of_one_frame_are_one_stage(tmp_path: Path, changed: bool) -> None:
    for number in (0, 4):
        np.save(tmp_path / f"frame_{number}_reshaped.npy", TENSORS[number])
        np.save(tmp_path / f"frame_{number}_window.npy", TENSORS[number].reshape(16, 512) + changed)
    run = load_run(tmp_path)
    np.testing.assert_array_equal(np.asarray(run["tensors"].array), TENSORS[[0, 4]])
    assert any("frame_*_window.npy" in note for note in run.provenance.notes) == changed


@pytest.mark.parametrize("mode", ["hubert", "wenet"])
def test_frames_filled_up_with_zeros(tmp_path: Path, mode: str) -> None:
    shape = {"hubert": (32, 32, 32), "wenet": (256, 16, 32)}[mode]
    for number in (0, 4):
        full = np.zeros(int(np.prod(shape)), np.float32)
        full[:8192] = TENSORS[number].ravel()
        np.save(tmp_path / f"frame_{number}_reshaped.npy", full.reshape(shape))
        np.save(tmp_path / f"frame_{number}_window.npy", TENSORS[number].reshape(16, 512))
    (tmp_path / "metadata.json").write_text(json.dumps({"mode": mode}))
    run = load_run(tmp_path)
    assert run["tensors"].shape == (2, *shape)
    assert run.config is not None
    assert run.config.mode == mode
    assert not run.provenance.notes


@pytest.mark.parametrize(
    ("stored", "layout"),
    [
        (lambda tensor: tensor.reshape(16, 512), "N,16,512"),
        (lambda tensor: tensor.reshape(16, 512).T, "N,512,16"),
        (lambda tensor: tensor.transpose(1, 2, 0), "N,16,16,32"),
        (lambda tensor: tensor[None], "N,32,16,16"),
        (lambda tensor: tensor.ravel(), "N,8192"),
    ],
)
def test_frames_in_other_shapes(tmp_path: Path, stored: Any, layout: str) -> None:
    for number in (0, 4):
        np.save(tmp_path / f"frame_{number}.npy", stored(TENSORS[number]))
    run = load_run(tmp_path)
    np.testing.assert_array_equal(np.asarray(run["tensors"].array), TENSORS[[0, 4]])
    said = " ".join(assumption.decided for assumption in run.provenance.assumptions)
    assert ("put into the definition's order" in said) == (layout in {"N,512,16", "N,16,16,32"})


def test_features_one_row_a_file(tmp_path: Path) -> None:
    for number in range(4):
        FEATURES[number].tofile(tmp_path / f"features_{number}.bin")
    run = load_run(tmp_path)
    np.testing.assert_array_equal(np.asarray(run["features"].array), FEATURES[:4])


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("suffix", ["npy", "bin"])
def test_bad_frames_among_good_ones_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, lazy: bool
) -> None:
    if lazy:
        monkeypatch.setattr(sources, "_EAGER_BYTES", 0)
    write_frames(tmp_path, list(range(6)), f"frame_{{}}.{suffix}")
    (tmp_path / f"frame_0.{suffix}").write_bytes(b"")
    (tmp_path / f"frame_3.{suffix}").write_bytes((tmp_path / f"frame_2.{suffix}").read_bytes()[:-100])
    run = load_run(tmp_path)
    assert frames(run) == [1, 2, 4, 5]
    assert isinstance(run["tensors"].array, ItemStack) == lazy
    np.testing.assert_array_equal(np.asarray(run["tensors"].array), TENSORS[[1, 2, 4, 5]])
    for name in (f"frame_0.{suffix}", f"frame_3.{suffix}"):
        assert any(note.startswith(name) for note in run.provenance.notes)


def test_a_frame_that_changes_after_loading_is_named_when_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_EAGER_BYTES", 0)
    write_frames(tmp_path, list(range(6)))
    array = load_run(tmp_path)["tensors"].array
    (tmp_path / "frame_00002.npy").write_bytes(b"\x93NUMPY")
    np.testing.assert_array_equal(array[3:5], TENSORS[3:5])
    with pytest.raises(InputError, match=r"frame_00002\.npy: is not a valid \.npy file"):
        array[2]


def test_a_frame_that_is_written_again_after_loading_is_never_mixed_with_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_EAGER_BYTES", 0)
    write_frames(tmp_path, list(range(6)))
    array = load_run(tmp_path)["tensors"].array
    path = tmp_path / "frame_00002.npy"
    np.save(path, TENSORS[9])
    os.utime(path, ns=(0, 0))
    with pytest.raises(InputError, match=r"frame_00002\.npy: has changed since it was read"):
        array[2]


def test_a_frame_that_vanishes_after_loading_is_named_when_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_EAGER_BYTES", 0)
    write_frames(tmp_path, list(range(6)), "frame_{}.bin")
    array = load_run(tmp_path)["tensors"].array
    (tmp_path / "frame_2.bin").unlink()
    with pytest.raises(InputError, match=r"frame_2\.bin: cannot be read"):
        np.asarray(array)


@pytest.mark.parametrize("lazy", [False, True])
def test_frames_as_text_are_float32_only_if_all_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lazy: bool
) -> None:
    if lazy:
        monkeypatch.setattr(sources, "_EAGER_BYTES", 0)
    thirds = TENSORS[1].astype(np.float64) / 3
    for number, tensor in enumerate([TENSORS[0], thirds]):
        np.savetxt(tmp_path / f"frame_{number}.txt", tensor.ravel(), fmt="%.17g", header="8192", comments="")
    array = np.asarray(load_run(tmp_path)["tensors"].array)
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array[1], thirds)


def test_single_frame(tmp_path: Path) -> None:
    TENSORS[7].tofile(tmp_path / "frame_00007.bin")
    assert frames(load_run(tmp_path / "frame_00007.bin")) == [7]
    np.save(tmp_path / "tensor.npy", TENSORS[7])
    run = load_run(tmp_path / "tensor.npy")
    assert frames(run) == [0]
    assert "no number" in run.provenance.assumptions[0].decided


@pytest.mark.parametrize("raw", [False, True])
def test_frames_stacked_in_one_file(tmp_path: Path, raw: bool) -> None:
    if raw:
        TENSORS[:10].tofile(tmp_path / "x")
    else:
        np.savez(tmp_path / "x.npz", TENSORS[:10])
    run = load_run(tmp_path)
    np.testing.assert_array_equal(np.asarray(run["tensors"].array), TENSORS[:10])
    assert frames(run) is None
