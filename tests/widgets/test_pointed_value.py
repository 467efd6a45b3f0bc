"""What a probe says of a pair of values."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from framescope.widgets.pointed_value import PointedValue

ONE = np.float32(1)


def probe(value: Any, port: Any) -> PointedValue:
    return PointedValue("features", (0, 0), float(value), "", None if port is None else float(port))


@pytest.mark.parametrize(
    ("value", "port", "ulp"),
    [
        (1, 1, 0),
        (1, np.nextafter(ONE, np.float32(2)), 1),
        (1, 2, 1 << 23),
        (0.0, -0.0, 0),
        (0, np.nextafter(np.float32(0), ONE), 1),
        (np.nextafter(np.float32(0), -ONE), np.nextafter(np.float32(0), ONE), 2),
        (1, 1 + 1e-12, 0),
        (np.nan, 1, None),
        (1, np.inf, None),
        (1, None, None),
    ],
)
def test_floats_between_two_values(value: Any, port: Any, ulp: int | None) -> None:
    assert probe(value, port).ulp == ulp


def test_the_last_place_is_that_of_the_coarser_side() -> None:
    near = PointedValue("mel", (0, 0), 1.0, "", float(np.nextafter(1.0, 2.0)), np.dtype(np.float64))
    assert near.ulp == 1
    assert replace(near, precision=np.dtype(np.float32)).ulp == 0


def test_difference_and_relative() -> None:
    assert (probe(-2, -3).difference, probe(-2, -3).relative) == (-1, -0.5)
    assert (probe(0, 1).difference, probe(0, 1).relative) == (1, None)
    assert (probe(1, None).difference, probe(1, None).relative) == (None, None)
