import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.encoder import export
from framescope.core.encoder.export import export_encoder
from framescope.core.encoder.session import Encoder
from helpers.checkpoints import random_weights, save


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return save(tmp_path / "encoder.pth", random_weights())


def test_the_exported_file_is_the_checkpoint(checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "encoder.onnx"
    out.write_text("an older file")
    report = export_encoder(checkpoint, out)
    assert (report.path, report.size) == (out, out.stat().st_size)
    assert report.identity == Encoder.load(out).identity == Encoder.load(checkpoint).identity
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encoder.onnx", "encoder.pth"]


def test_the_difference_from_pytorch_is_measured(shared: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    report = export_encoder(shared / "encoder" / "checkpoint.pth", tmp_path / "encoder.onnx")
    assert report.torch_difference is not None
    assert 0 < report.torch_difference < 5e-5


def test_without_pytorch_the_difference_is_unknown(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    assert export_encoder(checkpoint, tmp_path / "encoder.onnx").torch_difference is None


def test_a_model_that_differs_from_pytorch_is_not_written(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    other = export.build_onnx(random_weights(1))
    monkeypatch.setattr(export, "build_onnx", lambda weights: other)
    with pytest.raises(InputError, match=r"encoder\.pth: the ONNX model differs from PyTorch by .*nothing was written"):
        export_encoder(checkpoint, tmp_path / "encoder.onnx")
    assert not (tmp_path / "encoder.onnx").exists()


def test_features_that_overflow_are_refused(tmp_path: Path) -> None:
    weights: dict[str, Any] = random_weights()
    for number in (11, 12):
        weights[f"{number}.conv_block.1.weight"] = np.full(512, 1e25, np.float32)
    with pytest.raises(InputError, match="its features are not finite"):
        export_encoder(save(tmp_path / "encoder.pth", weights), tmp_path / "encoder.onnx")
    assert not (tmp_path / "encoder.onnx").exists()


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("missing/encoder.onnx", r"encoder\.onnx: cannot be written \(No such file or directory\)"),
        (".", "cannot be written"),
        ("encoder.pth", "is the checkpoint itself"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(out: str, message: str, checkpoint: Path, tmp_path: Path) -> None:
    before = checkpoint.read_bytes()
    with pytest.raises(InputError, match=message):
        export_encoder(checkpoint, tmp_path / out)
    assert checkpoint.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["encoder.pth"]
