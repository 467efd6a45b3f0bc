"""Printed arrays from which values are missing, because numpy, torch and others print only the ends of long ones."""

import re

from ...base.errors import InputError

_DOTS = re.compile(rb"(?<![\w.])\.\.\.?(?![\w.])|\bmore items?\b")
_MIN_NUMBERS = 6
"""Numbers that stand before and behind the dots in a row of numpy or torch; prose has fewer."""


def refuse_elided(text: bytes, numbers: int, where: str) -> None:
    """Refuse a stretch of text where dots stand among so many numbers.

    Raises
    ------
    InputError
        Values are missing.
    """
    if numbers >= _MIN_NUMBERS and _DOTS.search(text):
        line = 'fs.writeFileSync("x.json", JSON.stringify(x))' if b"more item" in text else 'numpy.save("x.npy", x)'
        raise InputError(f"{where}: is a printed array with values missing (...); save all of them, such as by {line}")
