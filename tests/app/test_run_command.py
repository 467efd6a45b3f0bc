"""`framescope run` and `export-encoder` as a user meets them: what they print, write and return."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.app.cli.run_command import parse_frames
from framescope.core.base.errors import InputError
from framescope.core.base.resources import sample
from framescope.core.run import STAGE_NAMES


def test_prints_a_table_of_stages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(sample()), "--encoder", "stand-in"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["stage", "shape", "dtype", "range", "seconds"]
    assert [line.split()[0] for line in lines[1:7]] == ["audio", "mel", "windows", "features", "padded", "tensors"]
    assert lines[7].startswith("encoder: stand-in weights")


def test_writes_the_frames_that_were_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["run", str(sample()), "-o", str(tmp_path), "--encoder", "stand-in", "--frames"]
    assert main([*arguments, "0,3-4"]) == 0
    assert len(list((tmp_path / "frames").iterdir())) == 6
    assert f"written to {tmp_path}, with 3 of " in capsys.readouterr().out
    assert main([*arguments, "none"]) == 0
    assert not (tmp_path / "frames").exists()


def test_modes_and_native_features(tmp_path: Path) -> None:
    np.save(tmp_path / "hubert.npy", np.ones((40, 2, 1024), np.float32))
    arguments = ["run", str(sample()), "-o", str(tmp_path / "out"), "--frames", "20", "--mode", "hubert"]
    assert main([*arguments, "--native", str(tmp_path / "hubert.npy")]) == 0
    assert np.load(tmp_path / "out" / "frames" / "frame_00020_reshaped.npy").all()
    assert main([*arguments, "--encoder", "stand-in"]) == 0
    assert not np.load(tmp_path / "out" / "frames" / "frame_00020_reshaped.npy").ravel()[8192:].any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.wav"], "missing.wav: "),
        ([str(sample()), "--frames", "x"], "--frames x: "),
        ([str(sample()), "--encoder", "missing.onnx"], "missing.onnx: "),
        ([str(sample()), "--native", "missing.npy", "--mode", "hubert"], "missing.npy: "),
        ([str(sample()), "--fps", "0"], "fps 0: "),
    ],
)
def test_one_sentence_and_exit_code_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"framescope: {message}")
    assert error.count("\n") == 1


@pytest.mark.parametrize("to_file", [True, False])
def test_the_table_as_json(to_file: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, report = tmp_path / "out", tmp_path / "run.json"
    arguments = ["run", str(sample()), "--encoder", "stand-in", "-o", str(folder), "--frames", "3,7", "--fps", "30"]
    assert main([*arguments, "--json", str(report) if to_file else "-"]) == 0
    printed = capsys.readouterr().out
    assert ("written to" in printed) == to_file
    data = json.loads(report.read_text() if to_file else printed)
    assert (data["schema"], data["audio"]) == ("framescope-run/1", "sample.flac")
    assert data["config"] == {"fps": 30, "mode": "ave", "edge": "zeros"}
    assert (data["encoder"]["stand_in"], data["encoder"]["from"]) == (True, "--encoder")
    assert [stage["name"] for stage in data["stages"]] == list(STAGE_NAMES)
    stages = {stage["name"]: stage for stage in data["stages"]}
    for name, file in (("mel", "mel_spectrogram"), ("features", "audio_features_raw")):
        values = np.load(folder / f"{file}.npy")
        found = stages[name]
        assert (found["shape"], found["dtype"]) == (list(values.shape), values.dtype.name)
        assert (found["min"], found["max"]) == (values.min(), values.max())
        assert found["seconds"] > 0
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert set(data["written"]) == files
    assert len(data["written"]) == len(files) == 6 + 4


def test_without_a_folder_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "hubert.npy", np.ones((40, 2, 1024), np.float32))
    words = ["run", str(sample()), "--mode", "hubert", "--native", str(tmp_path / "hubert.npy"), "--json", "-"]
    assert main(words) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["written"], data["encoder"]) == ([], None)


def test_exports_a_checkpoint(shared: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "encoder.onnx"
    assert main(["export-encoder", str(shared / "encoder" / "checkpoint.pth"), "-o", str(out)]) == 0
    assert out.is_file()
    printed = capsys.readouterr().out
    assert "identity" in printed
    assert "PyTorch" in printed


@pytest.mark.parametrize(
    ("text", "frames"), [("all", None), ("none", []), ("7", [7]), ("0,3,10-12", [0, 3, 10, 11, 12]), ("5-4", [])]
)
def test_frame_lists(text: str, frames: list[int] | None) -> None:
    assert parse_frames(text) == frames


@pytest.mark.parametrize("text", ["", "a", "-1", "1-", "1-2-3", "1,,2", "0-99999999999", "1.5"])
def test_frame_lists_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match="--frames"):
        parse_frames(text)


@pytest.mark.parametrize(
    "content", [b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04", b"text"], ids=["empty", "cut", "zip", "text"]
)
def test_native_features_that_are_none(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "native.npy").write_bytes(content)
    assert main(["run", str(sample()), "--mode", "hubert", "--native", str(tmp_path / "native.npy")]) == 2
    assert "native.npy: is not a readable .npy file of native features" in capsys.readouterr().err


@pytest.mark.parametrize("columns", ["40", "80", None])
def test_no_line_is_wrapped_in_a_pipe(
    columns: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    assert main(["run", str(sample())]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + 6 + 1
