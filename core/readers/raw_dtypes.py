"""The types that headerless values may have, and how their bytes become numbers."""

import re

import numpy as np

from ..base.arrays import NDArray
from .formats.file_content import from_bfloat16, real_values

PRIORS: dict[str, float] = {
    "float32": 1.0,
    "float64": 0.97,
    "float16": 0.94,
    "float32be": 0.9,
    "float64be": 0.88,
    "bfloat16": 0.86,
    "float16be": 0.84,
    "bfloat16be": 0.8,
}
"""The types that are guessed, with how usual they are: this decides only between readings that are equally good."""

SAMPLE_PRIORS: dict[str, float] = {"int16": 0.85, "int16be": 0.6}
"""The types of whole numbers that are guessed, for samples only."""
SAMPLE_SCALE = 32768.0
"""Full scale of 16-bit samples."""

_CODES = {"float16": "f2", "float32": "f4", "float64": "f8", "bfloat16": "u2", "int16": "i2"}
TYPES = tuple(f"{word}{order}" for word in _CODES for order in ("", "be"))
"""Every type that may be asked for; ``be`` is big-endian."""
_WORDS = {code: word for word, code in _CODES.items() if code != "u2"}
_NUMPY_STYLE = re.compile(r"([<>]?)([fi][248])")


def dtype_word(text: str) -> str | None:
    """Give the word for a type as a user may write it: ``float32``, ``float32be``, ``f4``, ``>f4``; None: unknown."""
    if (found := _NUMPY_STYLE.fullmatch(text)) and found[2] in _WORDS:
        return _WORDS[found[2]] + ("be" if found[1] == ">" else "")
    word = text.lower().removesuffix("le")
    return word if word.removesuffix("be") in _CODES else None


def storage(word: str) -> np.dtype[np.generic]:
    """Give the numpy dtype in which a type is stored; bfloat16 as the 16-bit numbers of its bits."""
    return np.dtype((">" if word.endswith("be") else "<") + _CODES[word.removesuffix("be")])


def decode(values: NDArray, word: str) -> NDArray:
    """Give stored values as real numbers in the machine's byte order, without a copy where they are that already."""
    return from_bfloat16(values) if word.startswith("bfloat16") else real_values(values, word)
