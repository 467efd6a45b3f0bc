"""JSON: lists of numbers, objects with arrays anywhere in them, lines of either, and objects that describe the dump."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .file_content import Content
from .items import Item, put_together
from .json_values import VALUE_KEYS, find_values
from .labels import Label
from .plain import find_arrays
from .text import check_brackets, first_mark, is_text, read_text, substitute

_LISTS = b"0123456789.+-eE,; \t\n[]"
_TYPED = re.compile(rb'\{\s*("0"\s*:[^{}\[\]"]*+(?:"\d+"\s*:[^{}\[\]"]*+)*+)\}')
_KEY = re.compile(rb'"\d+"\s*:')
_MIN_VALUES = 64
_MIN_ROW = 16
_MAX_PREFIX = 40
_CONTAINERS = {*VALUE_KEYS, "outputs", "output", "stages", "tensors", "arrays", "results", "lst", "frames"}
_NAME_KEYS = ("name", "stage", "label", "key", "tensor", "runner_name")
_NUMBER_KEYS = (
    *("frame", "frame_index", "frameIndex", "frame_idx", "frame_number", "index", "idx", "i", "n", "t", "step"),
    *("number", "row", "band", "column", "col", "bin", "window"),
)


def is_json(_path: Path, head: bytes) -> bool:
    """Tell whether text begins like a JSON object or list."""
    return is_text(head) and first_mark(head) in {b"{", b"["}


def read_json(path: Path, where: str) -> Content:
    """Read the arrays of a document, or of several one after the other; what else an object says is facts.

    Raises
    ------
    InputError
        Lists of different lengths or of anything but numbers (null is NaN).
    """
    text = _TYPED.sub(_as_list, read_text(path, where))
    if not text.translate(None, _LISTS):
        content = find_arrays(text, where)
        if sum(array.size for array in content.arrays.values()) >= _MIN_VALUES:
            return content
    check_brackets(text, b'[{"', where)
    try:
        documents = list(_documents(text.decode("utf-8", "replace")))
    except json.JSONDecodeError as error:
        content = find_arrays(text, where)
        if content.arrays or (error.pos < _MAX_PREFIX and first_mark(text) == b"["):  # a line of a log: [INFO] ...
            return content
        raise
    return _Reader(where).read(documents)


def _as_list(found: re.Match[bytes]) -> bytes:
    """Make a list of an object whose keys count from 0, as JavaScript writes typed arrays."""
    return b"[" + substitute(_KEY, b"", found[1]) + b"]"


def _documents(text: str) -> Iterator[Any]:
    decoder, place, end = json.JSONDecoder(), 0, len(text.rstrip())
    while place < end:
        document, place = decoder.raw_decode(text, place)
        yield document
        while place < end and text[place] in " \t\n,":
            place += 1


class _Reader:
    """Finds the arrays in parsed documents."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._notes: list[str] = []

    def read(self, documents: list[Any]) -> Content:
        """Read one document, or several as if they were a list."""
        first = documents[0]
        document = first if len(documents) == 1 else documents
        items = list(self._items(document, Label(), record=False))
        if isinstance(document, list) and not items:
            values = find_values(document, self._where, self._notes, 0)
            items = [Item(Label(), values)] if values is not None else []
        content = put_together(items)
        facts = self._facts(first) if isinstance(first, dict) else {}
        return Content(content.arrays, facts, notes=(*self._notes, *content.notes))

    def _facts(self, document: dict[str, Any]) -> dict[str, Any]:
        """Give what an object says that is no array, nor holds one."""
        return {key: value for key, value in document.items() if not any(self._items(value, Label(), record=False))}

    def _items(self, value: Any, label: Label, *, record: bool) -> Iterator[Item]:
        """Give the arrays in a part of a document; `record` says whether it is a member of a list."""
        name, least = f"{self._where}/{label.name}".rstrip("/"), _MIN_ROW if record else _MIN_VALUES
        if isinstance(value, dict):
            label = _called(value, label, record)
        if (values := find_values(value, name, self._notes, least)) is not None:
            yield Item(label, values)
        elif isinstance(value, list):
            for member in value:
                yield from self._items(member, label, record=True)
        elif isinstance(value, dict):
            for key, member in value.items():
                yield from self._items(member, _within(label, key), record=record or key.isdecimal())


def _called(value: dict[str, Any], label: Label, record: bool) -> Label:
    """Give an object's label: by its own name, and in a list by its number."""
    name = next((value[key] for key in _NAME_KEYS if isinstance(value.get(key), str)), "")
    numbers = (value.get(key) for key in _NUMBER_KEYS) if record else ()
    number = next((n for n in numbers if isinstance(n, int) and not isinstance(n, bool) and n >= 0), None)
    return Label(_joined(label.name, name), label.numbers if number is None else (*label.numbers, number))


def _within(label: Label, key: str) -> Label:
    if key in _CONTAINERS:
        return label
    if key.isdecimal():
        return Label(label.name, (*label.numbers, int(key)))
    return Label(_joined(label.name, key), label.numbers)


def _joined(name: str, part: str) -> str:
    return f"{name}/{part}" if name and part else name or part
