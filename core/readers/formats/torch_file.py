"""Tensors that ``torch.save`` has written, alone or in dicts and lists, read without PyTorch and executing nothing."""

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import prod
from pathlib import Path
from typing import IO, Any, TypeGuard

import numpy as np

from ...base.arrays import Array
from ...base.errors import InputError
from ...encoder.pickled import STORAGES, Global, Tensor, read_pickle
from .file_content import LARGE_BYTES, MAX_HELD_BYTES, Content, Place, array_at, number_decoder, opened
from .zipped import stored_at

PICKLE = "data.pkl"
"""The member of the archive that describes the tensors."""
LEGACY_MAGIC = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
"""The first bytes of what torch.save wrote before PyTorch 1.6."""
_MAX_PICKLE = 4 << 20
_MAX_TENSORS = 200_000


@dataclass(frozen=True, slots=True)
class _Storage:
    """Where the values of one or more tensors lie: the first byte and the number of bytes."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class _File:
    """A file of tensors: what it is called, which byte order it has, and how a storage is found by its key."""

    file: IO[bytes]
    path: Path
    where: str
    order: str
    find: Callable[[str], _Storage | None]


def read_torch_zip(archive: zipfile.ZipFile, file: IO[bytes], path: Path, where: str) -> Content:
    """Read what PyTorch has written since 1.6: a zip archive of a pickle and the values, which are not packed.

    Raises
    ------
    InputError
        Its pickle needs anything but tensors, dicts and lists, or tensors do not lie in the file.
    """
    members = {info.filename: info for info in archive.infolist()}
    folders = [name.removesuffix(PICKLE) for name in members if name.endswith(PICKLE)]
    if len(folders) != 1 or f"{folders[0]}constants.pkl" in members:
        raise InputError(f"{where}: is a PyTorch program or more than one file; save the tensors alone with torch.save")
    folder = folders[0]

    def read(name: str, most: int) -> bytes:
        info = members[folder + name]
        place = stored_at(file, info, f"{where}/{name}")
        file.seek(place)
        return file.read(min(info.file_size, most))

    def find(key: str) -> _Storage | None:
        info = members.get(f"{folder}data/{key}")
        return _Storage(stored_at(file, info, f"{where}/{info.filename}"), info.file_size) if info else None

    order = ">" if f"{folder}byteorder" in members and read("byteorder", 16) == b"big" else "<"
    pickle = read(PICKLE, _MAX_PICKLE)
    return _content(_unpickled(io.BytesIO(pickle), where), _File(file, path, where, order, find))


def read_torch_legacy(path: Path, where: str) -> Content:
    """Read what PyTorch wrote before 1.6: pickles one after the other, then the values of every storage.

    Raises
    ------
    InputError
        As `read_torch_zip`.
    """
    with opened(path) as file:
        pickles = io.BytesIO(file.read(_MAX_PICKLE))
        _, _, system, saved, keys = (_unpickled(pickles, where) for _ in range(5))
        described = [_described(tensor, where) for _, tensor in islice(_tensors(saved), _MAX_TENSORS)]
        widths = {key: _dtype(kind, "<").itemsize for kind, key, _ in described}
        places, at = {}, pickles.tell()
        for key in keys if isinstance(keys, list) else []:
            file.seek(at)
            places[str(key)] = at + 8
            at += 8 + max(0, int.from_bytes(file.read(8), "little", signed=True)) * widths.get(str(key), 1)
        size = os.fstat(file.fileno()).st_size

        def find(key: str) -> _Storage | None:
            return _Storage(places[key], size - places[key]) if key in places else None

        little = not isinstance(system, dict) or system.get("little_endian") is not False
        return _content(saved, _File(file, path, where, "<" if little else ">", find))


def _unpickled(file: IO[bytes], where: str) -> object:
    try:
        return read_pickle(file)
    except InputError as error:
        text = f"is a PyTorch checkpoint, which is never unpickled: {error}; nothing in it was executed"
        raise InputError(f"{where}: {text}; save the tensors alone with torch.save") from None


def _content(saved: object, file: _File) -> Content:
    tensors = dict(islice(_tensors(saved), _MAX_TENSORS))
    if not tensors:
        raise InputError(f"{file.where}: is a PyTorch file without any tensor; save the tensors alone with torch.save")
    sizes = [prod(tensor.shape) if _is_ints(tensor.shape) else 0 for tensor in tensors.values()]
    large = 1 if 4 * sum(sizes) >= LARGE_BYTES else LARGE_BYTES
    return Content({name: _array(tensor, name, file, large) for name, tensor in tensors.items()})


def _tensors(saved: object) -> Iterator[tuple[str, Tensor]]:
    """Find the tensors in dicts and lists, with the keys or numbers that lead to each."""
    waiting: list[tuple[str, object]] = [("", saved)]
    seen: set[int] = set()  # a few bytes of pickle can hold a list a million times
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, Tensor):
            yield name, value
        elif isinstance(value, dict | list | tuple) and id(value) not in seen:
            seen.add(id(value))
            entries = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [(f"{name}/{key}" if name else str(key), inner) for key, inner in entries]


def _described(tensor: Tensor, where: str) -> tuple[Global, str, int]:
    """Give the type of a tensor's storage, its key, and how many values it has."""
    match tensor.storage:
        case ("storage", Global() as kind, str() as key, _, int() as count, *_) if kind in STORAGES:
            return kind, key, count
    raise InputError(f"{where}: has a tensor without values; save the tensors alone with torch.save")


def _dtype(kind: Global, order: str) -> np.dtype[Any]:
    code = STORAGES[kind]
    return np.dtype(order + ("u2" if code == "bfloat16" else code))


def _array(tensor: Tensor, name: str, file: _File, large: int) -> Array:
    where = f"{file.where}/{name}" if name else file.where
    kind, key, count = _described(tensor, where)
    dtype, storage = _dtype(kind, file.order), file.find(key)
    shape, strides, offset = tensor.shape, tensor.strides, tensor.offset
    if storage is None or not 0 <= count * dtype.itemsize <= storage.size:
        raise InputError(f"{where}: its values do not lie in the file, which is cut short; save it again")
    if not (_is_ints(shape) and _is_ints(strides) and type(offset) is int and len(shape) == len(strides) <= 16):
        raise InputError(f"{where}: has no usable shape; save it again")
    bfloat16 = STORAGES[kind] == "bfloat16"
    if min(shape, default=0) < 0 or not 0 <= offset <= count or prod(shape) > count - offset:
        raise InputError(f"{where}: its shape {shape} reaches beyond the {count} values it has; save it again")
    if _lies_in_a_row(shape, strides):
        place = Place(file.file, file.path, where, storage.start + offset * dtype.itemsize)
        return array_at(place, dtype, shape, bfloat16=bfloat16, large=large)
    if count * dtype.itemsize > MAX_HELD_BYTES:
        raise InputError(f"{where}: is a view of {count} values, which is more than can be held; save it.contiguous()")
    decode = number_decoder(where, dtype, bfloat16)
    file.file.seek(storage.start)
    stored = np.frombuffer(file.file.read(count * dtype.itemsize), dtype, count)
    steps = tuple(stride * dtype.itemsize for stride in strides)
    # numpy itself refuses strides that lead out of the buffer.
    return decode(np.ndarray(shape, dtype, stored, offset * dtype.itemsize, steps).copy())


def _lies_in_a_row(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    steps = [prod(shape[axis + 1 :]) for axis in range(len(shape))]
    return all(length <= 1 or step == stride for length, step, stride in zip(shape, steps, strides, strict=True))


def _is_ints(values: object) -> TypeGuard[tuple[int, ...]]:
    return isinstance(values, tuple) and all(type(value) is int for value in values)
