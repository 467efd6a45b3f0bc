"""A written dump: the original's files, all of them or none, and nothing of an earlier run between them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.base.files import PARTIAL
from framescope.core.config import Config
from framescope.core.dump import UNFINISHED, metadata, write_dump
from framescope.core.pipeline import compute
from framescope.core.readers import load_run
from framescope.core.run import Stage
from helpers import runs

RUN = replace(runs.reference(), name="talk.wav")
FILES = {
    "mel": "mel_spectrogram.npy",
    "windows": "mel_windows.npy",
    "features": "audio_features_raw.npy",
    "padded": "audio_features_padded.npy",
}


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_writes_what_the_original_writes(tmp_path: Path) -> None:
    write_dump(RUN, tmp_path / "new" / "out", [0, 50])
    out = tmp_path / "new" / "out"
    for stage, name in FILES.items():
        written = np.load(out / name)
        assert written.flags.c_contiguous
        assert written.dtype == RUN[stage].array.dtype  # type: ignore[index]
        np.testing.assert_array_equal(written, np.asarray(RUN[stage].array))  # type: ignore[index]
    np.testing.assert_array_equal(np.load(out / "frames/frame_00050_reshaped.npy"), RUN["tensors"].array[50])
    np.testing.assert_array_equal(
        np.load(out / "frames/frame_00050_window.npy"), RUN["tensors"].array[50].reshape(16, 512)
    )
    frames = {f"frames/frame_{n:05d}_{kind}.npy" for n in (0, 50) for kind in ("window", "reshaped")}
    assert names(out) == {*FILES.values(), "metadata.json", "summary.json", *frames}


def test_metadata_and_summary_of_the_original(shared: Any, tmp_path: Path) -> None:
    given = shared / "python_talk_hb"
    run = compute(shared / "talk_hb.wav", encoder=shared / "encoder" / "audio_encoder.onnx")
    write_dump(run, tmp_path)
    for name in ("metadata.json", "summary.json"):
        ours, theirs = (json.loads((folder / name).read_text()) for folder in (tmp_path, given))
        assert list(ours) == list(theirs)
        for key in theirs:
            tolerance = 5e-5 if key == "features_value_range" else 0
            assert ours[key] == (pytest.approx(theirs[key], abs=tolerance) if tolerance else theirs[key]), key


@pytest.mark.parametrize(("fps", "written"), [(25, "25"), (25.0, "25"), (29.97, "29.97")])
def test_frame_rate_in_the_metadata(fps: float, written: str) -> None:
    assert json.dumps(metadata(replace(RUN, config=Config(fps=fps)))["fps"]) == written


def test_frames_of_an_earlier_run_do_not_stay(tmp_path: Path) -> None:
    write_dump(RUN, tmp_path, range(10))
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "frames" / "frame_comparison.txt").write_text("mine too")
    write_dump(RUN, tmp_path, [3])
    frames = {path.name for path in (tmp_path / "frames").iterdir()}
    assert frames == {"frame_00003_window.npy", "frame_00003_reshaped.npy", "frame_comparison.txt"}
    assert (tmp_path / "notes.txt").read_text() == "mine"
    write_dump(RUN, tmp_path / "none")
    assert not (tmp_path / "none" / "frames").exists()


class Broken:
    """An array whose values cannot be had: what a killed run looks like from within."""

    shape, ndim, dtype = (99, 512), 2, np.dtype(np.float32)

    def __len__(self) -> int:
        return 99

    def __getitem__(self, key: Any) -> Any:
        raise KeyboardInterrupt


def test_an_interrupted_run_leaves_the_earlier_one_untouched(tmp_path: Path) -> None:
    write_dump(RUN, tmp_path, [1])
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    broken = Stage("padded", Broken())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        write_dump(replace(RUN, stages={**RUN.stages, "padded": broken}), tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before


OTHER = replace(RUN, stages={**RUN.stages, "mel": Stage("mel", np.asarray(RUN["mel"].array) + 1)})
"""A later run: another mel."""


class Killed(BaseException):
    """Ends a run at once, as a signal does that nobody can catch."""


def end_after(moves: int, ending: type[BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let moving files into place end once, after so many of them."""
    move, left = Path.replace, [moves]

    def replace_some(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] == -1:
            raise ending
        return move(self, target)

    monkeypatch.setattr(Path, "replace", replace_some)


@pytest.mark.parametrize("moves", [0, 1, 3, 7])
def test_files_of_two_runs_are_never_taken_for_one(moves: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    write_dump(RUN, out, range(10))
    (out / "notes.txt").write_text("mine")
    with monkeypatch.context() as patch:
        end_after(moves, Killed, patch)
        with pytest.raises(Killed):
            write_dump(OTHER, out, [3])
    for place in (out, out / "frames", tmp_path):
        with pytest.raises(InputError, match=f"^{place}: was left unfinished by framescope run.*; run it again$"):
            load_run(place)
    write_dump(OTHER, out, [3])
    np.testing.assert_array_equal(load_run(out)["mel"].array, OTHER["mel"].array)
    frames = {f"frames/frame_00003_{kind}.npy" for kind in ("window", "reshaped")}
    assert names(out) == {*FILES.values(), "metadata.json", "summary.json", "notes.txt", *frames}


def test_a_run_that_is_interrupted_while_files_are_moved_ends_that_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_dump(RUN, tmp_path, [1, 2])
    end_after(3, KeyboardInterrupt, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        write_dump(OTHER, tmp_path, [1])
    np.testing.assert_array_equal(load_run(tmp_path)["mel"].array, OTHER["mel"].array)
    frames = {f"frames/frame_00001_{kind}.npy" for kind in ("window", "reshaped")}
    assert names(tmp_path) == {*FILES.values(), "metadata.json", "summary.json", *frames}


def leave_half(folder: Path) -> Path:
    """What a run that was killed before it moved anything has left."""
    half = folder / f"{PARTIAL}run-x7"
    half.mkdir(parents=True)
    (half / "mel_spectrogram.npy").write_bytes(b"\x93NUMPY half")
    return half


def test_what_a_killed_run_left_is_no_run_and_goes_with_the_next(tmp_path: Path) -> None:
    leave_half(tmp_path / "new")
    with pytest.raises(InputError, match="was left unfinished"):
        load_run(tmp_path / "new")
    write_dump(RUN, tmp_path / "old")
    half = leave_half(tmp_path / "old")
    loaded = load_run(tmp_path / "old")
    assert not loaded.provenance.notes
    np.testing.assert_array_equal(loaded["mel"].array, RUN["mel"].array)
    write_dump(RUN, tmp_path / "old")
    assert not half.exists()


def test_what_another_run_is_writing_stays(tmp_path: Path) -> None:
    seen = []

    class Meanwhile(Broken):
        def __getitem__(self, key: Any) -> Any:
            if not seen:
                write_dump(OTHER, tmp_path)
                seen.append(load_run(tmp_path)["mel"].array)
            return np.asarray(RUN["padded"].array)[key]

    slow = Stage("padded", Meanwhile())  # type: ignore[arg-type]
    write_dump(replace(RUN, stages={**RUN.stages, "padded": slow}), tmp_path)
    np.testing.assert_array_equal(seen[0], OTHER["mel"].array)
    np.testing.assert_array_equal(load_run(tmp_path)["mel"].array, RUN["mel"].array)
    assert names(tmp_path) == {*FILES.values(), "metadata.json", "summary.json"}


def test_frames_of_the_users_own_stay(tmp_path: Path) -> None:
    write_dump(RUN, tmp_path, [1])
    (tmp_path / "frames" / "frame_best_window.npy").write_text("mine")
    write_dump(RUN, tmp_path)
    assert [path.name for path in (tmp_path / "frames").iterdir()] == ["frame_best_window.npy"]


@pytest.mark.parametrize(("name", "make"), [("summary.json", Path.mkdir), ("frames", Path.touch)])
def test_where_something_else_is_in_the_way_nothing_is_changed(name: str, make: Any, tmp_path: Path) -> None:
    write_dump(RUN, tmp_path)
    (tmp_path / name).unlink(missing_ok=True)
    make(tmp_path / name)
    with pytest.raises(InputError, match=f"cannot be written .*{name} is "):
        write_dump(OTHER, tmp_path)
    np.testing.assert_array_equal(np.load(tmp_path / FILES["mel"]), RUN["mel"].array)
    assert not [path for path in tmp_path.iterdir() if path.name in {UNFINISHED, PARTIAL}]


@pytest.mark.parametrize(("frames", "wrong"), [([5, 99], "99"), ([-1], "-1"), ([500], "500")])
def test_frames_that_do_not_exist(tmp_path: Path, frames: list[int], wrong: str) -> None:
    with pytest.raises(InputError, match=f"frame {wrong} does not exist: talk.wav has the frames 0 to 96"):
        write_dump(RUN, tmp_path, frames)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_dump(RUN, tmp_path / "file" / "out")
