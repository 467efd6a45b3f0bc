"""A recipe as a chain of blocks, and what a port has in the place of its values."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..core.diagnosis.findings import Finding
from ..core.recipe.recipe import Recipe


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
    """

    kind: str
    stage: str
    changes: tuple[Change, ...] = ()


def chain(recipe: Recipe, findings: Sequence[Finding]) -> tuple[Link, ...]:
    """Give the blocks of a recipe with what was found of them.

    What is found of something that is no block of the recipe, such as how the sound is read, stands before the first.
    """
    changes: dict[str, list[Change]] = {}
    for finding in findings:
        kind, _, name = (finding.parameter or finding.id).partition(".")
        changes.setdefault(kind, []).append(Change(name, finding.expected, finding.found))
    stages = {finding.parameter.partition(".")[0]: finding.stage for finding in findings}
    links = []
    for number, block in enumerate(recipe.blocks):
        stage = next((spec.name for spec in recipe.stages if spec.block >= number), "")
        links.append(Link(block.kind, stage, tuple(changes.pop(block.kind, ()))))
    return (*(Link(kind, stages.get(kind, ""), tuple(found)) for kind, found in changes.items()), *links)
