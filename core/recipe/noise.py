"""The noise of float32 arithmetic in a recipe's stages: what a faithful port in float32 cannot help."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..base.arrays import NDArray
from .items import Items
from .kinds.model import Supplied
from .recipe import Recipe
from .runner import run_blocks

MAX_NOISE_SECONDS = 10
"""How much of a recording the noise is measured on: it is a property of arithmetic and loudness, not of the words."""


def float32_noise(samples: NDArray, recipe: Recipe) -> Mapping[str, float]:
    """Measure by how much a recipe's stages differ where every block rounds its output to float32.

    Parameters
    ----------
    samples : (n,) float array
        The signal that the recipe's first block gets.

    Returns
    -------
    mapping of str to float
        The largest difference of each stage, at least the last place of its largest value.

    Raises
    ------
    InputError
        A signal that is too short for the recipe.
    """
    supplied = any(isinstance(block, Supplied) for block in recipe.blocks)  # with the rows of the whole recording
    part = samples if supplied else samples[: MAX_NOISE_SECONDS * recipe.rate]
    exact = run_blocks(part, recipe)
    rounded = run_blocks(part, recipe, each=_rounded)
    return {
        one.spec.name: _largest(one.items.array[:], other.items.array[:])
        for one, other in zip(exact, rounded, strict=True)
    }


def _rounded(items: Items) -> Items:
    return replace(items.mapped(lambda values: values.astype(np.float32)), hz=items.hz)


def _largest(exact: NDArray, rounded: NDArray) -> float:
    """The largest difference, and no less than the last place of the largest value."""
    difference = float(np.abs(rounded.astype(np.float64) - exact).max(initial=0.0))
    return max(difference, float(np.finfo(np.float32).eps) * float(np.abs(exact).max(initial=0.0)))
