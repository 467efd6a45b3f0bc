"""Rows of another number of values than the reference's, and of bands that the values behind them do not count."""

from pathlib import Path
from typing import Any

import framescope
import librosa
import numpy as np
import pytest
import soundfile
from framescope.core.base.errors import InputError
from framescope.core.base.resources import sample
from framescope.core.diagnosis.diagnose import diagnose
from framescope.core.readers.by_reference import load_by_reference

SAMPLES, RATE = soundfile.read(sample(), dtype="float32")


def samples(rate: int) -> Any:
    return librosa.resample(SAMPLES, orig_sr=RATE, target_sr=rate)


def whisper(bands: int) -> Any:
    power = np.abs(librosa.stft(samples(16000), n_fft=400, hop_length=160, pad_mode="reflect"))[:, :-1] ** 2
    mel = np.log10(np.maximum(librosa.filters.mel(sr=16000, n_fft=400, n_mels=bands) @ power, 1e-10))
    return (np.maximum(mel, mel.max() - 8) + 4) / 4


def mfcc(coefficients: int, bands: int) -> Any:
    return librosa.feature.mfcc(y=samples(22050), sr=22050, n_mfcc=coefficients, n_mels=bands)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("whisper-80", whisper(128), "filterbank.bands = 128"),
        ("whisper-80", whisper(40).T, "filterbank.bands = 40"),
        ("librosa-mfcc", mfcc(13, 128), "dct.keep = 13"),
        ("librosa-mfcc", mfcc(20, 40), "filterbank.bands = 40"),
    ],
)
def test_other_bands_and_coefficients_are_named(name: str, values: Any, said: str, tmp_path: Path) -> None:
    reference = framescope.compute(sample(), framescope.recipe(name))
    np.save(tmp_path / "dump.npy", values.astype(np.float32))
    comparison = framescope.compare(reference, load_by_reference(tmp_path, reference))
    found = diagnose(comparison, framescope.read_audio(sample()))
    assert [f"{each.parameter} = {each.found}" for each in found.causes] == [said]


def test_a_name_says_what_is_too_long_to_be_likened(tmp_path: Path) -> None:
    reference = framescope.compute(sample(), framescope.recipe("whisper-80"))
    np.save(tmp_path / "features.npy", whisper(128)[:, ::2])
    assert load_by_reference(tmp_path, reference)["features"].shape == (128, -(-reference["features"].shape[1] // 2))
    (tmp_path / "features.npy").rename(tmp_path / "dump.npy")
    with pytest.raises(InputError, match=r"nothing in it has the shape .*\(it holds \(128, \d+\)\)"):
        load_by_reference(tmp_path, reference)


def test_values_that_are_like_nothing_are_no_stage_with_other_bands(tmp_path: Path) -> None:
    reference = framescope.compute(sample(), framescope.recipe("whisper-80"))
    noise = np.random.default_rng(0).normal(size=(96, reference["features"].shape[1]))
    np.save(tmp_path / "dump.npy", noise)
    with pytest.raises(InputError, match="nothing in it has the shape"):
        load_by_reference(tmp_path, reference)
