"""Numbers as the printing functions of programming languages write them."""

import re
from array import array
from math import inf, nan

import numpy as np

from ...base.arrays import NDArray

_CHUNK = 4096
_NINE_DIGITS = 5e-9
_WORDS = {
    **dict.fromkeys((b"null", b"none", b"nil", b"undefined", b"na", b"n/a", b"-nan(ind)", b"nan(ind)"), nan),
    **dict.fromkeys((b"1.#qnan", b"-1.#ind", b"1.#ind", b"-1.#qnan"), nan),
    **{b"1.#inf": inf, b"-1.#inf": -inf},
}
_SUFFIX = re.compile(rb"(?<=[\d.])(?:_?f(?:16|32|64)|[fFdDlL])\Z")
_HEXADECIMAL = re.compile(rb"[-+]?0x[\da-f.]+p[-+]?\d+", re.IGNORECASE)
_NUMBER = re.compile(
    rb"[-+]?(?:(?:\d[\d_]*+(?:\.\d*+)?|\.\d++)(?:e[-+]?\d+)?(?:_?f(?:16|32|64)|[fdl])?|nan|inf(?:inity)?|0x[\da-f.]++p[-+]?\d++)",
    re.IGNORECASE,
)
_POINTS = bytes.maketrans(b",;", b"  ")
_COMMAS = bytes.maketrans(b",;", b". ")
_SAMPLE = 1 << 16
_STRETCH = 1 << 18


def number(token: bytes) -> float:
    """Give the number that a token without white space is: ``1.5``, ``-2.5e-3f``, ``nan``, ``null``, ``0x1.8p+1``.

    Raises
    ------
    ValueError
        It is none.
    """
    token = _SUFFIX.sub(b"", token)
    if (word := token.lower()) in _WORDS:
        return _WORDS[word]
    if _HEXADECIMAL.fullmatch(token):
        return float.fromhex(token.decode())
    return float(token)


def is_number(token: bytes) -> bool:
    """Tell whether a token is a number."""
    return bool(_NUMBER.fullmatch(token)) or token.lower() in _WORDS


class Numbers:
    """All numbers of a text one after the other, at 8 bytes each.

    Attributes
    ----------
    values : array of double
        Those found so far.
    decimal_commas : bool
        Whether a comma is the decimal point; else it parts numbers, as white space and semicolons do.
    """

    def __init__(self, text: bytes) -> None:
        self.values = array("d")
        self.decimal_commas = has_decimal_commas(text[:_SAMPLE])
        self._separators = _COMMAS if self.decimal_commas else _POINTS

    def tokens(self, run: bytes) -> list[bytes]:
        """Part a run of numbers; quotes around them are left out."""
        return run.translate(self._separators, b'"').split()

    def before(self, line: bytes, count: int) -> bytes:
        """Give what stands before the last `count` tokens of a line."""
        before, *_ = line.translate(self._separators).rsplit(None, count)
        return before

    def add(self, tokens: list[bytes]) -> bool:
        """Add the numbers that tokens are, and tell whether all of them are; else nothing is added."""
        before = len(self.values)
        for convert in (float, number):
            try:
                self.values.extend(map(convert, tokens))
            except ValueError:
                del self.values[before:]
            else:
                return True
        return False

    def add_run(self, run: bytes) -> bool:
        """Add the numbers of a run of any length as `add` does, stretch by stretch: a million tokens take 40 MB."""
        before, start = len(self.values), 0
        while start < len(run):
            stop = start + _STRETCH
            if stop < len(run):
                stop = max(run.rfind(mark, start, stop) for mark in (b" ", b"\n", b",", b";")) + 1 or stop
            if not self.add(self.tokens(run[start:stop])):
                del self.values[before:]
                return False
            start = stop
        return True

    def notes(self) -> tuple[str, ...]:
        """Say what had to be assumed."""
        return ("its commas were taken for decimal points",) if self.decimal_commas else ()

    def array(self, start: int, stop: int) -> NDArray:
        """Give the numbers from one to another as (n,) float64; nothing can be added as long as it is used."""
        return np.frombuffer(self.values, np.float64)[start:stop] if stop > start else np.empty(0)


_TIGHT_COMMA = re.compile(rb"(?<=\d),(?=\d)")
_LOOSE_COMMA = re.compile(rb"(?<=\d),(?=[-+.]|\s+[-+.\d])")
_OTHER_SEPARATOR = re.compile(rb"(?<=\d)(?:[ \t]++|[ \t]*+;[ \t]*+)(?=[-+]?\d)")
_POINT = re.compile(rb"\d\.\d")
_PAIR = re.compile(rb"(?m)^[-+]?\d+,\d+(?:[eE][-+]?\d+)?$")
_TWO_COMMAS = re.compile(rb"\d,\d+,\d")
_RARE = 0.1


def has_decimal_commas(sample: bytes) -> bool:
    """Tell whether the commas in a text are decimal ones: each within a number, and other marks part the numbers."""
    commas = len(_TIGHT_COMMA.findall(sample))
    against = sum(len(mark.findall(sample)) for mark in (_POINT, _TWO_COMMAS, _LOOSE_COMMA))
    if not commas or against > _RARE * commas:
        return False
    alone = len(_PAIR.findall(sample)) >= (1 - _RARE) * commas
    return alone or len(_OTHER_SEPARATOR.findall(sample)) >= (1 - _RARE) * commas / 2


def as_written(values: NDArray) -> NDArray:
    """Give float64 values that were read from text as float32 if that is what their writer held.

    They are, where every one of them is a float32, or one in 9 significant digits, or the shortest decimal for one.
    """
    flat = values.ravel()
    written = all(_is_float32(flat[start : start + _CHUNK]) for start in range(0, flat.size, _CHUNK))
    return _single(values) if written else values


def _is_float32(values: NDArray) -> bool:
    single = _single(values)
    with np.errstate(invalid="ignore"):  # infinite minus infinite
        inexact = ~(np.abs(single - values) <= _NINE_DIGITS * np.abs(values)) & np.isfinite(values)
    return bool((single[inexact].astype(str).astype(np.float64) == values[inexact]).all())


def _single(values: NDArray) -> NDArray:
    with np.errstate(over="ignore", under="ignore"):
        return values.astype(np.float32)
