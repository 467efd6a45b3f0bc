"""Every row of the table of analyses finds what was put into a sound, whole and part by part."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from framescope.core.analysis import ANALYSES, Analysis, Measured, librosa_measures, measure, measure_beside, process
from framescope.core.analysis import measured as module
from framescope.core.base.beside import Beside
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.base.progress import cancellable
from framescope.core.base.store import alone

RATE = 16_000
SINE = np.sin(np.arange(2 * RATE) * 2 * np.pi * 1000 / RATE).astype(np.float32)
BY_NAME = {analysis.name: analysis for analysis in ANALYSES}


def tone(hz: float, seconds: float = 3.0, amplitude: float = 0.5) -> Any:
    """A voice-like tone, twelve harmonics of it."""
    time = np.arange(round(seconds * RATE)) / RATE
    parts = [np.sin(2 * np.pi * k * hz * time) / k for k in range(1, 13) if k * hz < RATE / 2]
    return (amplitude * sum(parts) / len(parts)).astype(np.float32)


def clicks(bpm: float, seconds: float = 12.0) -> Any:
    samples = np.zeros(round(seconds * RATE), np.float32)
    for moment in np.arange(0, seconds, 60 / bpm):
        start = round(moment * RATE)
        samples[start : start + 400] = np.random.default_rng(0).normal(0, 0.3, len(samples[start : start + 400]))
    return samples


def middle(found: Measured) -> Any:
    return found.values[len(found.values) // 2]


@pytest.mark.parametrize(
    ("name", "samples", "expected", "tolerance"),
    [
        ("f0", tone(220), 220, 3),
        ("rms", np.full(RATE, 0.1, np.float32), -20, 0.1),
        ("centroid", SINE, 1000, 20),
        ("rolloff", SINE, 1000, 20),
        ("crossings", SINE, 2000, 40),
        ("tempo", clicks(120), 120, 3),
    ],
)
def test_a_curve_finds_what_is_there(name: str, samples: Any, expected: float, tolerance: float) -> None:
    assert middle(measure(BY_NAME[name], samples, RATE)) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("name", ["stft", "log_stft"])
def test_a_spectrum_is_loudest_at_the_tone_with_its_level(name: str) -> None:
    found = measure(BY_NAME[name], SINE, RATE)
    assert found.hz is not None
    column = middle(found)
    assert found.hz[int(np.argmax(column))] == pytest.approx(1000, rel=0.02)
    assert column.max() == pytest.approx(0, abs=0.1)


def test_chroma_names_the_pitch() -> None:
    analysis = BY_NAME["chroma"]
    found = measure(analysis, tone(440), RATE)
    assert analysis.rows[int(np.argmax(middle(found)))] == "A"


def test_an_onset_stands_where_the_sound_begins() -> None:
    samples = np.concatenate([np.zeros(RATE, np.float32), tone(220, 1.0)])
    found = measure(BY_NAME["onset"], samples, RATE)
    assert float(np.argmax(found.values)) / found.rate == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.name)
def test_parts_are_put_together_without_a_seam(analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = np.concatenate([tone(hz, 1.5) for hz in (110, 330, 220, 150, 440, 180, 260, 200, 300, 120)])
    whole = measure(analysis, samples, RATE)
    monkeypatch.setattr(module, "_PART_SECONDS", 4)
    parts = measure(analysis, samples, RATE)
    assert parts.values.shape == whole.values.shape == (1 + len(samples) // 256, *whole.values.shape[1:])
    same = np.isclose(parts.values, whole.values, rtol=0.02, atol=1e-3, equal_nan=True)
    assert same.mean() > 0.98


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.name)
@pytest.mark.parametrize("samples", [np.zeros(640, np.float32), np.zeros(RATE, np.float32)], ids=["short", "silent"])
def test_short_and_silent_sounds_are_measured_without_complaint(analysis: Analysis, samples: Any) -> None:
    assert len(measure(analysis, samples, RATE).values) == 1 + len(samples) // 256


def test_a_long_recording_has_longer_hops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_ITEMS", 50)
    found = measure(BY_NAME["rms"], tone(220), RATE)
    assert len(found.values) <= 52
    assert found.rate == pytest.approx(RATE / 960)


def test_it_can_be_cancelled() -> None:
    def tick(done: int, total: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        measure(BY_NAME["rms"], tone(220), RATE, tick)


def test_without_librosa_a_sentence_says_what_is_missing() -> None:
    def missing(*_: Any) -> Any:
        raise ImportError("No module named 'librosa'")

    with pytest.raises(InputError, match=r"RMS needs librosa .* install it"):
        measure(Analysis("rms", "RMS", "dB", missing), tone(220), RATE)


def test_only_one_process_at_a_time_loads_what_numba_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> ModuleType:
        with pytest.raises(OSError), alone("librosa", 0):  # noqa: PT011  a timeout, or whatever the system says
            pass
        loaded.append(name)
        return import_module(name)

    loaded: list[str] = []
    librosa_measures._librosa.cache_clear()
    monkeypatch.setattr(librosa_measures, "import_module", load)
    measure(BY_NAME["rms"], SINE, RATE)
    assert "librosa.core.pitch" in loaded
    with alone("librosa", 0):  # it is free again
        pass


def test_a_process_of_its_own_finds_the_same() -> None:
    here, beside = (each(BY_NAME["chroma"], SINE, RATE) for each in (measure, measure_beside))
    assert beside.values.dtype == np.float32
    assert np.array_equal(here.values, beside.values)
    assert here.rate == beside.rate


def test_a_process_that_nobody_waits_for_is_ended() -> None:
    def unwanted() -> None:
        raise CancelledError

    with cancellable(unwanted), pytest.raises(CancelledError):
        measure_beside(BY_NAME["f0"], np.tile(SINE, 100), RATE)
    assert not process.beside.spare.idle
    assert measure_beside(BY_NAME["rms"], SINE, RATE).rate > 0, "the next one has a process of its own"


def test_what_a_process_refuses_is_said_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "librosa.py").write_text("raise ImportError('none here')", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(process, "beside", Beside("framescope.core.analysis.worker", "the process for analyses"))
    with pytest.raises(InputError, match="RMS needs librosa"):
        measure_beside(BY_NAME["rms"], SINE, RATE)
