"""Garbage is collected as Python would, when one asks for it."""

import gc
from collections.abc import Iterator
from weakref import ref

import pytest
from framescope.core.base.garbage import Collections


class Ring:
    """What only a collection ends."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def thresholds() -> Iterator[None]:
    """Make a collection due after a hundred objects."""
    before = gc.get_threshold()
    gc.collect()
    gc.set_threshold(100, 2, 2)
    yield
    gc.set_threshold(*before)


def test_young_garbage_goes_when_there_is_enough(thresholds: None) -> None:
    collections, watched = Collections(), ref(Ring())
    collections.make()
    assert watched() is not None, "nothing is due yet"
    kept: list[list[int]] = [[] for _ in range(200)]
    collections.make()
    assert watched() is None
    assert len(kept) == 200


def test_old_garbage_goes_once_there_is_a_quarter_more(thresholds: None) -> None:
    collections, kept = Collections(), []
    for _ in range(20):  # the first full collection says how many there are
        kept.append([[] for _ in range(200)])
        collections.make()
    ring = Ring()
    gc.collect()  # it is old now
    watched = ref(ring)
    del ring
    for _ in range(20):
        kept.append([[] for _ in range(200)])
        collections.make()
    assert watched() is not None, "a full collection is not worth its time yet"
    kept.append([[] for _ in range(len(gc.get_objects()))])
    for _ in range(20):
        kept.append([[] for _ in range(200)])
        collections.make()
    assert watched() is None
