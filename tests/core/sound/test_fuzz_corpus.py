"""Damaged sounds that once went wrong: each is read, or refused with one sentence that names it."""

from pathlib import Path

import pytest
from framescope.core.base.errors import InputError
from framescope.core.stages.audio import read_audio

CORPUS = Path(__file__).parents[2] / "data" / "fuzz_sound"


@pytest.mark.parametrize("file", sorted(CORPUS.iterdir()), ids=lambda file: file.name)
def test_a_kept_sound(file: Path) -> None:
    sentence, samples = "", 0
    try:
        samples = len(read_audio(file).samples)
    except InputError as refusal:
        sentence = str(refusal)
    assert samples or (file.name in sentence and "\n" not in sentence)
