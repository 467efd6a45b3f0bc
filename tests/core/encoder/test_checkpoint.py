import os
import struct
import zipfile
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.encoder.architecture import parameter_shapes
from framescope.core.encoder.checkpoint import read_checkpoint
from helpers.checkpoints import (
    archive,
    call,
    constant_state,
    integer,
    mapping,
    name,
    pickle_of,
    random_weights,
    save,
    sequence,
    tensor,
    text,
)

FIRST = "0.conv_block.0.weight"
COUNTER = "0.conv_block.1.num_batches_tracked"
STATE = mapping(constant_state())


def written(path: Path, content: bytes = STATE, **options: Any) -> Path:
    return archive(path / "encoder.pth", pickle_of(content), **options)


def as_torch(weights: dict[str, Any]) -> Any:
    torch = pytest.importorskip("torch")
    return OrderedDict((key, torch.from_numpy(np.array(value))) for key, value in weights.items())


def test_weights_come_back_exactly(tmp_path: Path) -> None:
    weights = random_weights()
    state = read_checkpoint(save(tmp_path / "encoder.pth", weights))
    assert state.keys() == weights.keys()
    for key, values in state.items():
        np.testing.assert_array_equal(values, weights[key])


@pytest.mark.parametrize(
    "arranged",
    [
        lambda state: state,
        lambda state: {f"audio_encoder.{key}": value for key, value in state.items()},
        lambda state: {f"module.audio_encoder.{key}": value for key, value in state.items()},
        lambda state: {"state_dict": {f"module.{key}": value for key, value in state.items()}, "epoch": 3},
        lambda state: {"model": state, "optimizer": {"state": {0: {"exp_avg": state[FIRST]}}, "lr": 1e-4}},
        lambda state: (
            {f"audio_encoder.{key}": value for key, value in state.items()}
            | {"face_encoder.0.conv_block.0.weight": state[FIRST]}
        ),
    ],
    ids=["plain", "prefix", "two prefixes", "nested, parallel", "with optimizer", "one network of several"],
)
@pytest.mark.parametrize("protocol", [2, 4])
def test_every_arrangement_of_a_state_dict_is_read(arranged: Any, protocol: int, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    weights = random_weights()
    path = tmp_path / "encoder.pth"
    torch.save(arranged(as_torch(weights)), path, pickle_protocol=protocol)
    state = read_checkpoint(path)
    assert state.keys() == weights.keys()
    assert all(np.array_equal(state[key], weights[key]) for key in weights)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_every_float_type_is_read(dtype: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    state = {key: value.to(getattr(torch, dtype)) for key, value in as_torch(random_weights()).items()}
    torch.save(state, tmp_path / "encoder.pth")
    for key, values in read_checkpoint(tmp_path / "encoder.pth").items():
        np.testing.assert_array_equal(values, state[key].double().numpy())


def test_views_and_parameters_are_read_as_pytorch_sees_them(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    state = as_torch(random_weights())
    pool = torch.arange(100_000, dtype=torch.float32)
    state["0.conv_block.0.bias"] = pool[100:132]
    state["1.conv_block.0.weight"] = pool[7 : 7 + 2 * 9216 : 2].view(3, 3, 32, 32).permute(3, 2, 0, 1)
    state["2.conv_block.0.bias"] = torch.nn.Parameter(pool[5:6].expand(32))
    state[COUNTER] = torch.tensor(123456789012)
    torch.save(state, tmp_path / "encoder.pth")
    read = read_checkpoint(tmp_path / "encoder.pth")
    assert read.keys() == state.keys()
    assert all(np.array_equal(read[key], state[key].detach().numpy()) for key in state)


def test_a_storage_is_read_once_for_all_its_views(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    read, names = zipfile.ZipFile.read, []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda zip, entry: names.append(entry.filename) or read(zip, entry))
    read_checkpoint(path)
    assert names == ["archive/data.pkl", "archive/data/0"]


def test_all_storages_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framescope.core.encoder.checkpoint._MAX_STORAGE_BYTES", 2000)
    big = tensor(CHANNELS, (0,) * 4, key="1", count=499)
    path = written(tmp_path, mapping(constant_state(**{FIRST: big})), storages={"0": bytes(8), "1": bytes(4 * 499)})
    with pytest.raises(InputError, match="its entry data/0 claims 8 bytes; 4 can be read"):
        read_checkpoint(path)


def test_a_big_endian_checkpoint_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, storages={"0": struct.pack(">f", 0.01)}, byteorder=b"big")
    assert np.all(read_checkpoint(path)[FIRST] == np.float32(0.01))


def test_the_real_checkpoint_is_read_as_pytorch_reads_it(shared: Path) -> None:
    torch = pytest.importorskip("torch")
    path = shared / "encoder" / "checkpoint.pth"
    expected = torch.load(path, weights_only=True)
    state = read_checkpoint(path)
    assert state.keys() == expected.keys()
    assert all(np.array_equal(state[key], expected[key].numpy()) for key in expected)


CHANNELS = (32, 1, 3, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({FIRST: None}, rf": {FIRST} is missing$"),
        ({FIRST: None, "7.conv_block.1.bias": None, "extra": tensor((1,))}, rf"{FIRST} is missing \(and 2 more keys"),
        ({FIRST: tensor((32, 80, 3, 3))}, r"has shape \(32, 80, 3, 3\) instead of \(32, 1, 3, 3\)"),
        ({FIRST: tensor((2**30, 2**30))}, r"has shape \(1073741824, 1073741824\) instead of"),
        ({FIRST: tensor((32,) * 50)}, "no usable shape"),
        ({COUNTER: tensor((9,))}, rf"{COUNTER} has shape \(9,\) instead of \(\)"),
        ({"13.conv_block.0.weight": tensor((1,))}, r"13\.conv_block\.0\.weight is unknown$"),
        ({FIRST: integer(3)}, rf"{FIRST} is missing"),
    ],
)
def test_keys_and_shapes_that_are_not_the_encoders_are_named(
    changes: dict[str, bytes], message: str, tmp_path: Path
) -> None:
    path = written(tmp_path, mapping(constant_state(**changes)))
    with pytest.raises(InputError, match=message) as caught:
        read_checkpoint(path)
    assert str(caught.value).startswith(f"{path}: is not a checkpoint of the audio encoder: ")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (tensor(CHANNELS, offset=1), "reaches beyond its storage of 1 values"),
        (tensor(CHANNELS, offset=-1), "reaches beyond"),
        (tensor(CHANNELS, (9, 9, 3, 1)), "reaches beyond"),
        (tensor(CHANNELS, (-1, 0, 0, 0)), "reaches beyond"),
        (tensor(CHANNELS, (2**31 - 1,) * 4), "reaches beyond"),
        (tensor(CHANNELS, (0, 0)), "reaches beyond"),
        (tensor(CHANNELS, count=2), r"storage 0 has 4 bytes instead of 2 x 4"),
        (tensor(CHANNELS, count=-1), "has 4 bytes instead of -1 x 4"),
        (tensor(CHANNELS, count=2**31 - 1), "has 4 bytes instead of"),
        (tensor(CHANNELS, kind="DoubleStorage"), "has 4 bytes instead of 1 x 8"),
        (tensor(CHANNELS, kind="ComplexFloatStorage"), r"refers to torch\.ComplexFloatStorage"),
        (tensor(CHANNELS, key="9"), "lacks its entry data/9"),
        (tensor(CHANNELS, key="../data.pkl"), r"lacks its entry data/\.\./data\.pkl"),
        (tensor(CHANNELS).replace(text("storage"), text("program")), "has no storage"),
    ],
)
def test_a_storage_that_does_not_hold_its_tensor_is_refused(value: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        read_checkpoint(written(tmp_path, mapping(constant_state(**{FIRST: value}))))


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (STATE, {"compression": zipfile.ZIP_DEFLATED}, "compressed or encrypted"),
        (STATE, {"storages": {}}, "lacks its entry data/0"),
        (STATE, {"byteorder": b"middle"}, "must be little or big"),
        (STATE, {"byteorder": b"x" * 17}, "claims 17 bytes"),
        (STATE, {"constants.pkl": b""}, "is a TorchScript module"),
        (text("x" * (5 << 20)), {}, "claims 5242"),
        (name("__main__", "AudioEncoder"), {}, r"refers to __main__\.AudioEncoder.*re-save it with torch\.save\(model"),
        (mapping({}), {}, "holds no state dict"),
        (sequence(integer(1)), {}, "holds no state dict"),
        (mapping({"state_dict": integer(1)}), {}, "holds no state dict"),
    ],
)
def test_an_archive_that_is_no_checkpoint_is_refused(
    content: bytes, options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        read_checkpoint(written(tmp_path, content, **options))


def test_nothing_in_a_checkpoint_is_executed(tmp_path: Path) -> None:
    proof = tmp_path / "executed"
    attack = call(name("posix", "system"), text(f"touch {proof}"))
    for content in (attack, mapping(constant_state(**{FIRST: attack})), mapping(constant_state(extra=attack))):
        with pytest.raises(InputError, match="nothing in it was executed"):
            read_checkpoint(written(tmp_path, content))
    assert not proof.exists()


def test_the_format_before_pytorch_1_6_is_named(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    path = tmp_path / "old.pth"
    torch.save({}, path, _use_new_zipfile_serialization=False)
    with pytest.raises(InputError, match=r"format of PyTorch before 1\.6; .*re-save"):
        read_checkpoint(path)


def test_a_pickled_module_is_named(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save(torch.nn.Conv2d(1, 1, 1), tmp_path / "module.pth")
    with pytest.raises(InputError, match=r"refers to torch\.nn\.modules\.conv\.Conv2d.*re-save"):
        read_checkpoint(tmp_path / "module.pth")


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_checkpoint_cut_short_is_refused(part: float, tmp_path: Path) -> None:
    path = written(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: int(part * len(data))])
    with pytest.raises(InputError, match="damaged or no PyTorch checkpoint"):
        read_checkpoint(path)


def test_damaged_values_are_noticed(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes().replace(struct.pack("<f", 0.01), struct.pack("<f", 0.02)))
    with pytest.raises(InputError, match="CRC"):
        read_checkpoint(path)


def test_a_damaged_archive_never_crashes(tmp_path: Path) -> None:
    path = written(tmp_path)
    data, generator = path.read_bytes(), np.random.default_rng(0)
    # The directory at the end and the headers of the first entries are what the reader trusts most.
    places = [*range(60), *range(len(data) - 400, len(data))]
    for place in places:
        damaged = bytearray(data)
        damaged[place] ^= int(generator.integers(1, 256))
        path.write_bytes(damaged)
        with suppress(InputError):
            assert read_checkpoint(path).keys() == parameter_shapes().keys()


def test_a_size_beyond_the_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path)
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 20 : entry + 28] = struct.pack("<II", 200 << 20, 200 << 20)
    path.write_bytes(data)
    with pytest.raises(InputError, match="data/0 claims 209715200 bytes; "):
        read_checkpoint(path)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda path: None, "does not exist; name a PyTorch checkpoint"),
        (Path.mkdir, "is not a file; name a PyTorch checkpoint"),
        (os.mkfifo, "is not a file"),
        (lambda path: path.write_bytes(b"hello"), "damaged or no PyTorch checkpoint"),
    ],
    ids=["missing", "folder", "pipe", "text"],
)
def test_what_cannot_be_read_is_named(made: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "encoder.pth"
    made(path)
    with pytest.raises(InputError, match=message) as caught:
        read_checkpoint(path)
    assert str(caught.value).startswith(f"{path}: ")
