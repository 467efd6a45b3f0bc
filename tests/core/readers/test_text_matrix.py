"""One small run as every port prints it or writes it as text: the same values, and the right stage."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.readers import load_run
from helpers.dumps import speech_features, speech_mel
from helpers.text_dumps import NESTED, TEXT_WRITERS

MEL = speech_mel(60)
STAGES: dict[str, Any] = {
    "mel": MEL[:, :37],
    "features": speech_features(20),
    "windows": np.stack([MEL[:, 3 * n : 3 * n + 16].T for n in range(6)]),
}
HALF_OF_THE_NINTH_DIGIT = 1e-8


@pytest.mark.parametrize(
    ("writer", "stage"),
    [(writer, stage) for writer in TEXT_WRITERS for stage in STAGES if stage != "windows" or writer in NESTED],
)
def test_the_same_values_under_a_name_that_says_nothing(tmp_path: Path, writer: str, stage: Any) -> None:
    (tmp_path / "x.dat").write_bytes(TEXT_WRITERS[writer](STAGES[stage], stage))
    run = load_run(tmp_path)
    assert list(run) == [stage]
    np.testing.assert_allclose(np.asarray(run[stage].array), STAGES[stage], rtol=1e-7, atol=HALF_OF_THE_NINTH_DIGIT)


def test_the_writers_of_nested_lists_are_all_but_those_of_tables() -> None:
    assert set(NESTED) < set(TEXT_WRITERS)
    assert len(NESTED) > len(TEXT_WRITERS) / 2
