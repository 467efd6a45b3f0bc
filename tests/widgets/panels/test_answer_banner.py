"""The banner over the lanes: what it says, and what its buttons ask for."""

from typing import Any

import pytest
from framescope.models.answer import Answer
from framescope.widgets.panels.answer_banner import AnswerBanner

DIFFERS = Answer("differ", "go differs from the mel on", "mel_scale = htk (99.99 %)", divergent=True, explained=True)


@pytest.fixture
def banner(qtbot: Any) -> AnswerBanner:
    widget = AnswerBanner()
    qtbot.addWidget(widget)
    return widget


def test_it_is_read_aloud(banner: AnswerBanner) -> None:
    banner.set_answer(DIFFERS)
    assert banner.accessibleDescription() == "go differs from the mel on. mel_scale = htk (99.99 %)"


@pytest.mark.parametrize(
    ("answer", "enabled"),
    [
        (DIFFERS, (True, True, True)),
        (Answer("agree", "go agrees"), (False, True, False)),
        (Answer("differ", "go differs", divergent=True), (True, True, False)),
    ],
)
def test_buttons_that_would_do_nothing_are_greyed(
    banner: AnswerBanner, answer: Answer, enabled: tuple[bool, ...]
) -> None:
    banner.set_answer(answer)
    assert tuple(button.isEnabled() for button in (banner.first, banner.causes, banner.apply)) == enabled


def test_nothing_is_called_different_in_a_port_that_agrees(banner: AnswerBanner) -> None:
    titles = []
    for answer in (DIFFERS, Answer("agree", "go agrees"), DIFFERS):
        banner.set_answer(answer)
        titles.append(banner.causes.text())
    assert titles == ["What is different", "Show figures", "What is different"]


def test_buttons_ask(banner: AnswerBanner, qtbot: Any) -> None:
    banner.set_answer(DIFFERS)
    for button, signal in (
        (banner.first, banner.first_requested),
        (banner.causes, banner.causes_requested),
        (banner.apply, banner.apply_requested),
    ):
        with qtbot.waitSignal(signal):
            button.click()


def test_a_long_sentence_asks_for_no_room(banner: AnswerBanner) -> None:
    banner.set_answer(DIFFERS)
    before = banner.minimumSizeHint()
    banner.set_answer(Answer("differ", "a very long sentence " * 50, "and more of it " * 50, divergent=True))
    assert banner.minimumSizeHint() == before


def test_why_a_port_cannot_be_read_has_two_lines(banner: AnswerBanner, qtbot: Any) -> None:
    """Nothing below says it; a verdict has panels that say more."""
    why = "nothing in it has the shape of a stage of the recipe " * 3
    banner.show()
    banner.set_answer(Answer("differ", "go", why))
    usual, line = banner.sizeHint().height(), banner.fontMetrics().height()
    banner.set_answer(Answer("failed", "go", why))
    qtbot.waitUntil(lambda: banner.sizeHint().height() == usual + line)
    banner.set_answer(Answer("differ", "go", why))
    qtbot.waitUntil(lambda: banner.sizeHint().height() == usual)


def test_the_colour_is_the_verdicts(banner: AnswerBanner) -> None:
    colours = []
    for tone in ("differ", "agree", "as if"):
        banner.set_answer(Answer(tone, "go"))  # type: ignore[arg-type]
        banner.resize(900, 40)
        colours.append(banner.grab().toImage().pixelColor(2, 20).name())
    assert len(set(colours)) == 3
