"""The level of a port: which logarithm, gain, range and limits turn a known shape into the port's values.

The shape is known, so that the port's values are a line of its natural logarithms: a tail is right where its slope is
the port's, and what the intercept lacks is a gain.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import exp, log

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.kinds.frames import Frame
from ...recipe.kinds.signal import Gain
from ...recipe.kinds.values import Dct, Log, Normalise
from .chains import bare, first_of, spectrum_power, split_tail, tail_slope
from .evidence import ARITHMETIC, ROUNDING, Candidate, Evidence
from .gains import gain_chains, usual_gains
from .limits import LEAST_FLOOR, MOST_FLOOR, ODD, plain_floor
from .lines import Line, line_of, lowest_level
from .sampled import Blocks
from .tails import SURE, TOLERANCE, Tail, Tails, logs, plain
from .values import neighbours

MAX_TAILS = 24
"""Tails whose values are compared, those of the fewest changes first."""
STEP_SHARE = 0.15
"""Share of a step of the port's numbers that a level may be off by: of float16 values near a limit more are rounded to
one side. scipy's 2 / N in float16 was off by 0.1 of a step."""
FLOOR_OFF = 0.02
"""Relative error of a fitted floor up to which gains are tried that would make it the reference's."""
OWN_FLOOR = 2e-3
"""Relative difference of a floor that is added from the reference's up to which it is that."""


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
    if first_of(reference, Frame) is None:
        yield from _signals(evidence, reference, candidate)
        return
    if any(isinstance(block, Dct) for block in reference):
        yield from _cepstra(reference, candidate)
        return
    line = line_of(evidence, candidate)
    if line is None:
        return
    front, _ = split_tail(candidate.blocks)
    _, tail = split_tail(reference)
    found: list[tuple[float, Blocks]] = [(0.0, (*front, *tail))]  # the line may be off where something is left
    lowest = lowest_level(evidence, candidate) if evidence.own_slopes else None
    step = float(np.median(evidence.grid[evidence.used])) * 12**0.5
    own, power, usual = first_of(candidate.blocks, Log), spectrum_power(front), spectrum_power(reference)
    for each in Tails(evidence, tail, own, line, power, usual, lowest, _slope(evidence, candidate)):
        if any(isinstance(block, Normalise) for block in each.blocks) or (own is None and not evidence.logarithm):
            found.append((each.changes, (*front, *each.blocks)))
            found += _floor_kept(front, reference, each, peak)
        else:
            found += _gained(front, reference, each, line, peak=peak, step=step)
    found.sort(key=lambda pair: pair[0])
    for blocks in [*dict.fromkeys(blocks for _, blocks in found)][:MAX_TAILS]:
        yield replace(candidate, blocks=blocks)


def _slope(evidence: Evidence, candidate: Candidate) -> float:
    """The one slope of all bands where they may have means of their own; 0: none."""
    slope = float(evidence.fit(evidence.levels(candidate), own_slopes=False).slope) if evidence.own_slopes else 0.0
    return slope if np.isfinite(slope) else 0.0


def _signals(evidence: Evidence, reference: Blocks, candidate: Candidate) -> Iterator[Candidate]:
    """Whole chains that end in samples: one change, two, and a factor behind all of them."""
    rate = candidate.rate or evidence.runs.rate
    ones = list(neighbours(reference, rate))
    twos = (blocks for one in ones for blocks in neighbours(one, rate))
    for blocks in dict.fromkeys((reference, *ones, *twos)):
        yield replace(candidate, blocks=blocks)
    if (line := line_of(evidence, replace(candidate, blocks=reference))) is not None:
        yield replace(candidate, blocks=(*reference, Gain(factor=plain(line.slope))))


def _gained(
    front: Blocks, reference: Blocks, tail: Tail, line: Line, *, peak: float, step: float
) -> list[tuple[float, Blocks]]:
    """A chain with the gains by which a tail's intercept is the line's."""
    lacks = (line.middle - tail.shift - tail.slope * line.centre) / line.slope
    off = TOLERANCE + SURE * line.shift_error / abs(line.slope) + STEP_SHARE * step / abs(line.slope)
    found = []
    for chain, more in gain_chains(front, reference, lacks, off, peak):
        moved, less = _floor_moved(tail.blocks, reference, lacks if more else 0.0)
        found.append((tail.changes + more - less, (*chain, *moved)))
    return found


def _floor_kept(front: Blocks, reference: Blocks, tail: Tail, peak: float) -> Iterator[tuple[float, Blocks]]:
    """A chain with the gains by which a floor is the reference's: behind statistics it alone shows them."""
    own, ours = first_of(tail.blocks, Log), first_of(reference, Log)
    if own is None or ours is None or own.guard != ours.guard or own.floor == ours.floor:
        return
    kept = tuple(replace(block, floor=ours.floor) if isinstance(block, Log) else block for block in tail.blocks)
    floor = 1.0 + ODD * (plain_floor(own.floor) is None)
    for chain, more in gain_chains(front, reference, log(ours.floor / own.floor), FLOOR_OFF, peak):
        if more <= floor:  # else another floor is the simpler explanation
            yield tail.changes - floor + more, (*chain, *kept)


def _cepstra(reference: Blocks, candidate: Candidate) -> Iterator[Candidate]:
    """Whole chains that end in cepstra, no line of the levels: other logarithms, norms, lifters, energies, gains."""
    front, tail = split_tail(candidate.blocks)
    own, ours = first_of(tail, Log), first_of(tail, Dct)
    if own is None or ours is None:
        return
    found: list[tuple[float, int, Candidate]] = []
    for (logarithm, of_log), norm, lifter, energy in product(
        logs(own, own), ("ortho", "none"), dict.fromkeys((ours.lifter, 0.0, 22.0)), ("none", "spectrum", "frame")
    ):
        dct = replace(ours, norm=norm, lifter=lifter, energy=energy)
        changes = of_log + float(norm != ours.norm) + float(lifter != ours.lifter) + float(energy != ours.energy)
        blocks = (*front, *(logarithm if b is own else dct if b is ours else b for b in tail))
        found.append((changes, len(found), replace(candidate, blocks=blocks)))
    for chain in usual_gains(front):  # a constant in all bands, which only the first coefficient has
        found.append((1.0, len(found), replace(candidate, blocks=(*chain, *tail))))
    yield from (each for _, _, each in sorted(found, key=lambda one: one[:2]))


def _floor_moved(blocks: Blocks, reference: Blocks, lacks: float) -> tuple[Blocks, float]:
    """Let a floor that is added be as many times higher as the bands are; a change less where it is the reference's."""
    log_block = first_of(blocks, Log)
    if log_block is None or log_block.guard != "add" or not lacks:
        return blocks, 0.0
    own = first_of(reference, Log) or log_block
    floor = log_block.floor * exp(lacks)
    floor = own.floor if abs(floor / own.floor - 1) < OWN_FLOOR else plain_floor(floor) or floor
    if not LEAST_FLOOR < floor < MOST_FLOOR:
        return blocks, 0.0
    moved = tuple(replace(block, floor=floor) if block is log_block else block for block in blocks)
    return moved, float(floor == own.floor != log_block.floor)


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
    values = values / (abs(tail_slope(blocks)) or 1.0)  # natural logarithms, as silence is known by
    fit = evidence.line_fit(values, own_slopes=block.axis == "band")
    if not len(fit.shifts):
        raise InputError("no line can be fitted")
    slope = np.nan_to_num(fit.slope, nan=1.0)
    shifts = fit.shifts if block.axis == "band" else evidence.one_shift(values, float(slope))
    return values * slope + shifts, np.abs(slope)
