"""A recipe as a chain of blocks, and what a port has in the place of its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ..core.diagnosis.findings import Finding
from ..core.recipe.recipe import Recipe
from ..core.what_if import block_names


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is another in the port.

    Attributes
    ----------
    name : str
        The block's field, such as ``scale``; empty where the whole block is another.
    expected, found : str
        What the reference has, and what the port has.
    """

    name: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Link:
    """One block of a chain.

    Attributes
    ----------
    kind : str
        What it does, such as ``filterbank``.
    stage : str
        The first stage that it has a part in; empty where none follows.
    changes : tuple of Change
        What the port has in its place; empty: the same.
    block : int or None
        Its number in the recipe; None: it is no block of it.
    own : tuple of Change
        What was changed by hand, for the reference.
    """

    kind: str
    stage: str
    changes: tuple[Change, ...] = ()
    block: int | None = None
    own: tuple[Change, ...] = ()


def chain(
    recipe: Recipe, findings: Sequence[Finding], own: Mapping[str, Change] = MappingProxyType({})
) -> tuple[Link, ...]:
    """Give the blocks of a recipe with what was found of them, and what was changed by hand, by its path.

    What is found of something that is no block of the recipe, such as how the sound is read, stands before the first.
    """
    changes: dict[str, list[Change]] = {}
    for finding in findings:
        kind, _, name = (finding.parameter or finding.id).partition(".")
        changes.setdefault(kind, []).append(Change(name, finding.expected, finding.found))
    stages = {finding.parameter.partition(".")[0]: finding.stage for finding in findings}
    links, specs = [], recipe.stages
    for number, (name, block) in enumerate(zip(block_names(recipe), recipe.blocks, strict=True)):
        stage = next((spec.name for spec in specs if spec.block >= number), "")
        by_hand = tuple(change for path, change in own.items() if path == f"{name}.{change.name}")
        links.append(Link(block.kind, stage, tuple(changes.pop(block.kind, ())), number, by_hand))
    return (*(Link(kind, stages.get(kind, ""), tuple(found)) for kind, found in changes.items()), *links)
