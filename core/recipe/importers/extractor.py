"""What one of transformers' audio feature extractors is: a shipped recipe, and what is different."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..block import Block
from ..kinds.signal import FitSignal
from ..recipe import Recipe
from .settings import Settings

Places = Mapping[str, tuple[str, ...]]


def _as_it_is(recipe: Recipe, _settings: Settings) -> Recipe:
    return recipe


@dataclass(frozen=True, slots=True)
class Extractor:
    """A feature extractor as a shipped recipe, and what is different.

    Attributes
    ----------
    preset : str
        The recipe that it is nearest to.
    defaults : mapping
        The extractor's own values of settings that a file may lack, where the recipe has others.
    without, before, behind : tuple
        Kinds of blocks that it lacks; blocks that it has in front, and at the end.
    changes : mapping
        Parameters of the recipe with other values.
    places : mapping
        Settings, and the parameters that each of them is.
    only : mapping
        Settings that no block computes, and the values with which they do nothing.
    finish : callable
        Applies the settings that are more than one changed parameter.
    """

    preset: str
    places: Places
    defaults: Mapping[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    before: tuple[Block, ...] = ()
    behind: tuple[Block, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    finish: Callable[[Recipe, Settings], Recipe] = _as_it_is


# What extractors of both tables have in common.
RATE: Places = {"sampling_rate": ("rate",)}
TO_HOPS: Places = {**RATE, "hop_length": ("fit_signal.multiple",)}
FILLED = {"padding_value": (0,), "padding_side": ("right",)}
RIGHT = FitSignal(multiple=1, side="right")
AT_24K = {"sampling_rate": 24000}
