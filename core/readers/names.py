"""What the names of files and arrays say: the stage and the frame's number. Contents are asked first."""

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from ..config import Mode
from ..run import StageName

_STAGE_WORDS: tuple[tuple[str, StageName], ...] = (
    (r"pad", "padded"),
    (r"feat|emb|aud_ave|aud_hu|hubert|wenet|encod|var_242", "features"),
    (r"mel.*window|windows", "windows"),
    (r"mel|spec", "mel"),
    (r"frame|reshaped|tensor|window|debug", "tensors"),
    (r"audio|wave|sample|pcm", "audio"),
)
"""Tried in this order, because names combine words: ``mel_windows``, ``audio_features_padded``, ``debug_audio``."""

_MODE_WORDS: tuple[tuple[str, Mode], ...] = ((r"aud_hu|hubert", "hubert"), (r"wenet", "wenet"))

_FRAME_NUMBER = re.compile(r"frame[-_ .]*(\d{1,9})(?!\d)", re.IGNORECASE)
_ANY_NUMBER = re.compile(r"(?<!\d)(?<!f)(?<!fp)(?<!bf)(?<!int)(?<!float)(\d{1,9})(?!\d|k|hz)", re.IGNORECASE)


class Numbered(NamedTuple):
    """A name with its number taken out: ``frames/frame_00012.npy`` is ``frames/frame_*.npy`` and 12."""

    pattern: str
    number: int


def stage_of(label: str) -> StageName | None:
    """Give the stage that a label speaks of, by the last of its parts that speaks of any."""
    for part in reversed(PurePosixPath(label).parts):
        for words, stage in _STAGE_WORDS:
            if re.search(words, part, re.IGNORECASE):
                return stage
    return None


def mode_of(label: str) -> Mode | None:
    """Give the mode whose native features a label speaks of."""
    return next((mode for words, mode in _MODE_WORDS if re.search(words, label, re.IGNORECASE)), None)


def numbered(label: str) -> Numbered | None:
    """Give a label's pattern and number.

    It is the number after the word frame, or else the last one in the file's name that is no dtype, or else the one in
    the name of its folder: ``Result_12/features.raw`` is ``Result_*/features.raw`` and 12.
    """
    parts = label.split("/")
    for place in range(len(parts) - 1, -1, -1):
        name = parts[place]
        dot = name.rfind(".") if place == len(parts) - 1 and "." in name else len(name)
        found = _FRAME_NUMBER.search(name[:dot]) or next(reversed(list(_ANY_NUMBER.finditer(name[:dot]))), None)
        if found is not None:
            start, end = found.span(1)
            pattern = "/".join([*parts[:place], f"{name[:start]}*{name[end:]}", *parts[place + 1 :]])
            return Numbered(pattern, int(found[1]))
    return None
