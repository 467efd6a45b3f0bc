"""What is shown of a word from outside."""

import pytest
from framescope.core.base.errors import InputError
from framescope.core.base.printable import MAX_SENTENCE, printable, printable_values
from helpers.names import NAMES
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_one_line_of_what_can_be_seen(name: str) -> None:
    shown = printable(name)
    assert shown.isprintable()
    assert len(shown) <= MAX_SENTENCE
    shown.encode()
    assert str(InputError(f"{name}: cannot be used")) == printable(f"{name}: cannot be used")


@given(text=st.text(st.characters(codec=None, exclude_categories=()), max_size=40), most=st.integers(3, 60))
def test_any_text_is_bounded_and_stays_what_it_has_become(text: str, most: int) -> None:
    shown = printable(text, most)
    assert shown.isprintable()
    assert len(shown) <= most
    assert printable(shown, most) == shown
    if text.isascii() and text.isprintable() and len(text) <= most:
        assert shown == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grüße aus Köln, 東京 и Москва 🎧.wav", "Grüße aus Köln, 東京 и Москва 🎧.wav"),
        ("a\x1b[2J", r"a\x1b[2J"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("a\u202eb", r"a\u202eb"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud83d", r"\ud83d"),
        ("\U000e0041", r"\U000e0041"),
        ("C:\\users\\x1.wav", "C:\\users\\x1.wav"),
        ("x" * 30 + "y" * 30, "x" * 5 + "…" + "y" * 4),
    ],
)
def test_what_is_shown_can_be_read(text: str, shown: str) -> None:
    assert printable(text, 10 if "y" in text else MAX_SENTENCE) == shown


def test_every_text_in_nested_values_is_printable() -> None:
    values = {"a\n": ["b\x1b", ("c\udcff", 1, None)], "d": {"e": 2.5}}
    assert printable_values(values) == {r"a\n": [r"b\x1b", [r"c\xff", 1, None]], "d": {"e": 2.5}}
