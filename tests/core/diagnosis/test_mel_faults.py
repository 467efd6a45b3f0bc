"""Faults of the audio and mel stages, put into a recording with the switches of the configuration."""

from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import CancelledError
from framescope.core.compare.comparison import compare
from framescope.core.config import AudioConfig, MelConfig
from framescope.core.diagnosis.diagnose import diagnose
from framescope.core.diagnosis.findings import NO_FAULT, Diagnosis
from framescope.core.run import Run, Stage
from framescope.core.stages.audio import Recording, from_samples, read_audio
from framescope.core.stages.mel import mel_spectrogram
from helpers import recordings, reference, signals

Array = np.ndarray[Any, Any]
SAMPLES = (signals.speech_like(20000) + 0.02 * signals.noise(20000)).clip(-1, 1).astype(np.float32)
RECORDING = from_samples(SAMPLES, 16000)
REFERENCE = Run("reference", "computed", {"mel": Stage("mel", mel_spectrogram(SAMPLES))})

SINGLE: dict[str, dict[str, Any]] = {
    "mel_scale": {"mel_scale": "htk"},
    "mel_norm": {"mel_norm": "none"},
    "fmin": {"fmin": 0.0},
    "fmax": {"fmax": 7300.0},
    "window_symmetry": {"window_symmetry": "symmetric"},
    "power": {"power": 2.0},
    "log_base": {"log_base": float(np.e)},
    "centering": {"center": False},
    "hop": {"hop_length": 160},
    "preemphasis": {"preemphasis": 0.93},
    "streaming": {"chunk_samples": 8000},
    "n_mels": {"n_mels": 64},
    "fft_scale": {"fft_scale": 2.0},
    "int_scale": {"gain": 32768 / 32767},
    "gain": {"gain": 1.37},
}


def diagnosed(mel: Array, recording: Recording | None = RECORDING, run: Run = REFERENCE) -> Diagnosis:
    port = Run("port", "loaded", {"mel": Stage("mel", mel)})
    return diagnose(compare(run, port), recording)


def names(diagnosis: Diagnosis) -> list[str]:
    return [finding.id for finding in diagnosis.findings]


ALONE = ("fmax", "hop", "preemphasis", "streaming", "n_mels", "int_scale", "gain")
"""Values between those of the table, and other paths of the search; the fault matrix has all faults."""


@pytest.mark.parametrize("fault", ALONE)
def test_one_fault_is_named_and_nothing_else(fault: str) -> None:
    diagnosis = diagnosed(mel_spectrogram(SAMPLES, MelConfig(**SINGLE[fault])).astype(np.float32))
    assert names(diagnosis) == [fault]
    assert diagnosis.findings[0].confidence == "proven"
    assert diagnosis.findings[0].after.max < 1e-5
    assert not diagnosis.unexplained


@pytest.mark.parametrize(
    ("faults", "kind"),
    [
        (("mel_scale", "window_symmetry", "centering"), np.float16),
        (("fft_scale", "mel_norm", "power"), np.float16),
        (("preemphasis", "fmin", "log_base"), np.float32),
    ],
)
def test_several_faults_are_named_together(faults: tuple[str, ...], kind: type) -> None:
    changes = {name: value for fault in faults for name, value in SINGLE[fault].items()}
    diagnosis = diagnosed(mel_spectrogram(SAMPLES, MelConfig(**changes)).astype(kind))
    assert sorted(names(diagnosis)) == sorted(faults)
    assert sum(finding.explains for finding in diagnosis.findings) == pytest.approx(1, abs=1e-3)


def test_candidates_are_told_while_there_is_nothing_sure_and_not_at_the_end() -> None:
    changes = {**SINGLE["mel_scale"], **SINGLE["window_symmetry"]}
    told: list[Diagnosis] = []
    mel = mel_spectrogram(SAMPLES, MelConfig(**changes)).astype(np.float32)
    port = Run("port", "loaded", {"mel": Stage("mel", mel)})
    final = diagnose(compare(REFERENCE, port), RECORDING, progress=told.append)
    early = [[h.id for h in each.candidates] for each in told if not each.findings and each.candidates]
    assert ["mel_scale"] in early
    assert sorted(names(final)) == ["mel_scale", "window_symmetry"]
    assert final.candidates == told[-1].candidates == ()


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16])
def test_a_port_that_agrees_has_no_fault(kind: type) -> None:
    """The port is librosa's, not this pipeline's own; float16 is no fault by a profile that allows it."""
    port = Run("port", "loaded", {"mel": Stage("mel", reference.mel(SAMPLES).astype(kind))})
    diagnosis = diagnose(compare(REFERENCE, port, "mobile"), RECORDING)
    assert diagnosis.findings == () == diagnosis.unexplained


def test_rounding_alone_is_called_precision() -> None:
    diagnosis = diagnosed(mel_spectrogram(SAMPLES).round(2))
    assert [(finding.id, finding.value) for finding in diagnosis.findings] == [("precision", "2 decimals")]


def test_memory_read_across_is_called_layout_and_looked_behind() -> None:
    mel = mel_spectrogram(SAMPLES, MelConfig(mel_scale="htk")).astype(np.float32)
    diagnosis = diagnosed(np.ascontiguousarray(mel.T).reshape(mel.shape))
    assert names(diagnosis) == ["layout", "mel_scale"]


def test_a_constant_factor_has_more_than_one_possible_cause() -> None:
    diagnosis = diagnosed(mel_spectrogram(SAMPLES, MelConfig(fft_scale=2.0)))
    assert ("fft_scale 2", "gain 2") in [same.faults for same in diagnosis.indistinguishable]


def test_a_factor_that_no_single_cause_has_is_named_by_two() -> None:
    mel = mel_spectrogram(SAMPLES, MelConfig(gain=1.7, fft_scale=800**-0.5)).astype(np.float32)
    assert {(one.id, one.value) for one in diagnosed(mel).findings} == {("fft_scale", "1/sqrt(N)"), ("gain", "1.7")}


def test_an_added_floor_is_named_beside_a_gain() -> None:
    mel = mel_spectrogram(SAMPLES, MelConfig(gain=0.5, log_guard="add", log_floor=1e-3)).astype(np.float32)
    assert {(one.id, one.value) for one in diagnosed(mel).findings} >= {("log_floor", "+ 0.001")}


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_dither_is_known_by_its_whiteness(kind: type) -> None:
    mel = mel_spectrogram(SAMPLES, MelConfig(dither=3e-5)).astype(kind)
    (finding,) = diagnosed(mel).findings
    assert (finding.id, finding.confidence) == ("dither", "likely")
    assert float(finding.value.split()[0]) == pytest.approx(3e-5 * 32768, rel=0.1)


def test_padding_cannot_be_seen_on_a_recording_that_is_silent_at_its_ends() -> None:
    silent = SAMPLES.copy()
    silent[:1000] = silent[-1000:] = 0
    run = Run("reference", "computed", {"mel": Stage("mel", mel_spectrogram(silent))})
    mel = mel_spectrogram(silent, MelConfig(mel_scale="htk"))
    diagnosis = diagnosed(mel, from_samples(silent, 16000), run)
    (same,) = (group.faults for group in diagnosis.indistinguishable if NO_FAULT in group.faults)
    assert "pad_mode reflect" in same


def test_what_no_hypothesis_explains_is_said_to_be_unexplained() -> None:
    """Bands swapped in pairs: no fault of the table does that."""
    mel = mel_spectrogram(SAMPLES)[np.arange(80) ^ 1]
    diagnosis = diagnosed(mel)
    assert diagnosis.findings == ()
    assert "band" in diagnosis.unexplained[0].text


def test_a_fault_beside_something_unexplained_is_not_called_proven() -> None:
    mel = mel_spectrogram(SAMPLES, MelConfig(mel_scale="htk"))
    mel[40:44, 100:110] += 1
    diagnosis = diagnosed(mel)
    assert set(names(diagnosis)) <= {"mel_scale"}
    assert diagnosis.unexplained


def test_without_a_recording_only_counts_speak() -> None:
    mel = mel_spectrogram(SAMPLES, MelConfig(mel_scale="htk", center=False))
    diagnosis = diagnosed(mel, None)
    assert [(finding.id, finding.confidence) for finding in diagnosis.findings] == [("centering", "consistent")]
    assert "recording" in diagnosis.unexplained[0].text


@pytest.mark.parametrize(
    ("fault", "config", "rate"),
    [
        ("channel", AudioConfig(channel="left"), 16000),
        ("interleaved", AudioConfig(interleaved=True), 16000),
        ("no_resample", AudioConfig(resample=False), 44100),
        ("header_as_audio", AudioConfig(skip_samples=22), 16000),
    ],
)
def test_faults_of_reading_are_run_on_the_file(fault: str, config: AudioConfig, rate: int, tmp_path: Any) -> None:
    path = tmp_path / "stereo.wav"
    path.write_bytes(recordings.encoded(recordings.noise(rate, 2), rate))
    right = read_audio(path)
    run = Run("reference", "computed", {"mel": Stage("mel", mel_spectrogram(right.samples))})
    mel = mel_spectrogram(read_audio(path, config).samples)
    assert names(diagnosed(mel, right, run)) == [fault]


@pytest.mark.parametrize(
    ("fault", "samples"), [("gain", SAMPLES * 0.5), ("int_scale", SAMPLES * 32768), ("header_as_audio", SAMPLES[22:])]
)
def test_samples_that_a_port_gives_are_judged_themselves(fault: str, samples: Array) -> None:
    run = Run("reference", "computed", {"audio": Stage("audio", SAMPLES), "mel": REFERENCE["mel"]})
    stages = {"audio": Stage("audio", samples), "mel": Stage("mel", mel_spectrogram(samples))}
    diagnosis = diagnose(compare(run, Run("port", "loaded", stages)), RECORDING)  # type: ignore[arg-type]
    assert names(diagnosis) == [fault]
    assert diagnosis.findings[0].stage == "audio" or fault != "header_as_audio"


def test_findings_come_as_they_are_found_and_a_cancel_ends_the_search() -> None:
    mel = mel_spectrogram(SAMPLES, MelConfig(mel_scale="htk", window_symmetry="symmetric"))
    comparison = compare(REFERENCE, Run("port", "loaded", {"mel": Stage("mel", mel)}))
    told = []

    def stop(diagnosis: Diagnosis) -> None:
        told.append(diagnosis)
        if diagnosis.findings:
            raise CancelledError

    with pytest.raises(CancelledError):
        diagnose(comparison, RECORDING, progress=stop)
    assert len(told) > 2
    assert names(told[-1]) == ["mel_scale", "window_symmetry"]
