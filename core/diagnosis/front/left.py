"""What is known of a port that no recipe gives: where the difference lies, and what would make it smaller."""

from collections.abc import Iterator

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from .evidence import Candidate
from .identify import Identified
from .lines import line_of
from .sampled import Blocks

MIN_TOLD = 0.02
"""Share of the variance below which what explains it is not worth a word."""
SAME_RATIO = 5e-3
"""Difference of a ratio of rows from one of rates up to which it is that: padding adds 4 rows to 800."""
BENT = 0.9
"""Rank correlation from which values are the reference's but for a bent scale."""


def left_facts(found: Identified, reference: Blocks) -> Iterator[str]:
    """Give sentences about what stays, all measured on the sampled rows."""
    evidence = found.evidence
    port = evidence.port[evidence.runs.rows]
    levels = _levels(found, Candidate(reference))
    if levels is None:
        yield "the reference has no rows of this width"
        yield _range(evidence.port)
        return
    total = evidence.runs.run(reference).total if _runs(found, reference) else 0
    if total and total != len(port) and total != len(evidence.port):
        ratio = len(evidence.port) / total
        hint = _ratio_hint(ratio, evidence.runs.rate)
        yield f"{len(evidence.port):,} rows where {total:,} are expected, {ratio:.4g} times as many{hint}"
    yield from _explained(found, levels, port)
    nearest = line_of(evidence, found.candidate)
    fit = evidence.fit(evidence.levels(found.candidate)) if nearest else None
    if fit is not None and np.isfinite(fit.error):
        share = 1 - fit.error * nearest.slope**2 / max(float(np.nanvar(evidence.values)), 1e-300) if nearest else 0.0
        yield (
            f"the nearest recipe explains {100 * max(share, 0):.4g} % of the variance; an RMS error of "
            f"{fit.error**0.5:.2g} (natural logarithm) is left, {found.excess**0.5:.3g} times the noise floor"
        )
        yield from _where(fit.left)
    yield _range(evidence.port)


def _range(port: NDArray) -> str:
    return f"values lie between {np.nanmin(port):.4g} and {np.nanmax(port):.4g}{_range_hint(port)}"


def _runs(found: Identified, blocks: Blocks) -> bool:
    try:
        found.evidence.runs.run(blocks)
    except InputError:
        return False
    return True


def _levels(found: Identified, candidate: Candidate) -> NDArray | None:
    try:
        levels = found.evidence.levels(candidate).values
    except InputError:
        return None
    return levels if levels.shape == found.evidence.values.shape else None


def _explained(found: Identified, levels: NDArray, port: NDArray) -> Iterator[str]:
    """How much of the difference a constant a band, or a row, takes away, and whether a bent scale does."""
    there = np.isfinite(levels) & np.isfinite(port) & found.evidence.used
    if there.sum() < 10 or port.shape[1] < 3:
        return
    x, y = levels[there], port[there]
    slope, shift = np.polyfit(x, y, 1)
    left = np.where(there, port - slope * levels - shift, np.nan)
    variance = float(np.nanmean(np.square(left)))
    if variance <= 0:
        return
    bands, rows = _means(left, 0), _means(left, 1)
    by_band = 1 - float(np.nanmean(np.square(left - bands))) / variance
    by_row = 1 - float(np.nanmean(np.square(left - rows[:, None]))) / variance
    if by_band > MIN_TOLD:
        low, middle, high = (float(part.mean()) for part in np.array_split(bands, 3))
        yield (
            f"a constant per band explains {100 * by_band:.3g} % of the residual of a linear fit to the reference "
            f"(low {low:+.3g}, middle {middle:+.3g}, high {high:+.3g})"
        )
    if by_row > MIN_TOLD:
        yield f"a constant per row explains {100 * by_row:.3g} % of it: a gain that follows loudness or time"
    ranks = np.corrcoef(np.argsort(np.argsort(x)), np.argsort(np.argsort(y)))[0, 1]
    straight = np.corrcoef(x, y)[0, 1]
    if ranks > BENT and ranks - straight > MIN_TOLD:
        figures = f"rank correlation {ranks:.3f}, linear correlation {straight:.3f}"
        yield f"values rise with the reference's, but not linearly ({figures})"


def _means(left: NDArray, axis: int) -> NDArray:
    """Means of what is finite along an axis, 0 where nothing is."""
    count = np.isfinite(left).sum(axis=axis)
    return np.asarray(np.nansum(left, axis=axis) / np.maximum(count, 1))


def _where(left: NDArray) -> Iterator[str]:
    squares = np.nan_to_num(np.square(left))
    total = float(squares.sum())
    if total <= 0 or left.shape[1] < 3:
        return
    edges = float(squares[:4].sum() + squares[-4:].sum()) / total
    bands = [float(part.sum()) / total for part in np.array_split(squares, 3, axis=1)]
    if edges > 0.5:
        yield f"{100 * edges:.0f} % of the residual lies in the first and last 4 rows: padding, or the initial state"
    elif max(bands) > 0.6:
        name = ("lowest", "middle", "highest")[int(np.argmax(bands))]
        yield f"{100 * max(bands):.0f} % of the residual lies in the {name} third of the bands"


def _range_hint(port: NDArray) -> str:
    low, high = float(np.nanmin(port)), float(np.nanmax(port))
    mean, deviation = float(np.nanmean(port)), float(np.nanstd(port))
    if abs(mean) < 1e-3 and abs(deviation - 1) < 1e-2:
        return ": mean 0 and deviation 1, as normalised by the recording's own statistics"
    if abs(low) < 1e-6 and abs(high - 1) < 1e-6:
        return ": exactly 0 to 1, as normalised by the recording's own minimum and maximum"
    if low >= 0 and high > 100 * max(float(np.nanmedian(port)), 1e-12):
        return ": like magnitudes or powers without a logarithm"
    if low < -20 and high <= 60:
        return ": like decibels"
    return ""


def _ratio_hint(ratio: float, expected: int) -> str:
    for rate in (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000):
        if rate != expected and abs(ratio * expected / rate - 1) < SAME_RATIO:
            return f": as if samples of {rate} Hz were taken for {expected} Hz"
    return ""
