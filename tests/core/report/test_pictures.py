"""Pictures of a report show what is in the array: the right colours, every peak, every hole."""

import base64
import xml.etree.ElementTree as ET
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from framescope.core.report.pictures import WIDTH, error_curve, heat_map, reduce_columns
from PIL import Image


def pixels(address: str) -> Any:
    return np.asarray(Image.open(BytesIO(base64.b64decode(address.partition(",")[2]))))


def test_row_zero_is_at_the_bottom_and_the_scale_is_kept() -> None:
    drawn = pixels(heat_map(np.array([[0.0, 1], [2, np.nan]]), 0, 2))
    assert drawn.shape == (2, 2, 3)
    np.testing.assert_allclose(drawn[1, 0], (68, 1, 84), atol=1)  # viridis begins
    np.testing.assert_allclose(drawn[0, 0], (253, 231, 37), atol=2)  # and ends
    assert tuple(drawn[0, 1]) == (255, 0, 255)


def test_zero_is_the_middle_of_a_difference() -> None:
    low, middle, high = pixels(heat_map(np.array([[-1.0, 0, 1]]), -1, 1, diverging=True))[0].astype(int)
    assert low[2] > low[0] + 50
    assert high[0] > high[2] + 50
    assert np.ptp(middle) < 30


@pytest.mark.parametrize("columns", [WIDTH, WIDTH + 1, 10 * WIDTH + 7, 100_000])
def test_one_peak_survives_any_reduction(columns: int) -> None:
    values = np.zeros((3, columns))
    values[1, columns - 1], values[2, 17] = -5, np.nan
    reduced = reduce_columns(values, WIDTH, peaks=True)
    assert reduced.shape[1] <= WIDTH
    assert (reduced[1].min(), np.isnan(reduced[2]).sum()) == (-5, 1)


def test_without_peaks_the_mean_is_shown() -> None:
    np.testing.assert_allclose(reduce_columns(np.arange(8.0)[None], 4, peaks=False), [[0.5, 2.5, 4.5, 6.5]])


def test_the_curve_is_logarithmic_and_keeps_its_peak() -> None:
    errors = np.full(5000, 1e-8)
    errors[1234] = 10
    root = ET.fromstring(error_curve(errors, 1e-4))
    line = next(element for element in root.iter() if element.tag == "polyline")
    heights = [float(point.split(",")[1]) for point in str(line.get("points")).split()]
    assert (min(heights), max(heights)) == (0, 120)
    (tolerance,) = (element for element in root.iter("line") if element.get("class") == "tolerance")
    assert float(str(tolerance.get("y1"))) == pytest.approx(120 * 5 / 9, abs=0.1)
