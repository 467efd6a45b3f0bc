"""Recipes made of other tools' configurations, held against what those tools gave for the same speech."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.config import AudioConfig
from framescope.core.errors import InputError
from framescope.core.recipe.importers import import_recipe
from framescope.core.recipe.presets import load_preset
from framescope.core.recipe.runner import run_blocks
from framescope.core.stages.audio import read_audio

DATA = Path(__file__).resolve().parents[2] / "data"
WHISPER = {
    "chunk_length": 30, "dither": 0.0, "feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 80,
    "hop_length": 160, "n_fft": 400, "n_samples": 480000, "nb_max_frames": 3000, "sampling_rate": 16000,
}  # fmt: skip
PARAKEET = {
    "feature_extractor_type": "ParakeetFeatureExtractor", "feature_size": 80, "hop_length": 160, "n_fft": 512,
    "preemphasis": 0.97, "sampling_rate": 16000, "win_length": 400,
}  # fmt: skip
WAV2VEC2 = {"feature_extractor_type": "Wav2Vec2FeatureExtractor", "do_normalize": True, "sampling_rate": 16000}
NEMO = """
preprocessor:
  _target_: nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor
  sample_rate: 16000
  normalize: per_feature
  window_size: 0.025
  window_stride: 0.01
  window: hann
  features: 80
  n_fft: 512
  frame_splicing: 1
  dither: 1.0e-05
"""
FBANK = "--num-mel-bins=80\n--dither=0  # none\n--snip-edges=true\n"


def values(recipe: Any) -> Any:
    recording = read_audio(DATA / "talk10.flac", AudioConfig(sample_rate=recipe.rate))
    return np.asarray(list(run_blocks(recording.samples, recipe))[-1].array)


@pytest.mark.parametrize(
    ("file", "text", "original", "largest"),
    [
        ("preprocessor_config.json", json.dumps(WHISPER), "whisper_30s", 3e-5),
        ("preprocessor_config.json", json.dumps(PARAKEET), "nemo", 1e-4),
        ("preprocessor_config.json", json.dumps(WAV2VEC2), "wav2vec2", 2e-6),
        ("model_config.yaml", NEMO, "nemo", 1e-4),
        ("fbank.conf", FBANK, "kaldi_fbank", 2e-3),
    ],
)
def test_gives_what_the_tool_gives(file: str, text: str, original: str, largest: float, tmp_path: Path) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with np.load(DATA / "originals.npz") as kept:
        expected, shape = kept[original], tuple(kept[f"{original}_shape"])
    found = values(import_recipe(tmp_path / file))
    assert found.shape == shape
    axis = next(axis for axis in (0, found.ndim - 1) if found.shape[axis] != expected.shape[axis])
    every = -(-shape[axis] // expected.shape[axis])
    assert np.abs((found[::every] if axis == 0 else found[..., ::every]) - expected).max() <= largest


@pytest.mark.parametrize(
    ("file", "text", "preset", "parameter", "value"),
    [
        ("p.json", json.dumps({**WHISPER, "feature_size": 128}), "whisper-80-30s", "filterbank.bands", 128),
        ("m.yaml", NEMO.replace("per_feature", "all_features"), "nemo-80", "normalise.axis", "all"),
        ("m.yaml", NEMO.replace("features: 80", "features: 64"), "nemo-80", "filterbank.bands", 64),
    ],
)
def test_a_changed_setting_is_one_changed_parameter(
    file: str, text: str, preset: str, parameter: str, value: Any, tmp_path: Path
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    assert import_recipe(tmp_path / file).blocks == load_preset(preset).replace(parameter, value).blocks


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("p.json", "{", ["JSON"]),
        ("p.json", "[" * 100_000, ["JSON"]),
        ("p.json", "{}", ["feature_extractor_type"]),
        ("p.json", '{"feature_extractor_type": "WhisperFeatureExtractr"}', ["'WhisperFeatureExtractor'"]),
        ("p.json", json.dumps({**WHISPER, "n_fft": "many"}), ["n_fft"]),
        ("p.json", json.dumps({**WHISPER, "dither": 0.1}), ["dither"]),
        ("m.yaml", "a: [", ["YAML"]),
        ("m.yaml", "preprocessor: {_target_: nemo.AudioToMFCCPreprocessor}", ["AudioToMFCCPreprocessor"]),
        ("m.yaml", NEMO.replace("per_feature", "fixed_mean"), ["fixed_mean"]),
        ("f.conf", "--num-mel-bin=80", ["'num-mel-bins'"]),
        ("f.conf", "--num-mel-bins=eighty", ["num-mel-bins", "eighty"]),
        ("f.conf", "--htk-compat=true", ["htk-compat"]),
        ("f.txt", "", ["preprocessor_config.json", "model_config.yaml", "fbank.conf"]),
    ],
)
def test_what_is_not_covered_is_named(file: str, text: str, words: list[str], tmp_path: Path) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        import_recipe(tmp_path / file)
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)
