"""Summaries against numpy's nan-aware functions, and what no array may spoil."""

from typing import Any

import numpy as np
import pytest
from framescope.core.drawing.summary import summarise


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.int16, ">f4"])
def test_figures_equal_numpys(kind: Any) -> None:
    values = (np.random.default_rng(0).normal(size=(40, 30)) * 50).astype(kind)
    values[:3] = 0
    summary, exact = summarise(values), values.astype(np.float64)
    assert (summary.size, summary.zeros) == (1200, int((exact == 0).sum()))
    assert (summary.low, summary.high) == (summary.finite_low, summary.finite_high) == (exact.min(), exact.max())
    assert (summary.mean, summary.std) == pytest.approx((exact.mean(), exact.std()))
    assert summary.counts.sum() == np.count_nonzero(exact)


def test_what_is_not_finite_is_counted_apart() -> None:
    values = np.array([np.nan, np.nan, -np.inf, np.inf, 1, 3], np.float32)
    summary = summarise(values)
    assert (summary.nans, summary.infinities, summary.zeros) == (2, 2, 0)
    assert (summary.low, summary.high) == (-np.inf, np.inf)
    assert (summary.finite_low, summary.finite_high, summary.mean, summary.std) == (1, 3, 2, 1)
    assert summary.counts.sum() == 2


@pytest.mark.parametrize(
    "values", [[], [0.0], [5.0, 5.0], [np.nan], [1e308, -1e308], [1.0, np.nextafter(1, 2)], [5e-324, 1e-323]]
)
def test_no_array_is_beyond_it(values: list[float]) -> None:
    summary = summarise(np.array(values))
    assert summary.size == len(values)
    assert len(summary.edges) in {0, len(summary.counts) + 1}
