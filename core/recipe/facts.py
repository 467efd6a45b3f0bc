"""What is known of a stage beside its values: what its axes count, when its items are, and their frequencies."""

from dataclasses import dataclass
from fractions import Fraction

from ..axis import Axis, Clock
from ..base.arrays import NDArray
from ..base.errors import InputError
from .items import Items
from .recipe import TIME_AXIS, StageSpec
from .trace import samples_of


@dataclass(frozen=True, slots=True, eq=False)
class StageFacts:
    """What a recipe says of a stage.

    Attributes
    ----------
    axes : tuple of Axis
        One an axis of its array.
    clock : Clock
        When its items are.
    hz : (k,) array or None
        Frequencies along the last axis of its items, where they have some.
    unit : str
        The unit of its values; empty: they have none.
    """

    axes: tuple[Axis, ...]
    clock: Clock
    hz: NDArray | None = None
    unit: str = ""


def audio_facts(rate: int) -> StageFacts:
    """Give those of samples at a rate, Hz."""
    return StageFacts((Axis("sample", f"1/{rate} s", "samples"),), Clock(rate, begins=True))


def stage_facts(spec: StageSpec, items: Items) -> StageFacts:
    """Give those of a stage whose items a recipe has computed.

    Raises
    ------
    InputError
        The recipe names more or fewer axes than there are.
    """
    clock = items_clock(items)
    return StageFacts(_axes(spec, items, clock), clock, items.hz, spec.unit)


def items_clock(items: Items) -> Clock:
    """Give when items are: as their block says, or each in the middle of the samples that it was computed from."""
    if items.clock is not None:
        return items.clock
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
    *_, word = names[time].split()
    word += "es" if word.endswith("ch") else "s"
    units = [f"{1000 / clock.rate:.4g} ms" if number == time else "" for number in range(count)]
    if items.hz is not None and count > 1:
        units[frequency_axis(count, time)] = "Hz"
    return tuple(
        Axis(name, unit, word if number == time else "")
        for number, (name, unit) in enumerate(zip(names, units, strict=True))
    )


def frequency_axis(count: int, time: int) -> int:
    """Give which of `count` axes has the frequencies of a stage, where it has some: the last of its items."""
    return count - 1 if time != count - 1 else count - 2
