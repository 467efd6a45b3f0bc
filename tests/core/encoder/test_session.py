import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.arrays import RowBlocks
from framescope.core.base.errors import InputError
from framescope.core.encoder.architecture import build_onnx
from framescope.core.encoder.session import Encoder
from helpers.checkpoints import random_weights, save
from helpers.models import model, projected
from helpers.reference import windows as cut_windows

Array = np.ndarray[Any, Any]


def windows(n: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).uniform(-4, 4, (n, 16, 80))


def written(folder: Path, data: bytes) -> Path:
    path = folder / "port.onnx"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("options", "tolerance"),
    [
        ({}, 1e-4),
        ({"batch": 1}, 1e-4),
        ({"batch": 7}, 1e-4),
        ({"batch": 512}, 1e-4),
        ({"mel": ("channel", "band", "time")}, 1e-4),
        ({"dtype": "DOUBLE"}, 1e-4),
        ({"dtype": "FLOAT16"}, 0.05),
        ({"inputs": ["mel_spectrogram"], "outputs": [("var_242", (-1, 512))]}, 1e-4),
        ({"outputs": [("features", (-1, 512, 1, 1))]}, 1e-4),
        ({"outputs": [("features", (1, -1, 512))]}, 1e-4),
        ({"batch": 1, "outputs": [("features", (512,))]}, 1e-4),
        ({"outputs": [("other", (-1, 256)), ("features", (-1, 512)), ("long", (-1,))]}, 1e-4),
    ],
    ids=str,
)
def test_every_interface_gives_the_same_features(options: dict[str, Any], tolerance: float, tmp_path: Path) -> None:
    encoder = Encoder.load(written(tmp_path, model(**options)))
    for n in (0, 1, 20):
        features = encoder.encode(windows(n))
        assert (features.shape, features.dtype) == ((n, 512), np.float32)
        np.testing.assert_allclose(features, projected(windows(n)), atol=tolerance)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"inputs": ["mel", "speaker"]}, r"inputs mel \(batch, 1, 80, 16\) tensor\(float\), speaker"),
        ({"mel": (1, 16, 80)}, r"inputs mel \(batch, 1, 16, 80\) tensor\(float\)"),
        ({"mel": (1280,)}, r"inputs mel \(batch, 1280\)"),
        ({"dtype": "INT64"}, r"inputs mel \(batch, 1, 80, 16\) tensor\(int64\)"),
        ({"batch": 1_000_000}, r"inputs mel \(1000000, 1, 80, 16\)"),
        ({"outputs": [("features", (-1, 256))]}, r"outputs features \(.*\) tensor\(float\)"),
        ({"outputs": [("features", (512, -1))]}, "outputs features"),
        ({"outputs": [("a", (-1, 512)), ("b", (-1, 512))]}, r"outputs a \(.*\) tensor\(float\), b"),
        ({"outputs": [("features", (1, 512))]}, None),
    ],
    ids=str,
)
def test_other_interfaces_are_refused(options: dict[str, Any], found: str | None, tmp_path: Path) -> None:
    path = written(tmp_path, model(**options))
    expected = r"expected one input \(batch, 1, 80, 16\) and one output 512 wide, found the " + (found or "")
    with pytest.raises(InputError, match=expected if found else "fails when it is run") as caught:
        Encoder.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


NO_MODEL = "is neither a usable ONNX model nor a PyTorch checkpoint"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", NO_MODEL),
        (b"hello", NO_MODEL),
        (b"\x00\x00\x00\x00ORTM" + bytes(100), NO_MODEL),
        (b"PK\x03\x04", "damaged or no PyTorch checkpoint"),
        (b"\x80\x04.", "damaged or no PyTorch checkpoint"),
    ],
    ids=["empty", "text", "runtime's own format", "archive", "pickle"],
)
def test_other_files_are_refused_silently(
    data: bytes, message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match=message):
        Encoder.load(written(tmp_path, data))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda data: data[:100_000],
        lambda data: data.replace(b"MatMul", b"NoMul!"),
        lambda data: data.replace(b"flat", b"gone", 1),
    ],
    ids=["cut short", "operator", "graph"],
)
def test_a_damaged_model_is_refused_silently(spoilt: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match=NO_MODEL):
        Encoder.load(written(tmp_path, spoilt(model())))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", [b"mel", b"batch", b"features"])
def test_names_that_are_not_text_are_refused(name: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"UTF-8|utf-8"):
        Encoder.load(written(tmp_path, model().replace(name, b"\xff" * len(name))))


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"")
    with path.open("r+b") as file:
        file.truncate(600 << 20)
    with pytest.raises(InputError, match="has 600 MB, which no audio encoder has"):
        Encoder.load(path)


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir, os.mkfifo], ids=["missing", "folder", "pipe"])
def test_what_is_not_a_file_is_named(make: Any, tmp_path: Path) -> None:
    make(tmp_path / "encoder.onnx")
    with pytest.raises(InputError, match=r"encoder\.onnx: .*name an ONNX file or a PyTorch checkpoint$"):
        Encoder.load(tmp_path / "encoder.onnx")


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return Encoder.load(save(tmp_path_factory.mktemp("random") / "random.pth", random_weights()))


@pytest.mark.parametrize("n", [1, 15, 16, 17, 40])
def test_features_do_not_depend_on_the_batch(encoder: Encoder, n: int) -> None:
    features = encoder.encode(windows(n))
    alone = [encoder.encode(windows(n)[i : i + 1])[0] for i in range(n)]
    np.testing.assert_array_equal(features, alone)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
def test_windows_of_any_float_type_are_taken(encoder: Encoder, dtype: Any) -> None:
    values = np.round(windows(3) * 8) / 8
    np.testing.assert_array_equal(encoder.encode(values.astype(dtype)), encoder.encode(values))


def test_lazy_windows_are_taken(encoder: Encoder) -> None:
    columns = np.random.default_rng(0).uniform(-4, 4, (100, 80))
    index = (np.arange(20)[:, None] * 3 + np.arange(16)).astype(np.int32)
    lazy = RowBlocks(columns, index, (16, 80))
    np.testing.assert_array_equal(encoder.encode(lazy), encoder.encode(np.asarray(lazy)))


@pytest.mark.parametrize("shape", [(3, 80, 16), (16, 80), (3, 1, 16, 80), (0,)])
def test_windows_of_another_shape_are_refused(encoder: Encoder, shape: Sequence[int]) -> None:
    with pytest.raises(InputError, match=r"do not fit the encoder, which takes \(n, 16, 80\)"):
        encoder.encode(np.zeros(shape))


def test_threads_may_share_an_encoder(encoder: Encoder) -> None:
    batches = [windows(20, seed) for seed in range(6)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(encoder.encode, batches))
    for features, batch in zip(together, batches, strict=True):
        np.testing.assert_array_equal(features, encoder.encode(batch))


def test_a_checkpoint_and_its_onnx_file_are_the_same_encoder(tmp_path: Path) -> None:
    weights = random_weights()
    (tmp_path / "b.onnx").write_bytes(build_onnx(weights))
    # Names that lie: the content decides.
    checkpoint = Encoder.load(save(tmp_path / "a.onnx", weights))
    exported = Encoder.load(tmp_path / "b.onnx")
    assert checkpoint.identity == exported.identity
    assert len(exported.identity) == 12
    assert exported.label == f"b.onnx ({exported.identity})"
    assert not exported.stand_in
    assert Encoder.load(save(tmp_path / "c.pth", random_weights(1))).identity != checkpoint.identity


def test_stand_in_weights_say_so() -> None:
    encoder = Encoder.from_onnx(build_onnx(random_weights(), stand_in=True), Path("encoder.onnx"))
    assert encoder.stand_in
    assert encoder.label == f"stand-in weights ({encoder.identity})"


def with_second_file(folder: Path) -> Path:
    import onnx

    path = folder / "port.onnx"
    proto = onnx.load_model_from_string(model())
    onnx.save_model(proto, path, save_as_external_data=True, location="port.onnx.data", size_threshold=100)
    return path


def test_weights_in_a_second_file_are_read(tmp_path: Path) -> None:
    path = with_second_file(tmp_path)
    encoder = Encoder.load(path)
    np.testing.assert_allclose(encoder.encode(windows(3)), projected(windows(3)), atol=1e-4)
    second = path.with_name("port.onnx.data")
    second.write_bytes(second.read_bytes()[::-1])
    assert Encoder.load(path).identity != encoder.identity


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"short")], ids=["missing", "short"])
def test_a_bad_second_file_is_refused(spoil: Any, tmp_path: Path) -> None:
    path = with_second_file(tmp_path)
    spoil(path.with_name("port.onnx.data"))
    # Where onnx is old, it is onnxruntime that notices the missing values.
    with pytest.raises(InputError, match=r"weights in a second file cannot be read|size mismatch") as caught:
        Encoder.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("absolute", [False, True])
def test_a_second_file_elsewhere_is_not_read(absolute: bool, tmp_path: Path) -> None:
    import onnx

    outside = tmp_path / "outside.data"
    outside.write_bytes(bytes(4 * 1280 * 512))
    (tmp_path / "inside").mkdir()
    path = with_second_file(tmp_path / "inside")
    proto = onnx.load_model(path, load_external_data=False)
    for entry in proto.graph.initializer[0].external_data:
        if entry.key == "location":
            entry.value = str(outside) if absolute else "../outside.data"
    path.write_bytes(proto.SerializeToString())
    with pytest.raises(InputError, match=r"its weights in a second file cannot be read"):
        Encoder.load(path)


def test_importing_the_session_loads_neither_onnx_nor_its_runtime() -> None:
    code = "import sys, framescope.core.encoder.session, framescope.core.encoder.choice; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {name.split(".")[0] for name in loaded} & {"onnx", "onnxruntime", "torch"}


@pytest.mark.parametrize("name", ["audio_encoder.onnx", "checkpoint.pth"])
def test_real_weights_give_the_reference_features(name: str, shared: Path) -> None:
    mel = np.load(shared / "python_talk_hb" / "mel_spectrogram.npy")
    expected = np.load(shared / "python_talk_hb" / "audio_features_raw.npy")
    features = Encoder.load(shared / "encoder" / name).encode(np.stack(cut_windows(mel, 25)))
    np.testing.assert_allclose(features, expected, atol=5e-5)
