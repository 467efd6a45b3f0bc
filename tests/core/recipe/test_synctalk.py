"""SyncTalk_2D against the values of the original program, in a clean clone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.config import AudioConfig, Config, MelConfig
from framescope.core.pipeline import compute
from framescope.core.recipe.configured import config_recipe
from framescope.core.recipe.presets import load_preset
from framescope.core.recipe.runner import run_blocks
from framescope.core.run import STAGE_NAMES
from framescope.core.stages.audio import read_audio
from framescope.core.stages.mel import mel_spectrogram
from framescope.core.stages.padding import pad_features
from framescope.core.stages.tensors import context_blocks, frame_tensors
from framescope.core.stages.windows import context_windows
from framescope.core.timebase import Timebase
from helpers import signals

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="module")
def original() -> Any:
    with np.load(DATA / "synctalk_2d.npz") as kept:
        return dict(kept)


def test_the_mel_equals_the_original(original: Any) -> None:
    mel = mel_spectrogram(read_audio(DATA / "talk_hb_3s.flac").samples)
    expected = original["mel"]
    np.testing.assert_allclose(mel[:, : expected.shape[1]], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("frame", [0, 3, 1118])
def test_padded_rows_and_tensors_equal_the_original(original: Any, frame: int) -> None:
    count = int(original["n_features"])
    features = np.zeros((count, 512), np.float32)
    first, last = original["first_features"], original["last_features"]
    features[: len(first)], features[-len(last) :] = first, last
    padded = pad_features(features)
    np.testing.assert_array_equal(context_blocks(padded, count)[frame], original[f"frame_{frame}_window"])
    np.testing.assert_array_equal(frame_tensors(padded, count)[frame], original[f"frame_{frame}_reshaped"])


def test_the_recipe_is_the_configuration() -> None:
    shipped, configured = load_preset("synctalk_2d"), config_recipe(Config())
    assert [*map(_plain, configured.blocks)] == [*map(_plain, shipped.blocks)]
    assert (configured.rate, configured.channels, configured.resampler) == (16000, "mean", "soxr_hq")
    assert [spec.name for spec in configured.stages] == [*STAGE_NAMES[1:]]


@pytest.mark.parametrize(
    ("config", "changed"),
    [
        (Config(), {}),
        (Config(fps=30), {"fps": 30, "windows.fps": 30}),
        (Config(mode="wenet", edge="repeat"), {"layout.shape": (256, 16, 32), "context.edge": "repeat"}),
        (Config(mel=MelConfig(mel_scale="htk", fmax=8000)), {"filterbank.scale": "htk", "filterbank.fmax": 8000}),
        (Config(audio=AudioConfig(channel="left", resample=False)), {"channels": "left", "resampler": "none"}),
    ],
)
def test_a_configuration_is_other_parameters_of_the_recipe(config: Config, changed: dict[str, Any]) -> None:
    recipe = config_recipe(config)
    for parameter, value in changed.items():
        assert recipe.value(parameter) == value
    plain = config_recipe(Config())
    for parameter in changed:
        recipe = recipe.replace(parameter, plain.value(parameter))
    assert recipe == plain


def test_the_recipe_by_its_name_is_the_pipeline() -> None:
    samples = signals.speech_like(16000)
    by_name = compute(samples, load_preset("synctalk_2d"), rate=16000)
    by_config = compute(samples, rate=16000, encoder="stand-in")
    assert [*by_name] == [*by_config] == [*STAGE_NAMES]
    for name, stage in by_config.stages.items():
        np.testing.assert_array_equal(by_name[name].array[:], stage.array[:])
    assert by_name.recipe == by_config.recipe == config_recipe(Config())


@pytest.mark.parametrize("stage", STAGE_NAMES[1:])
def test_what_follows_from_what_is_read_off_the_blocks(stage: str) -> None:
    spec = config_recipe(Config()).stage(stage)
    assert spec is not None
    gathered = {"windows": ("mel",), "padded": ("features",), "tensors": ("padded", "features")}
    computed = {"mel": ("audio",), "features": ("windows", "mel")}
    assert spec.inputs == {**gathered, **computed}[stage]
    assert spec.gathered == (stage in gathered)
    assert spec.limits == ((-4.0, 4.0) if stage in {"mel", "windows"} else None)


def _plain(block: Any) -> dict[str, Any]:
    """A block's parameters; a window's length of 0 is the frame's."""
    values = {name: getattr(block, name) for name in type(block).__dataclass_fields__}
    values.update(kind=block.kind)
    if block.kind == "window":
        values["length"] = values["length"] or 800
    return values


@pytest.mark.parametrize("samples", [signals.speech_like(48000), signals.noise(40001), np.zeros(20000, np.float32)])
def test_the_recipe_computes_the_pipelines_values(samples: Any) -> None:
    mel, windows = list(run_blocks(samples, load_preset("synctalk_2d")))[:2]
    expected = mel_spectrogram(samples)
    np.testing.assert_array_equal(mel.array, expected)
    np.testing.assert_array_equal(windows.array[:], context_windows(expected, Timebase())[:])
