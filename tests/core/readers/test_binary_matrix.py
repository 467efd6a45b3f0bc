"""Every binary way to write a stage is read to the same values, or refused by its name."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.readers import load_run, parse_override
from framescope.core.readers.candidates import questions
from framescope.core.run import Run
from helpers.binary_dumps import BINARY_WRITERS, REFUSED, ROW_WRITERS, npy, wav
from helpers.dumps import frame_tensors, speech_features, speech_mel

MEL = speech_mel(120)
FEATURES = speech_features(40)
STAGES: dict[str, Any] = {"mel": MEL, "features": FEATURES}
Array = np.ndarray[Any, Any]


def speech_samples(count: int = 16_000) -> Array:
    noise = np.random.default_rng(0).normal(size=count + 40)
    smooth = np.convolve(noise, np.hanning(40), "same")[:count]
    return np.asarray(0.8 * smooth / np.abs(smooth).max(), np.float32)


SAMPLES = speech_samples()


def assert_same(run: Run, stage: Any, values: Array, *, rough: bool) -> None:
    read = np.asarray(run[stage].array)
    if rough:
        np.testing.assert_allclose(read, values, rtol=2**-7, atol=1e-6)
    else:
        np.testing.assert_array_equal(read, values)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("writer", BINARY_WRITERS)
def test_a_stage_in_a_file(tmp_path: Path, writer: str, stage: Any, named: bool) -> None:
    values = STAGES[stage]
    (tmp_path / (f"{stage}.dat" if named else "x")).write_bytes(BINARY_WRITERS[writer](values, stage if named else "x"))
    run = load_run(tmp_path)
    assert list(run) == [stage]
    assert_same(run, stage, values, rough="float16" in writer)


@pytest.mark.parametrize("writer", BINARY_WRITERS)
def test_what_was_assumed_is_said_and_can_be_asked_for(tmp_path: Path, writer: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(BINARY_WRITERS[writer](MEL, "mel"))
    for question in questions(path):
        for candidate in question.candidates[1:]:
            assert candidate.preview is not None
            assert candidate.override is not None
            assert parse_override(str(candidate.override)) == candidate.override
    run = load_run(path)
    headerless = writer.startswith(("raw", "head", "zip"))
    assert bool(run.provenance.assumptions) >= headerless
    assert any("integers" in note for note in run.provenance.notes) == writer.startswith("head")
    assert any("NUL" in note for note in run.provenance.notes) == ("NUL" in writer)


@pytest.mark.parametrize(("stage", "values"), [("features", FEATURES[:12]), ("tensors", frame_tensors(FEATURES)[:12])])
@pytest.mark.parametrize("writer", ROW_WRITERS)
def test_a_stage_in_many_files(tmp_path: Path, writer: str, stage: Any, values: Array) -> None:
    ROW_WRITERS[writer](tmp_path, values, stage)
    run = load_run(tmp_path)
    assert list(run) == [stage]
    assert_same(run, stage, values, rough=False)


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("form", REFUSED)
def test_a_format_that_is_not_read_is_refused_by_its_name(tmp_path: Path, form: str, beside: bool) -> None:
    name, write = REFUSED[form]
    (tmp_path / "mel.bin").write_bytes(write(MEL))
    if beside:
        np.save(tmp_path / "features.npy", FEATURES)
        run = load_run(tmp_path)
        assert list(run) == ["features"]
        assert any(note.startswith(f"mel.bin: is {name}") for note in run.provenance.notes)
    else:
        with pytest.raises(InputError, match=f"mel.bin: is {name}") as caught:
            load_run(tmp_path)
        assert "\n" not in str(caught.value)
        assert form == "pickle" or "convert it: " in str(caught.value)
    for text in ("mel=mel.bin:float32:80,T", "mel=mel.bin", "mel=mel.bin:float32:80,T:+8"):
        with pytest.raises(InputError, match=f"mel.bin: is {name}"):
            load_run(tmp_path, overrides=[parse_override(text)])


def test_a_zarr_folder_is_refused_as_a_whole(tmp_path: Path) -> None:
    store = tmp_path / "out.zarr" / "mel"
    store.mkdir(parents=True)
    (store / ".zarray").write_text(json.dumps({"shape": MEL.shape, "zarr_format": 2}))
    (store / "0.0").write_bytes(MEL.tobytes())
    with pytest.raises(InputError, match=r"out\.zarr/mel: is a zarr array, which is not read; convert it: python"):
        load_run(tmp_path)
    with pytest.raises(InputError, match="is a zarr array"):
        load_run(store)
    np.save(tmp_path / "features.npy", FEATURES)
    run = load_run(tmp_path)
    assert list(run) == ["features"]
    assert any("is a zarr array" in note for note in run.provenance.notes)


EXACT = {"PCM_16": 2**-15, "PCM_24": 2**-23, "PCM_32": 2**-24, "FLOAT": 0.0, "DOUBLE": 0.0}


@pytest.mark.parametrize("subtype", ["PCM_U8", *EXACT])
@pytest.mark.parametrize("alone", [True, False])
def test_a_recording_under_the_stages_name_is_the_stage(tmp_path: Path, subtype: str, alone: bool) -> None:
    (tmp_path / "audio.wav").write_bytes(wav(subtype)(SAMPLES))
    if not alone:
        np.save(tmp_path / "mel.npy", MEL)
    run = load_run(tmp_path)
    assert list(run) == (["audio"] if alone else ["audio", "mel"])
    np.testing.assert_allclose(np.asarray(run["audio"].array), SAMPLES, atol=EXACT.get(subtype, 2**-7), rtol=0)
    assert not run.provenance.assumptions


@pytest.mark.parametrize("form", ["WAV", "RF64", "AIFF", "FLAC"])
@pytest.mark.parametrize("packed", [False, True])
def test_recordings_of_other_forms(tmp_path: Path, form: str, packed: bool) -> None:
    data = wav("PCM_16", form=form)(SAMPLES)
    (tmp_path / "resampled").write_bytes(gzip.compress(data) if packed else data)
    np.testing.assert_allclose(np.asarray(load_run(tmp_path)["audio"].array), SAMPLES, atol=2**-15, rtol=0)


def test_another_rate_is_said(tmp_path: Path) -> None:
    (tmp_path / "audio.wav").write_bytes(wav("FLOAT", 22_050)(SAMPLES))
    (said,) = load_run(tmp_path).provenance.assumptions
    assert "samples at 22050 Hz, where the stage has 16000 Hz" in said.decided


def beside_mel(folder: Path, name: str, data: bytes, **metadata: str) -> Run:
    np.save(folder / "mel.npy", MEL)
    (folder / name).write_bytes(data)
    if metadata:
        (folder / "metadata.json").write_text(json.dumps(metadata))
    return load_run(folder)


@pytest.mark.parametrize(
    ("name", "data", "metadata"),
    [
        ("talk.wav", wav("PCM_16")(SAMPLES), {}),
        ("talk.wav", wav("PCM_16", 44_100)(SAMPLES), {}),
        ("audio.wav", wav("PCM_16")(SAMPLES), {"audio_path": "/home/me/audio.wav"}),
        ("audio.wav", wav("PCM_16")(np.stack([SAMPLES, SAMPLES], 1)), {}),
    ],
)
def test_a_recording_that_only_lies_beside_the_dump_is_no_stage(
    tmp_path: Path, name: str, data: bytes, metadata: dict[str, str]
) -> None:
    run = beside_mel(tmp_path, name, data, **metadata)
    assert list(run) == ["mel"]
    assert any(note.startswith(f"{name}: is a recording of ") for note in run.provenance.notes)


def test_the_references_recording_is_no_stage(tmp_path: Path) -> None:
    from framescope.core.pipeline import compute

    path = tmp_path / "audio.wav"
    path.write_bytes(wav("FLOAT")(SAMPLES))
    reference = compute(path, until="mel")
    np.save(tmp_path / "mel.npy", reference["mel"].array)
    assert list(load_run(tmp_path, reference=reference)) == ["mel"]


def test_a_recording_alone_is_the_stage_at_the_stages_rate(tmp_path: Path) -> None:
    (tmp_path / "talk.wav").write_bytes(wav("FLOAT")(SAMPLES))
    np.testing.assert_array_equal(np.asarray(load_run(tmp_path)["audio"].array), SAMPLES)
    (tmp_path / "talk.wav").write_bytes(wav("FLOAT", 8000)(SAMPLES))
    with pytest.raises(InputError, match=r"talk\.wav: is a recording of one channel at 8000 Hz"):
        load_run(tmp_path)
    run = load_run(tmp_path, overrides=[parse_override("audio=talk.wav")])
    np.testing.assert_array_equal(np.asarray(run["audio"].array), SAMPLES)


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", "<i2", ">i2"])
def test_headerless_samples(tmp_path: Path, dtype: str) -> None:
    whole = dtype[1] == "i"
    stored = np.round(32768 * SAMPLES) if whole else SAMPLES
    (tmp_path / "audio_16k.pcm").write_bytes(stored.astype(dtype).tobytes())
    run = load_run(tmp_path)
    assert list(run) == ["audio"]
    np.testing.assert_allclose(np.asarray(run["audio"].array), SAMPLES, atol=2**-15, rtol=0)
    (said,) = run.provenance.assumptions
    assert ("whole numbers divided by 32768" in said.decided) == whole


def test_an_encoders_checkpoint_beside_a_dump_is_no_stage(tmp_path: Path) -> None:
    from helpers import checkpoints

    np.save(tmp_path / "mel.npy", MEL)
    checkpoints.save(tmp_path / "encoder.pth", checkpoints.random_weights())
    run = load_run(tmp_path)
    assert list(run) == ["mel"]
    assert any(note.startswith("encoder.pth: holds the parameters of a network") for note in run.provenance.notes)


@pytest.mark.parametrize(
    ("mode", "shape", "name"),
    [
        ("hubert", (60, 2048), "features.npy"),
        ("hubert", (60, 2, 1024), "features.npy"),
        ("wenet", (60, 8192), "features.npy"),
        ("hubert", (60, 2048), "features.bin"),
        ("", (60, 2048), "aud_hubert.npy"),
        ("", (60, 8192), "aud_wenet.npy"),
    ],
)
def test_native_rows(tmp_path: Path, mode: str, shape: tuple[int, ...], name: str) -> None:
    steps = np.random.default_rng(0).normal(size=shape)
    values = np.asarray(np.cumsum(steps, axis=0) / 10, np.float32)
    if name.endswith("npy"):
        np.save(tmp_path / name, values)
    else:
        values.tofile(tmp_path / name)
    if mode:
        (tmp_path / "metadata.json").write_text(json.dumps({"mode": mode}))
    run = load_run(tmp_path)
    assert list(run) == ["features"]
    np.testing.assert_array_equal(np.asarray(run["features"].array), values.reshape(60, -1))
    asked = ",".join(["N", *map(str, shape[1:])])
    override = parse_override(f"features={name}:{'' if name.endswith('npy') else 'f4'}:{asked}")
    run = load_run(tmp_path, overrides=[override])
    np.testing.assert_array_equal(np.asarray(run["features"].array), values.reshape(60, -1))


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("offset", [0, 1, 12, 128])
def test_an_offset_is_asked_for(tmp_path: Path, offset: int, big: bool) -> None:
    noise = np.random.default_rng(0).normal(size=(80, 50)).astype(np.float32)
    (tmp_path / "x.bin").write_bytes(bytes(range(128))[:offset] + noise.astype(">f4" if big else "<f4").tobytes())
    override = parse_override(f"mel=x.bin:float32:80,T:+{offset}" + (":big" if big else ""))
    assert parse_override(str(override)) == override
    run = load_run(tmp_path, overrides=[override])
    np.testing.assert_array_equal(np.asarray(run["mel"].array), noise)


def test_an_offset_in_numbered_files(tmp_path: Path) -> None:
    tensors = frame_tensors(FEATURES)[:3]
    for number, tensor in enumerate(tensors):
        (tmp_path / f"frame_{number}.bin").write_bytes(b"frame\n" + tensor.tobytes())
    override = parse_override("tensors=frame_*.bin:float32:32,16,16:+6")
    np.testing.assert_array_equal(np.asarray(load_run(tmp_path, overrides=[override])["tensors"].array), tensors)


def test_an_offset_beyond_the_file(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(MEL.tobytes())
    with pytest.raises(InputError, match="holds 0 bytes, which cannot be laid out so"):
        load_run(tmp_path, overrides=[parse_override("mel=x.bin:float32:80,T:+1000000000000")])


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("writer", BINARY_WRITERS)
def test_next_to_nothing_is_read_or_refused_with_a_sentence(
    tmp_path: Path, writer: str, stage: str, count: int
) -> None:
    values = STAGES[stage][:, :count] if stage == "mel" else STAGES[stage][:count]
    (tmp_path / f"{stage}.dat").write_bytes(BINARY_WRITERS[writer](np.ascontiguousarray(values), stage))
    run, sentence = None, ""
    try:
        run = load_run(tmp_path)
    except InputError as error:
        sentence = str(error)
    assert run is not None or f"{stage}.dat" in sentence
    assert all(each.array[:].size for each in run.stages.values()) if run else "\n" not in sentence


def test_a_real_header_full_of_nul_bytes(shared: Path) -> None:
    folder = shared / "ports" / "go_committed_dump"
    run = load_run(folder)
    data = (folder / "nul_padded_header.npy").read_bytes()
    np.testing.assert_array_equal(np.asarray(run["mel"].array), np.frombuffer(data[80:], "<f4").reshape(200, 80).T)
    assert any("NUL bytes" in note for note in run.provenance.notes)


def test_npy_of_records_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mel.npy").write_bytes(npy(np.zeros(80, [("a", "<f4"), ("b", "<i4")])))
    with pytest.raises(InputError, match=r"mel\.npy: holds values of the type"):
        load_run(tmp_path)
