"""On which side of a measure the errors lie: with the shares that were put there."""

import numpy as np
import pytest
from framescope.core.analysis import ANALYSES, Measured, error_share
from framescope.core.compare.curves import Curve

BY_NAME = {analysis.name: analysis for analysis in ANALYSES}
NAN = float("nan")


def curve(*errors: float) -> Curve:
    return Curve("mel", np.array(errors, np.float32), 10.0, 0.5)


def measured(name: str, *values: float) -> Measured:
    return Measured(BY_NAME[name], np.array(values, np.float32), 10.0)


@pytest.mark.parametrize(
    ("errors", "found", "words"),
    [
        (
            (9, 1, 0, 0), measured("rms", -60, -20, -10, -30),
            "90 % of the mel error lies where RMS < -40 dB, 25 % of the time",
        ),
        (
            (1, 9, 0, 0), measured("rms", -60, -20, -10, -30),
            "90 % of the mel error lies where RMS ≥ -40 dB, 75 % of the time",
        ),
        (
            (3, 0, 1, NAN), measured("f0", NAN, 220, NAN, 110),
            "100 % of the mel error lies where there is no f0, 67 % of the time",
        ),
        (
            (0, 1, float("inf"), 0), measured("crossings", 100, 2000, 100, 300),
            "100 % of the mel error lies where Zero crossings ≥ 300 per s, 67 % of the time",
        ),
    ],
)  # fmt: skip
def test_the_denser_side_is_named(errors: tuple[float, ...], found: Measured, words: str) -> None:
    assert str(error_share(curve(*errors), found)) == words


@pytest.mark.parametrize(
    ("errors", "found"),
    [
        ((0, 0, 0), measured("rms", -60, -20, -10)),
        ((NAN, NAN, NAN), measured("rms", -60, -20, -10)),
        ((1, 2, 3), measured("rms", -20, -20, -10)),
    ],
    ids=["no error", "nothing compared", "all on one side"],
)
def test_nothing_is_said_where_nothing_is_told_apart(errors: tuple[float, ...], found: Measured) -> None:
    assert error_share(curve(*errors), found) is None
