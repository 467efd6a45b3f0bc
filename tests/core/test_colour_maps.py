"""The shipped colour maps are those of the catalogue they are named after."""

from typing import get_args

import numpy as np
import pytest
from cmap import Colormap
from framescope.core.drawing.colour_maps import colour_map
from framescope.core.settings import ColourMap


@pytest.mark.parametrize("name", [*get_args(ColourMap), "vik"])
def test_a_map_is_the_catalogues(name: str) -> None:
    expected = Colormap(name).lut(256)[:, :3] * 255
    np.testing.assert_allclose(colour_map(name), expected, atol=0.5)
