"""The real recording's values as two ports wrote them, straight from their files."""

from pathlib import Path
from typing import Any

import numpy as np
from framescope.core.run import Run, Stage, StageName

Array = np.ndarray[Any, Any]
_PYTHON = {"mel": "mel_spectrogram", "features": "audio_features_raw", "padded": "audio_features_padded"}
_GO = {"mel": "mel_f32", "features": "features_raw_f32", "padded": "features_padded_f32"}


def python(shared: Path, *stages: StageName) -> Run:
    """The original's values."""
    arrays = {stage: np.load(shared / "python_talk_hb" / f"{_PYTHON[stage]}.npy") for stage in stages}
    return Run("python", "loaded", {stage: Stage(stage, array) for stage, array in arrays.items()})


def go(shared: Path, *stages: StageName) -> Run:
    """The Go port's values; its mel has two columns less at each end."""
    flat = {stage: np.fromfile(shared / "go_dump_talk_hb" / f"{_GO[stage]}.bin", "<f4") for stage in stages}
    arrays = {stage: values.reshape((80, -1) if stage == "mel" else (-1, 512)) for stage, values in flat.items()}
    return Run("go", "loaded", {stage: Stage(stage, array) for stage, array in arrays.items()})
