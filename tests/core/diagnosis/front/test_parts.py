"""Ports of a part of the recording, or of more than it: which part, and what else they have otherwise."""

from functools import cache
from pathlib import Path
from typing import Any

import framescope
import librosa
import numpy as np
import pytest
import soundfile
from framescope.core.base.resources import sample
from framescope.core.diagnosis.diagnose import diagnose
from framescope.core.readers.by_reference import load_by_reference
from framescope.core.recipe.compute import compute_recipe
from framescope.core.run import Run

SAMPLES, RATE = soundfile.read(sample(), dtype="float32")
TALK = librosa.resample(SAMPLES, orig_sr=RATE, target_sr=16000).astype(np.float32)
ROWS = len(TALK) // 200 + 1


def mel(samples: Any) -> Any:
    """SyncTalk_2D's with HTK's scale, by librosa."""
    emphasised = np.append(samples[0], samples[1:] - 0.97 * samples[:-1])
    magnitudes = np.abs(librosa.stft(emphasised, n_fft=800, hop_length=200, pad_mode="constant"))
    bands = librosa.filters.mel(sr=16000, n_fft=800, n_mels=80, fmin=55, fmax=7600, htk=True) @ magnitudes
    decibels = 20 * np.log10(np.maximum(bands, 1e-5)) - 20
    return np.clip(8 * (decibels + 100) / 100 - 4, -4, 4).astype(np.float32)


WHOLE = mel(TALK)
PARTS: dict[str, tuple[Any, str]] = {
    "the first two seconds": (WHOLE[:, :160], f"160 of {ROWS} rows ({ROWS - 160} missing at the end)"),
    "from one second on": (WHOLE[:, 80:], f"{ROWS - 80} of {ROWS} rows (80 missing at the beginning)"),
    "a second in the middle": (
        WHOLE[:, 120:220],
        f"100 of {ROWS} rows (120 missing at the beginning, {ROWS - 220} missing at the end)",
    ),
    "columns mirrored behind": (
        np.pad(WHOLE, ((0, 0), (0, 16)), mode="reflect"),
        f"{ROWS + 16} of {ROWS} rows (16 more at the end)",
    ),
    "the last column again": (
        np.pad(WHOLE, ((0, 0), (0, 25)), mode="edge"),
        f"{ROWS + 25} of {ROWS} rows (25 more at the end)",
    ),
    "columns in front": (
        np.pad(WHOLE, ((0, 0), (8, 0)), mode="edge"),
        f"{ROWS + 8} of {ROWS} rows (8 more at the beginning)",
    ),
    "two seconds of samples": (mel(TALK[:32000]), f"161 of {ROWS} rows ({ROWS - 161} missing at the end)"),
    "a second of zeros in front": (
        mel(np.pad(TALK, (16000, 0))),
        f"{ROWS + 80} of {ROWS} rows (80 more at the beginning)",
    ),
}


@cache
def reference(name: str) -> Run:
    if name == "mel":
        return framescope.compute(sample(), until="mel")
    return compute_recipe(TALK, framescope.recipe(name), rate=16000)


@pytest.mark.parametrize("part", PARTS)
def test_the_part_is_named_beside_the_fault(part: str, tmp_path: Path) -> None:
    values, said = PARTS[part]
    np.save(tmp_path / "mel.npy", values)
    found = framescope.compare(reference("mel"), tmp_path, diagnose=True).diagnosis
    assert found is not None
    assert {(each.id, each.value) for each in found.causes} == {("mel_scale", "htk"), ("length", said)}
    assert {(each.parameter, each.found) for each in found.causes if each.id == "length"} == {
        ("length", str(values.shape[1]))
    }


def test_a_part_that_agrees_has_no_other_cause(tmp_path: Path) -> None:
    np.save(tmp_path / "mel.npy", np.asarray(reference("mel")["mel"])[:, :150])
    found = framescope.compare(reference("mel"), tmp_path, diagnose=True).diagnosis
    assert found is not None
    assert [each.id for each in found.causes] == ["length"]


def test_rows_that_are_filled_up_are_said_once(tmp_path: Path) -> None:
    np.save(tmp_path / "mel.npy", np.pad(np.asarray(reference("mel")["mel"]), ((0, 0), (0, 16))))
    found = framescope.compare(reference("mel"), tmp_path, diagnose=True).diagnosis
    assert found is not None
    assert [each.id for each in found.causes] == ["fit_rows"]


CHANGES = {"": set(), "filterbank.scale": {"mel_scale"}}


@pytest.mark.parametrize("name", ["whisper-80", "nemo-80", "librosa-mfcc", "kaldi-fbank-80"])
@pytest.mark.parametrize("parameter", CHANGES)
@pytest.mark.parametrize("alone", [True, False])
def test_rows_that_depend_on_all_others(name: str, parameter: str, alone: bool, tmp_path: Path) -> None:
    """Computed of a part of the recording, and written of a part of all rows: maxima and statistics are others then."""
    ours, recipe = reference(name), framescope.recipe(name)
    if parameter:
        recipe = recipe.replace(parameter, "htk" if recipe.value(parameter) == "slaney" else "slaney")
    port = compute_recipe(TALK[:32000] if alone else TALK, recipe, rate=16000)["features"]
    values = np.moveaxis(np.asarray(port), port.time, 0)[: 10**6 if alone else 120]
    np.save(tmp_path / "dump.npy", values.astype(np.float32))
    comparison = framescope.compare(ours, load_by_reference(tmp_path, ours))
    assert {each.id for each in diagnose(comparison, None).causes} == {"length"} | CHANGES[parameter]
