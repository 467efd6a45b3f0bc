"""Running a recipe: from samples to stages, each given away as soon as it is done."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from time import perf_counter
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from ..base.arrays import Array, NDArray, RowBlocks
from ..base.errors import InputError
from ..base.progress import Progress, Tick, silent
from ..stages.features import WindowEncoder
from .block import Block, Context
from .held import held
from .items import Items
from .recipe import Recipe, StageSpec

DEFAULT = Context()
Known: TypeAlias = Mapping[tuple[Block, ...], Items]
"""Outputs of beginnings of a chain, by their blocks."""


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """One stage as a recipe computes it.

    Attributes
    ----------
    spec : StageSpec
        What the recipe says about it.
    items : Items
        Its items along time, with the way down to the samples.
    seconds : float
        How long computing it took.
    """

    spec: StageSpec
    items: Items
    seconds: float

    @property
    def array(self) -> Array:
        """The values in the original's order of axes: ``column`` counts the items, and may be the last axis."""
        values = self.items.array
        last = self.spec.axes[1:] == ("column",) and isinstance(values, np.ndarray)
        return values.T if last and isinstance(values, np.ndarray) else values


Filled: TypeAlias = Callable[[Computed, int, int], None]
"""Called with (stage, start, stop) when these items of it are right; the others are not there yet."""


def run_blocks(
    begin: NDArray | Items,
    recipe: Recipe,
    done: int = 0,
    *,
    known: Known = MappingProxyType({}),
    each: Callable[[Items], Items] | None = None,
    progress: Progress = silent,
    filled: Filled = silent,
    encoder: WindowEncoder | None = None,
) -> Iterator[Computed]:
    """Compute stage after stage; what is not asked for is not computed.

    Parameters
    ----------
    begin : (n,) float array or Items
        The signal that the recipe's first block gets, mono, at the recipe's rate; or the output of the first `done`
        blocks, whose stages are not given again.
    recipe : Recipe
        The chain.
    done : int
        How many blocks have been applied before.
    known : mapping of blocks to Items
        Outputs of beginnings of the chain that are at hand, such as an earlier run's `beginnings`: the longest that
        fits is not computed again.
    each : callable or None
        Changes the output of every block, such as to a type of less precision.
    progress : callable
        Called between chunks with (stage, done, total).
    filled : callable
        Sees a stage whose values are held before all of them are done.
    encoder : WindowEncoder or None
        Stands for the model ``stand-in``; None: the weights that ship with Framescope.

    Yields
    ------
    Computed
        The recipe's stages in order.

    Raises
    ------
    InputError
        A recording that is too short, or blocks that do not fit each other; the sentence names the block.
    CancelledError
        Raised by `progress`.
    """
    items = begin if isinstance(begin, Items) else Items(begin, recipe.rate)
    start, ready = perf_counter(), done
    for spec in recipe.stages:
        if spec.block < done:
            continue
        ready, items = _nearest(recipe, known, ready, items, spec)
        context = Context(partial(progress, spec.name), recipe.folder, encoder)
        for number in range(ready, spec.block + 1):
            items = _applied(recipe.blocks[number], items, number, context)
            items = each(items) if each else items
        ready = max(ready, spec.block + 1)
        made = _kept(dict(items.further)[spec.name] if spec.aside else items, spec, context.tick, filled)
        items = items if spec.aside else made
        yield Computed(spec, made, perf_counter() - start)
        start = perf_counter()


def applied(blocks: Iterable[Block], items: Items, context: Context = DEFAULT) -> Items:
    """Apply blocks one after another."""
    return reduce(lambda made, block: block.apply(made, context), blocks, items)


def applied_names(
    recipe: Recipe, items: Items, context: Context = DEFAULT, known: Known = MappingProxyType({})
) -> Iterator[tuple[str, Block, Items]]:
    """Apply a recipe's blocks one after another, and name each output by its kind, with its number of several.

    What is known of the beginnings of the chain is not computed again.
    """
    seen: dict[str, int] = {}
    for number, block in enumerate(recipe.blocks):
        at_hand = known.get(recipe.blocks[: number + 1])
        items = _applied(block, items, number, context) if at_hand is None else at_hand
        seen[block.kind] = seen.get(block.kind, 0) + 1
        yield block.kind if seen[block.kind] == 1 else f"{block.kind}#{seen[block.kind]}", block, items


def beginnings(recipe: Recipe, stages: Iterable[Computed]) -> dict[tuple[Block, ...], Items]:
    """Give the stages of a run by the blocks that made them, for `run_blocks` with a recipe that begins alike."""
    return {recipe.blocks[: stage.spec.block + 1]: stage.items for stage in stages if not stage.spec.aside}


def _nearest(recipe: Recipe, known: Known, ready: int, items: Items, spec: StageSpec) -> tuple[int, Items]:
    """Give the longest beginning at hand that does not pass a stage: as many blocks as `ready`, or more."""
    for count in range(spec.block + 1, ready, -1):
        if (found := known.get(recipe.blocks[:count])) is not None:
            return count, found
    return ready, items


def _applied(block: Block, items: Items, number: int, context: Context) -> Items:
    try:
        made = block.apply(items, context)
    except InputError as error:
        raise InputError(f"block {number + 1} ({block.kind}): {error}") from None
    return replace(made, sources=(*items.sources, (block.kind, replace(made, sources=()))))


def _kept(items: Items, spec: StageSpec, tick: Tick, filled: Filled) -> Items:
    """Hold a stage's values, unless they are rows of another stage: those are gathered where somebody looks."""
    if isinstance(items.array, RowBlocks) and not spec.dtype:
        return items

    def show(whole: NDArray, start: int, stop: int) -> None:
        filled(Computed(spec, replace(items, array=whole), 0.0), start, stop)

    return replace(items, array=held(items.array, spec.dtype, tick=tick, filled=show))
