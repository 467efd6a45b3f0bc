"""Two changes of one chain made together."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ...base.errors import InputError
from ...recipe.block import Block, parameters
from .sampled import Blocks


def merged(base: Blocks, one: Blocks, other: Blocks) -> Blocks | None:
    """Give a chain with what two others change of it; None where both change the same, or it does not go together.

    Parameters
    ----------
    base : tuple of Block
        The chain.
    one, other : tuple of Block
        The same with a change each: a block's parameters, or blocks that are missing or added.
    """
    made: list[Block] = []
    for own, first, second in zip(_bound(base), _aligned(base, one), _aligned(base, other), strict=True):
        both = second if first == own else first if second == own else _both(own, first, second)
        if both is None:
            return None
        made += both
    return tuple(made)


def _bound(base: Blocks) -> list[Blocks]:
    """A chain's blocks, and the gaps in front of, between and behind them, in turn."""
    return [(), *(part for block in base for part in ((block,), ()))]


def _aligned(base: Blocks, other: Blocks) -> list[Blocks]:
    """What another chain has in each of a chain's gaps and in place of each of its blocks."""
    parts: list[Blocks] = [()] * (2 * len(base) + 1)
    matcher = SequenceMatcher(None, _kinds(base), _kinds(other), autojunk=False)
    for tag, start, stop, first, last in matcher.get_opcodes():
        if tag == "equal":
            parts[2 * start + 1 : 2 * stop : 2] = [(block,) for block in other[first:last]]
        else:
            parts[2 * start] = other[first:last]
    return parts


def _kinds(blocks: Blocks) -> list[str]:
    return [block.kind for block in blocks]


def _both(own: Blocks, one: Blocks, other: Blocks) -> Sequence[Block] | None:
    """One block with the parameters that each of two others has otherwise; None where they contradict each other."""
    if one == other:
        return one
    if not (len(own) == len(one) == len(other) == 1):
        return None
    base, first, second = own[0], one[0], other[0]
    changed = [{name for name in parameters(type(base)) if getattr(each, name) != getattr(base, name)}
               for each in (first, second)]  # fmt: skip
    if any(getattr(first, name) != getattr(second, name) for name in changed[0] & changed[1]):
        return None
    try:
        return (replace(first, **{name: getattr(second, name) for name in changed[1]}),)
    except InputError:
        return None
