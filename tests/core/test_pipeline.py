"""The whole pipeline: equal to the original on the original's own recording, in order, cancellable."""

from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.base.resources import sample
from framescope.core.config import Config, MelConfig
from framescope.core.encoder.session import Encoder
from framescope.core.pipeline import compute, compute_stages
from framescope.core.run import STAGE_NAMES
from framescope.core.stages.audio import from_samples
from helpers import signals


@pytest.fixture(scope="module")
def encoder(shared: Any) -> Encoder:
    return Encoder.load(shared / "encoder" / "audio_encoder.onnx")


@pytest.fixture(scope="module")
def run(shared: Any, encoder: Encoder) -> Any:
    return compute(shared / "talk_hb.wav", encoder=encoder)


@pytest.mark.parametrize(
    ("stage", "file", "tolerance"),
    [
        ("mel", "mel_spectrogram", 1e-12),
        ("features", "audio_features_raw", 5e-5),
        ("padded", "audio_features_padded", 5e-5),
    ],
)
def test_equals_the_original(run: Any, shared: Any, stage: Any, file: str, tolerance: float) -> None:
    expected = np.load(shared / "python_talk_hb" / f"{file}.npy")
    assert (run[stage].shape, run[stage].array.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(np.asarray(run[stage].array), expected, rtol=0, atol=tolerance)


def test_frame_tensors_equal_the_originals(run: Any, shared: Any) -> None:
    given = sorted((shared / "python_talk_hb" / "frames").glob("*_reshaped.npy"))
    assert len(given) == 5
    for path in given:
        frame = int(path.name.split("_")[1])
        np.testing.assert_allclose(run["tensors"].array[frame], np.load(path), rtol=0, atol=5e-5)


def test_onnx_file_and_checkpoint_give_the_same_features(run: Any, shared: Any) -> None:
    checkpoint = Encoder.load(shared / "encoder" / "checkpoint.pth")
    features = checkpoint.encode(run["windows"].array[::10])
    np.testing.assert_allclose(features, run["features"].array[::10], rtol=0, atol=5e-5)


def test_stages_come_in_order_as_soon_as_they_are_done() -> None:
    seen: list[tuple[str, str]] = []
    stages = compute_stages(
        sample(),
        encoder=Encoder.load(sample().parent / "encoder.onnx"),
        progress=lambda stage, done, total: seen.append(("tick", stage)),
    )
    for stage in stages:
        seen.append(("done", stage.name))
        assert not stage.array.flags.writeable if isinstance(stage.array, np.ndarray) else True
    assert [name for kind, name in seen if kind == "done"] == list(STAGE_NAMES)
    for name in ("audio", "mel", "features"):
        assert seen.index(("tick", name)) < seen.index(("done", name))


@pytest.mark.parametrize("where", ["audio", "mel", "features"])
def test_cancelled_at_any_stage(where: str) -> None:
    def progress(stage: str, done: int, total: int) -> None:
        if stage == where:
            raise CancelledError

    with pytest.raises(CancelledError):
        compute(sample(), encoder="stand-in", progress=progress)


def test_without_an_encoder_the_stages_end_with_the_windows() -> None:
    assert [stage.name for stage in compute_stages(sample())] == ["audio", "mel", "windows"]
    assert list(compute(sample(), until="mel")) == ["audio", "mel"]


def test_a_switch_reaches_the_mel_stage() -> None:
    changed = compute(sample(), Config(mel=MelConfig(mel_scale="htk")), until="mel")
    assert np.abs(changed["mel"].array - compute(sample(), until="mel")["mel"].array).max() > 1


@pytest.mark.parametrize(("n", "frames"), [(3000, 2), (3200, 2), (16000, 22)])
def test_short_recordings(n: int, frames: int) -> None:
    run = compute(from_samples(signals.noise(n), 16000), encoder="stand-in")
    assert run["tensors"].shape == (frames, 32, 16, 16)


@pytest.mark.parametrize("n", [1, 640, 1600, 2999])
def test_too_short_is_said_with_what_is_needed(n: int) -> None:
    with pytest.raises(InputError, match=r"too short.*at least 187.5 ms"):
        compute(from_samples(signals.noise(n), 16000), encoder="stand-in")


def test_native_features_stand_for_the_encoders() -> None:
    native = np.random.default_rng(0).random((50, 2, 1024), dtype=np.float32)
    run = compute(sample(), Config(mode="hubert"), native=native)
    assert (run["features"].shape, run["padded"].shape, run["tensors"].shape) == (
        (50, 2048),
        (50, 2048),
        (50, 32, 32, 32),
    )
    np.testing.assert_array_equal(run["tensors"].array[20].ravel(), native[12:28].ravel())


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"fps": 0}, "fps 0"),
        ({"fps": float("nan")}, "fps nan"),
        ({"fps": float("inf")}, "fps inf"),
        ({"mode": "avee"}, "mode 'avee' is unknown"),
        ({"edge": "mirror"}, "edge policy 'mirror' is unknown"),
    ],
)
def test_impossible_configurations(config: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Config(**config)
