"""Words from outside, such as file names, made fit to be shown: on one line, nothing hidden, nothing forged.

Names come from file systems, archives, models and metadata, and may hold anything: escape sequences of a terminal,
line feeds, marks that turn the direction of text, bytes that are no text at all. Everything that shows such words shows
them as `printable` gives them; only what leads back to a file, such as a session, keeps the name itself.
"""

import re
from collections.abc import Mapping
from typing import Any

MAX_NAME = 160
"""Characters of a name that a title or a cell of a table shows: most screens have no more in a line."""
MAX_SENTENCE = 2000
"""Characters of a sentence that is shown: enough for two of the longest paths that are usual, and little to scroll."""

_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_BYTES = range(0xDC80, 0xDD00)
"""What Python puts in the place of a byte of a file name that is no UTF-8."""
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0100-\U000e01ef]"
)
"""What Python calls printable although nothing is drawn: fillers, joiners, selectors of variants but those of emoji."""


def printable(text: object, most: int = MAX_SENTENCE) -> str:
    r"""Give a text as it can be shown anywhere: one line of visible characters and spaces.

    Control and format characters, line ends, and whatever else is not visible become escapes such as ``\n``, ``\x1b``
    and ``\u202e``; a byte of a file name that is no UTF-8 becomes ``\xe9``. A name that truly holds a backslash and the
    letters ``x1b`` looks the same: this form is for eyes only, and giving it to `printable` again changes nothing.

    Parameters
    ----------
    text : object
        A text, or what is shown by its ``str``, such as a path.
    most : int
        Characters of the result; of a longer text the middle is left out, with an ellipsis in its place.

    Examples
    --------
    >>> printable("take\x1b[2J 1.wav")
    'take\\x1b[2J 1.wav'
    >>> printable("a rather long name.wav", most=12)
    'a rath…e.wav'
    """
    text = _shortened(str(text), most)  # before it is looked at: a name can have any length
    if not text.isprintable() or _UNSEEN.search(text):
        text = "".join(map(_visible, text))
    return _shortened(text, most)


def printable_values(values: Any) -> Any:
    """Give nested mappings and lists with every text in them printable, keys too."""
    if isinstance(values, str):
        return printable(values)
    if isinstance(values, Mapping):
        return {printable_values(key): printable_values(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [printable_values(value) for value in values]
    return values


def _visible(character: str) -> str:
    if character.isprintable() and not _UNSEEN.match(character):
        return character
    code = ord(character)
    if code in _BYTES:
        code -= 0xDC00
    return _SHORT.get(character) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


def _shortened(text: str, most: int) -> str:
    tail = most // 2 - 1
    return text if len(text) <= most else f"{text[: most - tail - 1]}…{text[len(text) - tail :]}"
