"""PyTorch checkpoints, read without PyTorch and without executing anything in them."""

import os
import zipfile
from pathlib import Path
from typing import IO, TypeGuard

import numpy as np

from ..base.arrays import NDArray
from ..base.errors import InputError
from ..base.files import naming, open_file
from .architecture import BLOCKS, parameter_shapes
from .pickled import STORAGES, Global, Tensor, read_pickle

_LEGACY_MAGIC = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
"""The first bytes of what torch.save wrote before PyTorch 1.6."""
_NESTS = ("state_dict", "model_state_dict", "model")
_PREFIXES = ("module.", "audio_encoder.")
_RESAVE = "re-save it with torch.save(model.state_dict(), path)"
_MAX_PICKLE_BYTES = 4 << 20
"""The pickle of a state dict takes about 100 bytes a tensor."""
_MAX_STORAGE_BYTES = 256 << 20
"""Of all storages that are read: the encoder's parameters have 11 MB, but may be views of larger storages."""


def read_checkpoint(path: str | Path) -> dict[str, NDArray]:
    """Read the encoder's parameters from a ``.pth`` or ``.pt`` file.

    The state dict may be nested under ``state_dict``, ``model_state_dict`` or ``model``, and its keys may begin with
    ``module.`` (DataParallel) and ``audio_encoder.``; where some do, the others belong to other networks.

    Parameters
    ----------
    path : path
        A zip archive as ``torch.save`` writes it since PyTorch 1.6.

    Returns
    -------
    dict of str to array
        Every key of `parameter_shapes` with its shape, in the file's dtype (bfloat16 as float32), and those of
        the counters ``N.conv_block.1.num_batches_tracked`` that the file has.

    Raises
    ------
    InputError
        The file cannot be read, is not a state dict, or has other keys or shapes than the encoder.
    """
    path = Path(path)
    with open_file(path, "a PyTorch checkpoint") as file, naming(path):
        return _read_file(file)


def _read_file(file: IO[bytes]) -> dict[str, NDArray]:
    if file.read(len(_LEGACY_MAGIC)) == _LEGACY_MAGIC:
        raise InputError(f"is in the format of PyTorch before 1.6; load it with a newer one and {_RESAVE}")
    try:
        with zipfile.ZipFile(file) as archive:
            return _read_state(_Archive(archive, os.fstat(file.fileno()).st_size))
    except InputError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        reason = str(error) or "it ends too soon"
        raise InputError(f"is damaged or no PyTorch checkpoint ({reason}); {_RESAVE}") from None


def _read_state(archive: "_Archive") -> dict[str, NDArray]:
    try:
        content = read_pickle(archive.read("data.pkl", _MAX_PICKLE_BYTES))
    except InputError as error:
        raise InputError(f"{error}; nothing in it was executed; {_RESAVE}") from None
    tensors = _encoder_tensors(content)
    counters = {f"{number}.conv_block.1.num_batches_tracked": () for number in range(len(BLOCKS))}
    shapes = parameter_shapes() | {key: shape for key, shape in counters.items() if key in tensors}
    _check_keys(tensors, shapes)
    return {key: archive.values(key, tensors[key], shape) for key, shape in shapes.items()}


def _encoder_tensors(content: object) -> dict[str, Tensor]:
    """Find the state dict, and in it the keys of the encoder without their prefixes."""
    nested = [content.get(name) for name in _NESTS] if isinstance(content, dict) else []
    for candidate in (*nested, content):
        entries = candidate.items() if isinstance(candidate, dict) else ()
        if tensors := {key: value for key, value in entries if isinstance(key, str) and isinstance(value, Tensor)}:
            for prefix in _PREFIXES:
                inner = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
                tensors = inner or tensors
            return tensors
    raise InputError(f"holds no state dict; {_RESAVE}")


def _check_keys(tensors: dict[str, Tensor], shapes: dict[str, tuple[int, ...]]) -> None:
    problems = [f"{key} is missing" for key in shapes if key not in tensors]
    problems += [
        f"{key} has {_shape_text(tensors[key].shape)} instead of {shape}"
        for key, shape in shapes.items()
        if key in tensors and tensors[key].shape != shape
    ]
    problems += [f"{key:.80} is unknown" for key in tensors if key not in shapes]
    if problems:
        more = f" (and {len(problems) - 1} more keys differ)" if len(problems) > 1 else ""
        raise InputError(f"is not a checkpoint of the audio encoder: {problems[0]}{more}")


def _shape_text(shape: object) -> str:
    return f"shape {shape}" if _is_ints(shape) and len(shape) < 10 else "no usable shape"


def _is_ints(values: object) -> TypeGuard[tuple[int, ...]]:
    return isinstance(values, tuple) and all(type(value) is int for value in values)


class _Archive:
    """The entries of a checkpoint's zip archive, which all lie in one folder."""

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._zip = archive
        self._size = size
        self._names = set(archive.namelist())
        folders = [name.removesuffix("data.pkl") for name in self._names if name.endswith("/data.pkl")]
        if len(folders) != 1:
            raise InputError(f"is a zip archive but no PyTorch checkpoint, which has one data.pkl; {_RESAVE}")
        self._folder = folders[0]
        if f"{self._folder}constants.pkl" in self._names:
            raise InputError(f"is a TorchScript module, which is a program; {_RESAVE}")
        self._storages: dict[str, bytes] = {}
        self._order = self._byte_order()

    def read(self, name: str, most: int) -> bytes:
        """Read one entry of at most `most` bytes."""
        if self._folder + name not in self._names:
            raise InputError(f"lacks its entry {name:.80}; copy it again or {_RESAVE}")
        entry = self._zip.getinfo(self._folder + name)
        # torch.save never compresses, and a compressed entry can unpack to a thousand times the file.
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size or entry.flag_bits & 1:
            raise InputError(f"its entry {name:.80} is compressed or encrypted, as torch.save never does; {_RESAVE}")
        if entry.file_size > min(most, self._size):
            raise InputError(
                f"its entry {name:.80} claims {entry.file_size} bytes; {min(most, self._size)} can be read"
            )
        return self._zip.read(entry)

    def values(self, key: str, tensor: Tensor, shape: tuple[int, ...]) -> NDArray:
        """Read the values of a tensor whose shape is known to be `shape`."""
        match tensor.storage:
            case ("storage", Global() as kind, str() as name, _, int() as count) if kind in STORAGES:
                code = STORAGES[kind]
            case _:
                raise InputError(f"its tensor {key} has no storage; {_RESAVE}")
        offset, strides = tensor.offset, tensor.strides
        if type(offset) is not int or not _is_ints(strides):
            raise InputError(f"its tensor {key} has no usable offset or strides; {_RESAVE}")
        dtype = np.dtype(self._order + ("u2" if code == "bfloat16" else code))
        stored, step = self._storage(name, count, dtype.itemsize), dtype.itemsize
        try:
            # numpy itself refuses an offset or strides that lead out of the buffer.
            view = np.ndarray(shape, dtype, stored, offset * step, tuple(stride * step for stride in strides))
        except (ValueError, OverflowError):
            raise InputError(f"its tensor {key} reaches beyond its storage of {count} values; {_RESAVE}") from None
        values = view.astype(dtype.newbyteorder("="), order="C")
        # A bfloat16 is the upper half of a float32.
        return (values.astype(np.uint32) << 16).view(np.float32) if code == "bfloat16" else values

    def _storage(self, name: str, count: int, size: int) -> bytes:
        """Read a storage, once for all tensors that are views of it."""
        if name not in self._storages:
            left = _MAX_STORAGE_BYTES - sum(map(len, self._storages.values()))
            self._storages[name] = self.read(f"data/{name}", left)
        data = self._storages[name]
        if len(data) != count * size:
            raise InputError(f"its storage {name:.80} has {len(data)} bytes instead of {count} x {size}")
        return data

    def _byte_order(self) -> str:
        """Give the byte order of all storages, ``<`` or ``>``; files without the record are little-endian."""
        if f"{self._folder}byteorder" not in self._names:
            return "<"
        record = self.read("byteorder", 16)
        if record not in {b"little", b"big"}:
            raise InputError(f"its byte order is {record!r}; it must be little or big")
        return "<" if record == b"little" else ">"
