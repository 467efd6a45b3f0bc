"""SyncTalk_2D against the values of the original program, in a clean clone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.config import Config
from framescope.core.recipe.presets import load_preset
from framescope.core.recipe.runner import run_blocks
from framescope.core.stages.audio import read_audio
from framescope.core.stages.mel import mel_blocks, mel_spectrogram
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
    recipe = load_preset("synctalk_2d")
    names = [block.kind for block in recipe.blocks]
    mel = names.index("clip") + 1
    assert [_plain(block) for block in recipe.blocks[:mel]] == [_plain(block) for block in mel_blocks(Config().mel)]


def _plain(block: Any) -> dict[str, Any]:
    """A block's parameters, but those of stages; a window's length of 0 is the frame's."""
    values = {name: getattr(block, name) for name in type(block).__dataclass_fields__}
    values.update(stage="", axes=(), kind=block.kind)
    if block.kind == "window":
        values["length"] = values["length"] or 800
    return values


@pytest.mark.parametrize("samples", [signals.speech_like(48000), signals.noise(40001), np.zeros(20000, np.float32)])
def test_the_recipe_computes_the_pipelines_values(samples: Any) -> None:
    mel, windows = list(run_blocks(samples, load_preset("synctalk_2d")))[:2]
    expected = mel_spectrogram(samples)
    np.testing.assert_array_equal(mel.array, expected)
    np.testing.assert_array_equal(windows.array[:], context_windows(expected, Timebase())[:])
