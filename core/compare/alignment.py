"""Alignment: which item of the reference each item of the port belongs to.

An item is what a stage has one of per step in time: a mel column, a window, a feature row, a frame tensor, a sample.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, NDArray
from ..base.progress import Tick, silent
from ..run import Stage

_SPAN_SECONDS = 5
"""How far a lag is looked for."""
_MIN_SPAN, _MAX_SPAN = 32, 1000
_SPAN_VALUES = 1 << 18
"""Values of the reference on either side that are looked at at most, as far as `_MIN_SPAN` items allow: items as large
as frame tensors take long."""
_SAMPLED_ITEMS = 768
_SAMPLED_VALUES = 512
_GATHERED_VALUES = 1 << 19
_BLOCK = 16
_FAR_BLOCK = 4096
_CANDIDATES = 64
"""Peaks of the cross-correlation whose normalised correlation is looked at: pitch makes neighbours nearly as high."""
_SURE = 0.9995
"""Correlation from which the items are taken as aligned as they lie, without looking at other lags."""
_MIN_CORRELATION = 0.4
_MAX_UNCORRELATED = 0.55
"""A lag is believed when it leaves at most this share of what keeps the correlation from 1."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of items.

    Attributes
    ----------
    lag : int
        Item t of the port belongs to item t + lag of the reference.
    port, reference : (n,) int arrays
        Positions of the paired items in the arrays of the two stages.
    """

    lag: int
    port: npt.NDArray[np.int64]
    reference: npt.NDArray[np.int64]


def time_major(stage: Stage) -> Array:
    """Give a stage's values with time as the first axis: mel columns become rows, the rest is that way already."""
    if not stage.time:
        return stage.array
    columns: NDArray = np.moveaxis(np.asarray(stage.array), stage.time, 0)
    return columns


def align(reference: Stage, port: Stage, lag: int | None = None, *, tick: Tick = silent) -> Alignment:
    """Pair the items of two stages by an integer lag.

    Parameters
    ----------
    reference, port : Stage
        The same stage of two runs, items of the same shape; either may hold only some frames.
    lag : int or None
        The lag to use; None finds the one with the highest correlation of all that are looked at, and takes 0 unless
        another is clearly better.
    tick : callable
        Called with (done, total) lags while one is looked for; what it raises ends that.

    Returns
    -------
    Alignment
        All items that have a partner at that lag, in the order of time.
    """
    if lag is None:
        lag = _samples_lag(reference, port.array) if port.array.ndim == 1 else _items_lag(reference, port, tick)
    own, partner = _partners(item_ids(port), item_ids(reference), lag)
    return Alignment(lag, own, partner)


def correlation(a: NDArray, b: NDArray) -> float:
    """Give the Pearson correlation of two arrays; 0 where one is constant, or where there are no values."""
    if not a.size:
        return 0.0
    a, b = (values.ravel() - values.mean(dtype=np.float64).astype(values.dtype) for values in (a, b))
    norm = float(np.sqrt(float(a.dot(a)) * float(b.dot(b))))
    return float(a.dot(b)) / norm if norm else 0.0


def item_ids(stage: Stage) -> NDArray:
    """Give the number of every item: of its frame, column, row or sample, (n,) int64, ascending."""
    return np.arange(len(time_major(stage))) if stage.frames is None else stage.frames


def _partners(wanted: NDArray, known: NDArray, lag: int) -> tuple[NDArray, NDArray]:
    """Find where the items `wanted` + lag lie in the sorted numbers `known`."""
    place = np.searchsorted(known, wanted + lag)
    found = np.flatnonzero(place < len(known))
    found = found[known[place[found]] == wanted[found] + lag]
    return found, place[found]


def _items_lag(reference: Stage, port: Stage, tick: Tick) -> int:
    """Find the lag at which the port's items resemble the reference's most.

    Where neighbours are there, it is their changes from item to item that are compared: a wrong mel scale or logarithm
    bends the values, but not the moments at which they change.
    """
    if _similarity(reference, port, _sampled, 0, tick)(0) >= _SURE:
        return 0
    whole = reference.frames is None and port.frames is None
    span = _span(reference)
    score = _similarity(reference, port, _changes if whole else _sampled, span, tick)
    scores = {}
    for lag in sorted(range(-span, span + 1), key=abs):
        scores[lag] = score(lag)
        tick(len(scores), 2 * span + 1)
    best = max(scores, key=lambda lag: round(scores[lag], 5))
    if _believed(scores[best], scores[0]):
        return best
    if not whole or abs(len(time_major(reference)) - len(time_major(port))) <= span:
        return 0
    far = _far_lag(time_major(reference), time_major(port), tick)
    return far if _believed(_similarity(reference, port, _changes, 0, tick, around=far)(0), scores[0]) else 0


def _believed(score: float, as_they_lie: float) -> bool:
    return score >= _MIN_CORRELATION and 1 - score <= _MAX_UNCORRELATED * (1 - as_they_lie)


def _span(reference: Stage) -> int:
    """Give how far a lag is looked for, in items."""
    most = _SPAN_VALUES // max(prod(time_major(reference).shape[1:]), 1)
    return max(_MIN_SPAN, min(_MAX_SPAN, round(_SPAN_SECONDS * reference.clock.rate), most))


def _similarity(
    reference: Stage, port: Stage, look: Callable[[Array, NDArray], NDArray], span: int, tick: Tick, *, around: int = 0
) -> Callable[[int], float]:
    """Give the correlation of the port's most varied items with the reference's as a function of the lag.

    The lag is counted from `around`, and lies within the span.
    """
    chosen = _informative(time_major(port), tick)
    values, numbers = look(time_major(port), chosen), item_ids(port)[chosen]
    known = item_ids(reference) - around
    tick(0, 0)
    positions = np.flatnonzero(np.isin(known, np.unique(numbers[:, None] + np.arange(-span, span + 1))))
    nearby, known = look(time_major(reference), positions), known[positions]

    def score(lag: int) -> float:
        own, partner = _partners(numbers, known, lag)
        if not len(own) or 2 * len(own) < len(chosen):
            return -1.0
        return correlation(values[own], nearby[partner])

    return score


def _informative(array: Array, tick: Tick) -> NDArray:
    """Choose positions in blocks spread over the recording, those that vary most."""
    most = max(16, min(_SAMPLED_ITEMS, _GATHERED_VALUES // prod(array.shape[1:])))
    if len(array) <= most:
        return np.arange(len(array))
    starts = np.linspace(0, len(array) - _BLOCK, 3 * most // _BLOCK).astype(np.int64)
    spread: list[float] = []
    for start in starts:
        tick(len(spread), len(starts))
        spread.append(float(_sampled(array, np.arange(start, start + _BLOCK)).std(dtype=np.float64)))
    best = np.argsort(spread)[-(most // _BLOCK) :]
    return np.unique(starts[best, None] + np.arange(_BLOCK))


def _sampled(array: Array, positions: NDArray) -> NDArray:
    """Give some values of some items, (n, values) float32, finite."""
    values = prod(array.shape[1:])
    step = -(-values // _SAMPLED_VALUES)
    parts = (
        array[part].reshape(len(part), values)[:, ::step]
        for part in np.split(positions, range(256, len(positions), 256))
    )
    sampled = np.concatenate([part.astype(np.float32) for part in parts])
    return np.asarray(np.nan_to_num(sampled, posinf=0, neginf=0))


def _changes(array: Array, positions: NDArray) -> NDArray:
    """Give by how much some values of some items differ from those of the item before."""
    return _sampled(array, positions) - _sampled(array, np.maximum(positions - 1, 0))


def _far_lag(reference: Array, port: Array, tick: Tick) -> int:
    """Find the lag at which the mean changes from item to item are most correlated, wherever in the recording."""
    ours, theirs = _mean_changes(reference, tick), _mean_changes(port, tick)
    lags = np.arange(-len(theirs) + 1, len(ours))
    first, last = np.maximum(lags, 0), np.minimum(lags + len(theirs), len(ours))
    count = last - first
    size = 1 << (len(ours) + len(theirs)).bit_length()
    product = np.fft.irfft(np.fft.rfft(ours, size) * np.fft.rfft(theirs, size).conj(), size)[lags]

    def sums(values: NDArray, starts: NDArray) -> tuple[NDArray, NDArray]:
        added, squared = (np.concatenate([[0.0], np.cumsum(values**power)]) for power in (1, 2))
        total = added[starts + count] - added[starts]
        return total, np.maximum(squared[starts + count] - squared[starts] - total**2 / count, 0.0)

    (mine, spread), (other, spread_of_port) = sums(ours, first), sums(theirs, first - lags)
    norm = np.sqrt(spread * spread_of_port)
    enough = (count >= max(_MIN_SPAN, min(len(ours), len(theirs)) // 2)) & (norm > 0)
    found = np.where(enough, (product - mine * other / count) / np.where(norm > 0, norm, 1.0), -1.0)
    return int(lags[found.argmax()])


def _mean_changes(array: Array, tick: Tick) -> NDArray:
    """Give by how much the values of each item differ from those of the item before in the mean, (n,) float64."""
    made = np.zeros(len(array))
    for start in range(1, len(array), _FAR_BLOCK):
        tick(start, len(array))
        piece = np.nan_to_num(np.asarray(array[start - 1 : start + _FAR_BLOCK], np.float64))
        changes = np.abs(np.diff(piece, axis=0))
        made[start : start + len(changes)] = changes.reshape(len(changes), -1).mean(axis=1)
    return made


def _samples_lag(whole: Stage, port: Array) -> int:
    """Find the lag of samples by cross-correlation of the loudest second with what lies around it."""
    reference = whole.array
    second = span = round(whole.clock.rate)
    total = min(len(reference), len(port))
    starts = range(0, max(1, total - second + 1), second)
    start = max(starts, key=lambda at: float(np.square(port[at : at + second], dtype=np.float64).sum()))
    piece = np.nan_to_num(np.asarray(port[start : start + second], np.float64))
    begin = max(0, start - span)
    around = np.nan_to_num(np.asarray(reference[begin : start + len(piece) + span], np.float64))
    size = 1 << (len(around) + len(piece)).bit_length()
    product = np.fft.irfft(np.fft.rfft(around, size) * np.fft.rfft(piece, size).conj(), size)
    peaks = product.argsort()[-_CANDIDATES:]
    shifts = np.where(peaks < len(around), peaks, peaks - size)  # the upper end of a circular product is negative

    def score(lag: int) -> float:
        missing = max(0, -(start + lag))
        partner = reference[start + lag + missing : start + lag + len(piece)]
        own = piece[missing : missing + len(partner)]
        return correlation(own, np.nan_to_num(partner)) if 2 * len(own) > len(piece) else -1.0

    best = max((int(shift) + begin - start for shift in shifts), key=score)
    return best if score(best) > max(score(0) + 1e-6, _MIN_CORRELATION) else 0
