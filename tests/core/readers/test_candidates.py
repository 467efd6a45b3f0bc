"""What is offered where a dump does not say how it is to be read."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.readers import load_run
from framescope.core.readers.candidates import PREVIEW_COLUMNS, file_labels, preview, questions
from framescope.core.run import Stage
from helpers import dumps

MEL = dumps.speech_mel(80).astype("<f4")


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """80 columns of 80 bands without a header: which is which?"""
    (tmp_path / "mel.bin").write_bytes(MEL.tobytes())
    return tmp_path


def test_every_candidate_shows_what_its_override_reads(square: Path) -> None:
    (question,) = questions(square)
    automatic, *others = question.candidates
    assert automatic.override is None
    assert [str(other.override) for other in others] == list(question.assumption.alternatives)
    assert others
    for other in others:
        assert other.override is not None
        run = load_run(square, overrides=(other.override,))
        np.testing.assert_array_equal(other.preview, preview(run[other.override.stage]))
    assert automatic.preview is not None
    np.testing.assert_array_equal(automatic.preview, MEL[::-1])


def test_files_that_say_everything_raise_no_question(tmp_path: Path) -> None:
    np.save(tmp_path / "mel_spectrogram.npy", dumps.speech_mel(100))
    assert questions(tmp_path) == ()


def test_a_numbering_is_a_choice_of_its_own(shared: Path) -> None:
    folder = shared / "real_dumps" / "go"
    numbering = next(each for each in questions(folder) if "first_frame=0" in each.assumption.alternatives)
    automatic, other = numbering.candidates
    assert (automatic.first_frame, other.first_frame, other.override) == (None, 0, None)
    read, numbered = load_run(folder)["tensors"], load_run(folder, first_frame=other.first_frame)["tensors"]
    assert read.frames is not None
    assert numbered.frames is not None
    np.testing.assert_array_equal(numbered.frames, read.frames + 1)
    np.testing.assert_array_equal(numbered.array[:], read.array[:])


def test_files_are_named_as_an_override_names_them(tmp_path: Path) -> None:
    np.save(tmp_path / "mel.npy", MEL)
    np.savez(tmp_path / "all.npz", features=dumps.speech_features(20))
    (tmp_path / "note.txt").write_text("nothing")
    assert sorted(file_labels(tmp_path)) == ["all.npz/features", "mel.npy"]


def test_an_unreadable_dump_and_a_cancelled_look(square: Path, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        questions(square, None, stop)
    with pytest.raises(InputError, match="nothing"):
        questions(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("stage", "shape", "rows", "columns"),
    [
        ("mel", (80, 1000), 80, PREVIEW_COLUMNS),
        ("mel", (80, 20), 80, 20),
        ("audio", (50_000,), 80, PREVIEW_COLUMNS),
        ("audio", (10,), 80, 10),
        ("windows", (40, 16, 80), 80, 160),
        ("features", (300, 512), 128, PREVIEW_COLUMNS),
        ("padded", (1, 512), 128, 1),
        ("tensors", (3, 32, 16, 16), 64, 128),
        ("tensors", (3, 256, 16, 32), 64, 128),
    ],
)
def test_a_preview_is_small_whatever_the_stage(stage: Any, shape: Any, rows: int, columns: int) -> None:
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    assert preview(Stage(stage, values)).shape == (rows, columns)


def test_a_preview_of_a_tensor_is_its_mosaic() -> None:
    tensors = np.arange(8192, dtype=np.float32).reshape(1, 32, 16, 16)
    picture = preview(Stage("tensors", tensors))
    assert picture[0, 16] == tensors[0, 1, 0, 0]
    assert picture[17, 3] == tensors[0, 8, 1, 3]
