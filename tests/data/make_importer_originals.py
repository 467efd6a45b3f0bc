"""Make `importer_originals.npz` and `.json`: what the tools give whose configurations recipes are made of.

Run where transformers 5.24, torch, torchaudio (its Python part), librosa and kaldi-native-fbank 1.23 are installed,
from the root: ``python tests/data/make_importer_originals.py``. transformers' extractors and kaldi-native-fbank are the
originals; NeMo's preprocessor was not at hand, so that its outputs are torch by its published steps. All get the same
samples, about one second of ``talk10.flac`` from the third on, as if they were at the rate that the tool asks for. Of
each output a few items along time are kept, the first and the last among them.
"""

import json
import math
from pathlib import Path
from typing import Any

import kaldi_native_fbank
import librosa
import numpy as np
import soundfile
import torch
import transformers

HERE = Path(__file__).parent
FIRST, COUNT = 48000, 16123
"""The samples that are used; the number is a multiple of nothing."""
PLACES = (0, 1, 13, 37, 61, 83)
"""Items that are kept, with the last two."""
RAW_STEP = 401
"""Every how many samples are kept, where the output is samples."""
BINS = [1 + 0.05 * number for number in range(40)]

EXTRACTORS: dict[str, list[dict[str, Any]]] = {
    "Whisper": [{}, {"feature_size": 64, "hop_length": 128, "n_fft": 512, "chunk_length": 2}],
    "MossTranscribeDiarize": [{"chunk_length": 2, "feature_size": 40}],
    "Qwen3ASR": [{"chunk_length": 1, "n_window": 30}, {"feature_size": 40, "hop_length": 200, "chunk_length": 2}],
    "Dots3Note": [{"chunk_length": 2}, {"feature_size": 40, "hop_length": 128, "n_fft": 512, "chunk_seconds": 2}],
    "VoxtralRealtime": [
        {},
        {"feature_size": 40, "hop_length": 128, "global_log_mel_max": 2.0},
        {"global_log_mel_max": None},
    ],
    "Parakeet": [
        {"feature_size": 64, "hop_length": 128, "win_length": 320, "n_fft": 1024, "sampling_rate": 12000},
        {"preemphasis": None},
    ],
    "CohereAsr": [{"dither": 0.0}, {"dither": 0.0, "feature_size": 40, "win_length": 320, "preemphasis": 0.9}],
    "NemotronAsrStreaming": [{}, {"feature_size": 40, "hop_length": 128}],
    "SeamlessM4T": [
        {},
        {"num_mel_bins": 40, "feature_size": 40, "stride": 3, "padding_value": 1.0},
        {"sampling_rate": 8000},
    ],
    "NeuCodec": [{}, {"hop_length": 384, "padding_value": 0.5}],
    "Xcodec2": [{}, {"hop_length": 480}],
    "Speech2Text": [
        {},
        {"num_mel_bins": 40, "feature_size": 40, "normalize_vars": False},
        {"do_ceptral_normalize": False},
    ],
    "AST": [
        {"max_length": 90},
        {"num_mel_bins": 40, "max_length": 110, "mean": -3.0, "std": 2.0},
        {"do_normalize": False},
    ],
    "FunAsrNano": [
        {},
        {
            "feature_size": 40, "frame_length": 20, "frame_shift": 8, "num_frames_lfr": 5, "stride_lfr": 3,
            "window": "povey",
        },
    ],
    "Phi4Multimodal": [
        {},
        {"feature_size": 40, "hop_length": 200, "win_length": 320, "mel_min_frequency": 50, "mel_max_frequency": 7000},
    ],
    "Lasr": [{}, {"feature_size": 40, "hop_length": 128, "win_length": 320}],
    "Gemma3nAudio": [
        {},
        {
            "feature_size": 40, "frame_length_ms": 25.0, "hop_length_ms": 8.0, "fft_overdrive": False,
            "preemphasis": 0.9, "input_scale_factor": 2.0, "mel_floor": 1e-4, "per_bin_mean": BINS,
            "per_bin_stddev": BINS,
        },
    ],
    "Gemma4Audio": [
        {},
        {
            "feature_size": 40, "frame_length_ms": 25.0, "fft_overdrive": True, "preemphasis": 0.9,
            "min_frequency": 50.0, "max_frequency": 7000.0, "mel_floor": 1e-2,
        },
    ],
    "GraniteSpeech": [{}, {"n_mels": 40, "win_length": 320, "hop_length": 128, "n_fft": 1024}],
    "Clap": [
        {"truncation": "rand_trunc", "max_length_s": 1},
        {"max_length_s": 1},
        {
            "truncation": "rand_trunc", "padding": "repeat", "max_length_s": 1, "feature_size": 40, "frequency_min": 50,
            "frequency_max": 12000, "hop_length": 400,
        },
        {"truncation": "rand_trunc", "padding": "pad", "max_length_s": 1},
    ],
    "SpeechT5": [
        {},
        {
            "num_mel_bins": 40, "hop_length": 10, "win_length": 25, "win_function": "hamming_window", "fmin": 20,
            "fmax": 8000,
        },
    ],
    "UnivNet": [
        {},
        {
            "num_mel_bins": 40, "hop_length": 200, "filter_length": 800, "win_length": 800, "fmin": 50.0,
            "fmax": 8000.0, "do_normalize": True, "mel_floor": 1e-6, "compression_clip_val": 1e-4, "max_length_s": 1,
            "sampling_rate": 16000,
        },
    ],
    "Clvp": [
        {"default_audio_length": 1},
        {"feature_size": 40, "default_audio_length": 1, "hop_length": 200, "mel_norms": BINS},
    ],
    "Inkling": [{}, {"feature_size": 40, "audio_token_duration_s": 0.04, "n_fft": 2048}],
    "Wav2Vec2": [{}, {"do_normalize": False}],
    "OmniASR": [{}, {"do_normalize": False}],
    "Dac": [{}, {"sampling_rate": 24000, "hop_length": 320}],
    "Dia": [{}, {"sampling_rate": 44100, "hop_length": 441}],
    "PeAudio": [{}, {"sampling_rate": 16000, "hop_length": 3000}],
    "Encodec": [{}],
    "KyutaiSpeechToText": [{}, {"audio_delay_seconds": 0.5, "audio_silence_prefix_seconds": 0.25}],
    "MuseSpark": [{}, {"samples_per_token": 1000}],
    "WavTokenizer": [{}, {"normalize_audio": True, "target_peak_dB_FS": -6.0}],
    "PocketTTS": [{"end_on_pause": False}],
    "VibeVoiceAcousticTokenizer": [{"normalize_audio": False, "pad_to_multiple_of": 1000}],
    "Gemma4UnifiedAudio": [{}, {"audio_samples_per_token": 1000}],
}  # fmt: skip
"""Settings that differ from the extractor's defaults: one output each."""
NOT_WRITTEN = ("window", "mel_min_frequency", "mel_max_frequency")
"""Settings that an extractor reads, but leaves out when it writes its file."""

KALDI: dict[str, dict[str, Any]] = {
    "fbank": {},
    "fbank hamming": {"window-type": "hamming", "num-mel-bins": 40},
    "fbank hanning": {"window-type": "hanning"},
    "fbank rectangular": {"window-type": "rectangular", "preemphasis-coefficient": 0.0},
    "fbank blackman": {"window-type": "blackman", "remove-dc-offset": False},
    "fbank whole": {"snip-edges": False, "frame-length": 20.0, "frame-shift": 8.0},
    "fbank range": {"low-freq": 60.0, "high-freq": -400.0},
    "fbank length": {"round-to-power-of-two": False, "frame-length": 30.0, "high-freq": 7000.0},
    "fbank magnitude": {"use-power": False},
    "mfcc": {},
    "mfcc c0": {"use-energy": False, "num-ceps": 20, "num-mel-bins": 40},
    "mfcc lifter": {"cepstral-lifter": 12.0, "remove-dc-offset": False},
    "mfcc no lifter": {"cepstral-lifter": 0.0, "use-energy": False},
    "mfcc windowed": {"raw-energy": False},
    "mfcc floor": {"energy-floor": 1e8, "snip-edges": False},
}
"""Options that differ from Kaldi's defaults, without dither."""
_FRAME = {
    "window-type": "window_type", "preemphasis-coefficient": "preemph_coeff", "remove-dc-offset": "remove_dc_offset",
    "snip-edges": "snip_edges", "frame-length": "frame_length_ms", "frame-shift": "frame_shift_ms",
    "round-to-power-of-two": "round_to_power_of_two",
}  # fmt: skip
_MEL = {"num-mel-bins": "num_bins", "low-freq": "low_freq", "high-freq": "high_freq"}

NEMO: dict[str, dict[str, Any]] = {
    "default": {},
    "parakeet": {"window_size": 0.025, "features": 80, "n_fft": 512, "pad_to": 16},
    "none": {"normalize": "NA", "window_size": 0.025, "features": 40},
    "all": {"normalize": "all_features", "window": "hamming"},
    "range": {"window": "none", "mel_norm": None, "lowfreq": 50, "highfreq": 7000},
    "clamp": {
        "window": None, "preemph": None, "log_zero_guard_type": "clamp", "log_zero_guard_value": 1e-5, "mag_power": 1.0,
    },
    "samples": {
        "n_window_stride": 200, "n_window_size": 500, "window_size": None, "window_stride": None,
        "log_zero_guard_value": "eps",
    },
    "linear": {"use_grads": True, "normalize": None, "log": False},
    "fixed": {"features": 40, "normalize": {"fixed_mean": [-8 - each for each in BINS], "fixed_std": BINS}},
}  # fmt: skip


def main() -> None:
    """Write the configurations and the outputs."""
    samples, _ = soundfile.read(HERE / "talk10.flac", start=FIRST, frames=COUNT, dtype="float32")
    outputs, configs = {}, {}
    for name, settings in EXTRACTORS.items():
        for number, changes in enumerate(settings):
            key = f"{name} {number}"
            configs[key], outputs[key] = extractor(f"{name}FeatureExtractor", changes, samples)
    for key, changes in KALDI.items():
        configs[key], outputs[key] = changes, kaldi(key, changes, samples)
    for name, changes in NEMO.items():
        configs[f"nemo {name}"], outputs[f"nemo {name}"] = changes, nemo(changes, samples)
    kept: dict[str, Any] = {}
    for key, output in outputs.items():
        kept[key], kept[f"{key} places"], kept[f"{key} shape"] = *few(output), np.array(output.shape)
    np.savez_compressed(HERE / "importer_originals.npz", **kept)
    (HERE / "importer_originals.json").write_text(json.dumps(configs, sort_keys=True) + "\n", encoding="utf-8")


def few(output: Any) -> tuple[Any, Any]:
    """Give a few items along time, which is the first axis, and their numbers."""
    if output.ndim == 1:
        places = np.arange(0, len(output), RAW_STEP)
        return output[places].astype(np.float32), places
    count = len(output)
    places = np.unique([place for place in (*PLACES, count - 2, count - 1) if 0 <= place < count])
    return output[places].astype(np.float32), places


def extractor(kind: str, changes: dict[str, Any], samples: Any) -> tuple[dict[str, Any], Any]:
    """Give the file that an extractor writes, and its output with time first."""
    made = getattr(transformers, kind)(**changes)
    config = json.loads(made.to_json_string())
    config.update({key: changes[key] for key in NOT_WRITTEN if key in changes})
    if kind.startswith("GraniteSpeech"):
        found = made(torch.tensor(samples)[None])
    elif kind.startswith("Gemma"):
        found = made([samples.copy()], return_tensors="np")
    elif kind.startswith("SpeechT5"):
        found = made(audio_target=samples.copy(), sampling_rate=made.sampling_rate, return_tensors="np")
    else:
        tensors = "pt" if kind not in _IN_NUMPY else "np"
        found = made(samples.copy(), sampling_rate=made.sampling_rate, return_tensors=tensors)
    names = ("input_features", "input_values", "audio_input_features")
    output = np.asarray(next(found[name] for name in names if name in found)[0])
    if kind.startswith("Clap"):
        output = output[0]
    if output.shape[0] == 1 or output.ndim == 1:
        return config, output.reshape(-1)
    return config, output.T if kind in _TIME_LAST else output


_IN_NUMPY = {f"{name}FeatureExtractor" for name in ("UnivNet", "Speech2Text", "WavTokenizer", "MossTranscribeDiarize")}
_TIME_LAST = {
    f"{name}FeatureExtractor"
    for name in ("Whisper", "MossTranscribeDiarize", "Qwen3ASR", "Dots3Note", "VoxtralRealtime", "Clvp")
}


def kaldi(key: str, changes: dict[str, Any], samples: Any) -> Any:
    """Give kaldi-native-fbank's output, (T, values)."""
    cepstra = key.startswith("mfcc")
    options = kaldi_native_fbank.MfccOptions() if cepstra else kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = 23
    for name, value in changes.items():
        table, holder = next(
            (table, holder)
            for table, holder in ((_FRAME, options.frame_opts), (_MEL, options.mel_opts), ({}, options))
            if name in table or not table
        )
        setattr(holder, table.get(name, name.replace("-", "_")), value)
    online = (kaldi_native_fbank.OnlineMfcc if cepstra else kaldi_native_fbank.OnlineFbank)(options)
    online.accept_waveform(16000, (samples * 32768).tolist())
    online.input_finished()
    return np.stack([online.get_frame(number) for number in range(online.num_frames_ready)])


def nemo(changes: dict[str, Any], samples: Any) -> Any:
    """Give what NeMo 2's mel preprocessor gives in inference by its published steps, (T, bands)."""
    given = {"window": "hann", "normalize": "per_feature", "preemph": 0.97, "log": True, **changes}
    length = given.get("n_window_size") or int(given.get("window_size", 0.02) * 16000)
    hop = given.get("n_window_stride") or int(given.get("window_stride", 0.01) * 16000)
    n_fft = given.get("n_fft") or 2 ** math.ceil(math.log2(length))
    signal = torch.tensor(samples)
    if given["preemph"] is not None:
        signal = torch.cat((signal[:1], signal[1:] - given["preemph"] * signal[:-1]))
    shapes = {"hann": torch.hann_window, "hamming": torch.hamming_window}
    window = shapes[given["window"]](length, periodic=False) if given["window"] in shapes else torch.ones(length)
    spectrum = torch.stft(signal, n_fft, hop, length, window=window, return_complex=True, pad_mode="constant")
    magnitude = torch.sqrt(torch.view_as_real(spectrum).pow(2).sum(-1) + (1e-5 if given.get("use_grads") else 0))
    filters = librosa.filters.mel(
        sr=16000, n_fft=n_fft, n_mels=given.get("features", 64), fmin=given.get("lowfreq", 0),
        fmax=given.get("highfreq", 8000), norm=given.get("mel_norm", "slaney"),
    )  # fmt: skip
    rows = (torch.tensor(filters) @ magnitude.pow(given.get("mag_power", 2.0))).T
    floor = given.get("log_zero_guard_value", 2**-24)
    floor = torch.finfo(torch.float32).eps if floor == "eps" else floor
    if given["log"]:
        rows = torch.log(rows.clamp(min=floor) if given.get("log_zero_guard_type") == "clamp" else rows + floor)
    return beyond(
        normalised(rows, len(samples) // hop, given["normalize"]), len(samples) // hop, given.get("pad_to", 0)
    )


def normalised(rows: Any, count: int, how: Any) -> Any:
    """Normalise by the statistics of the first rows, or by given ones."""
    valid = rows[:count]
    if how == "per_feature":
        return (rows - valid.mean(0)) / (valid.std(0) + 1e-5)
    if how == "all_features":
        return (rows - valid.mean()) / (valid.std() + 1e-5)
    if isinstance(how, dict):
        return (rows - torch.tensor(how["fixed_mean"])) / torch.tensor(how["fixed_std"])
    return rows


def beyond(rows: Any, count: int, multiple: int) -> Any:
    """Let the rows beyond the signal be zeros, up to a multiple."""
    rows[count:] = 0
    more = -len(rows) % multiple if multiple else 0
    return torch.nn.functional.pad(rows, (0, 0, 0, more)).numpy()


if __name__ == "__main__":
    main()
