"""Formats that are known and not read: each is refused by its name, with the one line that converts it."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...base.errors import InputError
from . import gob, msgpack
from .file_content import opened

_USER_BLOCKS = (0, 512, 1024, 2048)
"""Where HDF5 may begin."""
_KALDI = re.compile(rb"([^\s\x00]+ )?\x00B(([FD]V)|([FDC][M]\d?)) ")
_KALDI_TEXT = re.compile(rb"[^\s\[\]{}():=,;]+ +\[ *(\r?\n| ) *[-+.\dni]")


@dataclass(frozen=True, slots=True)
class Refused:
    """A format that is not read.

    Attributes
    ----------
    name : str
        What it is, with its article.
    sniff : callable
        Tells from a path and the file's first 4,096 bytes whether a file is in it.
    convert : str
        What converts a file in it; FILE stands for its name.
    """

    name: str
    sniff: Callable[[Path, bytes], bool]
    convert: str

    def error(self, where: str) -> InputError:
        """Give the error for a file."""
        return InputError(
            f"{where}: is {self.name}, which is not read; convert it: {self.convert.replace('FILE', where)}"
        )


def _begins(*magics: bytes) -> Callable[[Path, bytes], bool]:
    return lambda _path, head: head.startswith(magics)


def _is_hdf5(_path: Path, head: bytes) -> bool:
    return any(head[start:].startswith(b"\x89HDF\r\n\x1a\n") for start in _USER_BLOCKS)


def _is_arrow_stream(path: Path, head: bytes) -> bool:
    """Tell whether a message of metadata follows, which begins with a flatbuffer."""
    length = int.from_bytes(head[4:8], "little")
    table = int.from_bytes(head[8:12], "little")
    return (
        head.startswith(b"\xff\xff\xff\xff") and 16 <= length < path.stat().st_size and 4 <= table < min(length, 4096)
    )


def _is_zipped_zarr(path: Path, head: bytes) -> bool:
    if not head.startswith(b"PK"):
        return False
    try:
        with opened(path) as file, zipfile.ZipFile(file) as archive:
            return any(is_zarr(name) for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def is_zarr(name: str) -> bool:
    """Tell whether a file by its name makes the folder it lies in a zarr array or group."""
    return name.rpartition("/")[2] in {".zarray", ".zgroup", "zarr.json"}


def _is_kaldi(_path: Path, head: bytes) -> bool:
    return bool(_KALDI.match(head) or _KALDI_TEXT.match(head))


def _is_pickle(path: Path, head: bytes) -> bool:
    if head[:1] != b"\x80" or head[1:2] not in {b"\x02", b"\x03", b"\x04", b"\x05"}:
        return False
    with opened(path) as file:
        file.seek(-1, 2)
        return file.read(1) == b"."


def _python(imports: str, line: str) -> str:
    return f'python -c "import {imports}; {line}"'


_EACH = "[numpy.save(k + '.npy', {value}) for k, v in {items}]"
_HDF5 = _python(
    "h5py, numpy",
    "h5py.File('FILE').visititems(lambda k, v: hasattr(v, 'dtype') and numpy.save(k.replace('/', '_'), v[()]))",
)
_TABLE = "numpy.save('mel.npy', pandas.read_{kind}('FILE').to_numpy())"
_ZARR = Refused(
    "a zarr array",
    _is_zipped_zarr,
    _python(
        "zarr, numpy", "z = zarr.open('FILE'); numpy.save('mel.npy', z[:] if hasattr(z, 'dtype') else z['mel'][:])"
    ),
)
REFUSED = (
    _ZARR,
    Refused("a MATLAB 7.3 file", lambda _path, head: head.startswith(b"MATLAB 7.3 MAT-file"), _HDF5),
    Refused("an HDF5 file", _is_hdf5, _HDF5),
    Refused(
        "a MATLAB 5 file",
        _begins(b"MATLAB 5.0 MAT-file"),
        _python(
            "scipy.io, numpy",
            _EACH.format(value="v", items="scipy.io.loadmat('FILE').items() if k[0] != '_'"),
        ),
    ),
    Refused("a Parquet file", _begins(b"PAR1"), _python("pandas, numpy", _TABLE.format(kind="parquet"))),
    Refused(
        "an Arrow or Feather file", _begins(b"ARROW1", b"FEA1"), _python("pandas, numpy", _TABLE.format(kind="feather"))
    ),
    Refused(
        "an Arrow stream",
        _is_arrow_stream,
        _python("pyarrow, numpy", "numpy.save('mel.npy', pyarrow.ipc.open_stream('FILE').read_pandas().to_numpy())"),
    ),
    Refused("a tar archive", lambda _path, head: head[257:262] == b"ustar", "tar -xf 'FILE'"),
    Refused("a bzip2 archive", _begins(b"BZh"), "bunzip2 -k 'FILE'"),
    Refused("an xz archive", _begins(b"\xfd7zXZ\x00"), "xz -dk 'FILE'"),
    Refused("a Zstandard archive", _begins(b"\x28\xb5\x2f\xfd"), "zstd -d 'FILE'"),
    Refused("an LZ4 archive", _begins(b"\x04\x22\x4d\x18"), "lz4 -d 'FILE'"),
    Refused("a 7z archive", _begins(b"7z\xbc\xaf\x27\x1c"), "7z x 'FILE'"),
    Refused("a RAR archive", _begins(b"Rar!\x1a\x07"), "unrar x 'FILE'"),
    Refused(
        "a binary property list",
        _begins(b"bplist0"),
        _python("plistlib, numpy", _EACH.format(value="v", items="plistlib.load(open('FILE', 'rb')).items()")),
    ),
    Refused(
        "a Kaldi archive",
        _is_kaldi,
        _python("kaldiio, numpy", _EACH.format(value="v", items="kaldiio.load_ark('FILE')")),
    ),
    Refused(
        "a MessagePack file",
        msgpack.is_msgpack,
        _python("msgpack, numpy", _EACH.format(value="v", items="msgpack.load(open('FILE', 'rb')).items()")),
    ),
    Refused(
        "a Go gob stream",
        gob.is_gob,
        "decode it in Go and write the values with binary.Write(file, binary.LittleEndian, values)",
    ),
)


def refused(path: Path, head: bytes) -> Refused | None:
    """Give the format that is not read in which a file is, by its first 4,096 bytes; None: it is in none of them."""
    return next((form for form in REFUSED if form.sniff(path, head)), None)


def refuse_zarr(where: str) -> InputError:
    """Give the error for a folder that is a zarr array."""
    return _ZARR.error(where)


def refuse_pickle(path: Path, head: bytes, where: str) -> None:
    """Refuse a pickle, which would have to be executed to be read.

    Raises
    ------
    InputError
        It is one.
    """
    if _is_pickle(path, head):
        raise InputError(f"{where}: is a Python pickle, which is never loaded; save the arrays with numpy.save")
