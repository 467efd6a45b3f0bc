"""Which tensor cell holds which feature: against the layout that reshaping itself makes."""

from typing import Any

import numpy as np
import pytest
from framescope.core.config import TENSOR_SHAPES, Config
from framescope.core.drawing.coordinates import tensor_text
from framescope.core.stages.tensors import cell_of, context_of


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("mode", TENSOR_SHAPES)
def test_cells_lie_where_reshaping_puts_them(mode: Any, native: bool) -> None:
    config = Config(mode=mode)
    width = config.native_width if native else 512
    flat = np.full(config.tensor_shape, -1)
    flat.reshape(-1)[: 16 * width] = np.arange(16 * width)
    for context, feature in [(0, 0), (2, 274), (7, 511), (8, width - 1), (15, width - 1)]:
        cell = cell_of(context, feature, config, width)
        assert flat[cell] == context * width + feature
        assert context_of(*cell, config, width) == (context, feature)


def test_the_zeros_that_fill_a_shape_belong_to_no_context_row() -> None:
    context, _ = context_of(8, 0, 0, Config(mode="hubert"))
    assert context == 16


def test_native_features_are_named_by_their_own_width() -> None:
    config = Config(mode="wenet")
    assert tensor_text((10, 16, 0, 3), config, 8192).endswith("channel 16: context frame i-7, feature 3")
    assert tensor_text((10, 16, 0, 3), config).endswith("beyond the 16 context frames")
