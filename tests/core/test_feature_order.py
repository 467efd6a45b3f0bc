"""Orders of features: permutations in which what belongs together stands together."""

from itertools import pairwise

import numpy as np
from framescope.core.drawing.feature_order import correlation_order, living, variance_order

RNG = np.random.default_rng(0)
WAVES = np.sin(np.arange(500)[:, None] * np.array([0.05, 0.11, 0.23]))
FEATURES = np.concatenate([WAVES * gain + 0.01 * RNG.normal(size=WAVES.shape) for gain in (1, 2, 3)], axis=1)
FEATURES[:, 4] = 0
"""Nine features of three kinds, k % 3; one of them dead."""


def test_the_most_varying_comes_first() -> None:
    order = variance_order(FEATURES)
    assert sorted(order) == list(range(9))
    np.testing.assert_array_equal(order, np.argsort(-FEATURES.var(axis=0)))
    assert order[-1] == 4


def test_similar_features_are_neighbours() -> None:
    order = correlation_order(FEATURES)
    assert sorted(order) == list(range(9))
    kinds = [k % 3 for k in order[:-1]]
    assert sum(a != b for a, b in pairwise(kinds)) == 2
    assert order[-1] == 4


def test_constant_features_alone() -> None:
    assert sorted(correlation_order(np.ones((10, 4)))) == [0, 1, 2, 3]
    assert living(np.zeros((10, 4))).tolist() == []


def test_the_dead_are_not_living() -> None:
    assert living(FEATURES).tolist() == [0, 1, 2, 3, 5, 6, 7, 8]
