"""Text files of any usual encoding, as UTF-8 bytes without what terminals and editors add."""

import re
from pathlib import Path

from ...base.errors import InputError
from .file_content import opened

MAX_TEXT_BYTES = 1 << 29
"""An hour of features takes 400 MB as text; the numbers of half a gibibyte fit into memory, in whatever form."""

_UTF8, _UTF16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COLOUR = re.compile(rb"\x1b\[[0-9;]*[A-Za-z]")
_AS_ASCII = {"\N{MINUS SIGN}".encode(): b"-", "\N{HORIZONTAL ELLIPSIS}".encode(): b"...", b"\xc2\xa0": b" "}
_MAX_BRACKETS = 10_000
_BYTES_PER_BRACKET = 16
_BYTES_PER_PIECE = 128
_STRETCH = 1 << 18


def is_text(head: bytes) -> bool:
    """Tell whether bytes look like text: there are some, and no control characters but a terminal's colours."""
    if head.startswith(_UTF16):
        head = head[: len(head) & ~1].decode("utf-16", "replace").encode()
    return bool(head) and not _CONTROL.search(_COLOUR.sub(b"", head).removesuffix(b"\x1b"))


def first_mark(head: bytes) -> bytes:
    """Give the first byte of a text that is no white space."""
    return _decoded(head).lstrip()[:1]


def read_text(path: Path, where: str) -> bytes:
    """Read a text as UTF-8 with plain line ends.

    Raises
    ------
    InputError
        A file of more than 512 MiB, or with bytes that no text has.
    """
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        raise InputError(f"{where}: is a text of {size} bytes; write so many numbers as .npy or raw float32")
    with opened(path) as file:
        text = _decoded(file.read(size))
    if b"\0" in text:
        raise InputError(f"{where}: begins like a text but holds NUL bytes; write numbers as text or as bytes only")
    return text


def check_brackets(text: bytes, marks: bytes, where: str) -> None:
    """Refuse a text of so many lists, mostly empty ones, that they would take many times its size in memory.

    Raises
    ------
    InputError
        It has more than one of the marks in 16 bytes.
    """
    brackets = sum(text.count(mark) for mark in marks)
    if brackets > _MAX_BRACKETS + len(text) // _BYTES_PER_BRACKET:
        raise InputError(
            f"{where}: has {brackets} brackets and quotes in {len(text)} bytes; that is not an array of numbers"
        )


def most_pieces(text: bytes) -> int:
    """Give how many separate arrays or labelled rows a text may have; each takes about 1 kB for a while."""
    return _MAX_BRACKETS + len(text) // _BYTES_PER_PIECE


def substitute(pattern: re.Pattern[bytes], by: bytes, text: bytes) -> bytes:
    """Give a text with what a pattern matches replaced, stretch by stretch: a million matches at once take 100 MB."""
    stretches, start = [], 0
    while start < len(text):
        stop = start + _STRETCH if start + _STRETCH < len(text) else len(text)
        if stop < len(text):
            stop = max(text.rfind(b",", start, stop), text.rfind(b"\n", start, stop)) + 1 or stop
        stretches.append(pattern.sub(by, text[start:stop]))
        start = stop
    return b"".join(stretches)


def _decoded(data: bytes) -> bytes:
    if data.startswith(_UTF16):
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(_UTF8)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\x1b" in data:
        data = _COLOUR.sub(b"", data)
    for character, plain in _AS_ASCII.items():
        data = data.replace(character, plain)
    return data
