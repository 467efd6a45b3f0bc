"""What ships with Framescope: speech that sounds, and features of it that look like a trained encoder's."""

import importlib.util
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.core.base.resources import sample, stand_in_encoder
from framescope.core.encoder.session import Encoder
from helpers.reference import mel, windows

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
Array = np.ndarray[Any, Any]


def script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, RESOURCES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_sample_is_what_its_script_says() -> None:
    making = script("make_sample")
    assert sample() == making.OUTPUT
    info = soundfile.info(sample())
    assert (info.samplerate, info.channels, info.format) == (making.SAMPLE_RATE, 1, "FLAC")
    assert 6 <= info.duration <= 8
    assert sample().stat().st_size < 250_000
    values, _ = soundfile.read(sample())
    assert np.abs(values).max() == pytest.approx(making.PEAK, abs=0.01)


def test_the_sample_is_speech_with_pauses() -> None:
    values, rate = soundfile.read(sample())
    blocks = values[: len(values) // 400 * 400].reshape(-1, 400)
    levels = 10 * np.log10((blocks**2).mean(1))
    # Pauses between the sentences and at both ends, far below the speech, but no digital silence.
    quiet = levels < levels.max() - 40
    assert 0.1 < quiet.mean() < 0.5
    assert quiet[0]
    assert quiet[-1]
    assert levels.min() > -80
    assert len(values) / rate > 6


def test_the_encoder_is_what_its_script_says() -> None:
    import onnx
    from framescope.core.encoder.architecture import BLOCKS, IR_VERSION, OPSET

    assert stand_in_encoder() == script("make_encoder").OUTPUT
    proto = onnx.load_model(stand_in_encoder())
    onnx.checker.check_model(proto, full_check=True)
    assert (proto.ir_version, proto.opset_import[0].version) == (IR_VERSION, OPSET)
    assert [node.op_type for node in proto.graph.node].count("Conv") == len(BLOCKS)
    shapes = {tensor.name: tuple(tensor.dims) for tensor in proto.graph.initializer}
    for number, block in enumerate(BLOCKS):
        assert shapes[f"{number}.weight"] == (block.outputs, block.inputs, block.kernel, block.kernel)
    encoder = Encoder.load(stand_in_encoder())
    assert encoder.stand_in
    assert encoder.label.startswith("stand-in weights (")


def test_the_encoder_packs_well() -> None:
    """Git and the wheel carry it: its weights lie on a coarse grid."""
    assert len(zlib.compress(stand_in_encoder().read_bytes())) < 2_500_000


def correlation(features: Array, lag: int) -> float:
    pairs = zip(features, features[lag:], strict=False)
    return float(np.mean([np.corrcoef(one, other)[0, 1] for one, other in pairs]))


def check_features(samples: Array) -> None:
    features = Encoder.load(stand_in_encoder()).encode(np.stack(windows(mel(samples), 25)))
    assert features.min() == 0
    assert 0.3 < np.mean(features == 0) < 0.7
    assert np.mean(features.max(0) == 0) <= 0.25
    neighbours, second = correlation(features, 1), correlation(features, 25)
    assert neighbours >= 0.85
    assert second <= neighbours - 0.15
    assert 3 < features.max() < 15


def test_features_of_the_sample_look_like_a_trained_encoders() -> None:
    check_features(soundfile.read(sample(), dtype="float32")[0])


def test_features_of_other_speech_look_like_a_trained_encoders(shared: Path) -> None:
    check_features(soundfile.read(shared / "talk_hb.wav", dtype="float32")[0])
