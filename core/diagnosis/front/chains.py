"""What chains of blocks are between their bands and their end."""

from dataclasses import replace
from math import log
from typing import Any

import numpy as np

from ...recipe.kinds.filterbank import Filterbank
from ...recipe.kinds.frames import Frame, Window
from ...recipe.kinds.spectrum import Fft
from ...recipe.kinds.values import Affine, LevelRange, Log
from .evidence import LEVEL_KINDS
from .sampled import Blocks

NATURAL = {"e": 1.0, "2": 1 / log(2), "10": 1 / log(10)}
"""What a natural logarithm is multiplied by to be one of these bases."""


def bare(blocks: Blocks) -> Blocks:
    """Give a chain without names of stages and without lengths of windows that fill their frames.

    Equal beginnings are equal then.
    """
    length = next((block.length for block in blocks if isinstance(block, Frame)), 0)
    made = (replace(block, stage="", axes=(), dtype="") for block in blocks)
    return tuple(
        replace(block, length=0) if isinstance(block, Window) and block.length == length else block for block in made
    )


def first_of(blocks: Blocks, kind: type[Any] | tuple[type[Any], ...]) -> Any:
    """Give the first block of a kind, or of some, or None."""
    return next((block for block in blocks if isinstance(block, kind)), None)


def place_of(blocks: Blocks, kind: type[Any]) -> int | None:
    """Give the place of the first block of a kind, or None."""
    return next((number for number, block in enumerate(blocks) if isinstance(block, kind)), None)


def split_tail(blocks: Blocks) -> tuple[Blocks, Blocks]:
    """Give a chain before its logarithm, or what moves its levels, and from there on; a bare one is all front."""
    bank = next((n for n, block in enumerate(blocks) if isinstance(block, Filterbank)), -1)
    place = next((n for n, block in enumerate(blocks) if n > bank and isinstance(block, (Log, *LEVEL_KINDS))), None)
    place = next((n for n, block in enumerate(blocks) if isinstance(block, Log)), place)
    return (blocks, ()) if place is None else (blocks[:place], blocks[place:])


def spectrum_power(blocks: Blocks) -> float:
    """Give the power of a chain's magnitudes."""
    return next((block.power for block in blocks if isinstance(block, Fft)), 1.0)


def line(blocks: Blocks) -> tuple[float, float]:
    """Give factor and sum of what blocks behind a logarithm are between their limits."""
    multiply, add = 1.0, 0.0
    for block in blocks:
        match block:
            case Affine():
                multiply, add = multiply * block.multiply, add * block.multiply + block.add
            case LevelRange():
                zero = float(block.mapped(np.zeros(1))[0])
                one = float(block.mapped(np.ones(1))[0])
                multiply, add = multiply * (one - zero), add * (one - zero) + zero
    return multiply, add


def tail_slope(blocks: Blocks) -> float:
    """Give the slope of a chain's values over natural logarithms of its bands, or its bands, between its limits."""
    _, tail = split_tail(blocks)
    own = first_of(tail, Log)
    return float((log_factor(own) if own is not None else 1.0) * line(tail)[0])


def log_factor(block: Log) -> float:
    """Give what a logarithm is of the natural one."""
    return block.multiplier * NATURAL[block.base]
