"""Levels that other code bases map their decibels to, computed by librosa and a formula."""

from pathlib import Path
from typing import Any

import framescope
import librosa
import numpy as np
import pytest
import soundfile
from framescope.core.base.resources import sample

SAMPLES, RATE = soundfile.read(sample(), dtype="float32")
TALK = librosa.resample(SAMPLES, orig_sr=RATE, target_sr=16000)


def mel(ref: float, least: float, high: float, low: float = 0.0) -> Any:
    """Map (least .. 0) dB to (low .. high), as AutoVC does with 16, -100, 0 and 1."""
    emphasised = np.append(TALK[0], TALK[1:] - 0.97 * TALK[:-1])
    magnitudes = np.abs(librosa.stft(emphasised, n_fft=800, hop_length=200, pad_mode="constant"))
    bands = librosa.filters.mel(sr=16000, n_fft=800, n_mels=80, fmin=55, fmax=7600) @ magnitudes
    decibels = 20 * np.log10(np.maximum(bands, 10 ** (least / 20))) - ref
    return np.clip((high - low) * (decibels - least) / -least + low, low, high).astype(np.float32)


@pytest.fixture(scope="module")
def reference() -> Any:
    return framescope.compute(sample(), until="mel")


@pytest.mark.parametrize(
    ("ref", "least", "high", "low", "said"),
    [
        (16, -100, 1, 0, {"level.max_abs = [0, 1]", "level.ref = 16 dB"}),
        (16, -115, 1, 0, {"level.max_abs = [0, 1]", "level.ref = 16 dB", "level.min = -115 dB"}),
        (16, -115, 4, -4, {"level.ref = 16 dB", "level.min = -115 dB"}),
        (25, -100, 4, -4, {"level.ref = 25 dB"}),
        (27, -100, 4, 0, {"level.range = [0, 4]", "level.ref = 27 dB"}),
        (26, -115, 2, 0, {"level = 0.01739 dB + 1.548"}),
    ],
)
def test_what_others_write_is_named(
    reference: Any, ref: float, least: float, high: float, low: float, said: set[str], tmp_path: Path
) -> None:
    np.save(tmp_path / "mel.npy", mel(ref, least, high, low))
    found = framescope.compare(reference, tmp_path, diagnose=True).diagnosis
    assert found is not None
    assert {f"{each.parameter} = {each.value}" for each in found.causes} == said


@pytest.mark.parametrize(("gain", "value"), [(0.7, "0.7"), (1.4, "1.4"), (0.0316, "0.0316")])
def test_a_gain_that_is_no_whole_decibels_is_no_reference_level(
    reference: Any, gain: float, value: str, tmp_path: Path
) -> None:
    port = framescope.compute((gain * TALK).astype(np.float32), rate=16000, until="mel")
    np.save(tmp_path / "mel.npy", np.asarray(port["mel"]))
    found = framescope.compare(reference, tmp_path, diagnose=True).diagnosis
    assert found is not None
    assert [f"{each.parameter} = {each.value}" for each in found.causes] == [f"gain.factor = {value}"]
