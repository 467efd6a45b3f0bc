"""The binary ways in which tools write a stage, each made without the reader: bytes of a file, or files of a folder."""

import gzip
import io
import json
import plistlib
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import onnx
import safetensors.numpy
import soundfile
from helpers import checkpoints
from helpers.dumps import bfloat16
from onnx import numpy_helper

Array = np.ndarray[Any, Any]
Writer = Callable[[Array, str], bytes]
"""Makes a file of a stage's values, (80, T) or (N, 512) float32, and the stage's name."""


def npy(array: Array, version: tuple[int, int] | None = None) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version)
    return buffer.getvalue()


def nul_padded_npy(array: Array, _name: str = "") -> bytes:
    """Fill the header up with NUL bytes and end it without a newline."""
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {array.shape}, }}".encode()
    head = text + bytes(-(len(text) + 10) % 16)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + array.astype("<f4").tobytes()


def npz(compressed: bool) -> Writer:
    def write(array: Array, name: str) -> bytes:
        buffer = io.BytesIO()
        (np.savez_compressed if compressed else np.savez)(buffer, **{name: array})
        return buffer.getvalue()

    return write


def headed(form: str, dtype: str, *, axes_first: bool = False, flat: bool = False) -> Writer:
    """Put the lengths of the axes in front of the values, or only their number."""

    def write(array: Array, _name: str) -> bytes:
        lengths = (array.size,) if flat else array.shape
        numbers = (len(lengths), *lengths) if axes_first else lengths
        return struct.pack(f"{form[0]}{len(numbers)}{form[1]}", *numbers) + array.astype(dtype).tobytes()

    return write


def zipped(array: Array, name: str) -> bytes:
    """Pack a dump's folder: the values, what is said of them, and a page of prose."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dump/readme.txt", "How to run the port.\n" * 20)
        archive.writestr(f"dump/{name}_f32.bin", array.tobytes())
        archive.writestr("dump/metadata.json", json.dumps({"fps": 25, "mode": "ave"}))
    return buffer.getvalue()


def torch_zip(content: Callable[[Array, str], bytes], order: str = "little") -> Writer:
    def write(array: Array, name: str) -> bytes:
        buffer = io.BytesIO()
        values = array.astype(">f4" if order == "big" else "<f4").tobytes()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("archive/data.pkl", checkpoints.pickle_of(content(array, name)))
            archive.writestr("archive/byteorder", order)
            archive.writestr("archive/data/0", values)
        return buffer.getvalue()

    return write


def torch_tensor(array: Array, _name: str) -> bytes:
    strides = tuple(stride // 4 for stride in np.empty(array.shape, np.float32).strides)
    return checkpoints.tensor(array.shape, strides, count=array.size)


def torch_dict(array: Array, name: str) -> bytes:
    return checkpoints.mapping({name: torch_tensor(array, name), "fps": checkpoints.integer(25)})


def torch_transposed(array: Array, _name: str) -> bytes:
    """Describe the values as the transposed view of a tensor of the other shape, which is what they are saved as."""
    return checkpoints.tensor(array.shape[::-1], (1, array.shape[1]), count=array.size)


def torch_legacy(array: Array, name: str) -> bytes:
    """Write what PyTorch wrote before 1.6: five pickles, then the number of values and the values."""
    system = b"}(" + checkpoints.text("little_endian") + b"\x88" + b"u"
    storage = checkpoints.sequence(
        checkpoints.text("storage"),
        checkpoints.name("torch", "FloatStorage"),
        checkpoints.text("94"),
        checkpoints.text("cpu"),
        checkpoints.integer(array.size),
        b"N",
    )
    rebuilt = checkpoints.call(
        checkpoints.name("torch._utils", "_rebuild_tensor_v2"),
        storage + b"Q",
        checkpoints.integer(0),
        checkpoints.integers(array.shape),
        checkpoints.integers((array.shape[1], 1)),
        b"\x89",
        checkpoints.call(checkpoints.name("collections", "OrderedDict")),
    )
    magic = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19"
    pickles = (magic, b"M\xe9\x03", system, checkpoints.mapping({name: rebuilt}), b"](" + checkpoints.text("94") + b"e")
    values = array.astype("<f4").tobytes()
    return b"".join(map(checkpoints.pickle_of, pickles)) + struct.pack("<q", array.size) + values


def tensorproto(array: Array, name: str) -> bytes:
    return bytes(numpy_helper.from_array(array, name).SerializeToString())


def typed_tensorproto(array: Array, name: str) -> bytes:
    tensor = onnx.helper.make_tensor(name, onnx.TensorProto.FLOAT, array.shape, array.ravel().tolist())
    return bytes(tensor.SerializeToString())


def bfloat16_safetensors(array: Array, name: str) -> bytes:
    head = json.dumps({name: {"dtype": "BF16", "shape": array.shape, "data_offsets": [0, 2 * array.size]}}).encode()
    return struct.pack("<Q", len(head)) + head + bfloat16(array).tobytes()


def wav(subtype: str, rate: int = 16000, form: str = "WAV") -> Callable[[Array], bytes]:
    def write(samples: Array) -> bytes:
        buffer = io.BytesIO()
        soundfile.write(buffer, samples, rate, subtype, format=form)
        return buffer.getvalue()

    return write


BINARY_WRITERS: dict[str, Writer] = {
    "npy": lambda array, _: npy(array),
    "npy, version 2": lambda array, _: npy(array, (2, 0)),
    "npy, Fortran order": lambda array, _: npy(np.asfortranarray(array)),
    "npy, big-endian": lambda array, _: npy(array.astype(">f4")),
    "npy, float64": lambda array, _: npy(array.astype(np.float64)),
    "npy, bfloat16": lambda array, _: npy(array.astype(ml_dtypes.bfloat16)),
    "npy, NUL bytes in the header": nul_padded_npy,
    "npy, gzip": lambda array, _: gzip.compress(npy(array)),
    "npz": npz(compressed=False),
    "npz, compressed": npz(compressed=True),
    "zip": zipped,
    "safetensors": lambda array, name: safetensors.numpy.save({name: np.ascontiguousarray(array)}),
    "safetensors, bfloat16": bfloat16_safetensors,
    "TensorProto": tensorproto,
    "TensorProto, typed field": typed_tensorproto,
    "PyTorch tensor": torch_zip(torch_tensor),
    "PyTorch tensor, big-endian": torch_zip(torch_tensor, "big"),
    "PyTorch tensor, transposed": torch_zip(torch_transposed),
    "PyTorch dict": torch_zip(torch_dict),
    "PyTorch dict, before 1.6": torch_legacy,
    "raw": lambda array, _: array.tobytes(),
    "raw, float16": lambda array, _: array.astype("<f2").tobytes(),
    "raw, gzip": lambda array, _: gzip.compress(array.tobytes()),
    "raw, columns first": lambda array, _: np.ascontiguousarray(array.T).tobytes(),
    "JSON, gzip": lambda array, _: gzip.compress(json.dumps(array.tolist()).encode()),
    "CSV, gzip": lambda array, _: gzip.compress("\n".join(",".join(map(str, row)) for row in array).encode()),
    "head of int32": headed("<i", "<f4"),
    "head of int32, big-endian": headed(">i", ">f4"),
    "head of int64": headed("<q", "<f4"),
    "head of int64, big-endian": headed(">q", ">f8"),
    "head of int32, number of axes first": headed("<i", "<f4", axes_first=True),
    "head of int32, number of values": headed("<i", "<f4", flat=True),
    "head of int64, float16": headed("<q", "<f2"),
}
"""One stage in one file. Values are exact but for the types of 16 bits."""


def snpe(folder: Path, array: Array, name: str) -> None:
    """Write one row a folder, as SNPE and QNN do."""
    for number, row in enumerate(array):
        (folder / f"Result_{number}").mkdir()
        row.tofile(folder / f"Result_{number}" / f"{name}.raw")


def packed_frames(folder: Path, array: Array, name: str) -> None:
    """Pack one file a row into a zip archive."""
    with zipfile.ZipFile(folder / "out.zip", "w") as archive:
        for number, row in enumerate(array):
            archive.writestr(f"{name}/row_{number:03}.bin", row.tobytes())


def gzipped_frames(folder: Path, array: Array, name: str) -> None:
    for number, row in enumerate(array):
        (folder / f"{name}_{number}.npy.gz").write_bytes(gzip.compress(npy(row)))


ROW_WRITERS: dict[str, Callable[[Path, Array, str], None]] = {
    "SNPE": snpe,
    "rows in a zip archive": packed_frames,
    "rows under gzip": gzipped_frames,
}
"""One row, window or frame tensor a file."""


def tar(array: Array) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("mel.bin")
        info.size = array.nbytes
        archive.addfile(info, io.BytesIO(array.tobytes()))
    return buffer.getvalue()


def matlab_5(array: Array) -> bytes:
    import scipy.io

    buffer = io.BytesIO()
    scipy.io.savemat(buffer, {"mel": array})
    return buffer.getvalue()


def messagepack(array: Array) -> bytes:
    """Write a map of one list of float32 values."""
    values = b"".join(b"\xca" + struct.pack(">f", value) for value in array.ravel())
    return b"\x81\xa3mel\xdd" + struct.pack(">I", array.size) + values


def messagepack_bytes(array: Array) -> bytes:
    """Write what msgpack-numpy writes."""
    data = b"\xc6" + struct.pack(">I", array.nbytes) + array.tobytes()
    shape = b"\x92\xcd" + struct.pack(">H", array.shape[0]) + b"\xcd" + struct.pack(">H", array.shape[1])
    return b"\x84\xa2nd\xc3\xa4type\xa3<f4\xa5shape" + shape + b"\xa4data" + data


def gob(array: Array) -> bytes:
    """Write a slice of float64, as encoding/gob does: its type, then its values, each with its bytes reversed."""
    kind = bytes.fromhex("ff81020102ff820001080000")
    values = b"".join(gob_unsigned(int.from_bytes(struct.pack("<d", value), "big")) for value in array.ravel())
    body = bytes.fromhex("ff8200") + gob_unsigned(array.size) + values
    return gob_unsigned(len(kind)) + kind + gob_unsigned(len(body)) + body


def gob_unsigned(number: int) -> bytes:
    if number < 128:
        return bytes([number])
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes([256 - len(data)]) + data


def kaldi(array: Array) -> bytes:
    rows, columns = array.shape
    return b"talk \x00BFM \x04" + struct.pack("<i", rows) + b"\x04" + struct.pack("<i", columns) + array.tobytes()


def kaldi_text(array: Array) -> bytes:
    rows = "\n".join("  " + " ".join(map(str, row)) for row in array)
    return f"talk  [\n{rows} ]\n".encode()


def zarr_zip(array: Array) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mel/.zarray", json.dumps({"shape": array.shape, "zarr_format": 2}))
        archive.writestr("mel/0.0", array.tobytes())
    return buffer.getvalue()


def behind(magic: bytes, length: int = 0) -> Callable[[Array], bytes]:
    return lambda array: magic.ljust(length, b"\0") + array.tobytes() + magic


HDF5 = b"\x89HDF\r\n\x1a\n"
REFUSED: Mapping[str, tuple[str, Callable[[Array], bytes]]] = {
    "HDF5": ("an HDF5 file", behind(HDF5)),
    "HDF5 behind a user block": ("an HDF5 file", lambda array: bytes(512) + HDF5 + array.tobytes()),
    "MAT 5": ("a MATLAB 5 file", matlab_5),
    "MAT 7.3": (
        "a MATLAB 7.3 file",
        lambda array: b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512, b"\0") + HDF5 + array.tobytes(),
    ),
    "Parquet": ("a Parquet file", behind(b"PAR1")),
    "Feather": ("an Arrow or Feather file", behind(b"ARROW1\0\0")),
    "Feather 1": ("an Arrow or Feather file", behind(b"FEA1")),
    "Arrow stream": (
        "an Arrow stream",
        lambda array: b"\xff\xff\xff\xff" + struct.pack("<ii", 256, 16) + bytes(248) + array.tobytes(),
    ),
    "zarr in a zip": ("a zarr array", zarr_zip),
    "tar": ("a tar archive", tar),
    "bzip2": ("a bzip2 archive", behind(b"BZh91AY&SY")),
    "xz": ("an xz archive", behind(b"\xfd7zXZ\x00")),
    "Zstandard": ("a Zstandard archive", behind(b"\x28\xb5\x2f\xfd")),
    "7z": ("a 7z archive", behind(b"7z\xbc\xaf\x27\x1c")),
    "binary plist": (
        "a binary property list",
        lambda array: plistlib.dumps({"mel": array.tobytes()}, fmt=plistlib.FMT_BINARY),
    ),
    "MessagePack, list": ("a MessagePack file", messagepack),
    "MessagePack, bytes": ("a MessagePack file", messagepack_bytes),
    "gob": ("a Go gob stream", gob),
    "Kaldi ark": ("a Kaldi archive", kaldi),
    "Kaldi ark, text": ("a Kaldi archive", kaldi_text),
    "pickle": (
        "a Python pickle",
        lambda array: b"\x80\x04\x95" + struct.pack("<Q", array.nbytes) + array.tobytes() + b".",
    ),
}
"""Formats that are not read: what they are called, and a file in them."""
