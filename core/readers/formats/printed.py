"""Arrays in brackets, as printing functions and source code write them: numbers and nesting, whatever the language."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .elided import refuse_elided
from .file_content import Content
from .items import Item, put_together
from .labels import Label, read_label
from .number_text import Numbers, is_number
from .text import most_pieces, substitute

_OPENING = b"[({"
_BRACKET = re.compile(rb"[\[\](){}]")
_GROUP = re.compile(rb"[\[({]([^\[\](){}]*)[\])}]")
_SYNTAX = (
    # []float32{, new float[] {
    (b"]", re.compile(rb"(?<!\])(?:\[\s*+\d*+\s*+\])++(?:(?=\*?[A-Za-z])|(?<=\[\])\s*(?=\{))")),
    (b">", re.compile(rb"(?<=\w)<[\w\s:,;*&<>\[\]]{0,100}>(?=\s*[\[({])")),  # vector<float>{
    (b") [", re.compile(rb"(?:\b[A-Z]\w*|(?<!\w))\(\d+\) (?=\[)")),  # Float32Array(80) [
    (b"::", re.compile(rb"\b\w+::")),
    (b"!", re.compile(rb"\b\w+!(?=\s*[\[({])")),  # vec![
    (b"new ", re.compile(rb"\bnew\s+")),
    (b"f", re.compile(rb"(?<=[\d.])(?:_?f(?:16|32|64)|f)(?=[\s,;\])}])")),  # 1.0f, 1.0f32
    (b"F", re.compile(rb"(?<=[\d.])F(?=[\s,;\])}])")),
)
"""What languages write beside the numbers and brackets, with what such a text has in it."""
_WRAPPED = re.compile(
    rb"(?<![\w.])[A-Za-z_][\w.]*+\(\s*([-+]?[\d.][-+\w.]*|-?nan|-?inf)\s*\)(?=\s*[,\])}])", re.IGNORECASE
)
_BEFORE_INDEX = re.compile(rb"[\w\])>=:]\s*\Z")
_MARK = re.compile(rb"[\[({]|[\])}]|\n|[:=,;>]|[^\s\[\](){}:=,;>]+")
_NO_WORDS = b"0123456789.+-eE,; \t\n[](){}"
_LETTERS_OF_NUMBERS = _NO_WORDS + b"naifulNAIFUL"
_MAX_INDEX = 4
_MIN_VALUES = 64
_MIN_ROW = 16
_MAX_BEFORE = 2000
_MAX_MEMBERS = 8


@dataclass(slots=True)
class _Root:
    """One printed array while it is read.

    Attributes
    ----------
    label : Label
        What stands in front of it.
    brackets : bytes
        Those that open before its first number, outermost first.
    start : int
        The place of its first number among all.
    counts, rows, depths : list of int
        Of each innermost pair of brackets: its numbers, the rows that semicolons make of them, and the pairs around
        it, itself among them.
    levels : list of int
        The pairs that stay open between each innermost pair and the next.
    """

    label: Label
    brackets: bytes
    start: int
    counts: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)


def read_printed(text: bytes, where: str) -> Content:
    """Read the arrays in brackets; where there are none, the content is empty.

    Raises
    ------
    InputError
        Values are left out, as numpy and torch do when they print long arrays.
    ValueError
        Rows of different lengths, words among the numbers, or brackets that are never closed.
    """
    words = bool(text.translate(None, _NO_WORDS))
    reader = _Reader(_plain(text) if words else text, where)
    roots = _without_small(reader.roots) if words else reader.roots
    content = put_together([item for root in roots for item in _items(root, reader.numbers)])
    return Content(content.arrays, notes=(*reader.numbers.notes(), *content.notes))


def _plain(text: bytes) -> bytes:
    """Leave out what languages write beside the numbers: types, suffixes, and a call around each number."""
    for needle, pattern in _SYNTAX:
        if needle in text:
            text = substitute(pattern, b"", text)
    return substitute(_WRAPPED, rb"\1", text) if b"(" in text else text


def _without_small(roots: list[_Root]) -> list[_Root]:
    """Leave out lists of a few numbers among words, such as shapes, ranges and arguments."""
    rows = [root for root in roots if sum(root.counts) >= _MIN_ROW]
    sizes: dict[str, int] = {}
    for root in rows:
        sizes[root.label.name] = sizes.get(root.label.name, 0) + sum(root.counts)
    return [root for root in rows if sizes[root.label.name] >= _MIN_VALUES]


class _Reader:
    """Goes through a text once, from one innermost pair of brackets to the next."""

    def __init__(self, text: bytes, where: str) -> None:
        self.numbers = Numbers(text)
        self.roots: list[_Root] = []
        self._where = where
        self._most = most_pieces(text)
        self._open = 0
        end = 0
        for group in _GROUP.finditer(text):
            start, body = len(self.numbers.values), group[1]
            if not self._is_index(text, group) and self._read(body):
                root = self._root(text[end : group.start()], group[0][:1], start)
                root.counts.append(len(self.numbers.values) - start)
                root.rows.append(self._rows(body))
                root.depths.append(self._open + 1)
                end = group.end()
        if self._open and self._walk(text[end:])[0] > 0:
            raise ValueError("it ends before its brackets are closed")

    def _is_index(self, text: bytes, group: re.Match[bytes]) -> bool:
        """Tell whether brackets hold a place or a shape: ``mel[3]``, ``Float32Array(80)``, ``shape=(80, 9)``."""
        tokens = self.numbers.tokens(group[1][:100])
        before = text[max(0, group.start() - 8) : group.start()]
        return len(tokens) <= _MAX_INDEX and all(map(bytes.isdigit, tokens)) and bool(_BEFORE_INDEX.search(before))

    def _read(self, body: bytes) -> bool:
        """Add the numbers of an innermost pair of brackets, lines with words left out; tell whether there are any."""
        if 2 * len(body.translate(None, _LETTERS_OF_NUMBERS)) > len(body):
            return False
        before = len(self.numbers.values)
        if self.numbers.add_run(body):
            return len(self.numbers.values) > before
        tokens = self.numbers.tokens(body)
        found = sum(map(is_number, tokens))
        refuse_elided(body, found, self._where)
        lines = [self.numbers.tokens(line) for line in body.split(b"\n")]
        kept = [token for line in lines if all(map(is_number, line)) for token in line]
        if 2 * len(kept) < found >= _MIN_ROW:
            word = next(token for token in tokens if not is_number(token))[:40].decode("utf-8", "replace")
            raise ValueError(f"could not convert string {word!r} to a number")
        return len(kept) >= _MIN_ROW and self.numbers.add(kept)

    def _rows(self, body: bytes) -> int:
        """Give how many rows of the same length semicolons make of a pair of brackets."""
        if b";" not in body:
            return 1
        counts = [count for part in body.split(b";") if (count := len(self.numbers.tokens(part)))]
        return len(counts) if len(set(counts)) == 1 and counts[0] > 1 else 1

    def _root(self, gap: bytes, bracket: bytes, start: int) -> _Root:
        """Give the array to which the next innermost pair belongs: the one that is still open, or a new one."""
        if self._open:
            level, depth, closed = self._walk(gap)
            if level:
                self._check(gap)
                self.roots[-1].levels.append(level)
                self._open = depth
                return self.roots[-1]
            gap = gap[closed:]
        if len(self.roots) == self._most:
            raise ValueError(f"it has more than {self._most} separate lists, too many to be rows of one array")
        before, brackets = _opening(gap[-_MAX_BEFORE:])
        self._open = len(brackets)
        self.roots.append(_Root(read_label(before), brackets + bracket, start))
        return self.roots[-1]

    def _walk(self, gap: bytes) -> tuple[int, int, int]:
        """Give the fewest pairs that stay open in a gap, those open at its end, and the byte where none was."""
        lowest = depth = self._open
        for bracket in _BRACKET.finditer(gap):
            depth += 1 if bracket[0] in _OPENING else -1
            lowest = min(lowest, depth)
            if not depth:
                return 0, 0, bracket.end()
        return lowest, depth, 0

    def _check(self, gap: bytes) -> None:
        refuse_elided(gap, len(self.numbers.values), self._where)
        if gap.translate(None, _NO_WORDS) == b"" and any(byte in b"0123456789" for byte in _GROUP.sub(b"", gap)):
            raise ValueError("it has numbers and lists side by side in one list")


def _opening(gap: bytes) -> tuple[bytes, bytes]:
    """Part what stands before an innermost pair: the text, and the brackets that open directly before it.

    Types and functions directly before a bracket belong to the brackets: ``mel = np.array([``.
    """
    brackets, cut = b"", len(gap)
    for mark in reversed(list(_MARK.finditer(gap))):
        if mark[0] in _OPENING and len(mark[0]) == 1:
            brackets, cut = mark[0] + brackets, mark.start()
        elif mark[0] != b"\n" and not (mark.end() == cut and mark[0][-1:].isalnum()):
            break
    return gap[:cut], brackets


def _items(root: _Root, numbers: Numbers) -> Iterator[Item]:
    """Give a printed array, or one by one the members of a printed structure that have nothing in common."""
    starts = root.start + np.concatenate([[0], np.cumsum(root.counts)])
    whole = _shape(root, 0, len(root.counts))
    if whole is not None:
        yield Item(root.label, numbers.array(int(starts[0]), int(starts[-1])).reshape(whole))
        return
    edges = [0, *(place for place, level in enumerate(root.levels, 1) if level == 1), len(root.counts)]
    members = list(itertools.pairwise(edges))
    if root.brackets[:1] == b"[" or len(members) > _MAX_MEMBERS:
        raise ValueError(f"{root.label.name or 'a list'} has lists of different lengths; they must be of equal lengths")
    for place, (first, last) in enumerate(members):
        shape = _shape(root, first, last)
        if shape is None:
            raise ValueError(f"member {place} of a structure has lists of different lengths")
        name = f"{root.label.name or 'member'} {chr(ord('a') + place)}"
        yield Item(Label(name), numbers.array(int(starts[first]), int(starts[last])).reshape(shape))


def _shape(root: _Root, first: int, last: int) -> tuple[int, ...] | None:
    """Give the shape of some innermost pairs, None where they do not make up a box."""
    counts, rows, depths = (set(each[first:last]) for each in (root.counts, root.rows, root.depths))
    if len(counts) > 1 or len(rows) > 1 or len(depths) > 1:
        return None
    (count,), (row,), (depth,) = counts, rows, depths
    levels = np.array(root.levels[first : last - 1])
    lengths, members = [], 1
    for level in range(1, depth):
        edges = np.flatnonzero(levels <= level) + 1
        if len(set(np.diff(edges, prepend=0, append=last - first).tolist())) > 1:
            return None
        length, members = (len(edges) + 1) // members, len(edges) + 1
        if length > 1 or root.brackets[level - 1 : level] != b"(":
            lengths.append(length)
    return (*lengths, row, count // row) if row > 1 else (*lengths, count)
