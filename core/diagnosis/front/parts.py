"""Ports of a part of the recording, or with more before or behind it: their rows are searched beside the same part."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.block import Block
from ...recipe.kinds.frames import Frame
from ...recipe.kinds.signal import FitSignal
from ...recipe.kinds.values import Normalise, Top
from .chains import first_of
from .change import Change, change
from .identify import Signals
from .sampled import Blocks, SampledRuns
from .timing import row_count

LENGTH = "length"
LENGTH_FIX = "compute and write all rows of the recording, and no others; or compare with a recording of this part"
MIN_ROWS = 16
"""Rows that a part has to have in common with the recording."""
LIKE = 0.6
"""Rank correlation of the rows' means from which they are of the same moments: of wrong scales and norms it is 0.9, of
bands without a logarithm 0.8, of other moments of speech below 0.3."""
MAX_LIKENED = 400
"""Rows whose means are likened."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A port's rows beside those of the recording.

    Attributes
    ----------
    rows : (T, width) array
        The port's, or those of all of the recording; NaN where one of the two has none, and next to where it is cut.
    signals : Signals
        The recording from where the rows begin to where they end, with zeros where it has nothing.
    unseen : int
        How many rows more a chain may give of it.
    front, behind : int
        How many rows the port lacks at the beginning and at the end; negative: how many it has more.
    count, total : int
        Rows of the port, and of the reference.
    margin : int
        Rows that a frame is in.
    """

    rows: NDArray
    signals: Signals
    unseen: int
    front: int
    behind: int
    count: int
    total: int
    margin: int

    @property
    def sure(self) -> bool:
        """Whether more rows lie outside than frames of another placement or length would leave.

        More rows at the end can be those of zeros behind the recording, which a chain gives.
        """
        return max(abs(self.front), self.behind) > self.margin

    @property
    def change(self) -> Change:
        """What is said of it."""
        value = part_text(self.count, self.total, self.front)
        return change(LENGTH, value, LENGTH, self.total, fix=LENGTH_FIX, used=[LENGTH], found=self.count)


def parts_of(rows: NDArray, reference: Blocks, signals: Signals, lag: int) -> Iterator[Part]:
    """Give the parts of the recording that a port's rows can be of.

    Parameters
    ----------
    rows : (T, width) array
        The port's.
    reference : tuple of Block
        The reference's chain to them.
    lag : int
        Row t of the port is of the moment of row t + lag of the reference.

    Yields
    ------
    Part
        None at all where the rows are of the whole recording, or of other moments than the reference's.
    """
    samples, frame = signals.samples(()), first_of(reference, Frame)
    if samples is None or frame is None or first_of(reference, FitSignal) is not None:
        return
    total, margin = row_count(reference, len(samples), signals.rate), -(-frame.length // frame.hop)
    for front in (0, lag) if 0 < abs(lag) <= margin else (lag,):  # frames that are placed otherwise lie elsewhere
        behind = total - front - len(rows)
        first = max(0, -front) + margin * bool(front)
        end = min(len(rows), total - front) - margin * bool(behind)
        if not (front or behind) or end - first < MIN_ROWS or not _alike(rows, reference, signals, front, (first, end)):
            continue
        there = np.full_like(rows, np.nan)
        there[first:end] = rows[first:end]
        part = Part(there, signals, 0, front, behind, len(rows), total, margin)
        depends = any(map(_depends, reference))
        yield _cut_part(part, reference, len(samples), known=not behind or depends)
        if depends and front >= 0 and behind >= 0:  # a maximum and statistics are those of all rows
            every = np.full((total, rows.shape[1]), np.nan)
            every[front : front + len(rows)] = rows
            yield replace(part, rows=every)


def _cut_part(part: Part, reference: Blocks, samples: int, *, known: bool) -> Part:
    """The part with the samples that it was computed from; where they end may be known to a hop, or not at all."""
    start = part.front * first_of(reference, Frame).hop
    more = 0 if known else part.margin
    wanted, rate = part.count + more, part.signals.rate
    count = _sample_count(reference, wanted, rate) if part.behind else samples - start

    def cut(audio: object) -> NDArray | None:
        whole = part.signals.samples(audio)
        return None if whole is None else _cut(whole, start, count)

    return replace(part, signals=replace(part.signals, samples=cut), unseen=2 * more)


def _depends(block: Block) -> bool:
    """Whether a row depends on all others."""
    return (isinstance(block, Normalise) and block.axis != "row") or (isinstance(block, Top) and block.scope == "all")


def _alike(rows: NDArray, reference: Blocks, signals: Signals, front: int, between: tuple[int, int]) -> bool:
    """Tell whether the means of the port's rows rise and fall with the reference's."""
    places = np.unique(np.linspace(*between, MAX_LIKENED, endpoint=False).astype(int))
    try:
        ours = SampledRuns(signals.samples, signals.rate, places + front).run(reference).values
    except InputError:
        return False
    theirs = rows[places]
    there = np.isfinite(ours).any(axis=1) & np.isfinite(theirs).any(axis=1)
    if there.sum() < MIN_ROWS:
        return False
    first, second = (np.argsort(np.argsort(np.nanmean(values[there], axis=1))) for values in (ours, theirs))
    return float(np.corrcoef(first, second)[0, 1]) >= LIKE


def _sample_count(reference: Blocks, rows: int, rate: int) -> int:
    """The fewest samples that give so many rows."""
    frame = first_of(reference, Frame)
    low, high = 1, rows * frame.hop + 2 * frame.length
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if row_count(reference, middle, rate) >= rows else (middle + 1, high)
    return low


def _cut(samples: NDArray, start: int, count: int) -> NDArray:
    made = np.zeros(count, samples.dtype)
    first, last = max(start, 0), min(start + count, len(samples))
    if first < last:
        made[first - start : last - start] = samples[first:last]
    return made


def part_text(count: int, total: int, front: int) -> str:
    """Say how many of the recording's rows a port has, and where others are missing, or more."""
    ends = ((front, "beginning"), (total - front - count, "end"))
    return f"{count:,} of {total:,} rows ({', '.join(_said(number, where) for number, where in ends if number)})"


def _said(count: int, where: str) -> str:
    return f"{count:,} missing at the {where}" if count > 0 else f"{-count:,} more at the {where}"
