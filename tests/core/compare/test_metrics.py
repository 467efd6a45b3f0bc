"""Metrics against numpy and scipy on whole arrays, in every type, with and without values that are not finite."""

from typing import Any

import numpy as np
import pytest
import scipy.stats
from framescope.core.base.arrays import RowBlocks
from framescope.core.compare.alignment import Alignment
from framescope.core.compare.block_stats import max_ulp
from framescope.core.compare.metrics import measure
from framescope.core.compare.tolerance import Tolerance

RNG = np.random.default_rng(3)
TOLERANCE = Tolerance(1e-4, 1e-4)


def pairs(n: int) -> Alignment:
    return Alignment(0, np.arange(n), np.arange(n))


def two(shape: tuple[int, ...], noise: float, kind: Any) -> tuple[Any, Any]:
    a = RNG.normal(0, 2, shape)
    return a.astype(kind), (a + noise * RNG.normal(size=shape)).astype(kind)


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("noise", [0, 1e-5, 1e-3, 1])
@pytest.mark.parametrize("shape", [(3, 4), (5000, 80), (40, 32, 16, 16)])
def test_numbers_equal_numpys(shape: tuple[int, ...], noise: float, kind: Any) -> None:
    a, b = two(shape, noise, kind)
    metrics, errors = measure(a, b, pairs(len(a)), TOLERANCE)
    x, y = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
    d = np.abs(y - x)
    exact = {"rel": 1e-6, "abs": 1e-12}
    assert metrics.count == x.size
    assert metrics.max_abs == pytest.approx(d.max(), **exact)
    assert metrics.mean_abs == pytest.approx(d.mean(), **exact)
    assert metrics.rmse == pytest.approx(np.sqrt((d**2).mean()), **exact)
    assert metrics.max_relative == pytest.approx((d / np.abs(x)).max(), **exact)
    assert metrics.corr == pytest.approx(scipy.stats.pearsonr(x, y).statistic, abs=1e-6)
    assert metrics.cosine == pytest.approx(x @ y / np.sqrt((x @ x) * (y @ y)), abs=1e-6)
    assert metrics.within == pytest.approx((d <= 1e-4 + 1e-4 * np.abs(x)).mean(), abs=2e-6)
    assert metrics.equal == (d == 0).mean()
    for share, found in ((0.5, metrics.median_abs), (0.95, metrics.p95_abs), (0.99, metrics.p99_abs)):
        assert found == pytest.approx(np.quantile(d, share, method="inverted_cdf"), rel=0.01, abs=1e-12)
    per_item = d.reshape(len(a), -1)
    np.testing.assert_allclose(errors.max_abs, per_item.max(axis=1), rtol=1e-6)
    np.testing.assert_allclose(errors.mean_abs, per_item.mean(axis=1), rtol=1e-6, atol=1e-15)
    assert errors.outside.sum() == pytest.approx((1 - metrics.within) * x.size)


def test_signal_to_noise() -> None:
    a = np.full((100, 10), 2.0)
    metrics, _ = measure(a, a + 0.02, pairs(100), TOLERANCE)
    assert metrics.snr_db == pytest.approx(40)
    assert measure(a, a, pairs(100), TOLERANCE)[0].snr_db == np.inf


def test_values_that_are_not_finite_are_counted_and_left_out() -> None:
    a, b = np.ones((4, 3)), np.ones((4, 3)) * 1.5
    a[0, 0] = b[0, 0] = np.nan
    b[1, 0], b[1, 1], a[2, 2] = np.nan, np.inf, -np.inf
    metrics, errors = measure(a, b, pairs(4), Tolerance(1))
    assert (metrics.nan, metrics.inf, metrics.reference_nan, metrics.reference_inf) == (2, 1, 1, 1)
    assert (metrics.max_abs, metrics.mean_abs, metrics.median_abs) == pytest.approx((0.5, 0.5, 0.5), rel=0.01)
    assert metrics.within == pytest.approx(9 / 12)
    assert errors.outside.tolist() == [0, 2, 1, 0]


def test_clipped_cells_are_counted_apart() -> None:
    a, b = np.array([[-4.0, 4, -4, 1]]), np.array([[-4.0, 4, 4, 1]])
    assert measure(a, b, pairs(1), TOLERANCE, clips=True)[0].clipped == 2
    assert measure(a, b, pairs(1), TOLERANCE)[0].clipped == 0


def test_only_paired_items_count() -> None:
    a, b = np.arange(10.0)[:, None], np.arange(10.0)[:, None]
    b[0] = 99
    shifted = Alignment(2, np.arange(1, 8), np.arange(3, 10))
    metrics, errors = measure(a, b, shifted, TOLERANCE)
    assert (metrics.count, metrics.max_abs, len(errors.max_abs)) == (7, 2, 7)


def test_lazy_arrays_are_compared_as_what_they_stand_for() -> None:
    rows = RNG.random((300, 8), dtype=np.float32)
    lazy = RowBlocks(rows, np.arange(600, dtype=np.int32).reshape(300, 2) % 300, (2, 8))
    metrics, _ = measure(lazy, np.asarray(lazy), pairs(300), TOLERANCE)
    assert (metrics.equal, metrics.max_ulp) == (1, 0)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_ulp_counts_the_floats_between(kind: Any) -> None:
    one = np.ones(1, kind)
    near = one.copy()
    for _ in range(3):
        near = np.nextafter(near, kind(2))
    assert max_ulp(one, near, np.dtype(kind)) == 3
    tiny = np.nextafter(np.zeros(1, kind), kind(1))
    assert max_ulp(-tiny, tiny, np.dtype(kind)) == 2
    assert max_ulp(np.zeros(1, kind), -np.zeros(1, kind), np.dtype(kind)) == 0
