"""The shipped recipes against the outputs of the originals, on speech that lies in the repository."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.fft
import scipy.signal
import soundfile
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


FRONT_ENDS = (
    "synctalk_2d whisper-80 whisper-128 kaldi-fbank-80 sherpa nemo-80 nemo-128 sensevoice seamless ast hifigan-22k "
    "bigvgan-24k vits gemma3n granite clap yamnet vggish wav2vec2 librosa-mfcc deepspeech-mfcc"
)


@pytest.mark.parametrize("name", FRONT_ENDS.split())
def test_a_shipped_recipe_says_what_it_was_checked_against(name: str) -> None:
    assert re.search(r"speech.*: .*(at most|exactly)", load_preset(name).checked_against)


@pytest.mark.parametrize(("name", "offset", "hop"), [("yamnet", 0.001, 48), ("vggish", 0.01, 96)])
def test_equals_the_published_parameters(name: str, offset: float, hop: int) -> None:
    """Both by their own papers' numbers, written out: 25 ms Hann, 10 ms, 512 points, 64 bands of 125 to 7,500 Hz."""
    samples, _ = soundfile.read(DATA / "talk10.flac")
    count = 1 + (len(samples) - 400) // 160
    frames = np.stack([samples[160 * t : 160 * t + 400] for t in range(count)])
    magnitudes = np.abs(scipy.fft.rfft(frames * scipy.signal.get_window("hann", 400), 512))
    bins, edges = mel(np.arange(257) * 31.25), np.linspace(mel(125.0), mel(7500.0), 66)
    weights = np.zeros((257, 64))
    for band in range(64):
        low, middle, high = edges[band : band + 3]
        weights[:, band] = np.maximum(0, np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)))
    levels = np.log(magnitudes @ weights + offset)
    expected = np.stack([levels[start : start + 96] for start in range(0, count - 95, hop)])
    np.testing.assert_allclose(features(name, DATA / "talk10.flac"), expected, rtol=0, atol=5e-7)


def mel(hz: Any) -> Any:
    return 1127 * np.log1p(hz / 700)
