"""JSON: nested lists of numbers, objects of them, and objects that describe the dump."""

import json
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ...arrays import NDArray
from ...errors import InputError
from .content import Content
from .numbers import as_written, is_text

_LARGEST_BYTES = 1 << 30
_BYTES_PER_BRACKET = 16
_FREE_BRACKETS = 10_000
_LEAST_VALUES = 64


def is_json(_path: Path, head: bytes) -> bool:
    """Tell whether text begins like a JSON object or list."""
    return is_text(head) and head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def read_json(path: Path, where: str) -> Content:
    """Read arrays from a list, from lines with a list each, or from an object; what else an object says is facts.

    ``{"shape": [80, 100], "data": [...]}`` is one array as well, at the top or under a name.

    Raises
    ------
    InputError
        Lists of different lengths or of anything but numbers (null is NaN).
    """
    document = _parse(_text(path, where))
    if isinstance(document, list):
        return Content({"": _array(document, where)})
    if _is_shaped(document):
        return Content({"": _array(document, where)})
    arrays = {name: value for name, value in document.items() if _is_array(value) or _is_shaped(value)}
    facts = {name: value for name, value in document.items() if name not in arrays}
    return Content({name: _array(value, f"{where}/{name}") for name, value in arrays.items()}, facts)


def _text(path: Path, where: str) -> str:
    """Read the file, unless its objects in memory would be many times its size: tiny or empty lists in great number."""
    if path.stat().st_size > _LARGEST_BYTES:
        raise InputError(f"{where}: is larger than 1 GiB; write so many numbers as .npy or raw float32")
    data = path.read_bytes()
    brackets = data.count(b"[") + data.count(b"{") + data.count(b'"')
    if brackets > _FREE_BRACKETS + len(data) // _BYTES_PER_BRACKET:
        raise InputError(
            f"{where}: has {brackets} brackets and quotes in {len(data)} bytes; that is no array of numbers"
        )
    return data.decode("utf-8-sig")


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _array(value: Any, where: str) -> NDArray:
    try:
        if isinstance(value, dict):
            return _shaped(np.asarray(value["data"], np.float64), value["shape"], where)
        return as_written(np.asarray(value, np.float64))
    except (ValueError, TypeError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{where}: its lists must hold numbers only and be of equal lengths") from error


def _shaped(values: NDArray, shape: list[int], where: str) -> NDArray:
    if prod(shape) != values.size or min(shape, default=0) < 0:
        raise InputError(f"{where}: its shape {shape} does not fit the {values.size} values it holds")
    return as_written(values).reshape(shape)


def _is_shaped(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("data"), list) and isinstance(value.get("shape"), list)


def _is_array(value: Any) -> bool:
    size, leaf = 1, value
    while isinstance(leaf, list) and leaf:
        size, leaf = size * len(leaf), leaf[0]
    return isinstance(leaf, int | float | None) and size >= _LEAST_VALUES
