"""Ports by libraries' defaults are named as what they are, and what no hypothesis holds gets no cause."""

import pytest
from faulty.foreign import LibraryCase, StrangeCase, judge, libraries


@pytest.mark.parametrize("case", libraries(), ids=lambda case: case.name)
def test_a_library_s_defaults_are_named(case: LibraryCase) -> None:
    record = judge(case)
    assert not record.refused
    assert record.wrong == ()
    assert record.missed == ()


STRANGE = (
    ("synctalk_2d", "cubic compressor"),
    ("synctalk_2d", "warped axis"),
    ("whisper-80", "spectral subtraction"),
    ("kaldi-fbank-80", "delay a band"),
    ("nemo-80", "room response"),
)


@pytest.mark.parametrize(("recipe", "kind"), STRANGE)
def test_what_no_hypothesis_holds_gets_no_cause(recipe: str, kind: str) -> None:
    record = judge(StrangeCase(recipe, kind))
    assert not record.refused
    assert record.wrong == ()
    assert record.unexplained or record.nearest
