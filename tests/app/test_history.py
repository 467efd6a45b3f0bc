from collections.abc import Callable

import pytest
from framescope.app.window.history import History
from framescope.core.base.errors import InputError


class Page:
    """A document of one number, whose changes are recorded."""

    def __init__(self) -> None:
        self.value = 0
        self.history = History()

    def set(self, value: int, key: str | None = None) -> None:
        before, self.value = self.value, value
        self.history.record(f"Set {value}", before, value, self.apply, key)

    def apply(self, value: int) -> None:
        self.value = value


@pytest.fixture
def page(qapp: object) -> Page:
    return Page()


def walk(step: Callable[[], None], page: Page, times: int) -> list[int]:
    """Give the values that so many steps lead through."""
    values = []
    for _ in range(times):
        step()
        values.append(page.value)
    return values


def test_steps_go_back_and_forth(page: Page) -> None:
    for value in (1, 2, 3):
        page.set(value)
    stack = page.history.stack
    assert page.value == 3
    assert stack.undoText() == "Set 3"
    assert walk(stack.undo, page, 4) == [2, 1, 0, 0]
    assert walk(stack.redo, page, 4) == [1, 2, 3, 3]


def test_a_new_step_takes_the_place_of_what_was_undone(page: Page) -> None:
    page.set(1)
    page.set(2)
    page.history.stack.undo()
    page.set(5)
    assert not page.history.stack.canRedo()
    assert walk(page.history.stack.undo, page, 2) == [1, 0]


@pytest.mark.parametrize(
    ("keys", "undone"),
    [
        (("a", "a", "a"), [0]),
        (("a", "b", "b"), [1, 0]),
        (("a", None, "a"), [2, 1, 0]),
        ((None, None, None), [2, 1, 0]),
    ],
)
def test_consecutive_steps_of_one_key_are_one(page: Page, keys: tuple[str | None, ...], undone: list[int]) -> None:
    for value, key in enumerate(keys, 1):
        page.set(value, key)
    assert walk(page.history.stack.undo, page, len(undone)) == undone
    assert not page.history.stack.canUndo()
    assert walk(page.history.stack.redo, page, len(undone))[-1] == 3


def test_what_changes_nothing_is_no_step(page: Page) -> None:
    page.set(0)
    assert page.history.stack.count() == 0
    page.set(1, "drag")
    page.set(0, "drag")
    assert page.history.stack.count() == 0


def test_what_undoing_sets_off_is_not_recorded(page: Page) -> None:
    page.history.record("Set", 0, 1, lambda value: page.set(value + 10))
    page.history.stack.undo()
    assert page.value == 10
    assert page.history.stack.count() == 1
    page.set(3)
    assert page.history.stack.undoText() == "Set 3"


def test_a_document_that_cannot_be_applied_is_reported_and_history_goes_on(page: Page) -> None:
    def refuse(_: int) -> None:
        raise InputError("the port is gone")

    said: list[str] = []
    page.history.failed.connect(said.append)
    page.history.record("Open port", 0, 1, refuse)
    page.history.stack.undo()
    assert said == ["the port is gone"]
    page.set(7)
    assert walk(page.history.stack.undo, page, 1) == [0]


def test_another_document_begins_without_a_past(page: Page) -> None:
    page.set(1)
    page.history.clear()
    assert not page.history.stack.canUndo()
    assert page.value == 1


def test_the_past_is_bounded(page: Page) -> None:
    for value in range(1, 1001):
        page.set(value)
    assert page.history.stack.count() <= 200
    page.history.stack.undo()
    assert page.value == 999
