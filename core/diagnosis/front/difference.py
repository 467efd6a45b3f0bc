"""The difference of two chains of blocks: parameters that are others, blocks that are missing or added."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache, partial
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
    undo : callable
        Makes the port's chain without it.
    """

    parameter: str
    expected: Any
    found: Any
    undo: Callable[[], Blocks] = field(repr=False, compare=False)

    @property
    def without(self) -> Blocks:
        """The port's chain without this difference."""
        return self.undo()

    @property
    def kind(self) -> str:
        """The kind of block that it is about."""
        return self.parameter.partition(".")[0]


def differences(reference: Blocks, port: Blocks) -> list[Difference]:
    """Give what a port's chain has otherwise than the reference's."""
    return list(_differences(reference, port))


def _differences(reference: Blocks, port: Blocks) -> Iterator[Difference]:
    kinds = (tuple(block.kind for block in blocks) for blocks in (reference, port))
    for tag, start, stop, other_start, other_stop in _opcodes(*kinds):
        if tag == "equal":
            for mine, theirs in zip(range(start, stop), range(other_start, other_stop), strict=True):
                if reference[mine] is not port[theirs]:
                    yield from _changed(reference[mine], port, theirs)
            continue
        for place in range(start, stop):
            yield Difference(
                reference[place].kind, reference[place], None, partial(_spliced, port, other_start, 0, reference[place])
            )
        for place in range(other_start, other_stop):
            yield Difference(port[place].kind, None, port[place], partial(_spliced, port, place, 1))


@lru_cache(maxsize=1024)
def _opcodes(reference: tuple[str, ...], port: tuple[str, ...]) -> Sequence[tuple[str, int, int, int, int]]:
    """How one sequence of kinds becomes the other."""
    return SequenceMatcher(None, reference, port, autojunk=False).get_opcodes()


def _spliced(blocks: Blocks, place: int, removed: int, *put: Block) -> Blocks:
    """A chain with other blocks in the place of some."""
    return (*blocks[:place], *put, *blocks[place + removed :])


def _changed(reference: Block, port: Blocks, place: int) -> Iterator[Difference]:
    own = port[place]
    for name in parameters(type(own)):
        expected, found = getattr(reference, name), getattr(own, name)
        if expected != found and name not in OF_STAGES:
            yield Difference(f"{own.kind}.{name}", expected, found, partial(_put_back, reference, port, place, name))


def _put_back(reference: Block, port: Blocks, place: int, name: str) -> Blocks:
    return _spliced(port, place, 1, _with(port[place], name, reference))


def _with(own: Block, name: str, reference: Block) -> Block:
    """A block with one of the reference's parameters, or all of them where it does not go with the others."""
    change: dict[str, Any] = {name: getattr(reference, name)}
    try:
        return replace(own, **change)
    except InputError:
        return reference
