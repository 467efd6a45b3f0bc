"""Text that holds numbers, whatever has written it: tables, printed arrays, source code, lines of a log."""

import re
from pathlib import Path

from ...base.errors import InputError
from ..layouts import fitting
from .file_content import Content
from .labels import without_prefixes
from .lines import read_lines
from .printed import read_printed
from .text import check_brackets, read_text

_FACTOR = re.compile(rb"(?m)^(?:tensor\()?[ \t]{0,20}(\d[\d.]{0,20}(?:e[-+]\d+)?)[ \t]\*[ \t]{0,20}$")
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())


def read_plain(path: Path, where: str) -> Content:
    """Read the arrays of a text; prose has none.

    Raises
    ------
    InputError
        The text is too large, or is a printed array with values missing.
    ValueError
        Rows of different lengths, words among the numbers, or brackets that are never closed.
    """
    return find_arrays(read_text(path, where), where)


def find_arrays(text: bytes, where: str) -> Content:
    """Find the arrays in a text, as `read_plain` does; in prose, only what can be a stage is one."""
    check_brackets(text, b"[{(", where)
    text = without_prefixes(text)
    if not _is_prose(text):
        return _read(text, where)
    try:
        content = _read(text, where)
    except ValueError:
        return Content()
    arrays = {name: array for name, array in content.arrays.items() if fitting(array.shape)}
    return Content(arrays, notes=content.notes if arrays else ())


def _refuse_factor(text: bytes, where: str) -> None:
    """Refuse an array behind a common factor, as PyTorch prints some: most digits of its small values are lost."""
    if b"*" in text and (found := _FACTOR.search(text)):
        factor = found[1].decode()
        raise InputError(
            f"{where}: prints its values as multiples of {factor}, which loses digits; save them as .npy or raw float32"
        )


def _read(text: bytes, where: str) -> Content:
    _refuse_factor(text, where)
    printed = read_printed(text, where) if any(bracket in text for bracket in (b"[", b"{", b"(")) else Content()
    return printed if printed.arrays else read_lines(text, where)


def _is_prose(text: bytes) -> bool:
    """Tell whether a text is words rather than numbers."""
    return 2 * len(text.translate(None, _NO_LETTERS)) > len(text.translate(None, b" \t\n"))
