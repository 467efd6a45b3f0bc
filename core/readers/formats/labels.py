"""What stands beside printed numbers: the prefixes of logs, the names of arrays, and the numbers of rows."""

import re
from typing import NamedTuple

from ..names import stage_of

_PREFIX = re.compile(
    rb"""(?mx) ^ (?:
    \[? (?:(?:\d{4}[-/])? \d\d[-/]\d\d [ T])? \d\d:\d\d:\d\d (?:[.,]\d+)? (?:Z|[ ]?[-+]\d\d:?\d\d)? \]? [ \t]+
    (?:
        (?:[\w.-]+[ \t]+)? \d+ [ \t]+ \d+ [ \t]+ [VDIWEFA] [ \t]+ ([^:\n]{1,80}?) [ \t]* :[ \t]  # logcat
      | \d+-\d+ (?:/\S+)? [ \t]+ [VDIWEFA]/([^:\n]{1,80}?) [ \t]* :[ \t]  # Android Studio
      | \d+-\d+ [ \t]+ (\S{1,80}) [ \t]+ (?:\S+[ \t]+)? [VDIWEFA] [ \t]+
      | [VDIWEFA]/([^(\n]{1,80}?) [ \t]* \([ \t]*\d+\) :[ \t]  # logcat -v time
      | 0x\w+ [ \t]+ \w+ [ \t]+ 0x\w+ [ \t]+ \d+ [ \t]+ \d+ [ \t]+ [^:\n]{1,80} :[ \t]+  # log stream
        (?:\([^)\n]{1,80}\)[ \t]+)? (?:\[[^]\n]{1,80}\][ \t]+)?
      | [^[\n]{1,80} \[\d+(?::\w+)?\] [ \t]+ (?:\[[^]\n]{1,80}\][ \t]+)?  # Xcode
    )?
    | [VDIWEFA]/([^(\n]{1,80}?) [ \t]* \([ \t]*\d+\) :[ \t]  # logcat -v brief
    )"""
)
_NUMBERS = re.compile(r"(?:[\s_#.-]*[\[(]\s*\d{1,9}(?:\s*,\s*\d{1,9})*\s*[\])]|[\s_#]+\d{1,9}|(?<=_)\d{1,9})+$")
_COUNTED = re.compile(
    r"""\b(?:frame|row|band|bin|col|column|index|idx|step|time|window|chunk|line|i|n|t)\w{0,10}["']?[\s:=#]{1,4}(\d{1,9})\b""",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_DECLARED = re.compile(r"([A-Za-z_]\w*)[\"']?\s*(?:\[[^]]*\]\s*)*:?=?\s*$")
_GENERIC = re.compile(r"(frames?|tensors?|windowed|debug\w*|samples?|\w*Tag|numpy)$", re.IGNORECASE)
_MAX_LENGTH = 200
_MAX_WORDS = 6
_MAX_AXES = 3


class Label(NamedTuple):
    """What a printed array is called, which may be nothing, and which row of it this is."""

    name: str = ""
    numbers: tuple[int, ...] = ()


def without_prefixes(text: bytes) -> bytes:
    """Leave out the prefixes of logcat, Xcode and other logs; a tag becomes a line of its own, as a label."""
    return _PREFIX.sub(lambda found: next((tag + b":\n" for tag in found.groups() if tag), b""), text)


def read_label(before: bytes) -> Label:
    """Read what stands in front of an array: on its line, or on the line above if that is a label."""
    before = before[-2 * _MAX_LENGTH :]
    *lines, same = before.decode("utf-8", "replace").split("\n")
    if same.strip():
        label = _parse(same)
        return label if label.name or not lines else Label(_above(lines).name, label.numbers)
    return _above(lines)


def _above(lines: list[str]) -> Label:
    above = next((line for line in reversed(lines) if line.strip()), "")
    return _parse(above) if is_label(above) else Label()


def is_label(line: str) -> bool:
    """Tell whether a line of its own names what follows: ``mel:``, ``=== mel ===``, ``features (40 x 512)``."""
    line = line.strip(" \t=-#*/")
    words = _WORD.findall(line)
    speaks = any(_speaks(word) for word in words)
    return line.endswith(":") or (line.endswith("=") and bool(words)) or (0 < len(words) <= _MAX_WORDS and speaks)


def _parse(line: str) -> Label:
    line = line[-_MAX_LENGTH:].strip().strip("=-#*/")
    stem = line.rstrip(" \t:=>-\"',")
    found = _NUMBERS.search(stem)
    if found:
        index = tuple(int(digits) for digits in re.findall(r"\d+", found[0]))
        stem = stem[: found.start()]
    else:
        counted = _COUNTED.findall(stem)
        index = (int(counted[-1]),) if counted else ()
    return Label(_name(stem, line[len(stem) :]), index[:_MAX_AXES] if len(index) <= _MAX_AXES else ())


def _name(stem: str, rest: str) -> str:
    """Choose the last word that speaks of a stage, or else the one that the numbers are said to be."""
    speaking = [word for word in _WORD.findall(stem) if _speaks(word)]
    if speaking:
        return str(speaking[-1])
    declared = _DECLARED.search(stem) if re.search("[:=]", rest) else None
    return "" if declared is None or _GENERIC.match(declared[1]) else str(declared[1])


def _speaks(word: str) -> bool:
    return stage_of(word) is not None and not _GENERIC.match(word)
