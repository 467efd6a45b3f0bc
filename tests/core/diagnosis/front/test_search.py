"""The beam search, the pruning and the fit, with toy losses: nothing here knows of recipes."""

from collections.abc import Iterable

import pytest
from framescope.core.diagnosis.front.search import beam_search, distinct, least, simplest

Numbers = tuple[int, ...]
TARGET = (3, 1, 2)


def loss(numbers: Numbers) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(numbers, TARGET, strict=True)))


def expand(numbers: Numbers) -> Iterable[Numbers]:
    for place in range(len(numbers)):
        for value in range(5):
            yield (*numbers[:place], value, *numbers[place + 1 :])


def size(numbers: Numbers) -> int:
    return sum(number != 0 for number in numbers)


def test_a_beam_search_finds_several_changes_and_stops_when_nothing_is_left() -> None:
    asked: list[Numbers] = []

    def counted(numbers: Numbers) -> Iterable[Numbers]:
        asked.append(numbers)
        return expand(numbers)

    found = beam_search([(0, 0, 0)], counted, loss, size=size, done=lambda one: loss(one) == 0)
    assert found[0] == TARGET
    assert TARGET not in asked


def test_of_those_that_are_done_the_simplest_comes_first() -> None:
    found = beam_search([(1, 1, 1), (0, 1, 0)], expand, lambda one: 0.0 * one[0], size=size, done=lambda one: True)
    assert found[0] == (0, 1, 0)


def test_a_change_that_hides_another_is_found_within_the_beam() -> None:
    """Neither change alone is nearer than a third that leads nowhere."""
    table = {(0, 0): 10.0, (1, 0): 9.0, (0, 1): 9.5, (2, 0): 5.0, (1, 1): 0.0}

    def steps(one: tuple[int, int]) -> list[tuple[int, int]]:
        return [each for each in table if sum(a != b for a, b in zip(one, each, strict=True)) == 1]

    found = beam_search([(0, 0)], steps, table.__getitem__, size=sum, done=lambda one: table[one] == 0)
    assert found[0] == (1, 1)


def test_candidates_that_cannot_be_computed_are_left_out() -> None:
    assert distinct([(1,), (2,)], lambda one: float("inf") if one == (1,) else 1.0, len, 5) == [(2,)]


def test_of_equal_losses_the_simplest_is_kept() -> None:
    assert distinct([(1, 1), (1,)], lambda one: 2.0, len, 5) == [(1,)]


@pytest.mark.parametrize(("needed", "left"), [({"a"}, {"a"}), ({"a", "c"}, {"a", "c"}), (set(), set())])
def test_pruning_takes_back_what_is_not_missed(needed: set[str], left: set[str]) -> None:
    def simpler(one: frozenset[str]) -> list[frozenset[str]]:
        return [one - {each} for each in sorted(one)]

    assert simplest(frozenset("abc"), simpler, lambda new, old: needed <= new) == left


@pytest.mark.parametrize("place", [0.1, 2.5, 3.9])
def test_a_number_is_fitted(place: float) -> None:
    assert least(lambda x: (x - place) ** 2, 0.0, 4.0, 40) == pytest.approx(place, abs=1e-6)
