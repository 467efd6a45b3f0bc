"""Identifying a port's recipe by its rows: the shape of its levels, then the levels, then a look at all rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.items import Items
from ...recipe.kinds.values import Dct, Log, Normalise, Top
from ..hypotheses import Hypothesis
from .chains import bare, first_of, tail_slope
from .difference import differences
from .dither import dithered
from .evidence import ARITHMETIC, ROUNDED, ROUNDING, Candidate, Evidence, make_evidence
from .factors import with_factor
from .levels import finished, value_excess
from .lines import normed
from .own_statistics import statistics_of
from .sampled import Blocks, SampledRuns, applied
from .shape import EXACT, MISSED, NEAR, REACHED, Seen, ShapeSearch

ROWS, LOUDEST = 40, 6
"""Rows at equal distances, and loudest ones, that a search looks at."""
LOUDEST_HIDDEN = 24
"""Loudest ones where only the reference's levels say which they are: a port's own may be others."""
MAX_CHECKED = 12_000
"""Rows that a candidate is checked on: all of 150 s, and of longer recordings as many chunks as these are."""
CHUNK = 1_000
FAR = 30.0
"""Deviations, with the room that noise has, from which a single value counts as not explained."""
MOST_BLIND = 0.5
"""Share of the values that would be noise alone: a candidate of which most are explains any port."""
FEW = 1e-4
"""Share of the values that may lie so far off."""


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """The recording as a port may have read it.

    Attributes
    ----------
    samples : callable
        Gives the signal of an audio variant, or None; () is the reference's.
    rate : int
        The recipe's rate, Hz.
    resampled : bool
        Whether the recording was resampled to it.
    readings : tuple of Hypothesis
        Other ways to read it that leave its length nearly as it is.
    channels : int
        How many channels the recording's file has.
    """

    samples: Callable[[Any], NDArray | None]
    rate: int
    resampled: bool = False
    readings: tuple[Hypothesis, ...] = ()
    channels: int = 1

    def count(self, audio: object) -> int:
        """Give how many samples an audio variant has."""
        found = self.samples(audio)
        return 0 if found is None else len(found)


@dataclass(frozen=True, slots=True, eq=False)
class Identified:
    """What a port was found to be.

    Attributes
    ----------
    candidate : Candidate
        The nearest one; its chain is whole.
    reached : bool
        Whether no more than noise is left of it, in all rows.
    evidence : Evidence
        What it was searched in.
    excess, far : float
        The mean square that is left, in units of the noise, and the share of values that lie far off.
    worst : (int, int) or None
        Row and value of the largest difference in units of the noise.
    dithered : bool
        Whether what is left looks like the noise that a dither of the candidate makes.
    open : (k,) int array
        Rows of which more than noise is left although nothing is of those that were searched.
    shape : Candidate or None
        What it was to be completed from, where no levels were found; None: the candidate.
    """

    candidate: Candidate
    reached: bool
    evidence: Evidence
    excess: float
    far: float = 0.0
    worst: tuple[int, int] | None = None
    dithered: bool = False
    open: NDArray = field(default_factory=lambda: np.zeros(0, np.int64))
    shape: Candidate | None = None

    @property
    def explained(self) -> bool:
        """Whether what is left is noise, be it that of dither."""
        return self.reached or self.dithered

    @property
    def begin(self) -> Candidate:
        """Where another look at the port begins."""
        return self.shape or self.candidate


def identify(
    port: NDArray,
    reference: Blocks,
    signals: Signals,
    seen: Seen,
    audio: Iterable[tuple[Any, ...]] = ((),),
    *,
    unseen: int = 0,
) -> Identified | None:
    """Find the chain that gives a port's rows.

    Parameters
    ----------
    port : (T, width) float64 array
        The port's rows; NaN where a value is not finite.
    reference : tuple of Block
        The reference's chain, to the stage that the rows are of.
    seen : callable
        Called with candidates; raises `CancelledError`.
    audio : iterable of tuples
        The ways of reading the recording to begin with.
    unseen : int
        How many rows more than the port's a chain may give.

    Returns
    -------
    Identified or None
        None where nothing can be compared.
    """
    reference = bare(reference)
    port = _unpadded(port, reference)
    best: Identified | None = None
    hidden = hidden_levels(reference, signals, port)
    loudest = LOUDEST if hidden is None else LOUDEST_HIDDEN
    for logarithm, own_slopes in _views(port, reference):
        evidence = make_evidence(
            port, signals.samples, signals.rate, ROWS, loudest, levels=hidden,
            logarithm=logarithm, own_slopes=own_slopes, resampled=signals.resampled, unseen=unseen,
        )  # fmt: skip
        if not evidence.used.any():
            continue
        search = ShapeSearch(evidence, reference, signals.rate, signals.count, seen, signals.readings)
        found = _nearest(search, [best.begin], signals) if best else None  # the other view may have found the shape
        if found is None or not (found.reached or _hopeless(best, logarithm)):
            found = _nearest(search, search.run(audio), signals)
        if found and not found.reached and len(found.open):
            search = replace(search, evidence=evidence.with_rows(found.open))
            again = _nearest(search, search.go_on([found.candidate]), signals)
            found = again if again and again.reached else found
        if found and not found.reached and (noisy := dithered(search.evidence, found.candidate)):
            return replace(found, candidate=noisy, dithered=True)
        if found and (best is None or _order(found) > _order(best)):
            best = found
        if best and best.reached:
            return best
    return best


def hidden_levels(reference: Blocks, signals: Signals, port: NDArray) -> NDArray | None:
    """How loud the reference's rows are, (T,), where a port does not show the levels that a limit depends on.

    A cosine transform hides them, or they are of rows that the port does not have.
    """
    limit = next((n for n, block in enumerate(reference) if isinstance(block, Top) and block.scope == "all"), None)
    samples = signals.samples(())
    if limit is None or samples is None:
        return None
    if not any(isinstance(block, Dct) for block in reference[limit:]) and np.isfinite(port).any(axis=1).all():
        return None
    try:
        items = applied(reference[:limit], Items(samples, signals.rate))
        return np.concatenate([np.asarray(items.array[n : n + CHUNK]).max(axis=1) for n in range(0, len(items), CHUNK)])
    except InputError:
        return None


def _nearest(search: ShapeSearch, shapes: Iterable[Candidate], signals: Signals) -> Identified | None:
    """The first of the shapes whose levels are found as well, or else the one of which least is left."""
    best: Identified | None = None
    for shape in shapes:
        found = _levelled(search.evidence, search.reference, shape, signals)
        best = found if best is None or _order(found) > _order(best) else best
        if best.reached:
            break
    return best


def _order(found: Identified) -> tuple[bool, float]:
    return found.reached, -found.excess


def _hopeless(best: Identified | None, logarithm: bool) -> bool:
    """Whether even lines of each band's own leave too much of all shapes for one slope to be worth a search.

    Of every shape one slope leaves more than those do.
    """
    if best is None or not best.evidence.own_slopes or best.evidence.logarithm != logarithm:
        return False
    return best.evidence.loss(best.begin) >= NEAR


def _unpadded(port: NDArray, reference: Blocks) -> NDArray:
    """Leave out rows at the end that are no part of a normalisation's statistics, and therefore 0."""
    padding = max((block.padding for block in reference if isinstance(block, Normalise)), default=0)
    if not padding or np.any(port[-padding:]):
        return port
    port = port.copy()
    port[-padding:] = np.nan
    return port


def _views(port: NDArray, reference: Blocks) -> list[tuple[bool, bool]]:
    """How values are looked at: as they are or their logarithms, with one slope or one a band."""
    banded = any(isinstance(block, Normalise) and block.axis == "band" for block in reference)
    banded = banded or any(block.kind == "dct" for block in reference)
    banded = banded or any(each.axis == "band" for each in statistics_of(port))
    views = [(False, banded)] + ([(False, not banded)] if banded else [])
    positive = np.nanmin(port) >= 0 and np.nanmax(port) > 0
    linear = positive and np.nanmedian(port) < 0.05 * np.nanmax(port)
    return [(True, False), *views] if linear else views


def _levelled(evidence: Evidence, reference: Blocks, shape: Candidate, signals: Signals) -> Identified:
    """Complete a shape by its levels, and check it on all rows."""
    samples = signals.samples(shape.audio)
    peak = float(np.abs(samples).max(initial=0.0)) if samples is not None else 0.0
    best, least = shape, float("inf")
    nearest: Identified | None = None
    for whole in finished(evidence, reference, normed(evidence, shape), peak):
        excess = value_excess(evidence, whole)
        if excess < 0.5 * least:
            best, least = whole, excess
        if excess <= REACHED:
            found = _sharpened(checked(evidence, whole, signals), reference, signals)
            found = _plainer(found, reference, signals)
            nearest = found if nearest is None or found.excess < nearest.excess else nearest
            if found.reached or not any(isinstance(block, Normalise) for block in whole.blocks):
                break
    if nearest is not None:
        return nearest
    return Identified(best, False, evidence, min(least, evidence.excess(shape) + REACHED), shape=shape)


def _sharpened(found: Identified, reference: Blocks, signals: Signals) -> Identified:
    """What was found with another factor on its logarithm, where the constant beside the deviations shows it."""
    other = with_factor(found.evidence, found.candidate, first_of(reference, Log)) if found.reached else None
    again = checked(found.evidence, other, signals) if other is not None else found
    return again if again.reached and again.excess < found.excess else found


def _plainer(found: Identified, reference: Blocks, signals: Signals) -> Identified:
    """What was found without changes that only the shape needed: a gain makes what is added under a root nothing.

    Behind statistics a change can be one that the noise of values does not show, and stays.
    """
    blocks = found.candidate.blocks
    if not found.reached or any(isinstance(block, Normalise) for block in blocks):
        return found
    most = max(EXACT, MISSED * found.excess)
    for each in differences(reference, blocks):
        less = replace(found.candidate, blocks=each.without)
        if value_excess(found.evidence, less) <= most:
            again = checked(found.evidence, less, signals)
            if again.reached and again.excess <= most:
                return _plainer(again, reference, signals)
    return found


def checked(evidence: Evidence, candidate: Candidate, signals: Signals) -> Identified:
    """Compute a candidate where the port has rows, and say what is left."""
    total = len(evidence.port)
    chunks = range(0, total, CHUNK)
    step = max(1, -(-total // MAX_CHECKED))
    chosen = [*chunks[::step], *(chunks[-1:] if step > 1 else ())]
    samples = signals.samples(candidate.audio)
    if samples is None:
        return Identified(candidate, False, evidence, float("inf"))
    rate = candidate.rate or signals.rate
    try:
        items = Items(samples, rate)
        for block in candidate.blocks:
            made = block.apply(items, evidence.runs.context)
            items = replace(made, sources=(*items.sources, (block.kind, replace(made, sources=()))))
    except InputError:
        return Identified(candidate, False, evidence, float("inf"))
    squares, cells, far, worst = 0.0, 0, 0, (0.0, (0, 0))
    blind, deviation = 0, float(np.nanstd(evidence.port))
    left: list[NDArray] = []
    for start in dict.fromkeys(chosen):
        rows = np.arange(start, min(start + CHUNK, total, len(items)))
        if not len(rows):
            continue
        values = np.asarray(items.array[rows[0] : rows[-1] + 1]).reshape(len(rows), -1)
        shares = np.abs(evidence.port[rows] - values)
        noise = deviations(evidence, candidate, rows)
        there = np.isfinite(shares)
        blind += int((noise > deviation)[there].sum())
        shares /= noise
        shares = np.where(np.isfinite(shares), shares, 0.0)
        squares += float(np.minimum(np.square(shares), 1e4).sum())
        cells += int(there.sum())
        far += int((shares > FAR).sum())
        left.append(rows[np.square(shares).mean(axis=1) > REACHED])
        place = np.unravel_index(int(shares.argmax()), shares.shape)
        worst = max(worst, (float(shares[place]), (int(rows[0] + place[0]), int(place[1]))))
    excess, share = squares / max(cells, 1), far / max(cells, 1)
    reached = (
        0 <= len(items) - total <= evidence.unseen
        and excess <= REACHED
        and share <= FEW
        and blind <= MOST_BLIND * cells
    )
    rest = np.concatenate([*left, np.zeros(0, np.int64)])
    return Identified(candidate, reached, evidence, excess, share, worst[1], open=rest)


def deviations(evidence: Evidence, candidate: Candidate, rows: NDArray) -> NDArray:
    """Give the standard deviation, with room, of a port's values in some rows if a candidate is right."""
    runs = SampledRuns(evidence.runs.samples, evidence.runs.rate, rows)
    port = evidence.port[rows]
    noise = np.hypot(evidence.noise_in(runs, candidate), mean_noise(evidence, candidate) * (1 + np.abs(port)))
    slope = np.abs(port) if evidence.logarithm else value_slope(evidence, candidate)
    grid = evidence.grid_of(port)
    found = np.hypot(ARITHMETIC * np.nan_to_num(noise, nan=1.0) * slope, ROUNDING * grid)
    return np.asarray(np.maximum(found, 4 * np.finfo(np.float32).eps * np.abs(port) + 1e-12))


def mean_noise(evidence: Evidence, candidate: Candidate) -> NDArray:
    """Give the noise of each band's mean that a port subtracts: a float32 sum of T rows, one after the other.

    What is silent in exact arithmetic and noise in float32 lies higher there, and moves mean and deviation.
    """
    if not any(isinstance(block, Normalise) for block in candidate.blocks):
        return np.zeros(1)
    levels = evidence.levels(candidate).values
    finite = np.where(np.isfinite(levels), levels, 0.0)
    summed = ROUNDED * np.sqrt(len(evidence.port) / 3) * np.abs(finite.mean(axis=0))
    noise = np.nan_to_num(evidence.noise(candidate))
    return np.asarray(np.hypot(summed, np.square(noise).mean(axis=0)))


def value_slope(evidence: Evidence, candidate: Candidate) -> NDArray:
    """Give the slope of the values over natural logarithms; behind statistics of each band one for each."""
    if any(isinstance(block, Normalise) for block in candidate.blocks):
        fit = evidence.fit(evidence.levels(candidate), own_slopes=True)
        return np.nan_to_num(np.abs(fit.slope), nan=1.0)
    return np.asarray(abs(tail_slope(candidate.blocks)))
