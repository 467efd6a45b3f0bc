"""Weights in further files: all of them are in the identity, or the model is refused."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.encoder.external import with_weights
from framescope.core.encoder.session import Encoder
from helpers.hostile import model, node

WINDOWS = np.zeros((1, 16, 80))


def outside(location: str, dims: tuple[int, ...] = (), name: str = "w", **entries: int) -> Any:
    """Describe a float32 tensor whose values lie in another file."""
    from onnx import TensorProto

    tensor = TensorProto(name=name, dims=dims, data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **entries}.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def changed(data: bytes, change: Callable[[Any], object]) -> bytes:
    import onnx

    proto = onnx.load_model_from_string(data)
    change(proto)
    serialised: bytes = proto.SerializeToString()
    return serialised


def as_initializer(location: str) -> bytes:
    data = model([node("Identity", "w")])
    return changed(data, lambda proto: proto.graph.initializer.append(outside(location)))


def as_attribute(location: str) -> bytes:
    from onnx import helper

    return model([helper.make_node("Constant", [], ["more"], value=outside(location))])


def as_branch(location: str) -> bytes:
    from onnx import TensorProto, helper

    found = helper.make_tensor_value_info("found", TensorProto.FLOAT, [])
    branch = helper.make_graph([node("Identity", "w", "found")], "branch", [], [found], [outside(location)])
    choice = node("If", "positive", then_branch=branch, else_branch=branch)
    return model([node("Greater", "mean zero", "positive"), choice], zero=np.float32(0))


def as_function(location: str) -> bytes:
    from onnx import helper

    body = [helper.make_node("Constant", [], ["made"], value=outside(location))]
    function = helper.make_function("own", "Weight", [], ["made"], body, [helper.make_opsetid("", 13)])

    def add(proto: Any) -> None:
        proto.functions.append(function)
        proto.opset_import.append(helper.make_opsetid("own", 1))

    return changed(model([helper.make_node("Weight", [], ["more"], domain="own")]), add)


def as_sparse(location: str) -> bytes:
    from onnx import SparseTensorProto, numpy_helper

    sparse = SparseTensorProto(dims=[1])
    sparse.values.CopyFrom(outside(location, (1,)))
    sparse.indices.CopyFrom(numpy_helper.from_array(np.array([0])))
    data = model([node("ReduceMean", "w", keepdims=0)])
    return changed(data, lambda proto: proto.graph.sparse_initializer.append(sparse))


def spelled_otherwise(location: str) -> bytes:
    """Write the name of the file before the word that says what it is, as protobuf may."""
    name = location.encode()
    entry = b"\x0a\x08location\x12" + bytes([len(name)]) + name
    data = as_initializer(location)
    assert data.count(entry) == 1
    return data.replace(entry, b"\x12" + bytes([len(name)]) + name + b"\x0a\x08location")


PLACES = [as_initializer, as_attribute, as_branch, as_function, as_sparse, spelled_otherwise]


@pytest.mark.parametrize("make", PLACES)
def test_the_current_folder_is_not_searched(
    make: Callable[[str], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    current, folder = tmp_path / "current", tmp_path / "folder"
    current.mkdir()
    folder.mkdir()
    monkeypatch.chdir(current)
    (current / "w.bin").write_bytes(np.float32(7).tobytes())
    (folder / "port.onnx").write_bytes(make("w.bin"))
    with pytest.raises(InputError, match=r"its weights in a second file cannot be read \(.*w\.bin: does not exist"):
        Encoder.load(folder / "port.onnx")


@pytest.mark.parametrize("make", PLACES)
def test_all_weights_are_in_the_identity(make: Callable[[str], bytes], tmp_path: Path) -> None:
    path = tmp_path / "port.onnx"
    path.write_bytes(make("w.bin"))
    found = []
    for weight in (3, 4, 3):
        (tmp_path / "w.bin").write_bytes(np.float32(weight).tobytes())
        encoder = Encoder.load(path)
        assert np.all(encoder.encode(WINDOWS) == weight)
        found.append(encoder.identity)
    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize("place", ["../w.bin", "absolute", "link", "pipe", "", ".", "*/_ORT_MEM_ADDR_/*"])
def test_files_elsewhere_are_refused(place: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "w.bin").write_bytes(np.float32(7).tobytes())
    (folder / "link").symlink_to(tmp_path / "w.bin")
    os.mkfifo(folder / "pipe")
    data = as_initializer(str(tmp_path / "w.bin") if place == "absolute" else place)
    with pytest.raises(InputError, match="its weights in a second file cannot be read"):
        with_weights(data, folder)


@pytest.mark.parametrize(
    "entries", [{"offset": -1}, {"offset": 10**30}, {"offset": 5}, {"length": 9}, {"length": -5}, {"length": 10**30}]
)
def test_a_part_that_the_file_does_not_have_is_refused(entries: dict[str, int], tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(bytes(8))
    data = model([node("Identity", "w")])
    data = changed(data, lambda proto: proto.graph.initializer.append(outside("w.bin", **entries)))
    (tmp_path / "port.onnx").write_bytes(data)
    with pytest.raises(InputError):
        Encoder.load(tmp_path / "port.onnx")


def test_many_tensors_of_one_file_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framescope.core.encoder.external._MAX_BYTES", 1000)
    (tmp_path / "w.bin").write_bytes(bytes(400))
    data = model([node("Identity", "w")])
    tensors = [outside("w.bin", (100,), f"w{n}") for n in range(3)]
    with pytest.raises(InputError, match="larger than"):
        with_weights(changed(data, lambda proto: proto.graph.initializer.extend(tensors)), tmp_path)


def test_a_word_in_a_description_changes_nothing(tmp_path: Path) -> None:
    data = changed(model([node("Identity", "mean")]), lambda proto: setattr(proto, "doc_string", "location"))
    assert with_weights(data, tmp_path) == data
