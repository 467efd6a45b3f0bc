"""From what a recipe computes to the stages of a run: axes, clock and frequencies."""

from fractions import Fraction

import numpy as np

from ..axis import Axis, Clock
from ..base.arrays import NDArray
from ..base.errors import InputError
from ..run import Stage
from .items import Items
from .recipe import TIME_AXIS, Recipe, StageSpec
from .runner import Computed
from .trace import samples_of

AUDIO = "audio"


def audio_stage(samples: NDArray, recipe: Recipe) -> Stage:
    """Give the samples as a stage."""
    return Stage(
        AUDIO, samples, (Axis("sample", f"1/{recipe.rate} s", "samples"),), clock=Clock(recipe.rate, begins=True)
    )


def recipe_stage(computed: Computed) -> Stage:
    """Give what a recipe has computed as a stage of a run."""
    items, spec = computed.items, computed.spec
    clock = items_clock(items)
    axes, time = _axes(spec, items, clock), spec.time
    array = np.moveaxis(np.asarray(items.array), 0, time) if time else items.array
    return Stage(spec.name, array, axes, seconds=computed.seconds, clock=clock, hz=items.hz)


def items_clock(items: Items) -> Clock:
    """Give when items are: each lies in the middle of the samples that it was computed from."""
    count = len(items)
    if count < 2:
        first, last = samples_of(items.links, 0) if count else (0, 0)
        return Clock(items.rate / (last - first + 1), 0.0)
    # Items at the ends may be made of repeated rows, so those in the middle tell how far apart they are.
    early, late = count // 4, max(3 * count // 4, count // 4 + 1)
    # In half samples and as fractions: a hop of 160 samples is exactly 100 items a second.
    first, last = (sum(samples_of(items.links, item)) + 1 for item in (early, late))
    step = Fraction(max(last - first, 1), late - early)
    return Clock(float(2 * items.rate / step), float(early + Fraction(1, 2) - first / step))


def _axes(spec: StageSpec, items: Items, clock: Clock) -> tuple[Axis, ...]:
    """Give the axes as the recipe names them."""
    count, time = 1 + len(items.item_shape), spec.time
    names = spec.axes or (TIME_AXIS, *(f"axis {number}" for number in range(1, count)))
    if len(names) != count:
        raise InputError(f"stage {spec.name!r} has {count} axes, but axes names {len(names)}: {', '.join(names)}")
    word = f"{names[time]}s" if not names[time].endswith("ch") else f"{names[time]}es"
    units = [f"{1000 / clock.rate:.4g} ms" if number == time else "" for number in range(count)]
    if items.hz is not None and count == 2:
        units[1 - time] = "Hz"
    return tuple(
        Axis(name, unit, word if number == time else "")
        for number, (name, unit) in enumerate(zip(names, units, strict=True))
    )
