"""Densities of pairs: counts are numpy's histogram, and the line is numpy's polynomial, in however many blocks."""

from typing import Any

import numpy as np
import pytest
from framescope.core.compare.density import BINS, density

RNG = np.random.default_rng(3)
X, Y = RNG.normal(1e4, 1.0, 5000), RNG.normal(-3.0, 50.0, 5000)


def blocks(x: Any, y: Any, size: int = 700) -> Any:
    return lambda: [(np.asarray(x)[k : k + size], np.asarray(y)[k : k + size]) for k in range(0, len(x), size)]


def test_counts_are_numpys_and_no_pair_is_lost() -> None:
    x, y = X.copy(), Y.copy()
    x[7], y[9] = np.nan, np.inf
    keep = np.isfinite(x) & np.isfinite(y)
    found = density(blocks(x, y))
    assert found is not None
    expected, _, _ = np.histogram2d(y[keep], x[keep], bins=BINS, range=[found.upwards, found.across])
    assert found.counts.sum() == found.pairs == 4998
    assert np.abs(found.counts - expected).sum() <= 4  # a value on an edge may be rounded to either side
    assert found.line == pytest.approx(np.polyfit(x[keep], y[keep], 1), rel=1e-6)


@pytest.mark.parametrize(("factor", "offset"), [(2.0, 0.0), (1.0, 0.0), (-0.5, 3.0), (2.303, -1.0)])
def test_a_factor_is_the_slope(factor: float, offset: float) -> None:
    found = density(blocks(X, factor * X + offset))
    assert found is not None
    assert found.line == pytest.approx((factor, offset), abs=1e-6)


@pytest.mark.parametrize(("values", "pairs"), [([], None), ([np.nan, np.nan], None), ([1.0], 1), ([2.0, 2.0], 2)])
def test_a_point_has_no_line_and_nothing_no_density(values: list[float], pairs: int | None) -> None:
    found = density(blocks(values, values))
    assert (None if found is None else (found.pairs, found.line)) == (None if pairs is None else (pairs, None))


def test_a_part_is_counted_finer() -> None:
    whole = density(blocks(X, Y))
    assert whole is not None
    part = whole.within(blocks(X, Y), (1e4 - 0.1, 1e4 + 0.1), (-5.0, 5.0))
    inside = (np.abs(X - 1e4) < 0.1) & (np.abs(Y) < 5)
    assert part.counts.sum() == inside.sum() > 0
    assert (part.line, part.pairs) == (whole.line, whole.pairs)
