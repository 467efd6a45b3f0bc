"""Recipes made of other tools' configurations, held against what those tools gave for the same speech."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import yaml
from framescope.core.base.errors import InputError
from framescope.core.config import AudioConfig
from framescope.core.recipe.importers import import_recipe
from framescope.core.recipe.importers.extractors import EXTRACTORS
from framescope.core.recipe.presets import load_preset
from framescope.core.recipe.runner import run_blocks
from framescope.core.recipe.toml import parse_recipe, write_recipe
from framescope.core.stages.audio import read_audio

DATA = Path(__file__).resolve().parents[2] / "data"
WHISPER = {
    "chunk_length": 30, "dither": 0.0, "feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 80,
    "hop_length": 160, "n_fft": 400, "n_samples": 480000, "nb_max_frames": 3000, "sampling_rate": 16000,
}  # fmt: skip
WHISPER_TYPE = "WhisperFeatureExtractor"
PARAKEET = {
    "feature_extractor_type": "ParakeetFeatureExtractor", "feature_size": 80, "hop_length": 160, "n_fft": 512,
    "preemphasis": 0.97, "sampling_rate": 16000, "win_length": 400,
}  # fmt: skip
WAV2VEC2 = {"feature_extractor_type": "Wav2Vec2FeatureExtractor", "do_normalize": True, "sampling_rate": 16000}
TARGET = "nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor"
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


CONFIGS: dict[str, dict[str, Any]] = json.loads((DATA / "importer_originals.json").read_text(encoding="utf-8"))
FLOAT32_LOG = 3e-4
"""Levels of near-silence, whose logarithm the original takes in float32."""
LARGEST = {"Wav2Vec2": 1e-6, "OmniASR": 1e-6, "Lasr": 1e-6, "SeamlessM4T": 2e-6, "SpeechT5": 2e-6, "UnivNet": 3e-6}
LARGEST |= {"Clvp": 3e-6, "Clap": 2e-5, "Whisper": 3e-5, "Parakeet": 1e-4, "CohereAsr": 1e-4, "GraniteSpeech": 5e-5}
MEAN = 4e-5
SAMPLES = {"Dac", "Dia", "PeAudio", "Encodec", "KyutaiSpeechToText", "MuseSpark", "WavTokenizer", "PocketTTS"}
SAMPLES |= {"VibeVoiceAcousticTokenizer", "Gemma4UnifiedAudio"}
"""Extractors that do not compute with the samples."""


def extractor(name: str, **settings: Any) -> str:
    """Give a configuration that leaves all other settings to the extractor."""
    return json.dumps({"feature_extractor_type": f"{name}FeatureExtractor", **settings})


BOMB = (
    "[&a [x, x], "
    + ", ".join(f"&{chr(98 + each)} [{', '.join([f'*{chr(97 + each)}'] * 30)}]" for each in range(7))
    + "]"
)
"""Lists of lists, 30 to the power of 7 words if they are written out."""


def written(key: str, folder: Path) -> Path:
    """Write the configuration of an original as its tool has it."""
    config = CONFIGS[key]
    if "feature_extractor_type" in config:
        path, text = folder / "preprocessor_config.json", json.dumps(config)
    elif key.startswith("nemo"):
        path, text = folder / "model_config.yaml", yaml.safe_dump({"preprocessor": {"_target_": TARGET, **config}})
    else:
        path = folder / f"{key.partition(' ')[0]}.conf"
        text = "\n".join(f"--{name}={value}" for name, value in {"dither": 0.0, **config}.items())
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("key", CONFIGS)
def test_gives_what_the_original_gives_with_these_settings(key: str, tmp_path: Path) -> None:
    samples, _ = soundfile.read(DATA / "talk10.flac", start=48000, frames=16123, dtype="float32")
    with np.load(DATA / "importer_originals.npz") as kept:
        expected, places, shape = kept[key], kept[f"{key} places"], tuple(kept[f"{key} shape"])
    computed = list(run_blocks(samples, import_recipe(written(key, tmp_path))))[-1]
    found = np.asarray(computed.items.array)
    assert found.shape == shape
    assert computed.spec.dtype == "float32"
    difference = np.abs(found[places].astype(np.float32) - expected)
    name = key.partition(" ")[0]
    assert difference.max() <= (1e-7 if name in SAMPLES else LARGEST.get(name, FLOAT32_LOG))
    assert difference.mean() <= MEAN


DEFAULTS = (
    "Whisper VoxtralRealtime NemotronAsrStreaming SeamlessM4T NeuCodec Xcodec2 Speech2Text FunAsrNano Phi4Multimodal "
    "Lasr Gemma3nAudio Gemma4Audio GraniteSpeech SpeechT5 UnivNet Inkling Wav2Vec2 OmniASR Dac Dia PeAudio Encodec "
    "KyutaiSpeechToText MuseSpark WavTokenizer Gemma4UnifiedAudio"
)
"""Extractors whose first configuration is the one that they write without any setting."""


@pytest.mark.parametrize("name", DEFAULTS.split())
def test_a_setting_that_is_left_out_has_the_extractors_default(name: str, tmp_path: Path) -> None:
    (tmp_path / "preprocessor_config.json").write_text(extractor(name), encoding="utf-8")
    left_out = import_recipe(tmp_path / "preprocessor_config.json")
    assert left_out == import_recipe(written(f"{name} 0", tmp_path))


def test_noise_of_the_extractors_own_is_a_block(tmp_path: Path) -> None:
    (tmp_path / "preprocessor_config.json").write_text(extractor("CohereAsr"), encoding="utf-8")
    assert import_recipe(tmp_path / "preprocessor_config.json").value("dither.std") == 1e-5
    kinds = [block.kind for block in import_recipe(written("CohereAsr 0", tmp_path)).blocks]
    assert "dither" not in kinds


@pytest.mark.parametrize("key", CONFIGS)
def test_is_written_and_read_again(key: str, tmp_path: Path) -> None:
    recipe = import_recipe(written(key, tmp_path))
    assert parse_recipe(write_recipe(recipe)) == recipe


def test_every_extractor_is_checked() -> None:
    assert set(EXTRACTORS) == {config.get("feature_extractor_type") for config in CONFIGS.values()} - {None}


@pytest.mark.parametrize(
    ("file", "text", "preset", "parameter", "value"),
    [
        ("p.json", json.dumps({**WHISPER, "feature_size": 128}), "whisper-80-30s", "filterbank.bands", 128),
        ("m.yaml", NEMO.replace("per_feature", "all_features"), "nemo-80", "normalise.axis", "all"),
        ("m.yaml", NEMO.replace("features: 80", "features: 64"), "nemo-80", "filterbank.bands", 64),
        ("p.json", json.dumps({"feature_extractor": WHISPER, "image_processor": {}}), "whisper-80-30s", "rate", 16000),
        ("p.json", json.dumps({**WHISPER, "image_mean": [0.5], "do_resize": True}), "whisper-80-30s", "rate", 16000),
        ("p.json", json.dumps({**WHISPER, "chunk_length": 8}), "whisper-80-30s", "fit_signal.seconds", 8.0),
        ("p.json", json.dumps({"feature_extractor_type": WHISPER_TYPE}), "whisper-80-30s", "rate", 16000),
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
        ("p.json", extractor("MusicgenMelody"), ["MusicgenMelodyFeatureExtractor", "chroma"]),
        ("p.json", extractor("Pop2Piano"), ["Pop2PianoFeatureExtractor", "beats"]),
        ("p.json", extractor("GraniteSpeech5"), ["GraniteSpeech5FeatureExtractor", "deltas"]),
        ("p.json", extractor("PocketTTS"), ["end_on_pause"]),
        ("p.json", extractor("VibeVoiceAcousticTokenizer"), ["normalize_audio"]),
        ("p.json", extractor("Encodec", chunk_length_s=1.0, overlap=0.01), ["overlap"]),
        ("p.json", extractor("Encodec", feature_size=2), ["feature_size"]),
        ("p.json", extractor("Whisper", padding_side="left"), ["padding_side", "'right'"]),
        ("p.json", extractor("Whisper", padding_value=1.0), ["padding_value"]),
        ("p.json", extractor("Whisper", hop_length=0), ["hop"]),
        ("p.json", extractor("Whisper", feature_size=float("nan")), ["feature_size"]),
        ("p.json", extractor("Whisper", feature_size=[80]), ["feature_size"]),
        ("p.json", extractor("Gemma3nAudio", preemphasis_htk_flavor=False), ["preemphasis_htk_flavor"]),
        ("p.json", extractor("Gemma3nAudio", frame_length_ms=1e300), ["frame_length_ms"]),
        ("p.json", extractor("Gemma3nAudio", per_bin_stddev=[0.0]), ["per_bin_stddev"]),
        ("p.json", extractor("Gemma3nAudio", per_bin_mean=["a", 1]), ["per_bin_mean"]),
        ("p.json", extractor("Gemma3nAudio", per_bin_mean=[0.0] * 5000), ["per_bin_mean", "4096"]),
        ("p.json", extractor("Speech2Text", normalize_means=False), ["normalize_means"]),
        ("p.json", extractor("Speech2Text", dither=1.0), ["dither"]),
        ("p.json", extractor("AST", sampling_rate=22050), ["sampling_rate", "16000"]),
        ("p.json", extractor("AST", std=0), ["std"]),
        ("p.json", extractor("UnivNet", center=True), ["center"]),
        ("p.json", extractor("UnivNet", compression_factor=2.0), ["compression_factor"]),
        ("p.json", extractor("UnivNet", win_length=800), ["win_length", "1024"]),
        ("p.json", extractor("SpeechT5", win_function="kaiser"), ["win_function", "kaiser"]),
        ("p.json", extractor("SpeechT5", win_function={}), ["win_function"]),
        ("p.json", extractor("NemotronAsrStreaming", mel_filters_dtype="bfloat16"), ["mel_filters_dtype"]),
        ("p.json", extractor("GraniteSpeech", melspec_kwargs={"f_min": 60}), ["melspec_kwargs.f_min"]),
        ("p.json", extractor("KyutaiSpeechToText", audio_delay_seconds=1e300), ["audio_delay_seconds"]),
        ("p.json", extractor("WavTokenizer", normalize_audio=True, target_peak_dB_FS=1e300), ["peak"]),
        ("m.yaml", "a: [", ["YAML"]),
        ("m.yaml", NEMO + "  exact_pad: true\n", ["exact_pad"]),
        ("m.yaml", NEMO.replace("frame_splicing: 1", "frame_splicing: 3"), ["frame_splicing"]),
        ("m.yaml", NEMO + "  pad_to: max\n", ["pad_to"]),
        ("m.yaml", NEMO + "  pad_value: -1\n", ["pad_value"]),
        ("m.yaml", NEMO.replace("hann", "bartlett"), ["bartlett"]),
        ("m.yaml", NEMO.replace("hann", "[hann]"), ["window"]),
        ("m.yaml", NEMO + "  log_zero_guard_type: max\n", ["log_zero_guard_type", "'max'"]),
        ("m.yaml", NEMO + "  log_zero_guard_value: huge\n", ["log_zero_guard_value", "'huge'"]),
        ("m.yaml", NEMO + "  mel_norm: 2\n", ["mel_norm"]),
        ("m.yaml", NEMO.replace("0.025", "1.0e+300"), ["window_size"]),
        ("m.yaml", NEMO + f"  bomb: {BOMB}\n  exact_pad: *h\n", ["exact_pad"]),
        ("m.yaml", "preprocessor: {_target_: nemo.AudioToMFCCPreprocessor}", ["AudioToMFCCPreprocessor"]),
        ("m.yaml", NEMO.replace("per_feature", "fixed_mean"), ["fixed_mean"]),
        ("f.conf", "--num-mel-bin=80", ["'num-mel-bins'"]),
        ("f.conf", "--num-mel-bins=eighty", ["num-mel-bins", "eighty"]),
        ("f.conf", "--htk-compat=true", ["htk-compat"]),
        ("f.conf", "--use-energy=true", ["use-energy"]),
        ("f.conf", "--subtract-mean=true", ["subtract-mean"]),
        ("f.conf", "--blackman-coeff=0.3", ["blackman-coeff", "0.42"]),
        ("f.conf", "--window-type=sine", ["window-type", "'sine'"]),
        ("f.conf", "--num-mel-bins=1" + "0" * 400, ["num-mel-bins"]),
        ("f.conf", "--frame-length=nan", ["frame-length", "nan"]),
        ("f.conf", "--frame-length=1e300", ["frame-length"]),
        ("f.conf", "--snip-edges=maybe", ["snip-edges", "true or false"]),
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
