"""Bad and hostile files: one sentence that names the file, no code run, little memory, no waiting."""

import io
import json
import os
import pickle
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import safetensors.numpy
from framescope.core.base.errors import InputError
from framescope.core.readers import load_run, scan
from framescope.core.run import Run
from helpers.dumps import speech_features, speech_mel
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from onnx import numpy_helper

MEL = speech_mel(20)
FEATURES = speech_features(6)
MEGABYTE = 1 << 20


def npy(header: str, data: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H" if version[0] == 1 else "<I", len(text)) + text + data


def header(shape: object, descr: str = "'<f4'") -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}"


def saved(save: Callable[..., object], *arrays: Any, **named: Any) -> bytes:
    buffer = io.BytesIO()
    save(buffer, *arrays, **named)
    return buffer.getvalue()


def zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("mel.npy", "w") as member:
        member.write(npy(header((80, 640_000))))
        for _ in range(200):
            member.write(bytes(MEGABYTE))
    return buffer.getvalue()


def lying_zip() -> bytes:
    """An archive whose directory gives its member 100 million bytes, where 88 lie."""
    data = bytearray(saved(np.savez, mel=np.zeros(1)))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100_000_000)
    return bytes(data)


class Payload:
    """Creates a file when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("unpickled",)


def checkpoint() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Payload()))
    return buffer.getvalue()


def tensorproto(**fields: Any) -> bytes:
    return bytes(onnx.TensorProto(**({"data_type": 1, "dims": [80, 20]} | fields)).SerializeToString())


def external_tensor() -> bytes:
    tensor = onnx.TensorProto(data_type=1, dims=[80, 20], data_location=1)
    tensor.external_data.add(key="location", value="/etc/passwd")
    return bytes(tensor.SerializeToString())


ROWS = b"1,2,3\n" * 100
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "npy, huge shape": (npy(header((10**12,))), r"announces 1000000000000 values of 4 bytes .* only \d+ bytes follow"),
    "npy, overflowing shape": (npy(header((2**40, 2**40)), bytes(64)), "announces"),
    "npy, negative shape": (npy(header((-1, 80)), bytes(640)), "cannot be negative"),
    "npy, too many axes": (npy(header((1,) * 100), bytes(4)), "has 100 axes"),
    "npy, cut": (saved(np.save, MEL)[:-1], "cut short or its header is wrong"),
    "npy, header cut": (saved(np.save, MEL)[:60], r"is not a valid \.npy file"),
    "npy, nested header": (npy("(" * 5000), r"is not a valid \.npy file"),
    "npy, version 9": (npy(header((4,)), bytes(16), b"\x09\x00"), r"version \(9, 0\)"),
    "npy, objects": (
        saved(np.save, np.array([Payload()] * 80, object)),
        "holds Python objects, which are never unpickled",
    ),
    "npy, wide items": (npy(header((2,), f"('<f4', ({2**28},))"), bytes(64)), r"x\.npy|announces|valid"),
    "npy, strings": (saved(np.save, np.array(["a"] * 80)), "real numbers, float16 to float64, are needed"),
    "npz, bomb": (zip_bomb(), "would unpack to 209715276 bytes from a file of"),
    "npz, lie": (lying_zip(), "would unpack to 100000000 bytes|not a valid"),
    "npz, cut": (saved(np.savez, mel=MEL)[:-30], r"is not a valid \.npz file"),
    "npz, objects": (saved(np.savez, mel=np.array([Payload()], object)), "never unpickled"),
    "npz, without arrays": (b"PK\x05\x06" + bytes(18), "zip archive without any"),
    "checkpoint": (checkpoint(), "is a PyTorch checkpoint, which is never unpickled"),
    "pickle": (pickle.dumps(Payload()), "is a Python pickle, which is never loaded"),
    "safetensors, huge header": (struct.pack("<Q", 2**60) + b'{"a":1}' * 9, "without a header|holds"),
    "safetensors, cut": (safetensors.numpy.save({"mel": MEL})[:-10], "is not a valid safetensors file"),
    "safetensors, nested": (struct.pack("<Q", 50_000) + b'{"a":' * 10_000, "is not a valid safetensors file"),
    "TensorProto, huge dims": (
        tensorproto(dims=[2**40, 2**20], raw_data=bytes(64)),
        "do not fit the 16 values it holds",
    ),
    "TensorProto, negative dims": (tensorproto(dims=[-80, -20], raw_data=bytes(6400)), "do not fit"),
    "TensorProto, elsewhere": (external_tensor(), "keeps its values in another file"),
    "TensorProto, strings": (tensorproto(data_type=8, string_data=[b"a"]), "strings"),
    "JSON, nested": (b"[" * 100_000 + b"]" * 100_000, "brackets and quotes in 200000 bytes"),
    "JSON, nested a little": (b"[" * 5000 + b"]" * 5000, "is not a valid JSON file"),
    "JSON, empty lists": (b"[" + b"[]," * 300_000 + b"[]]", "brackets and quotes"),
    "JSON, ragged": (json.dumps([[1.0] * 80, [1.0] * 79]).encode(), "of equal lengths"),
    "JSON, words": (json.dumps([["a"] * 80] * 16).encode(), "must hold numbers only"),
    "JSON, huge number": (b"[" + b"1" * 100_000 + b"]", "is not a valid JSON file"),
    "JSON, cut": (json.dumps(MEL.tolist()).encode()[:-5], "is not a valid JSON file"),
    "JSON, shape lies": (b'{"shape": [80, 1000000000], "data": [1, 2]}', "does not fit the 2 values"),
    "JSON, odd shape": (b'{"shape": ["a"], "data": [1, 2]}', "numbers only|does not fit"),
    "JSON, facts only": (b'{"fps": 25}', "metadata only"),
    "lines, count lies": (b"8192\n" + b"0.5\n" * 100, "announces 8192 values, but 100 follow"),
    "CSV, ragged": (ROWS + b"1,2\n", "is not a valid text file"),
    "CSV, words": (ROWS + b"1,x,3\n", r"is not a valid text file \(could not convert string 'x'"),
    "CSV, a million columns": (b",".join([b"1.5"] * 1_000_001), r"shape \(1, 1000001\)"),
    "prose": (b"This is how to run the port.\n" * 10, "is nothing a dump consists of"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(1000), "is nothing a dump consists of"),
    "raw, odd size": (b"\x00\x01\x02" * 1111, "3333 bytes without a header"),
    "raw, noise": (np.random.default_rng(0).bytes(80 * 400), "bytes without a header that look like no stage"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    data, message = HOSTILE[case]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.dat").write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=message) as caught:
            load_run(tmp_path / "x.dat")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "x.dat" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert peak < 20 * len(data) + 20 * MEGABYTE
    assert not (tmp_path / "unpickled").exists()


def test_bad_files_among_good_ones_are_noted(tmp_path: Path) -> None:
    np.save(tmp_path / "mel.npy", MEL)
    for case in ("npy, objects", "npz, bomb", "JSON, ragged", "prose", "picture", "pickle"):
        (tmp_path / f"{case.replace(', ', '_')}.bin").write_bytes(HOSTILE[case][0])
    run = load_run(tmp_path)
    assert list(run) == ["mel"]
    notes = "\n".join(run.provenance.notes)
    for name in ("npy_objects.bin", "npz_bomb.bin", "JSON_ragged.bin", "pickle.bin"):
        assert f"{name}: " in notes
    assert "ignored as nothing a dump consists of: picture.bin, prose.bin" in notes


def test_folders_without_anything(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone: does not exist"):
        load_run(tmp_path / "gone")
    with pytest.raises(InputError, match="it has no files"):
        load_run(tmp_path)
    (tmp_path / "metadata.json").write_text('{"fps": 25}')
    with pytest.raises(InputError, match="metadata only"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    "facts",
    [
        {"fps": 10**400},
        {"fps": "fast", "mode": ["ave"]},
        {"fps": 1e300, "n_frames": 10**300},
        {"mode": {"a": 1}, "stats": 5},
        {"stats": {"mel_range": [-(10**400), "x"], "mel_shape": [-1, 2.5]}, "audio_path": 5, "n_frames": True},
    ],
)
def test_metadata_is_not_believed_blindly(tmp_path: Path, facts: dict[str, Any]) -> None:
    np.save(tmp_path / "mel.npy", MEL)
    (tmp_path / "metadata.json").write_text(json.dumps(facts))
    run = load_run(tmp_path)
    assert run.config is None
    assert run.provenance.audio is None
    assert run.provenance.n_frames is None
    assert run["mel"].shape == (80, 20)


def test_pipes_devices_and_loops_are_left_alone(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    np.save(tmp_path / "mel.npy", MEL)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert list(load_run(tmp_path)) == ["mel"]


def test_links_out_of_the_folder_are_followed(tmp_path: Path) -> None:
    np.save(tmp_path / "values.npy", MEL)
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump/mel.npy").symlink_to(tmp_path / "values.npy")
    assert list(load_run(tmp_path / "dump")) == ["mel"]


def test_depth_and_number_of_files_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for depth in ("a/b", "a/b/c"):
        (tmp_path / depth).mkdir(parents=True)
    np.save(tmp_path / "a/b/mel.npy", MEL)
    np.save(tmp_path / "a/b/c/features.npy", FEATURES)
    assert list(load_run(tmp_path)) == ["mel"]
    monkeypatch.setattr(scan, "_MAX_FILES", 1)
    np.save(tmp_path / "a/b/mel2.npy", MEL)
    assert "only the first 1 files were looked at" in load_run(tmp_path).provenance.notes


def run_or_sentence(path: Path) -> Run | str:
    try:
        return load_run(path)
    except InputError as error:
        return str(error)


VALID: dict[str, bytes] = {
    "npy": saved(np.save, MEL),
    "npz": saved(np.savez_compressed, mel=MEL, frame_1=FEATURES[:1]),
    "safetensors": safetensors.numpy.save({"mel": MEL, "features": FEATURES}),
    "TensorProto": bytes(numpy_helper.from_array(FEATURES, "features").SerializeToString()),
    "JSON": json.dumps({"mel": np.round(MEL, 3).tolist(), "fps": 25, "stats": {"mel_shape": [80, 20]}}).encode(),
    "lines": "\n".join(["1280", *(f"{value:.3f}" for value in MEL[:, :16].ravel())]).encode(),
    "CSV": "\n".join(",".join(f"{value:.3f}" for value in row) for row in MEL).encode(),
    "raw": MEL.tobytes(),
}
SPLICES = [
    b"",
    b"\x00",
    b"\xff" * 8,
    b"[",
    b"{",
    b'"',
    b",",
    b"\n",
    b"nan",
    b"1e999",
    b"-",
    b"9" * 30,
    b"O",
    b"PK\x03\x04",
]
Edit = tuple[int, int, bytes]


@pytest.mark.filterwarnings("ignore")  # numpy warns of headers that Python 2 wrote; that is no error
@pytest.mark.parametrize("kind", VALID)
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, 300) | st.integers(0, 14_000),
            st.sampled_from([0, 1, 2, 8, 500]),
            st.binary(max_size=8) | st.sampled_from(SPLICES),
        ),
        max_size=4,
    ),
    length=st.none() | st.integers(1, 14_000),
    name=st.sampled_from(["x.bin", "frame_1.bin", "mel.json"]),
)
@example(edits=[], length=None, name="x.bin")
def test_mutated_files_give_a_run_or_one_sentence(
    tmp_path: Path, kind: str, edits: list[Edit], length: int | None, name: str
) -> None:
    data = bytearray(VALID[kind])
    for at, removed, put in edits:
        data[at : at + removed] = put
    path = tmp_path / name
    path.write_bytes(data[:length])
    outcome = run_or_sentence(path)
    if isinstance(outcome, str):
        assert name in outcome
        assert "\n" not in outcome
    else:
        assert all(stage.array[:1].size for stage in outcome.stages.values())
    path.unlink()
