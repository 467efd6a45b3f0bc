"""What may follow the bands: logarithms, levels, statistics of the recording, with the port's numbers and limits.

What a chain does behind its bands is a line between limits: a tail is right where its slope is the port's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

from ...recipe.block import Block
from ...recipe.kinds.values import Affine, Clip, LevelRange, Log, Normalise, Top
from . import chains
from .evidence import Evidence
from .limits import Limits
from .lines import Line, Lowest
from .own_statistics import statistics_of, stretched_of
from .sampled import Blocks
from .tops import scopes

BASES: tuple[Literal["e", "2", "10"], ...] = ("10", "e", "2")
TOLERANCE = 2e-6
"""Relative error of slopes and intercepts of values that are float32."""
SURE = 6.0
"""Standard errors that a slope or an intercept may lie off."""
SLOPE_OFF = 0.01
"""Relative error of the slope of bands whose means are taken away: float16 values of a quiet port came to 0.002."""
MOST_SPREAD = 1.1
"""Deviation that statistics leave which divide by it, at the most: rows that are no part of them are few."""
PLAIN_DIGITS = 3
ODD_SUM = 2.8
"""Changes that a sum of many digits counts for: more than any gain before the logarithm, which nobody has to write."""
ODD_FACTOR = 0.4
"""Changes that a factor of many digits counts for beside its own: AST's with decimal logarithms is 0.0475262."""
ODD_LEVEL = 0.4
"""Changes that a range, a least level or a reference level counts for beside its own where no usual code has it."""
MET = 1e-4
"""Relative error of a slope up to which a usual range has it."""
LEAST_LEVELS = (-1e4, -1.0)
"""Decibels between which a least level lies."""
WHOLE_DECIBEL = 0.02
"""Decibels that a reference level may be off from whole ones to be tried: values decide then."""
_MINIMA = (-80.0, -100.0, -120.0)
_REFS = (0.0, 10.0, 16.0, 20.0, 30.0, 40.0, -20.0)
Posts = Iterator[tuple[Blocks, float]]


@dataclass(frozen=True, slots=True)
class Tail:
    """What may follow the bands.

    Attributes
    ----------
    blocks : tuple of Block
        From the logarithm on.
    slope, shift : float
        Of the line that it is between its limits, over natural logarithms of the bands.
    changes : float
        How many decisions of a port differ from the reference's.
    """

    blocks: Blocks
    slope: float
    shift: float
    changes: float


@dataclass(frozen=True, slots=True)
class Tails:
    """The tails that fit a line.

    Attributes
    ----------
    reference : tuple of Block
        The reference's tail.
    own : Log or None
        The logarithm of the candidate's shape.
    power, usual : float
        Power of the candidate's magnitudes, and of the reference's: behind statistics the factor on the logarithm
        does not show, and is taken to be the one that goes with the power.
    lowest : Lowest or None
        See `Limits`.
    slope : float
        Of the port's values over natural logarithms where bands have means of their own; 0: they lie on one line.
    """

    evidence: Evidence
    reference: Blocks
    own: Log | None
    line: Line
    power: float
    usual: float
    lowest: Lowest | None = None
    slope: float = 0.0

    def __iter__(self) -> Iterator[Tail]:
        if self.evidence.logarithm:
            yield Tail((), 1.0, 0.0, 1.0)
            return
        ours = chains.first_of(self.reference, Log)
        posts = tuple(block for block in self.reference if block is not ours)
        if self.own is None:  # the levels are the bands
            yield from self._fitted((), posts, 1.0, float(ours is not None))
            return
        for logarithm, changes in logs(ours, self.own):
            yield from self._fitted((logarithm,), posts, chains.log_factor(logarithm), changes)

    def _fitted(self, first: Blocks, posts: Blocks, scale: float, changes: float) -> Iterator[Tail]:
        """The tails that begin with a logarithm, or with none, whose slope is the line's."""
        for post, more in _posts(posts, self.evidence, self.line, scale):
            statistic = chains.first_of(post, Normalise)
            blind = statistic is not None
            centred = statistic is not None and statistic.axis != "row" and statistic.statistic in ("mean", "mean_sd")
            if centred and not self.evidence.centred:
                continue  # means would be 0
            if statistic is not None and not self._spreads(statistic):
                continue  # deviations would be 1, or less by what is added to them
            if (blind and not self._plain(first, post)) or (self.evidence.own_slopes and not blind):
                continue
            if statistic is not None and not self._has_slope(statistic, scale * chains.line(post)[0]):
                continue
            multiply, add = (self.line.slope / scale, self.line.shift) if blind else chains.line(post)
            off = TOLERANCE + SURE * self.line.slope_error / abs(self.line.slope)
            if abs(multiply * scale / self.line.slope - 1) > off:
                continue
            lowest, ratio = self.lowest if blind else None, self.power / self.usual
            limits = Limits(self.evidence, scale, multiply, add, lowest, ratio)
            for limited, most in limits.of((*first, *post)) if first or post else [((), 0.0)]:
                yield Tail(limited, multiply * scale, add, changes + more + most)

    def _spreads(self, statistic: Normalise) -> bool:
        """Whether the port's deviations can be what statistics leave of them."""
        band, whole = self.evidence.spread
        spread = {"band": band, "all": whole}.get(statistic.axis, 0.0)
        return statistic.statistic != "mean_sd" or spread <= MOST_SPREAD

    def _has_slope(self, statistic: Normalise, slope: float) -> bool:
        """Whether a factor that statistics leave as it is, is the port's."""
        left = statistic.statistic in ("mean", "max") and self.slope > 0
        return not left or abs(slope / self.slope - 1) <= SLOPE_OFF

    def _plain(self, first: Blocks, post: Blocks) -> bool:
        """Whether a logarithm that statistics take the factor from is the usual one, or its factor can be seen."""
        if not first or any(isinstance(block, Normalise) and block.eps for block in post):
            return True  # a factor shows against eps
        logarithm, ours = first[0], chains.first_of(self.reference, Log)
        assert isinstance(logarithm, Log)
        if ours is None or logarithm.base != ours.base:
            return ours is None
        decibels = ours.multiplier > 1
        return not decibels or abs(logarithm.multiplier * self.power / (ours.multiplier * self.usual) - 1) < 1e-9


def logs(reference: Log | None, own: Log | None) -> Iterator[tuple[Log, float]]:
    """Give the logarithms that ports take, and how many changes each is."""
    base = reference or Log(base="e", guard="max", floor=1e-10)
    added = own if own and own.guard == "add" else None
    floor = added.floor if added else base.floor
    if base.guard == "add" and added is None:
        floor = 1e-10 if own is None else own.floor
    extra = float((added is None) == (base.guard == "add")) + float(added is not None and floor != base.floor)
    for name, multiplier in dict.fromkeys(
        ((base.base, base.multiplier), *product(BASES, (1.0, 10.0, 20.0, base.multiplier)))
    ):
        made = replace(base, base=name, multiplier=multiplier, floor=floor, stage="", axes=(), dtype="")
        made = replace(made, guard="add") if added else replace(made, guard="max")
        changes = float((name, multiplier) != (base.base, base.multiplier))
        yield made, extra + changes


def _posts(posts: Blocks, evidence: Evidence, line: Line, scale: float) -> Posts:
    """What ports have behind the logarithm: the reference's blocks, others of their numbers, none, or statistics."""
    yield posts, 0.0
    for place, block in enumerate(posts):
        for changed, changes in _VALUES.get(type(block), _none)(block, _Seen(posts, evidence, line, scale)):
            made = (*posts[:place], changed, *posts[place + 1 :])
            yield _clips_moved(made, block, changed), changes
    bare = tuple(block for block in posts if not isinstance(block, LevelRange | Affine | Clip | Top | Normalise))
    if len(bare) < len(posts):
        if any(isinstance(block, LevelRange | Affine) for block in posts):
            yield tuple(block for block in posts if not isinstance(block, LevelRange | Affine | Normalise)), 1.0
            yield (*(block for block in posts if isinstance(block, Top)), *bare), 1.1
        yield from (((Affine(multiply=1.0, add=-b.ref), *bare), 1.1) for b in posts if isinstance(b, LevelRange))
        yield bare, 1.2
    ours = chains.first_of(posts, Normalise)
    for statistic in dict.fromkeys(each for seen in statistics_of(evidence.port) for each in _like(ours, seen)):
        yield (*bare, statistic), _statistic_changes(ours, statistic)
    yield from (((*bare, *stretched), 1.5) for stretched in stretched_of(evidence.port))
    yield from (((line_added, *posts), 1.0) for line_added in _lines(posts, line, scale))


def _lines(posts: Blocks, line: Line, scale: float) -> Iterator[Affine]:
    """A line behind the logarithm of a reference that has none: of plain numbers, as any line explains a port."""
    multiply, add = plain(line.slope / scale), plain(line.shift)
    if any(isinstance(block, LevelRange | Affine | Normalise) for block in posts) or multiply in (0.0, 1.0):
        return
    near = abs(multiply * scale / line.slope - 1) <= MET and abs(add - line.shift) <= MET * max(abs(add), multiply)
    if near:
        yield Affine(multiply=multiply, add=add)


def _like(ours: Normalise | None, port: Normalise) -> Iterator[Normalise]:
    """A statistic that a port's values have, with the reference's numbers where the values cannot show them."""
    if ours is not None:
        shown = port if port.statistic == "mean_sd" else ours
        port = replace(ours, axis=port.axis, statistic=port.statistic, ddof=shown.ddof, eps=shown.eps)
        yield port
        port = replace(port, padding=0)
    yield port


def _statistic_changes(ours: Normalise | None, port: Normalise) -> float:
    """How many decisions another statistic is: of the same kind, each of its numbers."""
    if ours is None or ours.statistic != port.statistic:
        return 1.5
    return float(sum(getattr(ours, name) != getattr(port, name) for name in ("axis", "ddof", "eps", "padding")))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known where a block's other values are looked for."""

    posts: Blocks
    evidence: Evidence
    line: Line
    scale: float

    @property
    def wanted(self) -> float:
        """The factor that the blocks behind the logarithm need."""
        return self.line.slope / self.scale


Values = Iterator[tuple[Block, float]]


def _none(block: Any, seen: _Seen) -> Values:
    yield from ()


def _ranges(block: LevelRange, seen: _Seen) -> Values:
    for changed in _level_values(block, seen):
        yield changed, _fields_changed(block, changed)


def _statistics(block: Normalise, seen: _Seen) -> Values:
    paddings = dict.fromkeys((block.padding, 0))
    for axis, ddof, padding in product(("band", "all"), (0, 1), paddings):
        changes = float(axis != block.axis) + float(ddof != block.ddof) + float(padding != block.padding)
        if changes:
            yield replace(block, axis=axis, ddof=ddof, padding=padding), changes
    if block.statistic == "mean_sd":
        yield replace(block, statistic="mean"), 1.0
    if block.eps:
        yield replace(block, eps=0.0), 1.0


def _affines(block: Affine, seen: _Seen) -> Values:
    if sum(isinstance(each, Affine) for each in seen.posts) != 1:
        return
    for value in dict.fromkeys((block.multiply, 1.0, plain(seen.wanted), seen.wanted)):
        costs = {seen.line.shift: ODD_SUM, plain(seen.line.shift): 1.0, 0.0: 1.0, block.add: 0.0}
        for add, cost in reversed(costs.items()):
            yield replace(block, multiply=value, add=add), _factor_changes(block, value) + cost


def _factor_changes(block: Affine, value: float) -> float:
    """How many decisions another factor is: one of many digits is less likely than another logarithm."""
    return 0.0 if value == block.multiply else 1.0 + ODD_FACTOR * (value != plain(value))


def _tops(block: Top, seen: _Seen) -> Values:
    for changed in scopes(block, seen.evidence.port):
        yield changed, 1.0


_VALUES: dict[type[Block], Callable[[Any, _Seen], Values]] = {
    LevelRange: _ranges,
    Normalise: _statistics,
    Affine: _affines,
    Top: _tops,
}


def _fields_changed(one: LevelRange, other: LevelRange) -> float:
    """How many decisions differ: a range is one, whichever of its numbers it is told by."""
    changes = float((one.max_abs, one.range) != (other.max_abs, other.range))
    usual = (other.max_abs in (1.0, 4.0, one.max_abs)) and other.min in (*_MINIMA, one.min)
    odd = ODD_LEVEL * (not usual) + ODD_LEVEL * (other.ref not in (*_REFS, one.ref))
    return changes + float(one.min != other.min) + float(one.ref != other.ref) + odd


_SPANS: tuple[Literal["symmetric", "positive"], ...] = ("symmetric", "positive")


def _level_values(block: LevelRange, seen: _Seen) -> Iterator[LevelRange]:
    """Other ranges, least levels and reference levels: the usual ones, and those that the line asks for."""
    if (wanted := seen.wanted) <= 0:
        return
    for largest, span in dict.fromkeys(product((block.max_abs, 1.0, 4.0), _SPANS)):
        width = largest * (2 if span == "symmetric" else 1)
        met = [least for least in (block.min, *_MINIMA) if abs(width / -least / wanted - 1) <= MET]
        for least in dict.fromkeys((*met, -plain(width / wanted))):
            if LEAST_LEVELS[0] < least < LEAST_LEVELS[1]:
                yield from _referred(replace(block, max_abs=largest, range=span, min=least), block, seen)
    value = plain(wanted * -block.min / (2 if block.range == "symmetric" else 1))
    if 1e-6 < value < 1e6:
        yield from _referred(replace(block, max_abs=value), block, seen)


def _referred(made: LevelRange, block: LevelRange, seen: _Seen) -> Iterator[LevelRange]:
    """A level with the usual reference levels, and with that of whole decibels at which it meets the line."""
    _, add = chains.line(tuple(made if each is block else each for each in seen.posts))
    lacks = seen.line.middle - add - seen.line.slope * seen.line.centre
    solved = made.ref - lacks / seen.wanted
    whole = [float(round(solved))] if abs(solved - round(solved)) < WHOLE_DECIBEL else []
    for ref in dict.fromkeys((block.ref, *_REFS, *whole)):
        yield replace(made, ref=ref)


def _clips_moved(made: Blocks, old: Block, new: Block) -> Blocks:
    """Let a clip at the ends of a level's range follow the range."""
    if not isinstance(old, LevelRange) or not isinstance(new, LevelRange):
        return made
    (low, high), (lower, higher) = _ends(old), _ends(new)
    return tuple(
        replace(block, low=lower, high=higher)
        if isinstance(block, Clip) and (block.low, block.high) == (low, high)
        else block
        for block in made
    )


def _ends(block: LevelRange) -> tuple[float, float]:
    return (0.0 if block.range == "positive" else -block.max_abs), block.max_abs


def plain(value: float) -> float:
    """Give a number with few digits."""
    return float(f"{value:.{PLAIN_DIGITS}g}")
