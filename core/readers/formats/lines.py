"""Rows of numbers in lines: CSV and TSV, one number a line, blocks with or without labels, lines of a log."""

import io
import re
from dataclasses import dataclass, field

import numpy as np

from ...base.arrays import NDArray
from .elided import refuse_elided
from .file_content import Content
from .items import Item, is_frame_shape, put_together
from .labels import Label, is_label, read_label
from .number_text import Numbers, as_written, is_number
from .tables import MAX_AXES, read_table, shape_in_front
from .text import most_pieces

_RULE = re.compile(rb"[-=*_#~ \t]{3,}")
_GLUED_RULE = re.compile(rb"(?m)(?<=[\d \t])-{4,}[ \t]*$")
_MIN_ROW = 8
"""Numbers behind a label in a line that are a row; fewer are the words of a log."""
_MIN_VALUES = 64
_FIRST_OF_NUMBERS = b"0123456789.-+nNiIuU"
_BRACKETS = ((b"[", b"]"), (b"{", b"}"), (b"(", b")"))


@dataclass(slots=True)
class _Block:
    """Lines of numbers that belong together.

    Attributes
    ----------
    label : Label
        What they are called.
    start : int
        The place of the first number among all.
    counts : list of int
        Numbers in each line.
    parts : list of int
        The lines before which there was an empty one or a rule.
    inline : bool
        Whether the label stands in the first line, so that the other lines continue it.
    """

    label: Label
    start: int
    counts: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    inline: bool = False


def read_lines(text: bytes, where: str) -> Content:
    """Read the numbers in lines; what stands in other lines is left out.

    Raises
    ------
    ValueError
        Rows of different lengths, words among the numbers, or an array that is cut short.
    InputError
        A count in front that is not the number of values.
    """
    reader = _Reader(_GLUED_RULE.sub(b"\n----", text) if b"----" in text else text, where)
    blocks = reader.found()
    if len(blocks) == 1 and not blocks[0].label.numbers:
        content = _alone(blocks[0], reader, where)
    else:
        content = put_together([Item(block.label, _values(block, reader.numbers)) for block in blocks])
    return Content(content.arrays, notes=(*reader.notes(), *content.notes)) if content.arrays else Content()


def _alone(block: _Block, reader: "_Reader", where: str) -> Content:
    """Read a block that is all there is, with what tables have beside their values."""
    values, name = _values(block, reader.numbers), block.label.name
    if values.ndim != 2:
        return Content({name: as_written(values)})
    table = read_table(values, reader.header.decode("utf-8", "replace"), where)
    if table.rows and is_frame_shape(table.values.shape[1:]):
        content = put_together([Item(Label(name, (n,)), row) for n, row in zip(table.rows, table.values, strict=True)])
        return Content(content.arrays, notes=(*table.notes, *content.notes))
    return Content({name: as_written(table.values)}, notes=table.notes)


def _values(block: _Block, numbers: Numbers) -> NDArray:
    """Give a block's values, by its lines and parts; lines that continue a labelled one have no shape of their own."""
    counts = block.counts
    values = numbers.array(block.start, block.start + sum(counts))
    columns, *_ = counts
    if len(set(counts)) > 1:
        return _uneven(block, values)
    if block.inline:
        return values
    rows = np.diff([0, *(part for part in block.parts if part < len(counts)), len(counts)])
    if len(rows) > 1 and len(set(rows.tolist())) == 1:
        return values.reshape(len(rows), rows[0], columns)
    return values.reshape(-1, columns)


def _uneven(block: _Block, values: NDArray) -> NDArray:
    first, *others = block.counts
    if set(others) == {first + 1} and np.array_equal(values[:first], np.arange(first)):
        return values[first:].reshape(len(others), -1)  # the columns' numbers, but none above those of the rows
    if (block.inline or block.label.name) and set(others[:-1]) <= {first} and others[-1] < first:
        return values
    if (shape := shape_in_front(values, first)) and first <= MAX_AXES:
        return values[first:].reshape(shape)
    other = next(count for count in others if count != first)
    raise ValueError(f"it has rows of {first} and of {other} numbers; they must be of equal lengths")


class _Reader:
    """Goes through the lines of a text once."""

    def __init__(self, text: bytes, where: str) -> None:
        self.numbers = Numbers(text)
        self.header = b""
        self._blocks: list[_Block] = []
        self._block: _Block | None = None
        self._above = b""
        self._left_out = 0
        self._where = where
        self._most = most_pieces(text)
        for number, line in enumerate(io.BytesIO(text), 1):
            self._read(line, number)

    def found(self) -> list[_Block]:
        """Give the blocks; those of a few numbers among words are none."""
        if not self._left_out:
            return self._blocks
        sizes: dict[str, int] = {}
        for block in self._blocks:
            sizes[block.label.name] = sizes.get(block.label.name, 0) + sum(block.counts)
        return [block for block in self._blocks if sizes[block.label.name] >= _MIN_VALUES]

    def notes(self) -> tuple[str, ...]:
        """Say what was assumed or left out, one sentence each."""
        left_out = (f"{self._left_out} other lines were left out",) if self._left_out else ()
        return (*self.numbers.notes(), *left_out)

    def _read(self, line: bytes, number: int) -> None:
        start, tokens = len(self.numbers.values), self.numbers.tokens(line)
        if tokens and tokens[0][:1] in _FIRST_OF_NUMBERS and self.numbers.add(tokens):
            self._add_row(start, len(tokens), line, number)
        elif not tokens or _RULE.fullmatch(line.rstrip()):
            self._end_part()
        elif b"#" in line:
            self._read_comment(line.rstrip(), number)
        else:
            self._read_words(line.rstrip(), tokens, number)

    def _add_row(self, start: int, count: int, line: bytes, number: int) -> None:
        if b",," in line and not self.numbers.decimal_commas:
            raise ValueError(f"line {number} has an empty cell")
        if self._block is None:
            self._block = _Block(read_label(self._above + b"\n"), start)
            self._append(self._block)
        self._block.counts.append(count)

    def _append(self, block: _Block) -> None:
        if len(self._blocks) == self._most:
            raise ValueError(f"it has more than {self._most} labelled rows, too many for one array")
        self._blocks.append(block)

    def _end_part(self) -> None:
        block = self._block
        if block and (not block.parts or block.parts[-1] != len(block.counts)):
            block.parts.append(len(block.counts))

    def _read_comment(self, line: bytes, number: int) -> None:
        """Read what stands before a ``#``; a line that is a comment may be the label of the next block."""
        before, _, comment = line.partition(b"#")
        if before.strip():
            self._read(before, number)
        elif self._block is None or is_label(comment.decode("utf-8", "replace")):
            self._block, self._above = None, comment
        else:
            self._end_part()

    def _read_words(self, line: bytes, tokens: list[bytes], number: int) -> None:
        words = next((place for place in range(len(tokens), 0, -1) if not is_number(tokens[place - 1])), 0)
        row = tokens[words:]
        if row and not is_number(tokens[0]) and (len(row) >= _MIN_ROW or tokens[words - 1][-1:] in b":="):
            self._read_labelled(line, row, number)
            return
        if self._block or is_number(tokens[0]):
            self._check(line, tokens, words, number)
        if self._block is None or is_label(line.decode("utf-8", "replace")):
            self._begin(line)
        else:
            self._left_out += 1
            self._block = None if self._block.inline else self._block

    def _check(self, line: bytes, tokens: list[bytes], words: int, number: int) -> None:
        """Refuse a row with values missing or words among its numbers."""
        found = sum(map(is_number, tokens))
        refuse_elided(line, found, self._where)
        if self._block and len(self._block.counts) > 1 and is_number(tokens[0]) and 2 * found >= len(tokens):
            word = tokens[words - 1][:40].decode("utf-8", "replace")
            raise ValueError(f"could not convert string {word!r} to a number, in line {number}")

    def _read_labelled(self, line: bytes, row: list[bytes], number: int) -> None:
        before = self.numbers.before(line, len(row))
        if any(before.count(opening) > before.count(closing) for opening, closing in _BRACKETS):
            raise ValueError(f"line {number} opens a bracket that is never closed")
        label = read_label(self._above + b"\n" + before)
        last = self._blocks[-1] if self._blocks else None
        if last and last.label == label and not label.numbers:
            last.inline, self._block = False, last
            last.counts.append(len(row))
        else:
            self._block = _Block(label, len(self.numbers.values), [len(row)], inline=True)
            self._append(self._block)
        self.numbers.add(row)

    def _begin(self, line: bytes) -> None:
        """Take a line for the label of the next block, and the last one above all blocks for the header of a table."""
        if not self._blocks:
            self.header = line
        self._left_out += bool(self._above)
        self._block, self._above = None, line
