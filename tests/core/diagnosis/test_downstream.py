"""Faults behind the mel spectrogram, put in by hand in plain numpy."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from framescope.core.compare.comparison import compare
from framescope.core.config import Config, MelConfig
from framescope.core.diagnosis.diagnose import diagnose
from framescope.core.diagnosis.findings import Diagnosis
from framescope.core.diagnosis.simulate import simulate_port
from framescope.core.run import Provenance, Run, Stage, Statistics
from framescope.core.stages.audio import from_samples
from framescope.core.stages.mel import mel_spectrogram
from helpers import reference, runs, signals

Array = np.ndarray[Any, Any]
SAMPLES = (signals.speech_like(16000 * 3) + 0.02 * signals.noise(16000 * 3)).clip(-1, 1).astype(np.float32)
RECORDING = from_samples(SAMPLES, 16000)
REFERENCE = runs.from_mel(mel_spectrogram(SAMPLES), "reference")
MEL = np.asarray(REFERENCE["mel"].array)
RAW = np.asarray(REFERENCE["features"].array)
PADDED = np.concatenate([RAW[:1], RAW, RAW[-1:]])
BLOCKS = np.stack([reference.context(PADDED, frame) for frame in range(len(RAW))])
COUNT = len(RAW)


def diagnosed(encoder: Any = runs.ENCODER, **arrays: Array) -> Diagnosis:
    port = Run("port", "loaded", {name: Stage(name, array) for name, array in arrays.items()})  # type: ignore[arg-type, misc]
    return diagnose(compare(REFERENCE, port, encoder=encoder), RECORDING, encoder=encoder)


def names(diagnosis: Diagnosis) -> list[str]:
    return [finding.id for finding in diagnosis.findings]


def encoded(cut: Callable[[int], Array]) -> Array:
    return runs.ENCODER.encode(np.stack([cut(frame) for frame in range(COUNT)]))


def rounded(frame: int) -> Array:
    start = min(round(80 * frame / 25), MEL.shape[1] - 16)
    return MEL[:, start : start + 16].T


def zero_tail(frame: int) -> Array:
    window = MEL[:, int(80.0 * (frame / 25)) :][:, :16]
    return np.pad(window, ((0, 0), (0, 16 - window.shape[1]))).T


def reshaped(frame: int) -> Array:
    start = min(int(80.0 * (frame / 25)), MEL.shape[1] - 16)
    return np.ascontiguousarray(MEL[:, start : start + 16].T).reshape(80, 16).T


def linear(frames: Array) -> Array:
    return frames.reshape(len(frames), -1).astype(np.float32) @ runs.ENCODER.weights


FEATURES: dict[str, Array] = {
    "window_index": encoded(rounded),
    "window_tail": encoded(zero_tail),
    "window_transpose": encoded(reshaped),
    "hidden_gain": RAW * 200,
    "no_relu": linear(np.asarray(REFERENCE["windows"].array)),
    "window_index hidden_gain": encoded(rounded) * 3,
    "window_tail no_relu": linear(np.stack([zero_tail(frame) for frame in range(COUNT)])),
    "row_offset": PADDED[:COUNT],
    "buffer_reuse": RAW[np.arange(COUNT) // 2 * 2],
    "constant_features": np.tile(RAW[7], (COUNT, 1)),
    "uninitialised": np.where(np.arange(COUNT)[:, None] < COUNT // 16 * 16, RAW, 0),
    "layout": RAW.ravel(order="F").reshape(RAW.shape),
    "layout hidden_gain": (RAW * 200).ravel(order="F").reshape(RAW.shape),
}


@pytest.mark.parametrize("faults", FEATURES)
def test_features_are_judged_on_the_ports_own_mel(faults: str) -> None:
    assert set(names(diagnosed(mel=MEL, features=FEATURES[faults]))) == set(faults.split())


def test_a_buffer_that_every_result_points_to_holds_the_last_one() -> None:
    (finding,) = diagnosed(mel=MEL, features=np.tile(RAW[-1], (COUNT, 1))).findings
    assert (finding.id, finding.value) == ("buffer_reuse", "the last row")


def test_windows_that_pass_the_end_may_be_left_out() -> None:
    (finding,) = diagnosed(mel=MEL, features=RAW[: COUNT - 1]).findings
    assert (finding.id, finding.value) == ("window_tail", "dropped")


def test_a_factor_on_rounded_features_is_the_factor_that_was_meant() -> None:
    (finding,) = diagnosed(mel=MEL, features=(np.round(RAW, 2) * 100).astype(np.float32)).findings
    assert (finding.id, finding.value) == ("hidden_gain", "100")


def test_values_that_are_not_finite_beyond_their_own_window_come_from_the_batch() -> None:
    features = np.full_like(RAW, np.nan)
    diagnosis = diagnosed(mel=np.where(MEL.max() == MEL, np.inf, MEL), features=features)
    assert set(names(diagnosis)) == {"nan_inf", "batchnorm_mode"}


def test_rows_that_repeat_because_their_windows_do_are_no_reused_buffer() -> None:
    """A quiet port clips nearly everything, and like windows have like features."""
    mel = np.where(np.arange(MEL.shape[1]) % 100 < 50, np.float32(-4), MEL)
    quiet = runs.from_mel(mel)
    diagnosis = diagnosed(**{name: np.asarray(stage.array) for name, stage in quiet.stages.items()})
    assert "buffer_reuse" not in names(diagnosis)


def test_values_rounded_on_the_way_do_not_accuse_the_encoder() -> None:
    brain = {
        name: (np.asarray(stage.array, np.float32).view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)
        for name, stage in REFERENCE.stages.items()
    }
    assert names(diagnosed(**brain)) == ["precision"]


def test_places_that_overflow_are_named_and_left_out() -> None:
    features = RAW.copy()
    features[::5, 3] = np.nan
    padded = np.concatenate([features[:1], features, features[-1:]])
    diagnosis = diagnosed(mel=MEL, features=features, padded=padded)
    assert names(diagnosis) == ["nan_inf"]
    assert not diagnosis.unexplained


def test_frames_counted_in_float32() -> None:
    """The 5,728 columns are 1,787 frames by the definition, and 1,786 in float32."""
    columns = next(
        t
        for t in range(16, 9000)
        if int((t - 16) / 80.0 * 25.0) != int(np.float32(t - 16) / np.float32(80) * np.float32(25))
    )
    mel = np.resize(MEL, (80, columns)) + 0.01 * np.arange(columns, dtype=np.float32)
    whole = runs.from_mel(mel.astype(np.float32), "reference")
    count = int(np.float32(columns - 16) / np.float32(80) * np.float32(25)) + 2
    frames = np.minimum(np.arange(count), len(whole["windows"].array) - 1)
    port = Run("port", "loaded", {"mel": whole["mel"], "windows": Stage("windows", whole["windows"].array[frames])})
    diagnosis = diagnose(compare(whole, port), None)
    assert [(finding.id, finding.value) for finding in diagnosis.findings] == [("window_index", "float32")]


def test_a_fault_of_the_mel_stage_does_not_accuse_the_encoder() -> None:
    wrong = runs.from_mel(mel_spectrogram(SAMPLES, MelConfig(mel_scale="htk", center=False)))
    stages = {name: np.asarray(stage.array) for name, stage in wrong.stages.items() if name != "windows"}
    assert names(diagnosed(**stages)) == ["mel_scale", "centering"]


def test_other_weights_are_not_taken_for_anything_else() -> None:
    features = runs.ProjectionEncoder(seed=1).encode(np.asarray(REFERENCE["windows"].array))
    dead = features.copy()
    dead[:, ::7] = 0
    assert names(diagnosed(mel=MEL, features=dead)) == ["weights"]


ENDS: dict[str, tuple[Array, Array]] = {
    "no_padding both": (RAW, RAW),
    "no_padding first": (RAW, PADDED[1:]),
    "no_padding last": (RAW, PADDED[:-1]),
    "zero_padding zeros": (RAW, np.pad(RAW, ((1, 1), (0, 0)))),
    "zero_padding zeros in front": (RAW, np.concatenate([0 * RAW[:1], RAW, RAW[-1:]])),
    "row_offset padded rows for raw ones": (PADDED[:COUNT], PADDED),
}


@pytest.mark.parametrize("fault", ENDS)
def test_rows_at_the_ends(fault: str) -> None:
    """Raw and padded rows alone tell, without any encoder."""
    raw, padded = ENDS[fault]
    diagnosis = diagnosed(encoder=None, features=raw, padded=padded)
    assert [f"{finding.id} {finding.value}" for finding in diagnosis.findings] == [fault]


def test_zeros_in_place_of_native_features() -> None:
    """A tensor of the hubert mode holds 32,768 values, of which the 8,192 of the features are a quarter."""
    native = np.concatenate([BLOCKS.reshape(COUNT, -1), np.ones((COUNT, 24576), np.float32)], axis=1)
    filled = np.where(np.arange(32768) < 8192, native, 0)
    shape = (COUNT, 32, 32, 32)
    whole, port = (
        Run(
            name, "loaded", {**rows(), "tensors": Stage("tensors", values.reshape(shape))}, config=Config(mode="hubert")
        )
        for name, values in (("reference", native), ("port", filled))
    )
    assert names(diagnose(compare(whole, port), RECORDING)) == ["mode_fill"]


def test_features_are_judged_though_the_references_are_native() -> None:
    native = Run("reference", "loaded", {**REFERENCE.stages, "features": Stage("features", np.ones((COUNT, 2048)))})
    port = Run("port", "loaded", {"mel": Stage("mel", MEL), "features": Stage("features", 3 * RAW)})
    found = diagnose(compare(native, port, encoder=runs.ENCODER), RECORDING, encoder=runs.ENCODER)
    assert names(found) == ["hidden_gain"]


def rows() -> dict[Any, Stage]:
    return {"features": Stage("features", RAW), "padded": Stage("padded", PADDED)}


def moved(offset: int) -> Array:
    rows = np.arange(COUNT)[:, None] + np.arange(-8, 8) + offset
    return np.where(((rows >= 0) & (rows < len(PADDED)))[..., None], PADDED[np.clip(rows, 0, len(PADDED) - 1)], 0)


def without_the_middle() -> Array:
    rows = np.arange(COUNT)[:, None] + np.delete(np.arange(-8, 9), 8)
    return np.where(((rows >= 0) & (rows < len(PADDED)))[..., None], PADDED[np.clip(rows, 0, len(PADDED) - 1)], 0)


TENSORS: dict[str, Array] = {
    "tiled_context": np.repeat(PADDED[1:-1, None], 16, axis=1),
    "context_offset": moved(1),
    "edge_policy": PADDED[np.clip(np.arange(COUNT)[:, None] + np.arange(-8, 8), 0, len(PADDED) - 1)],
    "tensor_layout": BLOCKS.reshape(COUNT, 16, 512).transpose(0, 2, 1),
    "context_offset of 17 rows": without_the_middle(),
    "tiled_context tensor_layout": np.repeat(PADDED[1:-1, None], 16, axis=1).transpose(0, 2, 1),
}


@pytest.mark.parametrize("fault", TENSORS)
@pytest.mark.parametrize("sparse", [False, True])
def test_frame_tensors(fault: str, sparse: bool) -> None:
    tensors = np.ascontiguousarray(TENSORS[fault]).reshape(COUNT, 32, 16, 16)
    if not sparse:
        found = names(diagnosed(features=RAW, padded=PADDED, tensors=tensors))
        assert found == [name for name in fault.split() if "_" in name]
        return
    frames = np.array([0, COUNT // 2, COUNT - 1])
    port = Run("port", "loaded", {"tensors": Stage("tensors", tensors[frames], frames=frames)})
    assert names(diagnose(compare(REFERENCE, port), RECORDING)) == [name for name in fault.split() if "_" in name]


HTK = runs.from_mel(mel_spectrogram(SAMPLES, MelConfig(mel_scale="htk", center=False)).astype(np.float32))
WRONG = {name: np.asarray(HTK.stages[name].array) for name in ("features", "padded", "tensors")}  # type: ignore[index]
ROWS_ALONE: dict[str, dict[str, Array]] = {
    "": {"features": WRONG["features"]},
    "of padded rows": {"padded": WRONG["padded"]},
    "of tensors": {"tensors": WRONG["tensors"]},
    "zero_padding": {"padded": np.pad(WRONG["features"], ((1, 1), (0, 0)))},
    "row_offset": {"features": WRONG["padded"][: len(WRONG["features"])]},
    "hidden_gain": {"features": 3 * WRONG["features"]},
    "tensor_layout": {"tensors": WRONG["tensors"].transpose(0, 2, 3, 1).reshape(-1, 32, 16, 16)},
    "tiled_context": {"tensors": np.repeat(WRONG["features"][:, None], 16, axis=1).reshape(-1, 32, 16, 16)},
    "no_padding": {"features": WRONG["features"], "padded": WRONG["features"]},
    "window_tail": {"features": WRONG["features"][:-1]},
}
"""Faults behind features that no mel spectrogram is given of, and what is given."""


@pytest.mark.parametrize("faults", ROWS_ALONE)
def test_faults_of_the_mel_stage_are_found_through_the_encoder(faults: str) -> None:
    diagnosis = diagnosed(**ROWS_ALONE[faults])
    assert set(names(diagnosis)) == {"centering", "mel_scale", *(name for name in faults.split() if "_" in name)}
    assert all(finding.confidence == "proven" for finding in diagnosis.findings)


def test_without_an_encoder_the_features_stay_unexplained() -> None:
    wrong = runs.from_mel(mel_spectrogram(SAMPLES, MelConfig(mel_scale="htk")))
    diagnosis = diagnosed(encoder=None, features=np.asarray(wrong["features"].array))
    assert not any(finding.confidence == "proven" for finding in diagnosis.findings)
    assert any("encoder" in one.text for one in diagnosis.unexplained)


def test_statistics_alone_are_only_consistent_with_a_fault() -> None:
    columns = MEL.shape[1] - 4
    port = Run("port", "loaded", {}, Provenance(), statistics={"mel": Statistics(shape=(80, columns))})
    diagnosis = diagnose(compare(REFERENCE, port), RECORDING)
    assert [(finding.id, finding.confidence) for finding in diagnosis.findings] == [("centering", "consistent")]


def test_a_port_that_agrees_has_no_fault() -> None:
    stages = {name: np.asarray(stage.array) for name, stage in REFERENCE.stages.items()}
    diagnosis = diagnosed(**stages)
    assert diagnosis.findings == () == diagnosis.unexplained


def test_the_reference_with_the_findings_is_the_port() -> None:
    config = Config(mel=MelConfig(mel_scale="htk"), edge="repeat")
    wrong = runs.from_mel(mel_spectrogram(SAMPLES, config.mel), config=config)
    diagnosis = diagnosed(**{name: np.asarray(stage.array) for name, stage in wrong.stages.items()})
    assert names(diagnosis) == ["mel_scale", "edge_policy"]
    run = simulate_port(RECORDING, diagnosis.findings, replace(config, mel=MelConfig(), edge="zeros"), runs.ENCODER)
    for name in ("mel", "features", "tensors"):
        np.testing.assert_allclose(np.asarray(run[name].array), np.asarray(wrong[name].array), atol=1e-6)  # type: ignore[index]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (slice(0, 40), f"40 of {COUNT} rows ({COUNT - 40} missing at the end)"),
        (slice(20, None), f"{COUNT - 20} of {COUNT} rows (20 missing at the beginning)"),
        (slice(10, 50), f"40 of {COUNT} rows (10 missing at the beginning, {COUNT - 50} missing at the end)"),
    ],
)
def test_feature_rows_of_a_part_of_the_recording_are_named_so(rows: slice, said: str) -> None:
    found = diagnosed(features=RAW[rows])
    assert [(each.id, each.value) for each in found.causes] == [("length", said)]
    assert not found.unexplained
