"""Lazy arrays behave like the arrays they stand for."""

from typing import Any

import numpy as np
import pytest
from framescope.core.base.arrays import ItemStack, RowBlocks, chunks, value_range

SOURCE = np.arange(40, dtype=np.float32).reshape(10, 4) + 1
INDEX = np.array([[0, 1], [9, -1], [-1, -1], [3, 3]], np.int32)
WHOLE = np.stack([np.concatenate([SOURCE[r] if r >= 0 else np.zeros(4, np.float32) for r in item]) for item in INDEX])


def blocks(item_shape: tuple[int, ...] = (2, 4)) -> RowBlocks:
    return RowBlocks(SOURCE, INDEX, item_shape)


@pytest.mark.parametrize(
    "key",
    [
        0,
        -1,
        np.int64(1),
        slice(None),
        slice(1, 3),
        slice(3, 1),
        np.array([3, 0]),
        (1, 0),
        (slice(1, 3), 1, slice(0, 2)),
        (0, slice(None), 3),
    ],
    ids=str,
)
def test_indexing_equals_numpy(key: Any) -> None:
    np.testing.assert_array_equal(blocks()[key], WHOLE.reshape(4, 2, 4)[key])


def test_looks_like_an_array() -> None:
    lazy = blocks((2, 2, 2))
    assert (lazy.shape, lazy.ndim, lazy.dtype, lazy.size, len(lazy)) == ((4, 2, 2, 2), 4, np.float32, 32, 4)
    np.testing.assert_array_equal(np.asarray(lazy, np.float64), WHOLE.reshape(4, 2, 2, 2))
    np.testing.assert_array_equal(np.stack(list(lazy)), WHOLE.reshape(4, 2, 2, 2))
    with pytest.raises(ValueError, match="copy"):
        np.asarray(lazy, copy=False)


def test_fills_up_with_zeros_and_nests() -> None:
    longer = blocks((12,))
    np.testing.assert_array_equal(longer[:, :8], WHOLE)
    assert not longer[:, 8:].any()
    nested = RowBlocks(blocks((8,)), np.array([[1, -1]], np.int32), (2, 8))
    np.testing.assert_array_equal(nested[0], [WHOLE[1], np.zeros(8)])


def test_does_not_change_its_source() -> None:
    blocks()[:]
    assert SOURCE.min() == 1


@pytest.mark.parametrize(
    "key",
    [0, -1, np.int64(2), slice(1, 3), slice(None, None, -2), np.array([2, 0]), (1, 3), (slice(0, 2), 1)],
)
def test_an_item_stack_loads_only_what_is_asked_for(key: Any) -> None:
    loaded: list[int] = []

    def load(item: int) -> Any:
        loaded.append(item)
        return SOURCE[item]

    stack = ItemStack(load, SOURCE.shape, SOURCE.dtype)
    np.testing.assert_array_equal(stack[key], SOURCE[key])
    first = key[0] if isinstance(key, tuple) else key
    assert sorted(loaded) == sorted(np.atleast_1d(np.arange(len(SOURCE))[first]).tolist())
    assert (stack.shape, stack.ndim, stack.size, len(stack)) == (SOURCE.shape, 2, SOURCE.size, len(SOURCE))


def test_chunks_cover_everything() -> None:
    parts = list(chunks(blocks(), 3))
    assert [len(part) for part in parts] == [3, 1]
    np.testing.assert_array_equal(np.concatenate(parts), WHOLE.reshape(4, 2, 4))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (SOURCE, (1, 40)),
        (RowBlocks(SOURCE, np.array([1, 2], np.int32), (4,)), (5, 12)),
        (RowBlocks(SOURCE, np.array([1, -1], np.int32), (4,)), (0, 8)),
        (RowBlocks(SOURCE, np.array([1, 2], np.int32), (6,)), (0, 12)),
        (np.array([np.nan, 2, np.inf, -3]), (-3, 2)),
        (np.array([np.nan]), (np.nan, np.nan)),
        (np.array([]), (np.nan, np.nan)),
        (np.array([3, 1]), (1, 3)),
        (ItemStack(lambda item: np.array([np.inf, item]), (1500, 2), np.dtype(np.float64)), (0, 1499)),
        (ItemStack(lambda item: np.array([np.nan]), (2, 1), np.dtype(np.float64)), (np.nan, np.nan)),
    ],
)
def test_value_range_is_the_finite_range(array: Any, expected: tuple[float, float]) -> None:
    np.testing.assert_array_equal(value_range(array), expected)


@pytest.mark.parametrize(
    "lazy",
    [
        blocks(),
        blocks((3, 4)),
        RowBlocks(SOURCE, np.array([1, -1], np.int32), (4,)),
        RowBlocks(blocks((8,)), np.array([[1, -1], [0, 2]], np.int32), (2, 2, 4)),
        RowBlocks(SOURCE.reshape(10, 2, 2), INDEX, (2, 2, 2)),
    ],
    ids=["flat", "filled up", "one row", "nested", "rows of lines"],
)
def test_one_value_is_that_of_the_whole(lazy: RowBlocks) -> None:
    whole = np.asarray(lazy)
    places = [(place[0], place[1:]) for place in np.ndindex(whole.shape)]
    found = [lazy.value(item, cell) for item, cell in places]
    np.testing.assert_array_equal(np.array(found).reshape(whole.shape), whole)
