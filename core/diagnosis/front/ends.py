"""Where a dump ends: at the block that it was read as, or farther on if that makes it nearer to the reference."""

from collections.abc import Iterator

from ...compare.comparison import Comparison
from ...recipe.kinds.rows import Patches
from ...recipe.kinds.values import Dct
from ...recipe.measured import block_names
from ...recipe.recipe import Recipe
from .chains import bare
from .names import changes_of
from .sampled import Blocks


def front_stages(comparison: Comparison, recipe: Recipe) -> Iterator[tuple[str, Blocks]]:
    """Give the stages, and other outputs of blocks, that a port has rows of, with the reference's chain to each."""
    for number, name in enumerate(block_names(recipe)):
        chain = recipe.blocks[: number + 1]
        if name not in comparison.port or any(block.group == "model" for block in chain):
            continue
        if len(comparison.port[name].shape) <= 2 or isinstance(chain[-1], Patches):
            yield name, chain


def farther(recipe: Recipe, chain: Blocks) -> Blocks:
    """Give a chain with the blocks behind it in a recipe that only change its values."""
    count = len(chain)
    while count < len(recipe.blocks) and recipe.blocks[count].group == "values":
        if isinstance(recipe.blocks[count], Dct):
            break
        count += 1
    return recipe.blocks[:count]


def nearest_end(reference: Blocks, whole: Blocks, port: Blocks) -> Blocks:
    """Give the reference's chain to where a port's differs in the fewest decisions, its own end first.

    Parameters
    ----------
    reference, whole : tuple of Block
        The chain to what the dump was read as, and the same with what may follow.
    """
    ends = [bare(whole[:count]) for count in range(len(reference), len(whole) + 1)]
    return min(ends, key=lambda end: len(changes_of(end, port)))
