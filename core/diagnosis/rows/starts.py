"""The rule by which windows were cut, from the columns at which some of them begin."""

from collections.abc import Iterator

import numpy as np

from ...base.arrays import NDArray
from ...config import WINDOW_COLUMNS
from ...recipe.kinds.rows import Windows
from ..findings import Equivalence
from ..hypotheses import Hypothesis
from .cuts import STARTS, block_with, late_fault, rate_fault
from .places import RATES

_MAX_LATE_COLUMNS = 16
"""Columns by which windows may begin too late: those of one window."""
_DIGITS = 6
_BELOW = {"floor": 0.0, "round": 0.5, "ceil": 1.0}
"""How far the exact place may lie below the column at which a window begins; above it, 1 less that."""
_ALMOST = 1e-9
_MIN_STARTS = 3

Faults = tuple[Hypothesis, ...]


def cuts_at(numbers: NDArray, starts: NDArray, fps: float) -> Iterator[Faults]:
    """Give the ways to cut windows that begin at these columns, those with the fewest faults first.

    Parameters
    ----------
    numbers, starts : (k,) int arrays
        Numbers of windows that pass neither end, and their first columns.
    fps : float
        Frames a second of the reference.
    """
    if len(numbers) < _MIN_STARTS:
        return
    found = dict.fromkeys(_fitting(numbers, starts, fps))
    yield from sorted(found, key=lambda faults: (len(faults) + _odd(faults), _odd(faults), _far(faults)))


def same_cuts(faults: Faults, count: int, fps: float) -> Iterator[Equivalence]:
    """Give the usual frame rates with which so many windows begin where they do with a fault's."""
    rate = next((fault for fault in faults if fault.id == "frame_rate"), None)
    numbers = np.arange(count)
    others = [rate_fault(other, fps) for other in RATES if other != fps] if rate else []
    alike = [
        other
        for other in others
        if rate
        and other.value != rate.value
        and np.array_equal(block_with(fps, faults).starts(numbers), block_with(fps, (*faults, other)).starts(numbers))
    ]
    if rate and alike:
        names = tuple(f"{fault.id} {fault.value}" for fault in (rate, *alike))
        yield Equivalence(names, "a longer recording shows the difference: their windows drift apart")


def _fitting(numbers: NDArray, starts: NDArray, fps: float) -> Iterator[Faults]:
    for rule in (None, *STARTS):
        for late in range(-_MAX_LATE_COLUMNS, _MAX_LATE_COLUMNS + 1):
            named = (*((rule,) if rule else ()), *((late_fault(late),) if late else ()))
            block = block_with(fps, named)
            for rate in _rates(numbers, starts - late, block, fps):
                faults = named if rate == fps else (rate_fault(rate, fps), *named)
                if np.array_equal(block_with(fps, faults).starts(numbers), starts):
                    yield faults


def _odd(faults: Faults) -> bool:
    """Whether the frame rate is one that nobody uses."""
    return any(name == "fps" and value not in RATES for fault in faults for name, value in fault.block)


def _far(faults: Faults) -> int:
    return sum(abs(value) for fault in faults for name, value in fault.block if name == "late")


def _rates(numbers: NDArray, starts: NDArray, block: Windows, fps: float) -> Iterator[float]:
    """The frame rates with which a rule may give these starts, the likeliest first."""
    below = _BELOW.get(block.rule, 0.0)
    exact = block.rows_per_second * numbers[numbers > 0]
    places = starts[numbers > 0]
    if (places + 1 - below <= 0).any():
        return
    low = float((exact / (places + 1 - below)).max())
    after = places - below > 0
    high = float((exact[after] / (places - below)[after]).min()) if after.any() else np.inf
    if low * (1 - _ALMOST) > high * (1 + _ALMOST):
        return
    whole = ((1 - _ALMOST) * block.rows_per_second / columns for columns in range(1, WINDOW_COLUMNS + 1))
    known = [
        rate for rate in dict.fromkeys((fps, *RATES, *whole)) if low * (1 - _ALMOST) <= rate <= high * (1 + _ALMOST)
    ]
    yield from sorted(known, key=lambda rate: (rate != fps, rate not in RATES, rate % 1 > 0))
    if not known and np.isfinite(high):
        decimals = (round((low + high) / 2, digits) for digits in range(_DIGITS))
        yield next((rate for rate in decimals if low <= rate <= high and rate > 0), (low + high) / 2)
