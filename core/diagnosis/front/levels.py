"""The level of a port: which logarithm, gain, range and limits turn a known shape into the port's values.

The shape is known, so that the port's values are a line of its natural logarithms. What a chain does behind its
bands is a line, too, between limits: a tail is right where its slope is the port's, and what the intercept lacks is a
gain.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import exp, log, log10
from typing import Any, Literal

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.block import Block
from ...recipe.kinds.filterbank import Filterbank, filter_weights
from ...recipe.kinds.frames import Frame, Window
from ...recipe.kinds.signal import Gain, NormaliseSignal
from ...recipe.kinds.spectrum import Fft
from ...recipe.kinds.values import Affine, Clip, Dct, LevelRange, Log, Normalise, Top
from .evidence import ARITHMETIC, ROUNDING, Candidate, Evidence
from .gains import gain_chains
from .sampled import Blocks

BASES: tuple[Literal["e", "2", "10"], ...] = ("10", "e", "2")
NATURAL = {"e": 1.0, "2": 1 / log(2), "10": 1 / log(10)}
TOLERANCE = 2e-6
"""Relative error of slopes and intercepts of values that are float32."""
SURE = 6.0
"""Standard errors that a slope or an intercept may lie off."""
PLAIN_DIGITS = 3
MAX_TAILS = 24
"""Tails whose values are compared, those of the fewest changes first."""


@dataclass(frozen=True, slots=True)
class Line:
    """port = slope * level + shift, over all bands, with what slope and middle may be off by.

    The middle is the port's value at the centre of the levels, of which more is known than of the shift.
    """

    slope: float
    shift: float
    slope_error: float
    shift_error: float
    centre: float
    middle: float


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


def line_of(evidence: Evidence, candidate: Candidate) -> Line | None:
    """Fit all cells by one line; None where bands do not lie on one."""
    levels = evidence.levels(candidate).values
    there = evidence.used & np.isfinite(levels) & (levels > -100)
    if there.sum() < 3:
        return None
    x, y, w = levels[there], evidence.values[there], evidence.weights[there]
    w = w / w.sum()
    centre, middle = float(w @ x), float(w @ y)
    spread = float(w @ np.square(x - centre))
    if spread <= 0:
        return None
    slope = float(w @ ((x - centre) * (y - middle))) / spread
    left = y - middle - slope * (x - centre)
    error = float(w @ np.square(left)) * float(w @ w)
    return Line(slope, middle - slope * centre, (error / spread) ** 0.5, error**0.5, centre, middle)


def normed(evidence: Evidence, candidate: Candidate) -> Candidate:
    """Give the candidate with the norm of its filters by which all bands lie on one line best."""
    place = next((n for n, block in enumerate(candidate.blocks) if isinstance(block, Filterbank)), None)
    if place is None:
        return candidate
    bank = candidate.blocks[place]
    assert isinstance(bank, Filterbank)
    fit = evidence.fit(evidence.levels(candidate))
    if fit.slope.ndim or not np.isfinite(fit.slope) or len(fit.shifts) != bank.bands:
        return candidate
    sampled = evidence.runs.run(candidate.blocks[: place + 1], candidate.audio, candidate.rate)
    own = _row_sums(bank, sampled.items.n_fft, candidate.rate or evidence.runs.rate)
    spreads = {}
    for norm in dict.fromkeys((bank.norm, "slaney", "none", "sum")):
        other = replace(bank, norm=norm)
        ratio = _row_sums(other, sampled.items.n_fft, candidate.rate or evidence.runs.rate) / np.maximum(own, 1e-300)
        with np.errstate(divide="ignore"):
            off = fit.shifts / fit.slope - np.log(ratio)
        off = off[np.isfinite(off)]
        spreads[norm] = float(np.std(off)) if off.size else np.inf
    best = min(spreads, key=lambda norm: spreads[norm])
    if spreads[best] * 2 > spreads[bank.norm]:
        return candidate
    bank = replace(bank, norm=best)
    return replace(candidate, blocks=(*candidate.blocks[:place], bank, *candidate.blocks[place + 1 :]))


def _row_sums(bank: Filterbank, n_fft: int, rate: int) -> NDArray:
    return np.asarray(filter_weights(bank, n_fft, rate).sum(axis=1, dtype=np.float64))


def split_tail(blocks: Blocks) -> tuple[Blocks, Blocks]:
    """Give a chain before its logarithm, and from it on; a chain without one is all front."""
    place = next((n for n, block in enumerate(blocks) if isinstance(block, Log)), len(blocks))
    return blocks[:place], blocks[place:]


def finished(evidence: Evidence, reference: Blocks, candidate: Candidate, peak: float) -> Iterator[Candidate]:
    """Give whole chains for a candidate's shape, those of the fewest changes first.

    Parameters
    ----------
    reference : tuple of Block
        The reference's chain.
    candidate : Candidate
        The shape; what follows its bands is passed over, but for an added floor.
    peak : float
        The largest absolute sample.
    """
    if any(isinstance(block, Dct) for block in reference):
        yield from _cepstra(reference, candidate)
        return
    line = line_of(evidence, candidate)
    if line is None:
        return
    front, _ = split_tail(candidate.blocks)
    own_log = next((block for block in candidate.blocks if isinstance(block, Log)), None)
    _, tail = split_tail(reference)
    found: list[tuple[float, Blocks]] = [(0.0, (*front, *tail))]  # the line may be off where something is left
    for each in tails(evidence, tail, own_log, line, _power(front), _power(reference)):
        if any(isinstance(block, Normalise) for block in each.blocks):
            found.append((each.changes, (*front, *each.blocks)))
            continue
        lacks = (line.middle - each.shift - each.slope * line.centre) / line.slope
        off = TOLERANCE + SURE * line.shift_error / abs(line.slope)
        for chain, more in gain_chains(front, reference, lacks, off, peak):
            moved, less = _floor_moved(each.blocks, tail, lacks if more else 0.0)
            found.append((each.changes + more - less, (*chain, *moved)))
    found.sort(key=lambda pair: pair[0])
    for blocks in [*dict.fromkeys(blocks for _, blocks in found)][:MAX_TAILS]:
        yield replace(candidate, blocks=blocks)


def _cepstra(reference: Blocks, candidate: Candidate) -> Iterator[Candidate]:
    """Whole chains that end in cepstra, which are no line of the levels: other logarithms, norms, lifters, energies."""
    front, tail = split_tail(candidate.blocks)
    own, ours = _first_of(tail, Log), _first_of(tail, Dct)
    if own is None or ours is None:
        return
    found: list[tuple[float, int, Candidate]] = []
    for (logarithm, of_log), norm, lifter, energy in product(
        _logs(own, own), ("ortho", "none"), dict.fromkeys((ours.lifter, 0.0, 22.0)), ("none", "spectrum", "frame")
    ):
        dct = replace(ours, norm=norm, lifter=lifter, energy=energy)
        changes = of_log + float(norm != ours.norm) + float(lifter != ours.lifter) + float(energy != ours.energy)
        blocks = (*front, *(logarithm if b is own else dct if b is ours else b for b in tail))
        found.append((changes, len(found), replace(candidate, blocks=blocks)))
    yield from (each for _, _, each in sorted(found))


def _first_of(blocks: Blocks, kind: type[Any]) -> Any:
    return next((block for block in blocks if isinstance(block, kind)), None)


def _floor_moved(blocks: Blocks, reference: Blocks, lacks: float) -> tuple[Blocks, float]:
    """Let a floor that is added be as many times higher as the bands are; a change less where it is the reference's."""
    log_block = next((block for block in blocks if isinstance(block, Log)), None)
    if log_block is None or log_block.guard != "add" or not lacks:
        return blocks, 0.0
    own = next((block for block in reference if isinstance(block, Log)), log_block)
    floor = log_block.floor * exp(lacks)
    floor = next((each for each in (own.floor,) if abs(floor / each - 1) < 2e-3), _decade(floor) or floor)
    moved = tuple(replace(block, floor=floor) if block is log_block else block for block in blocks)
    return moved, float(floor == own.floor != log_block.floor)


def _power(blocks: Blocks) -> float:
    return next((block.power for block in blocks if isinstance(block, Fft)), 1.0)


def tails(  # noqa: PLR0917
    evidence: Evidence, reference: Blocks, own: Log | None, line: Line, power: float, usual: float
) -> Iterator[Tail]:
    """Give what may follow the bands: the reference's tail, and what ports have in its place.

    Parameters
    ----------
    power, usual : float
        Power of the candidate's magnitudes, and of the reference's: behind statistics the factor on the logarithm
        does not show, and is taken to be the one that goes with the power.
    """
    if evidence.logarithm:
        yield Tail((), 1.0, 0.0, 1.0)
        return
    log_block = next((block for block in reference if isinstance(block, Log)), None)
    posts = reference[1:] if log_block else reference
    for logarithm, changes in _logs(log_block, own):
        scale = logarithm.multiplier * NATURAL[logarithm.base]
        decibels = log_block is not None and log_block.multiplier > 1
        fitting = log_block is None or logarithm.base == log_block.base
        if log_block is not None and decibels:
            fitting = fitting and abs(logarithm.multiplier * power / (log_block.multiplier * usual) - 1) < 1e-9
        for post, more in _posts(posts, evidence, line, scale):
            blind = any(isinstance(block, Normalise) for block in post)
            shown = any(isinstance(block, Normalise) and block.eps for block in post)  # a factor shows against eps
            if (blind and not fitting and not shown) or (evidence.own_slopes and not blind):
                continue
            multiply, add = (line.slope / scale, line.shift) if blind else _affine(post)
            if abs(multiply * scale / line.slope - 1) > TOLERANCE + SURE * line.slope_error / abs(line.slope):
                continue
            for limited, most in _limited((logarithm, *post), evidence, multiply, add, scale):
                yield Tail(limited, multiply * scale, add, changes + more + most)


def _logs(reference: Log | None, own: Log | None) -> Iterator[tuple[Log, float]]:
    """The logarithms that ports take, and how many changes each is."""
    base = reference or Log(base="e", guard="max", floor=1e-10)
    guard, floor = (own.guard, own.floor) if own and own.guard == "add" else ("max", base.floor)
    if base.guard == "add" and guard == "max":
        floor = 1e-10 if own is None else own.floor
    extra = float(guard != base.guard) + float(guard == "add" and floor != base.floor)
    for name, multiplier in dict.fromkeys(
        ((base.base, base.multiplier), *product(BASES, (1.0, 10.0, 20.0, base.multiplier)))
    ):
        made = replace(base, base=name, multiplier=multiplier, guard=guard, floor=floor, stage="", axes=(), dtype="")  # type: ignore[arg-type]
        changes = float((name, multiplier) != (base.base, base.multiplier))
        yield made, extra + changes


def _posts(posts: Blocks, evidence: Evidence, line: Line, scale: float) -> Iterator[tuple[Blocks, float]]:
    """What ports have behind the logarithm: the reference's blocks, others of their numbers, none, or statistics."""
    bare = tuple(block for block in posts if not isinstance(block, LevelRange | Affine | Clip | Top | Normalise))
    yield posts, 0.0
    for place, block in enumerate(posts):
        for changed, changes in _post_values(block, line, scale, posts):
            made = (*posts[:place], changed, *posts[place + 1 :])
            yield _clips_moved(posts, made, block, changed), changes
    moving = [block for block in posts if isinstance(block, LevelRange | Affine)]
    if len(bare) < len(posts):
        tops = tuple(block for block in posts if isinstance(block, Top))
        if moving:
            yield tuple(block for block in posts if not isinstance(block, LevelRange | Affine | Normalise)), 1.0
            yield (*tops, *bare), 1.1
        yield bare, 1.2
    for statistic in statistics_of(evidence.port):
        yield (*bare, statistic), 1.5


def _post_values(block: Block, line: Line, scale: float, posts: Blocks) -> Iterator[tuple[Block, float]]:  # noqa: C901
    match block:
        case LevelRange():
            for changed in _level_values(block, line, scale):
                yield changed, _fields_changed(block, changed)
        case Normalise():
            for axis, ddof in product(("band", "all"), (0, 1)):
                if (axis, ddof) != (block.axis, block.ddof):
                    changed_block = replace(block, axis=axis, ddof=ddof)  # type: ignore[arg-type]
                    yield changed_block, float(axis != block.axis) + float(ddof != block.ddof)
        case Affine():
            others = [each for each in posts if isinstance(each, Affine)]
            if len(others) == 1:
                multiply = line.slope / scale
                for value in dict.fromkeys((block.multiply, 1.0, plain(multiply), multiply)):
                    for add in dict.fromkeys((block.add, 0.0, plain(line.shift), line.shift)):
                        changed_affine = replace(block, multiply=value, add=add)
                        yield changed_affine, float(value != block.multiply) + float(add != block.add)


def _fields_changed(one: LevelRange, other: LevelRange) -> float:
    """How many decisions differ: a range is one, whichever of its numbers it is told by."""
    changes = float((one.max_abs, one.range) != (other.max_abs, other.range))
    usual = (other.max_abs in (1.0, 4.0, one.max_abs)) and other.min in (-80.0, -100.0, -120.0, one.min)
    return changes + float(one.min != other.min) + float(one.ref != other.ref) + (0.0 if usual else 0.4)


def _level_values(block: LevelRange, line: Line, scale: float) -> Iterator[LevelRange]:
    """Other ranges, least levels and reference levels: the usual ones, and those that the slope asks for."""
    wanted = line.slope / scale
    for largest, span, minimum in product((block.max_abs, 1.0, 4.0), ("symmetric", "positive"), _MINIMA):
        least = block.min if minimum is None else minimum
        if wanted <= 0 or abs((2 if span == "symmetric" else 1) * largest / -least / wanted - 1) > 1e-4:
            continue
        for ref in dict.fromkeys((block.ref, *_REFS)):
            yield replace(block, max_abs=largest, range=span, min=least, ref=ref)  # type: ignore[arg-type]
    spans = 2 if block.range == "symmetric" else 1
    for ref in dict.fromkeys((block.ref, *_REFS)) if wanted > 0 else ():
        value, least = plain(wanted * -block.min / spans), -plain(spans * block.max_abs / wanted)
        if 1e-6 < value < 1e6:
            yield replace(block, max_abs=value, ref=ref)
        if -1e4 < least < -1:
            yield replace(block, min=least, ref=ref)


_MINIMA = (None, -80.0, -100.0, -120.0)
_REFS = (0.0, 10.0, 16.0, 20.0, 30.0, 40.0, -20.0)


def _clips_moved(posts: Blocks, made: Blocks, old: Block, new: Block) -> Blocks:
    """Let a clip at the ends of a level's range follow the range."""
    if not isinstance(old, LevelRange) or not isinstance(new, LevelRange):
        return made
    low, high = _ends(old)
    return tuple(
        replace(block, low=_ends(new)[0], high=_ends(new)[1])
        if isinstance(block, Clip) and (block.low, block.high) == (low, high)
        else block
        for block in made
    )


def _ends(block: LevelRange) -> tuple[float, float]:
    return (0.0 if block.range == "positive" else -block.max_abs), block.max_abs


def statistics_of(port: NDArray) -> Iterator[Normalise]:
    """Give the normalisations by the recording's own statistics whose results a port's values have."""
    with np.errstate(invalid="ignore"):
        for axis, along in (("all", None), ("band", 0)):
            count = np.maximum(np.isfinite(port).sum(axis=along), 1)
            mean = np.nansum(port, axis=along) / count
            deviation = np.sqrt(np.nansum(np.square(port - mean), axis=along) / count)
            low, high = np.fmin.reduce(port, axis=along), np.fmax.reduce(port, axis=along)
            close = 1e-3 * np.maximum(np.max(np.abs(port[np.isfinite(port)]), initial=0.0), 1e-9)
            varied = deviation > close
            if np.any(varied) and np.all(np.abs(mean) < close):
                ones = np.abs(np.asarray(deviation)[np.asarray(varied)] - 1)
                if np.all(ones < 2e-2):
                    values = port.size if along is None else len(port)
                    sample = np.median(np.asarray(deviation)[np.asarray(varied)]) < 1 - 0.3 / values
                    yield Normalise(axis=axis, statistic="mean_sd", ddof=int(sample))  # type: ignore[arg-type]
                else:
                    yield Normalise(axis=axis, statistic="mean")  # type: ignore[arg-type]
            if np.all(np.abs(low) < 1e-6) and np.all(np.abs(np.asarray(high) - 1) < 1e-6):
                yield Normalise(axis=axis, statistic="min_max")  # type: ignore[arg-type]
            if np.all(np.abs(high) < 1e-6 * np.maximum(np.abs(low), 1e-9)):
                yield Normalise(axis=axis, statistic="max")  # type: ignore[arg-type]


def _affine(post: Blocks) -> tuple[float, float]:
    """The line that blocks are between their limits."""
    multiply, add = 1.0, 0.0
    for block in post:
        match block:
            case Affine():
                multiply, add = multiply * block.multiply, add * block.multiply + block.add
            case LevelRange():
                zero = float(block.mapped(np.zeros(1))[0])
                one = float(block.mapped(np.ones(1))[0])
                multiply, add = multiply * (one - zero), add * (one - zero) + zero
    return multiply, add


def _limited(  # noqa: C901
    blocks: Blocks, evidence: Evidence, multiply: float, add: float, scale: float
) -> Iterator[tuple[Blocks, float]]:
    """Let a tail's limits be the port's: its floor, its clip, how far below the maximum values lie."""
    low, high = float(np.nanmin(evidence.port)), float(np.nanmax(evidence.port))
    log_block = blocks[0]
    assert isinstance(log_block, Log)
    slack = 1e-3 * max(high - low, 1e-9)
    clips = [block for block in blocks if isinstance(block, Clip)]
    beyond = any(low < block.low - slack or high > block.high + slack for block in clips)
    changes = 0.0
    if beyond:
        blocks = tuple(block for block in blocks if not isinstance(block, Clip))
        changes += 1.0
        clips = []
    if log_block.guard == "add":
        yield blocks, changes
        return
    tops = [block for block in blocks if isinstance(block, Top)]
    floor = scale * log(log_block.floor) * multiply + add
    limits = [floor, *(block.low for block in clips)]
    limits += [high - block.below * multiply for block in tops if block.scope != "fixed"]
    expected = max(limits)
    repeated = int((evidence.port == low).sum()) >= 3
    if abs(expected - low) <= 1e-4 * max(high - low, 1e-9) or (not repeated and expected < low):
        yield blocks, changes
        return
    value = exp(min(max((low - add) / (multiply * scale), -690.0), 600.0)) if multiply else 1e-10
    if repeated:
        nice = _decade(value)
        if nice is not None:
            yield (replace(log_block, floor=nice), *blocks[1:]), changes + 1.0
            yield (replace(log_block, floor=nice), *(b for b in blocks[1:] if not isinstance(b, Top))), changes + 1.2
        span = (high - low) / multiply
        if abs(span - round(span)) < 1e-3 * span:
            top = Top(below=float(round(span)), scope="all")
            rest = tuple(b for b in blocks[1:] if not isinstance(b, Top))
            least = replace(log_block, floor=min(log_block.floor, 1e-10))
            yield (least, top, *rest), changes + 1.0
            yield (log_block, top, *rest), changes + 1.0
        if tops:
            yield tuple(b for b in blocks if not isinstance(b, Top)), changes + 1.0
        if 1e-300 < value < 1e12:
            yield (replace(log_block, floor=value), *blocks[1:]), changes + 1.5
        return
    lower = next((each for each in (1e-8, 1e-10, 1e-12, 1e-20) if each <= value * 1.001), 1e-300)
    least = replace(log_block, floor=min(lower, log_block.floor))
    rest = tuple(b for b in blocks[1:] if not isinstance(b, Top) or high - b.below * multiply <= low)
    rest = tuple(b for b in rest if not isinstance(b, Clip) or b.low <= low)
    yield (least, *rest), changes + 1.0 * (len(rest) < len(blocks) - 1) + 1.0 * (least != log_block)


NEAR_FLOOR = 0.01
"""Relative difference of an estimated floor from a plain one that is taken for it: float16 knows ln(1e-5) to 0.4 %."""


def _decade(value: float) -> float | None:
    """The plain number that a floor is: a power of ten or of two, or one of float's own."""
    known = (*(10.0**n for n in range(-20, 3)), 2.0**-23, 2.0**-24, 2.220446049250313e-16, 2.0**-52)
    return next((each for each in known if abs(value / each - 1) < NEAR_FLOOR), None)


def plain(value: float) -> float:
    """Give a number with few digits."""
    return float(f"{value:.{PLAIN_DIGITS}g}")


def value_excess(evidence: Evidence, candidate: Candidate) -> float:
    """Give the mean square of port minus candidate, in units of the noise that the port has to have; inf: no such.

    Statistics of the recording are not known from some rows: they are taken to be what the port's values say.
    """
    try:
        values, slope = _sampled_values(evidence, candidate)
        noise = evidence.noise(candidate)
    except InputError:
        return float("inf")
    port = evidence.port[evidence.runs.rows]
    if values.shape != port.shape:
        return float("inf")
    grid = ROUNDING * evidence.grid * (np.maximum(np.abs(port), 1e-300) if evidence.logarithm else 1.0)
    deviations = np.hypot(ARITHMETIC * np.nan_to_num(noise, nan=1.0) * slope, grid)
    deviations = np.maximum(deviations, 4 * np.finfo(np.float32).eps * np.abs(port) + 1e-12)
    shares = np.square((port - values) / deviations)
    shares = shares[np.isfinite(shares)]
    return float(np.mean(np.minimum(shares, 1e4))) if shares.size else float("inf")


def _sampled_values(evidence: Evidence, candidate: Candidate) -> tuple[NDArray, NDArray]:
    """A chain's values at the sampled rows, and their slope over natural logarithms."""
    place = next((n for n, block in enumerate(candidate.blocks) if isinstance(block, Normalise)), None)
    blocks = bare(candidate.blocks[:place])
    values = evidence.runs.run(blocks, candidate.audio, candidate.rate).values
    if place is None:
        port = evidence.port[evidence.runs.rows]
        return values, np.abs(port) if evidence.logarithm else np.asarray(abs(tail_slope(blocks)))
    block = candidate.blocks[place]
    assert isinstance(block, Normalise)
    fit = evidence.line_fit(values, own_slopes=block.axis == "band")
    if not len(fit.shifts):
        raise InputError("no line can be fitted")
    slope = np.nan_to_num(fit.slope, nan=1.0)
    shifts = fit.shifts if block.axis == "band" else evidence.one_shift(values, float(slope))
    return values * slope + shifts, np.abs(slope * tail_slope(blocks))


def tail_slope(blocks: Blocks) -> float:
    """Give the slope of a chain's values over natural logarithms, between its limits."""
    slope = 1.0
    for block in split_tail(blocks)[1]:
        match block:
            case Log():
                slope *= block.multiplier * NATURAL[block.base]
            case Affine():
                slope *= block.multiply
            case LevelRange():
                slope *= float(block.mapped(np.ones(1))[0] - block.mapped(np.zeros(1))[0])
    return slope


def bare(blocks: Blocks) -> Blocks:
    """Give a chain without names of stages and without lengths of windows that fill their frames.

    Equal beginnings are equal then.
    """
    length = next((block.length for block in blocks if isinstance(block, Frame)), 0)
    made = (replace(block, stage="", axes=(), dtype="") for block in blocks)
    return tuple(
        replace(block, length=0) if isinstance(block, Window) and block.length == length else block for block in made
    )


__all__ = ["Any", "Fft", "Gain", "NormaliseSignal", "finished", "line_of", "log10", "normed", "value_excess"]
