from itertools import pairwise

import numpy as np
import pytest
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.drawing.pyramid import ABSENT, HIGHEST, INVALID, LOWEST, HeatPyramid, PeakPyramid
from hypothesis import given, settings
from hypothesis import strategies as st

RNG = np.random.default_rng(7)
SAMPLES = RNG.uniform(-1, 1, 700_001).astype(np.float32)


@pytest.mark.parametrize(
    ("first", "last", "columns"), [(0, 1000, 100), (17, 25_000, 160), (3, 10, 30), (699_990, 700_001, 4), (5, 6, 1)]
)
def test_close_views_are_exact(first: int, last: int, columns: int) -> None:
    low, high = PeakPyramid.build(SAMPLES).range(first, last, columns)
    bounds = [first + k * (last - first) // columns for k in range(columns + 1)]
    slices = [SAMPLES[a : max(b, a + 1)] for a, b in pairwise(bounds)]
    np.testing.assert_array_equal(low, [part.min() for part in slices])
    np.testing.assert_array_equal(high, [part.max() for part in slices])


@pytest.mark.parametrize(("first", "last", "columns"), [(0, 700_001, 100), (12_345, 650_001, 777), (1, 600_000, 1)])
def test_far_views_are_off_by_a_quarter_of_a_column_at_most(first: int, last: int, columns: int) -> None:
    low, high = PeakPyramid.build(SAMPLES).range(first, last, columns)
    step = (last - first) / columns
    for column in range(columns):
        begin, end = first + column * step, first + (column + 1) * step
        inner = SAMPLES[int(begin + step / 3) : int(end - step / 3)]
        outer = SAMPLES[max(0, int(begin - step / 3)) : int(end + step / 3)]
        assert outer.min() <= low[column] <= inner.min()
        assert inner.max() <= high[column] <= outer.max()


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 99_999), value=st.sampled_from([np.nan, 5.0, -5.0]), columns=st.integers(1, 2000))
def test_no_click_is_lost_at_any_zoom(at: int, value: float, columns: int) -> None:
    samples = np.zeros(100_000, np.float32)
    samples[at] = value
    peaks = PeakPyramid.build(samples).range(0, len(samples), columns)
    assert np.isnan(peaks).any() if np.isnan(value) else value in peaks
    drawn = np.flatnonzero(peaks.any(axis=0))
    assert abs(drawn - at * columns / len(samples)).max() <= 1.5


def test_building_can_be_cancelled() -> None:
    def tick(done: int, total: int) -> None:
        assert 0 < done <= total == len(SAMPLES)
        raise CancelledError

    with pytest.raises(CancelledError):
        PeakPyramid.build(SAMPLES, tick)


def heat(values: np.ndarray, low: float = 0.0, high: float = 253.0) -> HeatPyramid:
    pyramid = HeatPyramid(*values.shape, low, high)
    pyramid.fill(0, values)
    return pyramid


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *((-4, LOWEST), (4, HIGHEST), (-100, LOWEST), (6e4, HIGHEST), (0, 128)),
        *((np.nan, INVALID), (np.inf, INVALID), (-np.inf, INVALID)),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_codes(value: float, code: int, dtype: type) -> None:
    assert (heat(np.full((3, 2), value, dtype), -4, 4).codes == code).all()


def test_values_beyond_single_precision_are_clipped() -> None:
    assert (heat(np.full((3, 2), 1e300), -4, 4).codes == HIGHEST).all()


def test_views_that_show_every_item_are_exact() -> None:
    values = RNG.integers(0, 254, (50, 7)).astype(np.float64)
    pyramid = heat(values)
    assert pyramid.factor(10, 20, 40) == 1
    np.testing.assert_array_equal(pyramid.columns(10, 20, 40) - 1.0, values[10:20].repeat(4, axis=0))
    np.testing.assert_array_equal(pyramid.columns(9.5, 12.5, 6) - 1.0, values[[9, 10, 10, 11, 11, 12]])


def test_what_is_not_there_is_absent() -> None:
    pyramid = HeatPyramid(40, 3, 0, 1)
    pyramid.fill(10, np.ones((5, 3)))
    columns = pyramid.columns(-5, 45, 50)
    expected = np.full((50, 3), ABSENT)
    expected[15:20] = HIGHEST
    np.testing.assert_array_equal(columns, expected)
    np.testing.assert_array_equal(HeatPyramid(0, 3, 0, 1).columns(0, 5, 4), np.full((4, 3), ABSENT))


@settings(max_examples=100, deadline=None)
@given(data=st.data(), items=st.integers(1, 3000), width=st.integers(1, 400))
def test_reduced_views_keep_every_peak_and_invent_none(data: st.DataObject, items: int, width: int) -> None:
    first = data.draw(st.floats(0, items - 1))
    last = data.draw(st.floats(first + 0.5, items + 0.5))
    values = np.random.default_rng(items).integers(0, 254, (items, 2)).astype(np.float64)
    pyramid = heat(values)
    columns, factor = pyramid.columns(first, last, width) - 1.0, pyramid.factor(first, last, width)
    step = (last - first) / width
    assert factor / 2 < max(step, 1) <= factor
    if step > 1:
        for column in range(width):
            begin, end = first + column * step, first + (column + 1) * step
            own = values[int(begin) : int(np.ceil(end))]
            near = values[max(0, int(begin - factor)) : int(end + factor) + 1]
            assert (own.max(axis=0, initial=-1) <= columns[column]).all()
            assert (columns[column] <= near.max(axis=0, initial=-1)).all()


def test_filling_in_any_order_gives_the_same() -> None:
    values = RNG.uniform(0, 253, (1001, 3))
    whole, pieces = heat(values), HeatPyramid(1001, 3, 0, 253)
    for start in RNG.permutation(np.arange(0, 1001, 77)):
        pieces.fill(int(start), values[start : start + 77])
    for width in (1, 3, 10, 100, 500, 2000):
        np.testing.assert_array_equal(pieces.columns(0, 1001, width), whole.columns(0, 1001, width))


@pytest.mark.parametrize(("low", "high"), [(0, 0), (1, 0), (0, np.inf), (np.nan, 1)])
def test_unusable_levels(low: float, high: float) -> None:
    with pytest.raises(InputError, match="finite and ascending"):
        HeatPyramid(4, 4, low, high)


@pytest.mark.parametrize(("value", "shown"), [(0, 0), (1, 1), (-1, -1), (9, 2), (-9, -2), (1e-3, 0), (-1e-3, 0)])
def test_signed_codes_mean_both_sides_of_zero(value: float, shown: float) -> None:
    pyramid = HeatPyramid(3, 2, -2, 2, signed=True)
    pyramid.fill(0, np.full((3, 2), value))
    assert (pyramid.code_values[pyramid.codes] == shown).all()


@settings(max_examples=50, deadline=None)
@given(items=st.integers(1, 1000), width=st.integers(1, 100))
def test_signed_views_keep_the_value_farthest_from_zero(items: int, width: int) -> None:
    values = np.random.default_rng(items).uniform(-1, 1, (items, 2))
    pyramid = HeatPyramid(items, 2, -1, 1, signed=True)
    pyramid.fill(0, values)
    columns = pyramid.columns(0, items, width)
    step = items / width
    for column in range(width if step > 1 else 0):
        own = values[int(column * step) : max(int(column * step) + 1, int(np.ceil((column + 1) * step)))]
        assert (np.abs(pyramid.code_values[columns[column]]) >= np.abs(own).max(axis=0) - 0.5 / 126).all()
    whole = pyramid.code_values[pyramid.columns(0, items, 1)[0]]
    np.testing.assert_allclose(np.abs(whole), np.abs(values).max(axis=0), atol=0.5 / 126 + 1e-9)


def test_one_value_that_is_not_finite_survives_among_signed_ones() -> None:
    values = np.full((500, 1), -1.0)
    values[77] = np.nan
    pyramid = HeatPyramid(500, 1, -1, 1, signed=True)
    pyramid.fill(0, values)
    assert pyramid.columns(0, 500, 1) == INVALID


@pytest.mark.parametrize("signed", [False, True])
def test_rows_that_are_not_present_stay_absent(signed: bool) -> None:
    present = np.arange(100) % 3 == 0
    pyramid = HeatPyramid(100, 2, -1, 1, signed=signed)
    pyramid.fill(0, np.full((100, 2), np.nan), present)
    np.testing.assert_array_equal(pyramid.codes[:, 0] == ABSENT, ~present)


def test_signed_levels_are_symmetrical() -> None:
    with pytest.raises(InputError, match="symmetrical"):
        HeatPyramid(4, 4, -1, 2, signed=True)
