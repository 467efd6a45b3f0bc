"""Damaged files that once went wrong, or nearly: each is read or refused with one sentence, in little memory."""

import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.readers import load_run
from helpers.binary_dumps import BINARY_WRITERS
from helpers.dumps import speech_features, speech_mel
from helpers.mutations import mutated

CORPUS = Path(__file__).parents[2] / "data" / "fuzz"
STAGES = {"mel": speech_mel(20), "features": speech_features(6)}
MEGABYTE = 1 << 20


def outcome(path: Path) -> str:
    """Give the sentence with which a file is refused; empty where it is read."""
    try:
        run = load_run(path)
    except InputError as error:
        return str(error)
    for stage in run.stages.values():
        assert np.asarray(stage.array[:1]).ndim == len(stage.shape)
    return ""


@pytest.mark.parametrize("file", sorted(CORPUS.iterdir()), ids=lambda file: file.name)
def test_a_kept_file(tmp_path: Path, file: Path) -> None:
    path = tmp_path / file.name
    shutil.copy(file, path)
    tracemalloc.start()
    try:
        sentence = outcome(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert not sentence or (file.name in sentence and "\n" not in sentence)
    assert peak < 20 * file.stat().st_size + 20 * MEGABYTE


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("writer", BINARY_WRITERS)
def test_some_damage_to_every_format(tmp_path: Path, writer: str, stage: str) -> None:
    """As `make fuzz` does it a hundred thousand times."""
    data, path = BINARY_WRITERS[writer](STAGES[stage], stage), tmp_path / f"{stage}.dat"
    for number in range(30):
        path.write_bytes(mutated(data, writer, number))
        sentence = outcome(path)
        assert not sentence or (path.name in sentence and "\n" not in sentence)
