"""The difference of two chains of blocks: parameters that are others, blocks that are missing or added."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from ...base.errors import InputError
from ...recipe.block import Block, parameters
from .sampled import Blocks

OF_STAGES = ("stage", "axes", "dtype")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a port's chain has otherwise.

    Attributes
    ----------
    parameter : str
        ``filterbank.scale``, or the kind of a block that is missing or added.
    expected, found : object
        The values; of a block that is missing or added, the block and None, or None and the block.
    without : tuple of Block
        The port's chain without this difference.
    """

    parameter: str
    expected: Any
    found: Any
    without: Blocks

    @property
    def kind(self) -> str:
        """The kind of block that it is about."""
        return self.parameter.partition(".")[0]


def differences(reference: Blocks, port: Blocks) -> list[Difference]:
    """Give what a port's chain has otherwise than the reference's."""
    return list(_differences(reference, port))


def _differences(reference: Blocks, port: Blocks) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, [b.kind for b in reference], [b.kind for b in port], autojunk=False)
    for tag, start, stop, other_start, other_stop in matcher.get_opcodes():
        if tag == "equal":
            for mine, theirs in zip(range(start, stop), range(other_start, other_stop), strict=True):
                yield from _changed(reference[mine], port, theirs)
            continue
        for place in range(start, stop):
            put_back = (*port[:other_start], reference[place], *port[other_start:])
            yield Difference(reference[place].kind, reference[place], None, put_back)
        for place in range(other_start, other_stop):
            yield Difference(port[place].kind, None, port[place], (*port[:place], *port[place + 1 :]))


def _changed(reference: Block, port: Blocks, place: int) -> Iterator[Difference]:
    own = port[place]
    for name in parameters(type(own)):
        expected, found = getattr(reference, name), getattr(own, name)
        if expected != found and name not in OF_STAGES:
            back = (*port[:place], _with(own, name, reference), *port[place + 1 :])
            yield Difference(f"{own.kind}.{name}", expected, found, back)


def _with(own: Block, name: str, reference: Block) -> Block:
    """A block with one of the reference's parameters, or all of them where it does not go with the others."""
    change: dict[str, Any] = {name: getattr(reference, name)}
    try:
        return replace(own, **change)
    except InputError:
        return reference
