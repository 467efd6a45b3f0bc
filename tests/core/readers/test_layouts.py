"""What arrays are: by shape and values first, by the rest of the dump, the reference and the name second."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.readers import load_run
from framescope.core.run import Run, Stage
from framescope.core.stages.windows import context_windows
from framescope.core.timebase import Timebase
from helpers.dumps import ENCODERS, frame_tensors, pad, speech_features, speech_mel

MEL = speech_mel(400)
WINDOWS = np.asarray(context_windows(MEL, Timebase()))
FEATURES = speech_features(len(WINDOWS))
Array = np.ndarray[Any, Any]


def save(folder: Path, **arrays: Array) -> Path:
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return folder


@pytest.mark.parametrize(
    ("stage", "array"),
    [
        ("mel", MEL),
        ("mel", MEL[None]),
        ("mel", MEL.T),
        ("mel", MEL[:, :80]),
        ("windows", WINDOWS),
        ("windows", WINDOWS.transpose(0, 2, 1)),
        ("windows", WINDOWS.transpose(0, 2, 1)[:, None]),
        ("features", FEATURES),
        ("features", FEATURES.T),
        ("features", FEATURES[:, None]),
        ("features", FEATURES[:1]),
        ("features", FEATURES[:80]),
        ("padded", pad(FEATURES)),
        ("tensors", frame_tensors(FEATURES)),
        ("tensors", frame_tensors(FEATURES).reshape(-1, 8192)),
        ("tensors", frame_tensors(FEATURES).reshape(-1, 16, 512)),
    ],
)
def test_a_stage_is_known_by_its_shape_and_values(tmp_path: Path, stage: Any, array: Array) -> None:
    run = load_run(save(tmp_path, x=array) / "x.npy")
    assert list(run) == [stage]
    whole = {"mel": MEL, "windows": WINDOWS, "features": FEATURES, "padded": pad(FEATURES)}.get(stage)
    whole = frame_tensors(FEATURES) if whole is None else whole
    loaded = np.asarray(run[stage].array)
    np.testing.assert_array_equal(loaded, whole[: loaded.shape[0], ..., : loaded.shape[-1]])


@pytest.mark.parametrize("turned", [False, True])
def test_another_number_of_bands_is_a_mel_where_the_name_says_so(tmp_path: Path, turned: bool) -> None:
    mel = np.ascontiguousarray(MEL[:64].T if turned else MEL[:64])
    run = load_run(save(tmp_path, mel_spectrogram=mel, weights=mel))
    np.testing.assert_array_equal(np.asarray(run["mel"].array), MEL[:64])
    assert any("weights.npy" in note for note in run.provenance.notes)


@pytest.mark.parametrize(("columns", "read"), [(400, True), (392, True), (250, False)])
def test_beside_a_reference_another_number_of_bands_has_as_many_columns(
    tmp_path: Path, columns: int, read: bool
) -> None:
    np.save(tmp_path / "x.npy", MEL[:64, :columns])
    reference = Run("reference", "computed", {"mel": Stage("mel", MEL)})
    assert load_run(tmp_path)["mel"].shape == (64, columns)
    if read:
        assert load_run(tmp_path, reference=reference)["mel"].shape == (64, columns)
    else:
        with pytest.raises(InputError, match=r"\(64, 250\), which is that of no stage, such as \(80, T\)"):
            load_run(tmp_path, reference=reference)


@pytest.mark.parametrize("dtype", ["float32", "float64be", "float16", "bfloat16"])
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1)])
def test_windows_without_a_header(tmp_path: Path, dtype: str, order: tuple[int, ...]) -> None:
    np.ascontiguousarray(ENCODERS[dtype](WINDOWS).transpose(order)).tofile(tmp_path / "x")
    run = load_run(tmp_path / "x")
    np.testing.assert_allclose(np.asarray(run["windows"].array), WINDOWS, rtol=2**-7, atol=1e-6)


def test_a_turned_dump_is_a_view_and_is_said_to_be_turned(tmp_path: Path) -> None:
    run = load_run(save(tmp_path, mel=MEL.T))
    assert run["mel"].shape == MEL.shape
    assert not run["mel"].array[:].flags.owndata
    (said,) = run.provenance.assumptions
    assert said.sure
    assert said.decided.startswith("mel, T,80, its axes put into the definition's order")


@pytest.mark.parametrize(
    ("first", "second"),
    [("audio_features_raw", "audio_features_padded"), ("a", "b"), ("features_padded", "features_raw")],
)
def test_counts_tell_features_from_padded_whatever_the_names_say(tmp_path: Path, first: str, second: str) -> None:
    still = np.concatenate([FEATURES[:1], FEATURES[:1], FEATURES[2:-1], FEATURES[-2:-1]])
    run = load_run(save(tmp_path, mel=MEL, **{first: still, second: pad(still)}))
    np.testing.assert_array_equal(np.asarray(run["features"].array), still)
    np.testing.assert_array_equal(np.asarray(run["padded"].array), pad(still))


def test_names_tell_apart_what_nothing_else_does(tmp_path: Path) -> None:
    run = load_run(save(tmp_path, features_padded=FEATURES, features_raw=FEATURES, mel=MEL))
    assert run["features"].shape == run["padded"].shape == FEATURES.shape


@pytest.mark.parametrize("rows", [FEATURES, pad(FEATURES)[1:], np.pad(FEATURES, ((1, 1), (0, 0)))])
def test_rows_called_padded_stay_padded_though_they_are_not_as_the_reference_pads(tmp_path: Path, rows: Any) -> None:
    run = load_run(save(tmp_path, audio_features_padded=rows))
    assert set(run) == {"padded"}


def test_repeated_rows_alone_make_rows_padded_but_not_for_sure(tmp_path: Path) -> None:
    run = load_run(save(tmp_path, aud_ave=pad(FEATURES)))
    (said,) = run.provenance.assumptions
    assert (said.stage, said.sure) == ("padded", False)
    assert said.alternatives[0] == "features=aud_ave.npy::N,512"


@pytest.mark.parametrize("with_reference", [False, True])
def test_the_reference_decides_between_readings(tmp_path: Path, with_reference: bool) -> None:
    FEATURES[:16].tofile(tmp_path / "x")
    reference = Run("reference", "computed", {"features": Stage("features", FEATURES.copy())})
    run = load_run(tmp_path / "x", reference=reference if with_reference else None)
    assert list(run) == (["features"] if with_reference else ["tensors"])


def test_the_more_plausible_of_two_files_is_the_stage(tmp_path: Path) -> None:
    save(tmp_path, mel_linear=np.exp(MEL.astype(np.float64)), mel_spectrogram=MEL)
    run = load_run(tmp_path)
    np.testing.assert_array_equal(np.asarray(run["mel"].array), MEL)
    (note,) = run.provenance.notes
    assert note.startswith("mel_linear.npy: could be mel as well as mel_spectrogram.npy")


@pytest.mark.parametrize("fill", [np.nan, np.inf, 0.0, -4.0])
@pytest.mark.parametrize("raw", [False, True])
def test_a_stage_of_one_value_is_still_a_stage(tmp_path: Path, fill: float, raw: bool) -> None:
    values = np.full((80, 100), fill, np.float32)
    if raw:
        values.tofile(tmp_path / "mel_f32.bin")
    else:
        np.save(tmp_path / "mel.npy", values)
    np.testing.assert_array_equal(np.asarray(load_run(tmp_path)["mel"].array), values)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e30])
def test_a_few_bad_values_change_nothing(tmp_path: Path, bad: float) -> None:
    values = MEL.copy()
    values[3, 50:60] = bad
    values.tofile(tmp_path / "x")
    np.testing.assert_array_equal(np.asarray(load_run(tmp_path / "x")["mel"].array), values)


def test_the_sidecar_tells_the_shape(tmp_path: Path) -> None:
    square = speech_mel(80)
    square.T.tofile(tmp_path / "mel.bin")
    (tmp_path / "mel.bin.json").write_text(json.dumps({"shape": [80, 80], "dtype": "float32"}))
    assert "float32" in load_run(tmp_path).provenance.assumptions[0].decided


def test_audio_needs_a_name(tmp_path: Path) -> None:
    samples = (0.1 * np.sin(np.arange(16001))).astype(np.float32)
    run = load_run(save(tmp_path, audio=samples, mel=MEL))
    np.testing.assert_array_equal(np.asarray(run["audio"].array), samples)
    (tmp_path / "audio.npy").rename(tmp_path / "x.npy")
    assert list(load_run(tmp_path)) == ["mel"]


def test_metadata_that_contradicts_the_data_is_said(tmp_path: Path) -> None:
    (tmp_path / "metadata.json").write_text(json.dumps({"mel_shape": [80, 397], "fps": -3, "mode": "ave"}))
    run = load_run(save(tmp_path, mel=MEL))
    assert run.config is None
    assert any(
        "the metadata gives mel the shape (80, 397), but the file holds (80, 400)" in n for n in run.provenance.notes
    )
    assert any("fps -3" in note for note in run.provenance.notes)


@pytest.mark.parametrize(("name", "said"), [("audio_features_raw.npy", "features"), ("padded.npy", "padded")])
def test_rows_under_the_name_of_the_other_kind_are_said(tmp_path: Path, name: str, said: str) -> None:
    features = speech_features(40)
    np.save(tmp_path / name, pad(features) if said == "features" else features)
    np.save(tmp_path / "mel.npy", speech_mel(138))
    run = load_run(tmp_path)
    (stage,) = {"features", "padded"} & set(run)
    assert stage != said
    assert f"{name}: holds {stage} rows, though its name says {said}" in run.provenance.notes


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("stage", "shape"), [("mel", (80, 100)), ("mel", (80, 80)), ("features", (50, 512)), ("windows", (30, 16, 80))]
)
def test_values_without_a_header_lie_as_the_reference_has_them(
    tmp_path: Path, stage: Any, shape: tuple[int, ...], turned: bool
) -> None:
    """Noise has no order that anything but the reference could tell; a wrong guess would be called the port's fault."""
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    reference = Run("reference", "computed", {stage: Stage(stage, values + np.float32(0.1))})
    np.ascontiguousarray(values.swapaxes(-1, -2) if turned else values).tofile(tmp_path / f"{stage}.bin")
    run = load_run(tmp_path, reference=reference)
    np.testing.assert_array_equal(np.asarray(run[stage].array), values)
    (said,) = run.provenance.assumptions
    assert ("put into the definition's order" in said.decided) == turned


def test_a_stated_shape_is_never_turned_to_fit(tmp_path: Path) -> None:
    """Columns that are called bands by the file itself are a fault of the port's."""
    reference = Run("reference", "computed", {"mel": Stage("mel", MEL)})
    wrong = np.ascontiguousarray(MEL.T).reshape(MEL.shape)
    run = load_run(save(tmp_path, mel=wrong), reference=reference)
    np.testing.assert_array_equal(np.asarray(run["mel"].array), wrong)
