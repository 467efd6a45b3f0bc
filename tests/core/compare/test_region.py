"""A rectangle's figures are numpy's of the slices, of partners at whatever lag, and of frames that are there."""

import numpy as np
import pytest
from framescope.core.compare.region import Rectangle, region_figures
from framescope.core.run import Run, Stage

RNG = np.random.default_rng(5)
MEL = RNG.normal(size=(80, 100))
FEATURES = RNG.random((60, 512)).astype(np.float32)


def run_of(stage: str, array: object, frames: object = None) -> Run:
    return Run("run", "loaded", {stage: Stage(stage, np.asarray(array), frames=frames)})  # type: ignore[arg-type]


@pytest.mark.parametrize("lag", [0, 3, -2])
def test_figures_are_those_of_the_slices(lag: int) -> None:
    shifted = np.roll(MEL, -lag, axis=1) + 0.5
    rectangle = Rectangle("mel", 20, 40, (3, 4, 9))
    found = region_figures(run_of("mel", MEL), run_of("mel", shifted), lag, rectangle)
    part = MEL[[3, 4, 9], 20:41]
    for side, offset in (("reference", 0.0), ("port", 0.5)):
        summary = getattr(found, side)
        assert (summary.size, summary.mean) == (63, pytest.approx(part.mean() + offset))
        assert (summary.low, summary.high) == pytest.approx((part.min() + offset, part.max() + offset))
    assert found.difference is not None
    assert (found.difference.low, found.difference.high) == pytest.approx((0.5, 0.5))


def test_only_items_that_both_have_differ() -> None:
    port = run_of("features", FEATURES[[10, 12]] + 1, frames=np.array([10, 12]))
    found = region_figures(run_of("features", FEATURES), port, 0, Rectangle("features", 9, 11))
    assert found.reference is not None
    assert found.port is not None
    assert found.difference is not None
    assert (found.reference.size, found.port.size, found.difference.size) == (3 * 512, 512, 512)
    assert found.difference.mean == pytest.approx(1.0)


def test_a_side_without_the_stage_has_no_figures() -> None:
    found = region_figures(run_of("mel", MEL), run_of("features", FEATURES), 0, Rectangle("mel", 200, 300))
    assert (found.reference, found.port, found.difference) == (None, None, None)
