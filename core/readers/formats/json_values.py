"""The ways in which JSON documents hold one array: nested lists, values with a shape, base64, and bytes."""

import base64
import re
from math import prod
from typing import Any

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from .file_content import real_values
from .npy import MAGIC, parse_npy
from .number_text import as_written

VALUE_KEYS = ("data", "values", "array", "value", "cpuData", "buffer", "content", "floats", "base64", "b64")
"""Keys that say only that an array is there, and not which."""
_SHAPE_KEYS = ("shape", "dims", "dimensions", "size", "sizes")
_TYPE_KEYS = ("dtype", "type", "data_type", "dataType")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{128,}={0,2}\s*")
_TYPES = {
    **dict.fromkeys(("float32", "float", "f32", "f4", "fp32", "single"), "<f4"),
    **dict.fromkeys(("float64", "double", "f64", "f8", "fp64"), "<f8"),
    **dict.fromkeys(("float16", "half", "f16", "f2", "fp16"), "<f2"),
    **dict.fromkeys(("int16", "i16", "i2", "short"), "<i2"),
    **dict.fromkeys(("int32", "i32", "i4", "int"), "<i4"),
}


def find_values(value: Any, where: str, notes: list[str], least: int, stated: str = "") -> NDArray | None:
    """Give the array that a part of a JSON document is, None where it is none.

    Parameters
    ----------
    value : any
        The part, as the parser gives it.
    where : str
        What to name in an error.
    notes : list of str
        Gains what had to be assumed.
    least : int
        Lists of fewer numbers are no arrays.
    stated : str
        The type that the document states for values in base64.

    Raises
    ------
    InputError
        Lists of different lengths or with words in them, or values that do not fit their shape.
    """
    if isinstance(value, list):
        return _from_list(value, where) if _size(value) >= least else None
    if isinstance(value, str):
        return _from_base64(value, stated, where, notes) if _BASE64.fullmatch(value) else None
    held = next((value[key] for key in VALUE_KEYS if key in value), None) if isinstance(value, dict) else None
    if held is None:
        return None
    shape = next((value[key] for key in _SHAPE_KEYS if isinstance(value.get(key), list)), None)
    stated = next((value[key] for key in _TYPE_KEYS if isinstance(value.get(key), str)), stated)
    if stated == "Buffer" and isinstance(held, list):
        held = base64.b64encode(bytes(held)).decode()
    values = find_values(held, where, notes, least if shape is None else 1, stated)
    return values if values is None or shape is None else _shaped(values, shape, where)


def _size(value: Any) -> int:
    """Give how many numbers nested lists hold, judged by the first of each; 0 where they hold anything else."""
    size, leaf = 1, value
    while isinstance(leaf, list) and leaf:
        size, leaf = size * len(leaf), leaf[0]
    return size if isinstance(leaf, int | float | None) else 0


def _from_list(value: list[Any], where: str) -> NDArray:
    try:
        return as_written(np.asarray(value, np.float64))
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{where}: its lists must hold numbers only and be of equal lengths") from error


def _shaped(values: NDArray, shape: list[Any], where: str) -> NDArray:
    whole = all(isinstance(length, int) and length >= 0 for length in shape)
    if not whole or prod(shape) != values.size:
        raise InputError(f"{where}: its shape {str(shape)[:80]} does not fit the {values.size} values it holds")
    return values.reshape(shape)


def _from_base64(text: str, stated: str, where: str, notes: list[str]) -> NDArray | None:
    data = base64.b64decode(text)
    if data.startswith(MAGIC):
        return parse_npy(data, where)
    word = re.split(r"[./]", stated.lower())[-1]
    if word not in _TYPES:
        notes.append(f"{where}: was taken for little-endian float32, because nothing states its type")
    dtype = np.dtype(_TYPES.get(word, "<f4"))
    if len(data) % dtype.itemsize:
        return None
    return real_values(np.frombuffer(data, dtype), where)
