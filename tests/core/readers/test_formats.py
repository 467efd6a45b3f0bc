"""Every format gives the same values, as its own library writes them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import safetensors.numpy
from framescope.core.base.errors import InputError
from framescope.core.readers import load_run
from framescope.core.readers.formats import file_content
from framescope.core.readers.lazy_file_array import FileItems
from helpers.dumps import frame_tensors, pad, speech_features, speech_mel
from onnx import numpy_helper

MEL = speech_mel(60)
FEATURES = speech_features(40)
Array = np.ndarray[Any, Any]
Writer = Callable[[Path, Array], object]


def opened(write: Callable[[Any, Array], object]) -> Writer:
    def writer(path: Path, array: Array) -> None:
        with path.open("wb") as file:
            write(file, array)

    return writer


def write_tensorproto(path: Path, array: Array) -> None:
    path.write_bytes(numpy_helper.from_array(array, "values").SerializeToString())


def write_unpacked_tensorproto(path: Path, array: Array) -> None:
    tensor = onnx.helper.make_tensor("values", onnx.TensorProto.FLOAT, array.shape, array.ravel().tolist())
    path.write_bytes(tensor.SerializeToString())


def write_lines(path: Path, array: Array) -> None:
    path.write_text("".join(f"{value}\n" for value in [array.size, *array.ravel().tolist()]))


def write_json_lines(path: Path, array: Array) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in array.tolist()))


def write_shaped_json(path: Path, array: Array) -> None:
    path.write_text(json.dumps({"shape": array.shape, "data": array.ravel().tolist(), "dtype": "float32"}))


def write_shortest(path: Path, array: Array) -> None:
    path.write_text("\n".join(",".join(map(str, row)) for row in array))


WRITERS: dict[str, Writer] = {
    "npy": opened(np.save),
    "npy, version 2": opened(lambda file, array: np.lib.format.write_array(file, array, (2, 0))),
    "npy, Fortran order": opened(lambda file, array: np.save(file, np.asfortranarray(array))),
    "npy, big-endian": opened(lambda file, array: np.save(file, array.astype(">f4"))),
    "npz": opened(np.savez),
    "npz, compressed": opened(np.savez_compressed),
    "safetensors": lambda path, array: path.write_bytes(
        safetensors.numpy.save({"values": np.ascontiguousarray(array)})
    ),
    "TensorProto": write_tensorproto,
    "TensorProto, typed field": write_unpacked_tensorproto,
    "JSON": lambda path, array: path.write_text(json.dumps(array.tolist())),
    "JSON, indented": lambda path, array: path.write_text(json.dumps(array.tolist(), indent=1)),
    "JSON, shape and data": write_shaped_json,
    "JSON lines": write_json_lines,
    "CSV": lambda path, array: np.savetxt(path, array, delimiter=","),
    "CSV, shortest decimals": write_shortest,
    "TSV": lambda path, array: np.savetxt(path, array, delimiter="\t", fmt="%.9g"),
    "semicolons and a byte order mark": lambda path, array: np.savetxt(
        path, array, delimiter=";", encoding="utf-8-sig"
    ),
    "raw": lambda path, array: array.tofile(path),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(("stage", "values"), [("mel", MEL), ("mel", MEL.T), ("features", FEATURES)])
def test_a_format_under_a_name_that_says_nothing(tmp_path: Path, writer: str, stage: Any, values: Array) -> None:
    path = tmp_path / "x.dat"
    WRITERS[writer](path, values)
    run = load_run(path)
    assert list(run) == [stage]
    expected = values.T if stage == "mel" and len(values) != 80 else values
    assert run[stage].array.dtype == np.float32
    np.testing.assert_array_equal(np.asarray(run[stage].array), expected)


def test_one_number_a_line_after_their_count(tmp_path: Path) -> None:
    write_lines(tmp_path / "features.txt", FEATURES)
    np.testing.assert_array_equal(np.asarray(load_run(tmp_path)["features"].array), FEATURES)


def test_text_of_doubles_stays_double(tmp_path: Path) -> None:
    values = MEL.astype(np.float64) / 3
    np.savetxt(tmp_path / "mel.csv", values, fmt="%.17g", delimiter=",")
    array = load_run(tmp_path)["mel"].array
    assert array.dtype == np.float64
    np.testing.assert_array_equal(np.asarray(array), values)


@pytest.mark.parametrize("header", ["", "," + ",".join(map(str, range(80))), ",".join(["t", *(["band"] * 80)])])
def test_tables_with_numbered_rows_and_a_header(tmp_path: Path, header: str) -> None:
    rows = [",".join(map(str, [n, *row.tolist()])) for n, row in enumerate(MEL.T)]
    (tmp_path / "mel.csv").write_text("\n".join([header, *rows] if header else rows))
    run = load_run(tmp_path)
    np.testing.assert_array_equal(np.asarray(run["mel"].array), MEL)
    assert any("numbers the rows" in note for note in run.provenance.notes)


def test_numbered_columns(tmp_path: Path) -> None:
    np.savetxt(tmp_path / "mel.csv", np.vstack([np.arange(80), MEL.T]), delimiter=",")
    assert load_run(tmp_path)["mel"].shape == MEL.shape


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_precision_is_kept(tmp_path: Path, dtype: Any) -> None:
    np.save(tmp_path / "mel.npy", MEL.astype(dtype))
    assert load_run(tmp_path)["mel"].array.dtype == dtype


@pytest.mark.parametrize("kind", ["safetensors", "TensorProto"])
def test_bfloat16_becomes_float32(tmp_path: Path, kind: str) -> None:
    import ml_dtypes

    torch = pytest.importorskip("torch")
    import safetensors.torch

    values = torch.from_numpy(MEL).to(torch.bfloat16)
    if kind == "safetensors":
        (tmp_path / "mel").write_bytes(safetensors.torch.save({"mel": values}))
    else:
        write_tensorproto(tmp_path / "mel", MEL.astype(ml_dtypes.bfloat16))
    np.testing.assert_array_equal(np.asarray(load_run(tmp_path)["mel"].array), values.to(torch.float32).numpy())


@pytest.mark.parametrize("container", ["npz", "safetensors", "json"])
def test_a_whole_dump_in_one_file(tmp_path: Path, container: str) -> None:
    arrays = {"mel": MEL, "features": FEATURES, "padded": pad(FEATURES)}
    arrays |= {f"frame_{n:05d}": tensor for n, tensor in enumerate(frame_tensors(FEATURES)[:3])}
    path = tmp_path / "everything"
    if container == "npz":
        np.savez_compressed(tmp_path / "everything.npz", **arrays)
    elif container == "safetensors":
        path.write_bytes(safetensors.numpy.save(arrays))
    else:
        path.write_text(json.dumps({name: array.tolist() for name, array in arrays.items()} | {"fps": 30}))
    run = load_run(tmp_path)
    for stage in ("mel", "features", "padded"):
        np.testing.assert_array_equal(np.asarray(run[stage].array), arrays[stage])
    np.testing.assert_array_equal(np.asarray(run["tensors"].array), frame_tensors(FEATURES)[:3])
    assert run["tensors"].frames is not None
    assert run["tensors"].frames.tolist() == [0, 1, 2]
    assert (run.config is not None and run.config.fps == 30) == (container == "json")


@pytest.mark.parametrize("raw", [True, False])
def test_large_files_are_read_on_demand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: bool) -> None:
    monkeypatch.setattr(file_content, "LARGE_BYTES", 1)
    for name, array in (("mel", MEL), ("features", FEATURES)):
        if raw:
            array.tofile(tmp_path / f"{name}.bin")
        else:
            np.save(tmp_path / f"{name}.npy", array)
    run = load_run(tmp_path)
    assert isinstance(run["features"].array, FileItems)
    np.testing.assert_array_equal(np.asarray(run["features"].array), FEATURES)
    np.testing.assert_array_equal(np.asarray(run["mel"].array), MEL)


def test_integers_are_numbers_and_words_are_not(tmp_path: Path) -> None:
    np.save(tmp_path / "mel.npy", np.round(MEL).astype(np.int8))
    np.testing.assert_array_equal(np.asarray(load_run(tmp_path)["mel"].array), np.round(MEL))
    np.save(tmp_path / "mel.npy", MEL.astype(np.complex64))
    with pytest.raises(InputError, match=r"mel\.npy: holds complex64 values; real numbers"):
        load_run(tmp_path / "mel.npy")
