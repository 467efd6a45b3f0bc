"""What reading takes is bounded by the file and by what a comparison can use, and no file is ever mapped."""

import gzip
import io
import json
import os
import struct
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import safetensors.numpy
from framescope.core.base.errors import InputError
from framescope.core.readers import load_run
from framescope.core.readers.formats import archives
from framescope.core.readers.lazy_file_array import FileItems
from helpers.dumps import bfloat16, pad, speech_features, speech_mel

GIGABYTE = 1 << 30
SPARSE = 20 * GIGABYTE
MEL = speech_mel(120)


def in_a_process(code: str, *arguments: str, allowed: int = GIGABYTE) -> str:
    """Run code in a process of its own that may take so many bytes more than it has once everything is imported."""
    limit = f"""
        import resource, sys
        from pathlib import Path
        import numpy as np, onnx.numpy_helper
        from framescope.core.base.errors import InputError
        from framescope.core.readers import load_run
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + {allowed}, used + {allowed}))
    """
    whole = textwrap.dedent(limit) + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", whole, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


def npy_head(shape: tuple[int, ...], descr: str = "<f4", length: int | None = None) -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", length or len(text)) + text


def safetensors_head(shape: tuple[int, ...], size: int) -> bytes:
    head = json.dumps({"x": {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}).encode()
    return struct.pack("<Q", len(head)) + head


def tensorproto_head(dims: tuple[int, ...], size: int) -> bytes:
    head = bytes(onnx.TensorProto(data_type=1, dims=dims).SerializeToString())
    varint = bytearray()
    while size > 127:
        varint.append(size & 127 | 128)
        size >>= 7
    return head + b"\x4a" + bytes(varint) + bytes([size])


COLUMNS = SPARSE // 4 // 80
ROWS = SPARSE // 4 // 512
SPARSE_FILES: dict[str, tuple[bytes, int]] = {
    "npy, header of 4 GB": (npy_head((80, 100), length=2**32 - 100), SPARSE),
    "npy, mel": (npy_head((80, COLUMNS)), SPARSE),
    "npy, mel turned": (npy_head((COLUMNS, 80)), SPARSE),
    "npy, features": (npy_head((ROWS, 512)), SPARSE),
    "npy, samples": (npy_head((SPARSE // 4,)), SPARSE),
    "safetensors": (safetensors_head((ROWS, 512), SPARSE), SPARSE),
    "safetensors, header of 90 MB": (struct.pack("<Q", 90 << 20) + b"{", SPARSE),
    "TensorProto": (tensorproto_head((ROWS, 512), SPARSE), SPARSE),
    "TensorProto, nothing raw": (b"\x08\x50\x10\x01\x22" + b"\x80\x80\x80\x80\x40", 16 * GIGABYTE),
    "raw": (b"", SPARSE),
    "head of int32": (struct.pack("<ii", ROWS, 512), SPARSE),
    "zip": (b"PK\x03\x04", SPARSE),
    "gzip": (b"\x1f\x8b\x08" + bytes(7), SPARSE),
    "WAV": (b"RIFF\xff\xff\xff\xffWAVEfmt ", SPARSE),
    "JSON": (b"[", SPARSE),
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited and files are sparse as on Linux")
@pytest.mark.parametrize("name", ["x", "mel.bin", "audio.bin", "frame_1.bin"])
def test_files_of_20_gigabytes_of_nothing(tmp_path: Path, name: str) -> None:
    folders = []
    for number, (head, size) in enumerate(SPARSE_FILES.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        with (folder / name).open("wb") as file:
            file.write(head)
            file.truncate(len(head) + size)
        folders.append(str(folder))
    code = """
        for folder in sys.argv[1:]:
            try:
                run = load_run(folder)
                print("read", [stage.array[:1].shape for stage in run.stages.values()])
            except InputError as error:
                assert not isinstance(error.__cause__, MemoryError), error
                print("refused", error)
    """
    lines = in_a_process(code, *folders).splitlines()
    assert len(lines) == len(folders)
    assert all(line.startswith(("read", "refused")) for line in lines)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as on Linux")
def test_an_archive_that_unpacks_to_five_gigabytes(tmp_path: Path) -> None:
    """58 MB of noise a hundred times the same, in blocks that repeat: features that shrink to a 90th."""
    path = tmp_path / "dump.npz"
    block = np.random.default_rng(0).bytes(1 << 20) * 3
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("features.npy", saved(speech_features(40)))
        with archive.open("tensors.npy", "w", force_zip64=True) as member:
            count = 600
            member.write(npy_head((count * len(block) // 32768, 32, 16, 16)))
            for _ in range(count):
                member.write(bytes(len(block) - 40_000) + block[:40_000])
    code = """
        run = load_run(sys.argv[1])
        print(list(run), "would unpack to" in run.provenance.notes[0])
    """
    assert in_a_process(code, str(path)).strip() == "['features'] True"


def saved(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def test_what_unpacks_to_more_than_can_be_held_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mel.npy.gz").write_bytes(gzip.compress(saved(MEL)))
    monkeypatch.setattr(archives, "MAX_UNPACKED", 10_000)
    with pytest.raises(InputError, match=r"mel\.npy\.gz: unpacks to more than 10000 bytes"):
        load_run(tmp_path)


def test_an_archive_in_an_archive_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("inner.zip", b"PK\x05\x06" + bytes(18))
    with pytest.raises(InputError, match=r"out\.zip/inner\.zip: is an archive in an archive; unpack it"):
        load_run(tmp_path)


def test_nothing_unpacked_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    (tmp_path / "mel.npy.gz").write_bytes(gzip.compress(saved(MEL)))
    np.testing.assert_array_equal(np.asarray(load_run(tmp_path / "mel.npy.gz")["mel"].array), MEL)
    assert not list(place.iterdir())


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="mappings are listed on Linux")
@pytest.mark.parametrize("form", ["npy", "npy, Fortran order", "raw", "safetensors", "npz", "TensorProto"])
def test_no_file_is_mapped_and_one_that_is_cut_short_is_an_error(tmp_path: Path, form: str) -> None:
    features = np.random.default_rng(0).random((40_000, 512), dtype=np.float32)
    path = tmp_path / "features.bin"
    with path.open("wb") as file:
        if form.startswith("npy"):
            np.save(file, np.asfortranarray(features) if "Fortran" in form else features)
        elif form == "npz":
            np.savez(file, features=features)
        else:
            tensor = onnx.TensorProto(data_type=1, dims=features.shape, raw_data=features.tobytes(), name="x")
            whole = {"raw": features.tobytes, "safetensors": lambda: safetensors.numpy.save({"x": features})}
            file.write(whole.get(form, tensor.SerializeToString)())
    array = load_run(path)["features"].array
    assert isinstance(array, FileItems)
    assert str(path) not in Path("/proc/self/maps").read_text()
    np.testing.assert_array_equal(array[39_990:], features[39_990:])
    os.truncate(path, 1 << 20)
    with pytest.raises(InputError, match="has changed since it was read"):
        array[:]


def test_bfloat16_needs_no_other_library(tmp_path: Path) -> None:
    head = json.dumps({"mel": {"dtype": "BF16", "shape": MEL.shape, "data_offsets": [0, 2 * MEL.size]}}).encode()
    (tmp_path / "x").write_bytes(struct.pack("<Q", len(head)) + head + bfloat16(MEL).tobytes())
    code = """
        import sys
        from framescope.core.readers import load_run
        values = load_run(sys.argv[1])["mel"].array
        assert "ml_dtypes" not in sys.modules
        print(values.dtype, values.shape, float(values[0, 0]))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], capture_output=True, text=True, check=True
    )
    expected = (bfloat16(MEL).astype("<u4") << 16).view("<f4")[0, 0]
    assert done.stdout.split() == ["float32", "(80,", "120)", str(float(expected))]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_or_a_device_is_named_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(InputError, match=f"{path.name}: is neither a file nor a folder"):
            load_run(path)


def test_only_the_mel_was_written_again(tmp_path: Path) -> None:
    """The rows are those of another number of frames than the new mel's; they are what they were."""
    features = speech_features(38)
    features.tofile(tmp_path / "features_raw_f32.bin")
    pad(features).tofile(tmp_path / "features_padded_f32.bin")
    speech_mel(138).tofile(tmp_path / "mel_f32.bin")
    run = load_run(tmp_path)
    np.testing.assert_array_equal(np.asarray(run["features"].array), features)
    np.testing.assert_array_equal(np.asarray(run["padded"].array), pad(features))
    assert not run.provenance.notes


@pytest.mark.parametrize("before", [True, False])
def test_a_stage_stays_what_it_was_read_as_before(tmp_path: Path, before: bool) -> None:
    """Rows alone, with equal ends and as many as the new mel has frames, could be either."""
    rows = pad(speech_features(38))
    rows.tofile(tmp_path / "rows.bin")
    speech_mel(132).tofile(tmp_path / "mel.bin")
    previous = load_run(tmp_path)
    assert list(previous) == ["mel", "padded"]
    speech_mel(138).tofile(tmp_path / "mel.bin")
    run = load_run(tmp_path, previous=previous if before else None)
    assert list(run) == ["mel", "padded" if before else "features"]
