"""Changing the chain of a recipe: blocks left out, put before or behind, with the last stage kept the last."""

from dataclasses import replace

from ..block import Block
from ..recipe import Recipe


def without(recipe: Recipe, *kinds: str) -> Recipe:
    """Give a recipe without the blocks of some kinds; the last block that stays is the last stage."""
    return ending(recipe, tuple(block for block in recipe.blocks if block.kind not in kinds))


def behind(recipe: Recipe, *blocks: Block) -> Recipe:
    """Give a recipe with blocks at its end, the last of which is the last stage."""
    *before, last = recipe.blocks
    return ending(recipe, (*before, replace(last, stage="", axes=(), dtype=""), *blocks))


def before(recipe: Recipe, *blocks: Block) -> Recipe:
    """Give a recipe with blocks in front."""
    return replace(recipe, blocks=(*blocks, *recipe.blocks))


def after(recipe: Recipe, kind: str, *blocks: Block) -> Recipe:
    """Give a recipe with blocks behind its first block of a kind, which is not the last."""
    place = 1 + [block.kind for block in recipe.blocks].index(kind)
    return replace(recipe, blocks=(*recipe.blocks[:place], *blocks, *recipe.blocks[place:]))


def ending(recipe: Recipe, blocks: tuple[Block, ...]) -> Recipe:
    """Give a recipe of other blocks, the last of which is the stage that the recipe ended with."""
    stage = recipe.blocks[-1]
    last = replace(blocks[-1], stage=stage.stage, axes=stage.axes, dtype=stage.dtype)
    return replace(recipe, blocks=(*blocks[:-1], last))
