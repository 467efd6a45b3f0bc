"""Codes of a stage that is being computed: made on the worker's thread, where its values come from, for the lanes."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..core.base.arrays import Array, NDArray
from ..core.base.progress import Tick
from ..core.drawing.pyramid import HeatPyramid
from ..core.recipe.configured import encoder_place
from ..core.recipe.recipe import Recipe
from ..core.recipe.runner import Computed
from ..core.run import StageName


class Coding(NamedTuple):
    """Values of the first and the last code, low < high; where `logarithmic`, of log10 of what is drawn."""

    low: float
    high: float
    logarithmic: bool = False

    def scaled(self, rows: NDArray) -> NDArray:
        """Give values as they are coded; what has no logarithm lies below all that has."""
        return np.log10(np.maximum(rows, _TINY)) if self.logarithmic else rows


_TINY = 1e-30
FEATURE_RANGE = Coding(0.0, 8.0)
"""Codes of features that are still to come: a trained encoder's largest is about 8."""

TABLE = 2
"""Axes of what a heat lane draws: items and values."""


def stage_coding(recipe: Recipe, stage: StageName) -> Coding | None:
    """Give the codes of a stage that is drawn before all of it is there; None: they are fitted to its values."""
    spec, place = recipe.stage(stage), encoder_place(recipe)
    if spec and spec.block == place:
        return FEATURE_RANGE
    return Coding(*spec.limits) if spec and spec.limits else None


_SAMPLED_ITEMS = 512
_SHARE = 0.998
"""Share of the values that the levels hold: single values far outside must not make a picture of one colour."""
_STEEP = 50.0
"""Largest value by the middle one from which on values of 0 and more are drawn by their logarithm: of mel powers of
speech it is 1e3 to 1e6, of mel magnitudes 50 to 300, of features of an encoder and of all that has been logarithmic,
1.5 to 30."""
_DECADES = 6.0
_BLOCK = 4096


class Quantised:
    """The pyramid of an (items, values) array, filled block by block, and the largest value so far.

    Parameters
    ----------
    items, values : int
        Shape of the array.
    coding : Coding
        What the codes stand for.
    fitted : bool
        Whether they were chosen by the values themselves; else these may fill but a part of them.
    """

    def __init__(self, items: int, values: int, coding: Coding, *, fitted: bool = False) -> None:
        self.pyramid = HeatPyramid(items, values, coding.low, coding.high)
        self.coding, self.fitted = coding, fitted
        self.peak = coding.low

    def fill(self, start: int, rows: NDArray) -> None:
        """Take over the (n, values) rows from item `start` on."""
        self.pyramid.fill(start, self.coding.scaled(rows))
        self.peak = max(self.peak, float(np.nanmax(rows, initial=self.peak)))


def fitted_coding(array: Array) -> Coding:
    """Give codes that hold nearly all values of 512 items spread over an (items, values) array.

    Spectra that are not logarithmic yet are coded by their logarithm: nearly all of them would have the first colour.
    """
    values = np.asarray(array[:: 1 + len(array) // _SAMPLED_ITEMS], np.float64)
    finite = values[np.isfinite(values)]
    low, middle, high = np.quantile(finite, (1 - _SHARE, 0.5, _SHARE)) if finite.size else (0.0, 0.0, 0.0)
    if low >= 0 and high > _STEEP * middle:
        top = float(np.log10(max(high, _TINY)))
        return Coding(max(float(np.log10(max(low, _TINY))), top - _DECADES), top, logarithmic=True)
    return Coding(float(low), float(high)) if low < high else Coding(float(low), float(low) + 1.0)


def fitted(array: Array, tick: Tick) -> Quantised:
    """Quantise an (items, values) array by the levels that fit it; `tick` is called with (done, total) items."""
    codes = Quantised(len(array), array.shape[1], fitted_coding(array), fitted=True)
    for start in range(0, len(array), _BLOCK):
        codes.fill(start, array[start : start + _BLOCK])
        tick(min(start + _BLOCK, len(array)), len(array))
    return codes


class Quantiser:
    """Quantises stages as they are filled, where their recipe says between which values they lie.

    Parameters
    ----------
    recipe : Recipe
        What the stages are stages of.
    deliver : callable
        Called with (stage as far as it is filled, codes, start, stop).
    """

    def __init__(self, recipe: Recipe, deliver: Callable[[Computed, Quantised, int, int], object]) -> None:
        self._recipe, self._deliver = recipe, deliver
        self.codes: dict[StageName, Quantised] = {}

    def __call__(self, made: Computed, start: int, stop: int) -> None:
        """Take over the items [start, stop) of a stage, and pass them on."""
        spec, array = made.spec, made.items.array
        coding = stage_coding(self._recipe, spec.name) if spec.drawn and array.ndim == TABLE else None
        if coding is None:
            return
        if spec.name not in self.codes:
            self.codes[spec.name] = Quantised(array.shape[0], array.shape[1], coding)
        self.codes[spec.name].fill(start, array[start:stop])
        self._deliver(made, self.codes[spec.name], start, stop)
