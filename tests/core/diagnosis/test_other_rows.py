"""Features, windows and frame rates as real ports have them, made by hand in plain numpy."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from framescope.core.compare.comparison import compare
from framescope.core.config import MelConfig
from framescope.core.diagnosis.diagnose import diagnose
from framescope.core.diagnosis.findings import Diagnosis
from framescope.core.diagnosis.rows.reassembly import reassembled
from framescope.core.diagnosis.rows.starts import cuts_at
from framescope.core.recipe.compute import compute_recipe
from framescope.core.recipe.presets import load_preset
from framescope.core.run import Run, Stage
from framescope.core.stages.audio import from_samples
from framescope.core.stages.mel import mel_spectrogram
from helpers import runs, signals

Array = np.ndarray[Any, Any]
SAMPLES = (signals.speech_like(16000 * 4) + 0.02 * signals.noise(16000 * 4)).clip(-1, 1).astype(np.float32)
RECORDING = from_samples(SAMPLES, 16000)
REFERENCE = runs.from_mel(mel_spectrogram(SAMPLES), "reference")
MEL = np.asarray(REFERENCE["mel"].array)
RAW = np.asarray(REFERENCE["features"].array)
COUNT, COLUMNS = len(RAW), MEL.shape[1]


def diagnosed(reference: Run = REFERENCE, encoder: Any = runs.ENCODER, **arrays: Array) -> Diagnosis:
    port = Run("port", "loaded", {name: Stage(name, array) for name, array in arrays.items()})
    return diagnose(compare(reference, port, encoder=encoder), RECORDING, encoder=encoder)


def causes(diagnosis: Diagnosis) -> dict[str, str]:
    return {finding.id: finding.value for finding in diagnosis.causes}


def nearest(diagnosis: Diagnosis) -> dict[str, str]:
    """What is named and proven by nothing; there may be no cause beside it."""
    assert not diagnosis.causes
    return {finding.id: finding.value for finding in diagnosis.nearest}


def cut(fps: float, whole: Callable[[float], float] = np.floor, late: int = 0, mel: Array = MEL) -> Array:
    """Windows as the original cuts them, but for these three."""
    count = int((COLUMNS - 16) / 80.0 * fps) + 2
    starts = [min(max(int(whole(80.0 * (frame / fps))) + late, 0), COLUMNS - 16) for frame in range(count)]
    return np.stack([mel[:, start : start + 16].T for start in starts])


def encoded(windows: Array) -> Array:
    return runs.ENCODER.encode(windows)


def eight_bits(values: Array, axis: int | None = None) -> Array:
    step = np.abs(values).max(axis=axis, keepdims=axis is not None) / 127
    return np.asarray(np.round(values / np.maximum(step, 1e-9)) * step, np.float32)


def brain(values: Array) -> Array:
    return (np.ascontiguousarray(values, np.float32).view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)


def to_length(rows: Array, axis: int = 1) -> Array:
    return np.asarray(rows / np.maximum(np.sqrt((rows**2).sum(axis=axis, keepdims=True)), 1e-9))


def standard(rows: Array, axis: int | None) -> Array:
    return np.asarray((rows - rows.mean(axis=axis, keepdims=True)) / (rows.std(axis=axis, keepdims=True) + 1e-5))


def stretched(rows: Array, count: int) -> Array:
    """Rows on the straight lines between the rows."""
    places = np.linspace(0, len(rows) - 1, count)
    return np.stack([np.interp(places, np.arange(len(rows)), column) for column in rows.T], axis=1)


SHUFFLED = np.random.default_rng(4).permutation(512)
WITHOUT = np.delete(RAW, np.arange(9, COUNT, 10), 0)
INTERLEAVED = RAW.reshape(-1, 2, 256).transpose(0, 2, 1).reshape(-1, 512)
WHOLE_STEPS = np.stack([MEL.T[start : start + 16] for start in range(0, MEL.shape[1] - 15, 3)])
FEATURES: dict[str, tuple[Array, dict[str, str]]] = {
    "30 fps": (encoded(cut(30)), {"frame_rate": "30 fps"}),
    "60 fps": (encoded(cut(60)), {"frame_rate": "60 fps"}),
    "every 3 columns": (encoded(WHOLE_STEPS), {"frame_rate": "26.6667 fps, 3 columns a frame"}),
    "30 fps, rounded": (encoded(cut(30, np.round)), {"frame_rate": "30 fps", "window_index": "round"}),
    "rounded up": (encoded(cut(25, np.ceil)), {"window_index": "ceil"}),
    "centred": (encoded(cut(25, late=-8)), {"window_index": "-8 columns"}),
    "length 1": (to_length(RAW), {"normalised": "each row to length 1"}),
    "rows standardised": (standard(RAW, 1), {"normalised": "each row to mean 0 and deviation 1"}),
    "outputs standardised": (standard(RAW, 0), {"normalised": "each output in time to mean 0 and deviation 1"}),
    "every second frame": (RAW[::2], {"decimated": "every 2"}),
    "each frame twice": (np.repeat(RAW, 2, axis=0), {"repeated_rows": "2 times"}),
    "every tenth left out": (WITHOUT, {"decimated": "without every 10 rows, from row 9 on"}),
    "stretched": (stretched(RAW, 120), {"interpolated": "to 120 rows"}),
    "halves swapped": (np.roll(RAW, 256, axis=1), {"axis_order": "halves swapped"}),
    "reversed": (RAW[:, ::-1], {"axis_order": "reversed"}),
    "interleaved": (INTERLEAVED, {"axis_order": "interleaved from 2 parts"}),
    "permuted": (RAW[:, SHUFFLED], {"axis_order": "permuted"}),
    "halves swapped, doubled": (2 * np.roll(RAW, 256, axis=1), {"axis_order": "halves swapped", "hidden_gain": "2"}),
    "backwards": (RAW[::-1], {"row_order": "reversed"}),
    "rotated in time": (np.roll(RAW, -40, axis=0), {"row_order": "rotated by 40 rows"}),
    "bands upside down": (encoded(cut(25)[:, :, ::-1]), {"axis_order": "bands upside down"}),
    "columns reversed": (encoded(cut(25)[:, ::-1]), {"axis_order": "columns reversed"}),
    "mel from 0 to 1": (encoded((cut(25) + 4) / 8), {"input_scale": "0 to 1"}),
    "int8": (eight_bits(RAW), {"precision": "int8"}),
    "int8 for each output": (eight_bits(RAW, 0), {"precision": "int8 for each output"}),
    "float16": (RAW.astype(np.float16), {"precision": "float16"}),
    "float16 in float32": (RAW.astype(np.float16).astype(np.float32), {"precision": "float16"}),
    "bfloat16": (brain(RAW), {"precision": "bfloat16"}),
    "length 1, int8": (eight_bits(to_length(RAW)), {"normalised": "each row to length 1", "precision": "int8"}),
    "factor and offset": (0.5 * RAW - 1, {"hidden_gain": "0.5", "hidden_offset": "-1"}),
    "cut off": (np.minimum(RAW, RAW.max() / 2), {"saturated": f"{RAW.max() / 2:.6g}"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FEATURES)
def test_features_are_identified_beside_the_ports_mel(name: str) -> None:
    features, faults = FEATURES[name]
    diagnosis = diagnosed(mel=MEL, features=np.ascontiguousarray(features))
    assert causes(diagnosis) == faults
    assert not diagnosis.nearest


@pytest.mark.parametrize("name", ["30 fps", "length 1", "every second frame", "halves swapped", "float16", "int8"])
def test_features_are_identified_where_nothing_else_is_given(name: str) -> None:
    features, faults = FEATURES[name]
    assert causes(diagnosed(features=np.ascontiguousarray(features))) == faults


def test_frame_rates_that_a_short_recording_does_not_tell_apart() -> None:
    diagnosis = diagnosed(mel=MEL, features=encoded(cut(29.97)))
    groups = [set(alike.faults) for alike in diagnosis.indistinguishable]
    assert {"frame_rate 30 fps", "frame_rate 29.97 fps"} in groups


@pytest.mark.parametrize(("whole", "rule"), [(np.floor, ()), (np.round, ("round",)), (np.ceil, ("ceil",))])
@pytest.mark.parametrize("fps", [30, 29.97, 23.976, 17.3])
def test_the_rule_of_windows_is_read_off_their_starts(fps: float, whole: Any, rule: tuple[str, ...]) -> None:
    numbers = np.arange(0, 2000, 7)
    starts = whole(80.0 * (numbers / fps)).astype(int)
    first = next(cuts_at(numbers, starts, 25.0))
    assert [fault.value for fault in first] == [f"{fps:g} fps", *rule]


def test_features_of_another_recording_are_named_so() -> None:
    other = mel_spectrogram(signals.noise(16000 * 4).astype(np.float32) * 0.1)
    diagnosis = diagnosed(mel=MEL, features=encoded(cut(25, mel=np.asarray(other))))
    assert nearest(diagnosis) == {"constant_features": "other audio"}


def test_other_weights_are_named_and_noise_is_not() -> None:
    stranger = runs.ProjectionEncoder(seed=1).encode(cut(25))
    assert nearest(diagnosed(mel=MEL, features=stranger)) == {"weights": "other"}
    nothing = np.random.default_rng(0).gamma(0.5, 1.0, RAW.shape).astype(np.float32)
    diagnosis = diagnosed(mel=MEL, features=nothing)
    assert not causes(diagnosis)
    assert diagnosis.unexplained


LAID: dict[str, tuple[Array, str]] = {
    "columns first": (cut(25), ""),
    "bands first": (cut(25).transpose(0, 2, 1), "(80, 16)"),
    "bands first by their shape only": (cut(25).reshape(-1, 80, 16), "reshaped, not transposed"),
}


@pytest.mark.parametrize("name", LAID)
def test_windows_are_put_back_together(name: str) -> None:
    windows, layout = LAID[name]
    found = reassembled(windows, 25.0)
    assert found
    np.testing.assert_array_equal(found.mel, MEL)
    assert found.layout == layout


@pytest.mark.parametrize(("fps", "whole"), [(30, np.floor), (25, np.round), (12.5, np.floor)])
def test_windows_of_another_rule_are_put_back_together(fps: float, whole: Any) -> None:
    found = reassembled(cut(fps, whole), 25.0)
    assert found
    np.testing.assert_array_equal(found.mel, MEL)


def test_windows_that_do_not_overlap_are_of_no_mel_spectrogram() -> None:
    assert reassembled(np.random.default_rng(1).normal(size=(20, 16, 80)), 25.0) is None


def test_windows_alone_tell_the_faults_of_their_mel_and_of_their_rule() -> None:
    htk = np.asarray(mel_spectrogram(SAMPLES, MelConfig(mel_scale="htk")))
    windows = cut(30, mel=htk).transpose(0, 2, 1).astype(np.float32)
    found = causes(diagnosed(windows=windows))
    assert found == {"mel_scale": "htk", "layout": "(80, 16)", "frame_rate": "30 fps"}


def test_the_structure_of_both_sides_is_said() -> None:
    tiled = np.repeat(RAW[:, None], 16, axis=1).reshape(-1, 32, 16, 16)
    one, other = (
        Run(name, "loaded", {"tensors": Stage("tensors", tiled * k)}) for name, k in (("go", 1), ("swift", 2))
    )
    seen = {(found.id, found.side) for found in compare(one, other).structure}
    assert seen >= {("tiled_context", "port"), ("tiled_context", "reference")}


@pytest.mark.parametrize("name", ["sensevoice", "yamnet"])
def test_few_items_of_a_recipes_stages_raise_nothing(name: str) -> None:
    recipe = load_preset(name)
    reference = compute_recipe(RECORDING.samples, recipe, rate=16000)
    for stage in reference:
        for count in range(4):
            whole = np.asarray(reference[stage].array)
            few = np.take(whole, np.arange(count), axis=reference[stage].time) + np.asarray(0.1, whole.dtype)
            port = Run("port", "loaded", {stage: replace(reference[stage], array=few)}, recipe=recipe)
            found = diagnose(compare(reference, port), RECORDING)
            assert {fact.stage for fact in found.unexplained if fact.failed} <= {stage}
