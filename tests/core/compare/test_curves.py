import numpy as np
import pytest
from framescope.core.compare.curves import Curve, error_curve, outside_curve
from framescope.core.compare.stage import compare_stages
from framescope.core.compare.tolerance import Tolerance
from framescope.core.run import Stage
from framescope.core.timebase import Timebase

TIMEBASE = Timebase()
TOLERANCE = Tolerance(0.5)


def pair(stage: str, lag: int = 0) -> tuple[Stage, Stage, np.ndarray]:
    """A reference, a port with errors of its own in every item, and the errors."""
    rng = np.random.default_rng(5)
    values = rng.normal(size=(300, 8)).astype(np.float32)
    errors = rng.normal(size=values.shape).astype(np.float32)
    port = (values + errors)[lag:]
    if stage == "mel":
        return Stage("mel", values.T.copy()), Stage("mel", port.T.copy()), errors
    return Stage(stage, values), Stage(stage, port), errors  # type: ignore[arg-type]


@pytest.mark.parametrize(("stage", "rate", "offset"), [("mel", 80, 0.5), ("features", 25, 0), ("padded", 25, 1)])
def test_one_error_an_item(stage: str, rate: float, offset: float) -> None:
    reference, port, errors = pair(stage, 3)
    found = compare_stages(reference, port, TOLERANCE, lag=3)
    curve = error_curve(found, reference, port, TIMEBASE)
    shares = outside_curve(found, reference, TIMEBASE)
    assert curve is not None
    assert shares is not None
    assert np.isnan(curve.values[:3]).all()
    np.testing.assert_allclose(curve.values[3:], np.abs(errors).max(axis=1)[3:], atol=1e-5)
    np.testing.assert_allclose(shares.values[3:], (np.abs(errors) > 0.5).mean(axis=1)[3:], atol=1e-6)
    assert (curve.rate, curve.offset) == (rate, offset)
    item = 100
    assert curve.at((item + 0.5 - offset) / rate) == curve.values[item]
    assert np.isnan(curve.at(-1))
    assert np.isnan(curve.at(1e6))


def test_samples_are_gathered_to_hops() -> None:
    values = np.zeros(2000, np.float32)
    port = values.copy()
    port[[399, 400, 1999]] = 0.1, 0.9, 0.7
    found = compare_stages(Stage("audio", values), Stage("audio", port[100:]), TOLERANCE, lag=100)
    curve = error_curve(found, Stage("audio", values), Stage("audio", port[100:]), TIMEBASE)
    shares = outside_curve(found, Stage("audio", values), TIMEBASE)
    assert curve is not None
    assert shares is not None
    np.testing.assert_allclose(curve.values, [0, 0.1, 0.9, 0, 0, 0, 0, 0, 0, 0.7])
    np.testing.assert_allclose(shares.values, np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 1]) / 200, rtol=1e-6)
    assert curve.at(400 / 16000) == pytest.approx(0.9)


@pytest.mark.parametrize("side", ["reference", "port"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_items_that_are_not_finite_are_infinite(side: str, bad: float) -> None:
    reference, port, _ = pair("features")
    stage = reference if side == "reference" else port
    broken = stage.array[:].copy()
    broken[77, 3] = bad
    reference, port = (Stage("features", broken if part is stage else part.array) for part in (reference, port))
    found = compare_stages(reference, port, TOLERANCE, lag=0)
    curve = error_curve(found, reference, port, TIMEBASE)
    assert curve is not None
    assert np.flatnonzero(np.isinf(curve.values)).tolist() == [77]


def test_frames_without_a_partner_are_gaps() -> None:
    reference, port, errors = pair("features")
    some = Stage("features", port.array[[4, 9]], frames=np.array([4, 9]))
    curve = error_curve(compare_stages(reference, some, TOLERANCE, lag=0), reference, some, TIMEBASE)
    assert curve is not None
    assert np.flatnonzero(~np.isnan(curve.values)).tolist() == [4, 9]
    assert curve.values[9] == pytest.approx(np.abs(errors[9]).max(), abs=1e-5)


def test_without_values_there_is_no_curve() -> None:
    reference, other = Stage("features", np.zeros((5, 4))), Stage("features", np.zeros((5, 3)))
    found = compare_stages(reference, other, TOLERANCE)
    assert error_curve(found, reference, other, TIMEBASE) is None
    assert outside_curve(found, reference, TIMEBASE) is None


@pytest.mark.parametrize("peak", [1.0, np.inf])
@pytest.mark.parametrize("width", [1, 7, 100, 999, 1000, 4000])
def test_no_peak_is_lost_at_any_zoom(width: int, peak: float) -> None:
    values = np.full(1000, 0.01, np.float32)
    for at in (0, 123, 999):
        values[at] = peak
        columns = Curve("features", values, 25, 0).columns(0, 40, width)
        seen = np.flatnonzero(columns == peak)
        assert len(seen) == max(1, width // 1000)
        assert abs(seen - at * width / 1000).max() <= max(1, width / 1000)
        values[at] = 0.01


def test_close_by_an_item_fills_its_place() -> None:
    curve = Curve("mel", np.arange(10, dtype=np.float32), 80, 0.5)
    np.testing.assert_array_equal(curve.columns(-1.5 / 80, 2.5 / 80, 8), [np.nan] * 2 + [0, 0, 1, 1, 2, 2])
