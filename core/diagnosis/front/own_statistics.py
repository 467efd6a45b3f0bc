"""Which normalisation by the recording's own statistics a port's values show."""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from ...base.arrays import NDArray
from ...recipe.kinds.values import Affine, Normalise

CLOSE = 1e-3
"""Mean of a band, as a share of the largest value, up to which it is 0: float16 and six digits leave 5e-4."""
NEAR_ONE = 2e-2
"""Distance of a deviation from 1 up to which values were divided by it: an eps of 1e-5 beside it moves it less."""
SAMPLE = 0.3
"""Share of 1 / n by which the deviation is below 1 where the sum was divided by n - 1: half of that is 0.5."""
AT_LIMIT = 1e-6


def statistics_of(port: NDArray) -> Iterator[Normalise]:
    """Give the normalisations by the recording's own statistics whose results a port's values have."""
    if port.shape[1] < 2:
        return  # samples: the signal is normalised, if anything is
    with np.errstate(invalid="ignore"):
        yield from _of_axis(port, "all", None)
        yield from _of_axis(port, "band", 0)


def stretched_of(port: NDArray) -> Iterator[tuple[Normalise, Affine]]:
    """Give the normalisation by least and largest value, stretched to the range of whole numbers that values fill."""
    low, high = float(np.nanmin(port)), float(np.nanmax(port))
    ends = np.round([low, high])
    if ends[0] < ends[1] and tuple(ends) != (0.0, 1.0) and np.all(np.abs(ends - [low, high]) < AT_LIMIT * (high - low)):
        stretch = Affine(multiply=float(ends[1] - ends[0]), add=float(ends[0]))
        yield Normalise(axis="all", statistic="min_max"), stretch


def _of_axis(port: NDArray, axis: Literal["all", "band"], along: int | None) -> Iterator[Normalise]:
    yield from _centred(port, axis, along)
    low, high = np.fmin.reduce(port, axis=along), np.fmax.reduce(port, axis=along)
    if np.all(np.abs(low) < AT_LIMIT) and np.all(np.abs(np.asarray(high) - 1) < AT_LIMIT):
        yield Normalise(axis=axis, statistic="min_max")
    if np.all(np.abs(high) < AT_LIMIT * np.maximum(np.abs(low), 1e-9)):
        yield Normalise(axis=axis, statistic="max")


def _centred(port: NDArray, axis: Literal["all", "band"], along: int | None) -> Iterator[Normalise]:
    """Statistics by which means are 0, and deviations 1 or anything."""
    count = np.maximum(np.isfinite(port).sum(axis=along), 1)
    mean = np.nansum(port, axis=along) / count
    deviation = np.asarray(np.sqrt(np.nansum(np.square(port - mean), axis=along) / count))
    close = CLOSE * np.maximum(np.max(np.abs(port[np.isfinite(port)]), initial=0.0), 1e-9)
    varied = deviation > close
    if not np.any(varied) or np.any(np.abs(mean) >= close):
        return
    if np.any(np.abs(deviation[varied] - 1) >= NEAR_ONE):
        yield Normalise(axis=axis, statistic="mean")
        return
    values = port.size if along is None else len(port)
    sample = np.median(deviation[varied]) < 1 - SAMPLE / values
    yield Normalise(axis=axis, statistic="mean_sd", ddof=int(sample))
