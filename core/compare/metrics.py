"""Metrics of paired values, gathered block by block so that an hour of frame tensors never exists at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, NDArray
from ..base.progress import Tick, silent
from .alignment import Alignment
from .block_stats import BlockSums, bin_values, compare_block
from .tolerance import Tolerance

_BLOCK_VALUES = 1 << 18
"""Values compared at a time: small enough for the processor's cache, large enough for numpy."""
_COUNTED_VALUES = 1 << 23
"""Quantiles are taken over about so many values, evenly spread, where there are more."""
_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Metrics:
    """How far paired values lie apart; computed over the pairs in which both are finite.

    Attributes
    ----------
    count : int
        Paired values, finite or not.
    max_abs, mean_abs, rmse : float
        Of port - reference, in the stage's unit.
    median_abs, p95_abs, p99_abs : float
        Quantiles of |port - reference|, to 1 %.
    max_relative : float
        Largest |port - reference| / |reference|, where the reference is not 0.
    corr, cosine : float
        Pearson correlation and cosine similarity; 0 where a side is constant or all zeros.
    snr_db : float
        20 log10(rms of the reference / rmse); infinite where nothing differs.
    within : float
        Share of all pairs within tolerance, 0 to 1; a pair with a NaN on one side is not.
    equal : float
        Share of all pairs that are equal, 0 to 1.
    max_ulp : int
        Largest distance in units in the last place of the coarser of the two types.
    nan, inf, reference_nan, reference_inf : int
        Values that are not finite.
    clipped : int
        Pairs in which both sides lie on the same clip limit of the mel stage; they agree for nothing.
    """

    count: int
    max_abs: float
    mean_abs: float
    rmse: float
    median_abs: float
    p95_abs: float
    p99_abs: float
    max_relative: float
    corr: float
    cosine: float
    snr_db: float
    within: float
    equal: float
    max_ulp: int
    nan: int
    inf: int
    reference_nan: int
    reference_inf: int
    clipped: int


@dataclass(frozen=True, slots=True, eq=False)
class ItemErrors:
    """The error of every paired item: one value a mel column, frame or row.

    Attributes
    ----------
    max_abs, mean_abs : (n,) float64
        Largest and mean |port - reference| of the item's finite pairs.
    outside : (n,) int64
        Values of the item outside tolerance.
    """

    max_abs: npt.NDArray[np.float64]
    mean_abs: npt.NDArray[np.float64]
    outside: npt.NDArray[np.int64]


def measure(
    reference: Array, port: Array, pairs: Alignment, tolerance: Tolerance, *, clips: bool = False, tick: Tick = silent
) -> tuple[Metrics, ItemErrors]:
    """Compare all paired items.

    Parameters
    ----------
    reference, port : arrays with time as the first axis
        Items of the same shape, of any float or integer type.
    clips : bool
        Count the pairs that both lie on -4 or on 4.
    tick : callable
        Called after each block with (done, total) items; where it raises, no further block is begun.
    """
    step = max(1, _BLOCK_VALUES // max(1, prod(port.shape[1:])))
    total = len(pairs.port) * prod(port.shape[1:])
    stride = 1 + total // _COUNTED_VALUES
    starts = range(0, len(pairs.port), step)

    def compare(start: int) -> BlockSums:
        chosen = slice(start, start + step)
        sides = (take_items(reference, pairs.reference[chosen]), take_items(port, pairs.port[chosen]))
        left, right = (side.reshape(len(side), -1) for side in sides)
        return compare_block(left, right, tolerance, clips=clips, histogram_stride=stride)

    blocks = []
    # Closed before the pool is waited for, the blocks that are left are not computed any more.
    with ThreadPoolExecutor(_WORKERS) as pool, closing(pool.map(compare, starts)) as results:  # type: ignore[type-var]
        for block in results:
            blocks.append(block)
            tick(len(blocks), len(starts))
    return _metrics(blocks), _item_errors(blocks)


def take_items(array: Array, positions: NDArray) -> NDArray:
    """Give the items at increasing positions; a view where they are consecutive."""
    if len(positions) and positions[-1] - positions[0] == len(positions) - 1:
        return array[int(positions[0]) : int(positions[-1]) + 1]
    return array[positions]


def _metrics(blocks: list[BlockSums]) -> Metrics:
    count, pairs = sum(b.count for b in blocks), sum(b.pairs for b in blocks)
    squared, histogram = sum(b.sum_squared for b in blocks), sum((b.histogram for b in blocks), np.zeros(1, np.int64))
    moments = np.sum([b.moments for b in blocks], axis=0) if blocks else np.zeros(5)
    rmse = float(np.sqrt(squared / max(pairs, 1)))
    median, p95, p99 = _quantiles(histogram, (0.5, 0.95, 0.99))
    return Metrics(
        count=count,
        max_abs=max((float(b.max_abs.max(initial=0)) for b in blocks), default=0.0),
        mean_abs=sum(float(b.sum_abs.sum()) for b in blocks) / max(pairs, 1),
        rmse=rmse,
        median_abs=median,
        p95_abs=p95,
        p99_abs=p99,
        max_relative=max((b.max_relative for b in blocks), default=0.0),
        corr=_pearson(moments, pairs),
        cosine=_ratio(moments[4], np.sqrt(moments[2] * moments[3])),
        snr_db=_decibels(np.sqrt(moments[2] / max(pairs, 1)), rmse),
        within=_ratio(count - sum(int(b.outside.sum()) for b in blocks), count),
        equal=_ratio(sum(b.equal for b in blocks), count),
        max_ulp=max((b.max_ulp for b in blocks), default=0),
        nan=sum(b.nan for b in blocks),
        inf=sum(b.inf for b in blocks),
        reference_nan=sum(b.reference_nan for b in blocks),
        reference_inf=sum(b.reference_inf for b in blocks),
        clipped=sum(b.clipped for b in blocks),
    )


def _item_errors(blocks: list[BlockSums]) -> ItemErrors:
    fields = ("max_abs", "mean_abs", "outside")
    empty = np.zeros(0)
    return ItemErrors(*(np.concatenate([getattr(b, name) for b in blocks] or [empty]) for name in fields))


def _pearson(moments: NDArray, pairs: int) -> float:
    """Correlation from the sums of x, y, x x, y y and x y over `pairs` pairs."""
    x, y, xx, yy, xy = moments / max(pairs, 1)
    return _ratio(xy - x * y, np.sqrt(max(xx - x * x, 0) * max(yy - y * y, 0)))


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 0.0


def _decibels(signal: float, error: float) -> float:
    if not error:
        return float("inf")
    return float(20 * np.log10(signal / error)) if signal else float("-inf")


def _quantiles(histogram: NDArray, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Quantiles of the differences that a histogram counts: the middle of the bin each falls into."""
    total = histogram.sum()
    if not total:
        return tuple(0.0 for _ in shares)
    bins = np.searchsorted(np.cumsum(histogram), np.array(shares) * total)
    return tuple(float(value) for value in bin_values(bins))
