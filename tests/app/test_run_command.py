"""`framescope run` and `export-encoder` as a user meets them: what they print, write, remember and return."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.__main__ import main
from framescope.app.run_command import parse_frames
from framescope.core.errors import InputError
from framescope.core.resources import sample, stand_in_encoder


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


def test_an_encoder_is_remembered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "mine.onnx"
    own.write_bytes(stand_in_encoder().read_bytes())
    main(["run", str(sample()), "--encoder", str(own)])
    main(["run", str(sample())])
    own.unlink()
    capsys.readouterr()
    assert main(["run", str(sample())]) == 2
    assert "mine.onnx" in capsys.readouterr().err
    assert main(["run", str(sample()), "--encoder", "stand-in"]) == 0
    assert main(["run", str(sample())]) == 0


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


def test_without_a_place_for_settings_the_encoder_serves_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "file" / "framescope")
    assert main(["run", str(sample()), "--encoder", "stand-in"]) == 0
    assert "the encoder is not remembered" in capsys.readouterr().err
