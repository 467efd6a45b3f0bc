"""One small run as every port prints it or writes it as text: the same values, and the right stage."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.readers import load_run
from helpers.dumps import frame_tensors, speech_features, speech_mel
from helpers.text_dumps import TEXT_WRITERS

FEATURES = speech_features(20)
STAGES: dict[str, Any] = {"mel": speech_mel(37), "features": FEATURES}
HALF_OF_THE_NINTH_DIGIT = 1e-8


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("writer", TEXT_WRITERS)
def test_the_same_values_under_a_name_that_says_nothing(tmp_path: Path, writer: str, stage: Any) -> None:
    (tmp_path / "x.dat").write_bytes(TEXT_WRITERS[writer](STAGES[stage], stage))
    run = load_run(tmp_path)
    assert list(run) == [stage]
    np.testing.assert_allclose(np.asarray(run[stage].array), STAGES[stage], rtol=1e-7, atol=HALF_OF_THE_NINTH_DIGIT)
