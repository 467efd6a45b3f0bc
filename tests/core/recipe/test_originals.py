"""The shipped recipes against the outputs of the originals, on speech that lies in the repository."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.config import AudioConfig
from framescope.core.recipe.presets import load_preset
from framescope.core.recipe.runner import run_blocks
from framescope.core.stages.audio import read_audio

DATA = Path(__file__).resolve().parents[2] / "data"
TIME_LAST = {"whisper", "whisper_128", "whisper_30s", "hifigan", "librosa_mfcc"}
CASES = [
    # original, recipe, largest difference, mean difference
    ("whisper", "whisper-80", 3e-5, 1e-6),
    ("whisper_128", "whisper-128", 3e-5, 1e-6),
    ("whisper_30s", "whisper-80-30s", 3e-5, 1e-6),
    ("kaldi_fbank", "kaldi-fbank-80", 2e-3, 1e-5),
    ("kaldi_fbank_torchaudio", "kaldi-fbank-80", 2e-3, 1e-5),
    ("sherpa", "sherpa", 2e-3, 1e-5),
    ("nemo", "nemo-80", 1e-4, 1e-6),
    ("hifigan", "hifigan-22k", 3e-3, 5e-6),
    ("wav2vec2", "wav2vec2", 2e-6, 1e-7),
    ("librosa_mfcc", "librosa-mfcc", 2e-4, 1e-5),
]


def features(recipe: str, path: Path) -> Any:
    chain = load_preset(recipe)
    recording = read_audio(path, AudioConfig(sample_rate=chain.rate))
    return np.asarray(list(run_blocks(recording.samples, chain))[-1].array)


@pytest.mark.parametrize(("original", "recipe", "largest", "mean"), CASES)
def test_equals_the_original(original: str, recipe: str, largest: float, mean: float) -> None:
    with np.load(DATA / "originals.npz") as kept:
        expected, shape = kept[original], tuple(kept[f"{original}_shape"])
    values = features(recipe, DATA / "talk10.flac")
    assert values.shape == shape
    assert values.dtype == np.float32
    axis = -1 if original in TIME_LAST else 0
    every = -(-shape[axis] // expected.shape[axis])
    difference = np.abs((values[..., ::every] if axis else values[::every]) - expected)
    assert difference.max() <= largest
    assert difference.mean() <= mean


@pytest.mark.parametrize(("original", "recipe", "largest", "mean"), CASES)
def test_equals_the_whole_original(original: str, recipe: str, largest: float, mean: float, shared: Path) -> None:
    folder = shared / "frontends" / "talk10"
    difference = np.abs(features(recipe, folder / "audio.wav") - np.load(folder / f"{original}.npy"))
    assert difference.max() <= largest
    assert difference.mean() <= mean
