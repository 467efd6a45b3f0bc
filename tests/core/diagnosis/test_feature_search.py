"""The search of features as pure functions of a loss; and what the number of frames says of that of columns."""

from collections.abc import Callable

import pytest
from framescope.core.config import Config
from framescope.core.diagnosis.counts import columns_off
from framescope.core.diagnosis.hypotheses import Hypothesis
from framescope.core.diagnosis.search import Candidate, beam_search, nearer_with, pruned

Faults = tuple[Hypothesis, ...]
TABLE = tuple(Hypothesis(name, "x", "", mel=((name, 1),)) for name in "abcd")
A, B, C, D = TABLE


def loss_of(errors: dict[str, float]) -> Callable[[Faults], float]:
    """A loss that says the errors of some sets, and 100 of others."""
    return lambda chosen: errors.get("".join(sorted(fault.id for fault in chosen)), 100.0)


@pytest.mark.parametrize(
    ("errors", "noise", "left"),
    [
        ({"ab": 1e-9, "a": 1e-4, "b": 1e-9}, 1e-8, "b"),
        ({"ab": 1e-9, "a": 1.2e-9, "b": 1e-4}, 1e-8, "a"),
        ({"ab": 1e-9, "a": 1.3e-9, "b": 1e-4}, 1e-8, "ab"),  # a quarter more is missed where all is explained
        ({"ab": 1.0, "a": 3.9, "b": 50.0}, 1e-8, "a"),  # and four times as much where something is left
        ({"ab": 1.0, "a": 4.1, "b": 50.0}, 1e-8, "ab"),
    ],
)
def test_pruning_leaves_what_is_missed(errors: dict[str, float], noise: float, left: str) -> None:
    loss = loss_of(errors)
    found = pruned(Candidate((A, B), loss((A, B))), loss, noise)
    assert "".join(fault.id for fault in found.faults) == left


def test_of_sets_that_explain_all_the_simplest_is_found() -> None:
    loss = loss_of({"": 9.0, "a": 4.0, "b": 5.0, "ab": 1e-9, "c": 5e-9})
    begin = [Candidate((), 9.0)]
    found = beam_search(begin, TABLE, loss, 1e-8, lambda candidate: None, widths=(2, 2), expand=lambda candidate: ())
    assert found.faults == (C,)


def test_a_set_is_found_through_one_that_is_hardly_nearer() -> None:
    loss = loss_of({"": 9.0, "a": 8.9, "b": 8.95, "ab": 1e-9})
    begin = [Candidate((), 9.0)]
    found = beam_search(begin, TABLE, loss, 1e-8, lambda candidate: None, widths=(2, 2), expand=lambda candidate: ())
    assert set(found.faults) == {A, B}


def test_only_what_is_clearly_nearer_is_tried_further() -> None:
    loss = loss_of({"": 9.0, "a": 8.0, "b": 7.0})
    assert [candidate.faults for candidate in nearer_with([Candidate((), 9.0)], TABLE, loss)] == [(B,)]


@pytest.mark.parametrize(
    ("columns", "frames", "off"),
    [(801, 247, 0), (801, 246, 1), (801, 240, 23), (801, 254, 23)],
)
def test_columns_are_off_by_what_frames_say(columns: int, frames: int, off: int) -> None:
    """246 frames are those of windows that lie inside: a fault of counting, which is one column off."""
    assert columns_off(columns, frames, Config()) == off
