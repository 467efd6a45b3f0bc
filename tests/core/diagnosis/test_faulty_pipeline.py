"""The independent pipeline is one: without fault it is the original, and each fault does what it is said to do."""

from functools import cache
from pathlib import Path
from typing import Any

import framescope
import librosa
import numpy as np
import pytest
import scipy.signal
import soundfile
from faulty import pipeline
from faulty.audio import recording
from faulty.downstream import Encoders, context_windows, encoded, frame_tensors, padded_rows
from faulty.faults import FAULTS, MEL_FAULTS, Fault, port_of
from faulty.mel import magnitudes, mel_spectrogram
from faulty.port import Array, Port
from faulty.reading import read
from helpers.runs import ENCODER, ProjectionEncoder

FAST = Encoders(
    ENCODER.encode,
    lambda windows: ENCODER.encode(windows) - 0.1,
    ProjectionEncoder(1).encode,
    ProjectionEncoder(2).encode,
)
UNSEEN = {"log_floor=1e-10", "log_floor=1e-6", "log_floor=top_db 80", "fft_packing=nyquist"}
"""What the clip at -4, or the upper edge below Nyquist, takes away."""


def test_without_fault_it_is_the_original(shared: Path) -> None:
    original = {path.stem: np.load(path) for path in (shared / "python_talk_hb").rglob("*.npy")}
    mel = mel_spectrogram(read((shared / "talk_hb.wav").read_bytes(), Port()), Port())
    np.testing.assert_allclose(mel, original["mel_spectrogram"], rtol=0, atol=1e-9)
    encode = framescope.Encoder.load(shared / "encoder" / "audio_encoder.onnx").encode
    windows = context_windows(mel, Port())
    features = encoded(windows[-100:], Port(), Encoders(encode, encode, encode, encode))
    np.testing.assert_allclose(features, original["audio_features_raw"][-100:], rtol=0, atol=1e-4)
    padded = padded_rows(original["audio_features_raw"], Port())
    np.testing.assert_array_equal(padded, original["audio_features_padded"])
    tensors = frame_tensors(padded, len(windows), Port())
    for frame in (0, 3, 558, 1116, 1118):
        np.testing.assert_array_equal(tensors[frame], original[f"frame_{frame:05d}_reshaped"])


def test_three_faults_make_the_real_go_port(shared: Path) -> None:
    port = port_of(named("mel_scale=htk", "window_symmetry=symmetric", "centering=none"))
    samples = read((shared / "talk_hb.wav").read_bytes(), port)
    real = np.fromfile(shared / "go_dump_talk_hb" / "mel_f32.bin", "<f4").reshape(80, -1)
    np.testing.assert_allclose(mel_spectrogram(samples, port), real, rtol=0, atol=1e-6)


def named(*names: str) -> list[Fault]:
    found = [fault for fault in FAULTS if str(fault) in names]
    assert len(found) == len(names)
    return found


@pytest.mark.parametrize("kind", ["plain", "cd", "phone", "byte", "float", "listed"])
@pytest.mark.filterwarnings("ignore:.*removal in Python 3.13:DeprecationWarning")  # of audioread's modules
def test_reads_files_as_librosa_does(kind: Any, tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(recording("music", kind))
    expected, _ = librosa.load(path, sr=16000)
    np.testing.assert_allclose(read(path.read_bytes(), Port()), expected, rtol=0, atol=1e-7)


OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "mel_scale=htk": ({}, {"htk": True}),
    "mel_norm=none": ({}, {"norm": None}),
    "fmin=20": ({}, {"fmin": 20}),
    "fmax=7000": ({}, {"fmax": 7000}),
    "fft_size=1024": ({"n_fft": 1024}, {"n_fft": 1024}),
    "fft_size=512": ({"n_fft": 512, "win_length": 512}, {"n_fft": 512}),
    "window_length=400": ({"win_length": 400}, {}),
    "window_symmetry=symmetric": ({"window": np.hanning(800)}, {}),
    "window_family=hamming": ({"window": "hamming"}, {}),
    "window_family=blackman": ({"window": "blackman"}, {}),
    "window_family=rectangular": ({"window": "boxcar"}, {}),
    "centering=none": ({"center": False}, {}),
    "pad_mode=reflect": ({"pad_mode": "reflect"}, {}),
    "pad_mode=edge": ({"pad_mode": "edge"}, {}),
    "hop=160": ({"hop_length": 160}, {}),
}
"""What some faults are called in librosa: options of the transform and of the filter bank."""


@pytest.mark.parametrize("name", OPTIONS)
def test_faults_are_what_librosa_calls_them(name: str) -> None:
    transform, bank = OPTIONS[name]
    (fault,) = named(name)
    samples = read(recording("speech"), Port())
    emphasised = scipy.signal.lfilter([1, -0.97], [1], samples)
    spectrum = np.abs(librosa.stft(emphasised, **({"n_fft": 800, "hop_length": 200, "win_length": 800} | transform)))
    filters = librosa.filters.mel(**({"sr": 16000, "n_fft": 800, "n_mels": 80, "fmin": 55, "fmax": 7600} | bank))
    levels = 20 * np.log10(np.maximum(1e-5, filters @ spectrum))
    expected = np.clip(8 * (levels - 20 + 100) / 100 - 4, -4, 4)
    np.testing.assert_allclose(mel_spectrogram(samples, port_of([fault])), expected, rtol=0, atol=1e-9)


def test_packed_transform_keeps_samples_behind_it() -> None:
    """Bins 1 to 255 are those of 512 points, doubled; bins 256 to 399 are pairs of samples nobody transformed."""
    samples = read(recording("noise"), Port())[:800]
    (packed,) = magnitudes(samples, Port(packing="packed_512", centred=False, coefficient=0.0))
    framed = samples * scipy.signal.get_window("hann", 800)
    np.testing.assert_allclose(packed[1:256], 2 * np.abs(np.fft.rfft(framed[:512]))[1:256], rtol=1e-9)
    np.testing.assert_allclose(packed[256:400], np.hypot(framed[512::2], framed[513::2]), rtol=1e-9)


@cache
def written(content: Any, kind: Any, samples: int, port: Port, until: Any) -> dict[str, Array]:
    return pipeline.run(recording(content, kind, samples), port, FAST, until)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_every_fault_shows(fault: Fault) -> None:
    """On music, and those excepted that it cannot show."""
    until = "mel" if fault in MEL_FAULTS else "tensors"
    faulty, clean = (written("music", fault.kind, fault.samples, port, until) for port in (port_of([fault]), Port()))
    assert pipeline.differ(faulty, clean, "float32") == (str(fault) not in UNSEEN)


@pytest.mark.parametrize("form", ["float32", "float16", "text"])
def test_dumps_are_read_back(form: pipeline.Form, tmp_path: Path) -> None:
    stages = written("speech", "plain", 0, Port(), "tensors")
    run = framescope.load(pipeline.write(stages, tmp_path, form))
    assert set(run) == set(stages) - ({"windows"} if form == "text" else set())
    for name, stage in run.stages.items():
        expected = stages[name] if stage.frames is None else stages[name][stage.frames]
        step = 4 * pipeline.STEPS[form] * max(1, np.abs(expected).max() / 4)
        np.testing.assert_allclose(np.asarray(stage.array), expected, rtol=0, atol=step)


def test_kinds_of_files_are_what_they_are_called(tmp_path: Path) -> None:
    (tmp_path / "cd.wav").write_bytes(recording("music", "cd"))
    left, right = soundfile.read(tmp_path / "cd.wav")[0].T
    assert not np.allclose(left, right, atol=0.01)
    assert recording("music", "listed").index(b"LIST") < recording("music", "listed").index(b"data")
