"""Structure checks: each finds what it is for, and nothing on a sound run."""

from typing import Any

import numpy as np
import pytest
from framescope.core.compare.sanity import check_structure
from framescope.core.config import Config
from framescope.core.run import Run, Stage
from framescope.core.stages.tensors import frame_tensors
from helpers import runs

REFERENCE = runs.reference(8)
FEATURES = np.asarray(REFERENCE["features"].array)
TENSORS = np.asarray(REFERENCE["tensors"].array)
MEL = np.asarray(REFERENCE["mel"].array)
TILED = np.tile(TENSORS.reshape(-1, 16, 512)[:, 8:9], (1, 16, 1)).reshape(TENSORS.shape)
BFLOAT16 = (MEL.astype(np.float32).view(np.uint32) & 0xFFFF0000).view(np.float32)


def ids(stage: Any, array: Any, reference: Run | None = None) -> dict[str, str]:
    return {f.id: f.text for f in check_structure(Run("port", "loaded", {stage: Stage(stage, array)}), reference)}


def test_a_sound_run_shows_nothing() -> None:
    assert check_structure(runs.dumped(REFERENCE), REFERENCE) == ()


def quantised(values: Any, levels: int = 256) -> Any:
    step = (values.max() - values.min()) / (levels - 1)
    return (np.round((values - values.min()) / step) * step + values.min()).astype(np.float32)


@pytest.mark.parametrize(
    ("stage", "array", "id", "text"),
    [
        ("tensors", TILED, "tiled_context", "16 identical rows (tiled context) in 197 of 197 frames"),
        ("features", np.repeat(FEATURES[::2], 2, axis=0), "repeated", "of the items equal the one before"),
        ("features", np.zeros_like(FEATURES), "all_zero", "all 100,864 values are zero"),
        ("features", np.full_like(FEATURES, 2), "constant", "every value is 2"),
        ("features", FEATURES - 0.5, "negative", "values below zero, down to -0.5"),
        ("mel", np.where(np.arange(641) == 7, np.nan, MEL), "nan_inf", "80 NaN and 0 infinite values"),
        ("mel", MEL.astype(np.float16), "grid", "every value lies on a float16 grid"),
        ("mel", MEL.astype(np.float16).astype(np.float32), "grid", "every value lies on a float16 grid"),
        ("mel", BFLOAT16, "grid", "every value lies on a bfloat16 grid"),
        ("mel", np.round(MEL, 4), "grid", "every value lies on a 4-decimal grid"),
        ("mel", np.round(MEL, 3).astype(np.float32), "grid", "every value lies on a 3-decimal grid"),
        ("mel", quantised(MEL), "grid", "every value lies on a int8 grid"),
        ("mel", quantised(MEL).astype(np.float16), "grid", "every value lies on a int8 grid"),
        ("mel", np.clip(np.abs(MEL) + 1, 2, 4).astype(np.float16), "grid", "every value lies on a float16 grid"),
        ("features", FEATURES * (np.arange(512) % 2), "dead", "outputs are zero in every frame"),
    ],
)
def test_finds(stage: Any, array: Any, id: str, text: str) -> None:
    found = ids(stage, array)
    assert text in found[id]


@pytest.mark.parametrize(("mode", "share"), [("hubert", "75 %"), ("wenet", "93.75 %")])
def test_zero_filling_is_seen_unless_the_reference_has_it(mode: Any, share: str) -> None:
    tensors = frame_tensors(REFERENCE["padded"].array, 197, Config(mode=mode))
    assert share in ids("tensors", np.asarray(tensors))["zero_fill"]
    reference = Run("reference", "computed", {"tensors": Stage("tensors", tensors)})
    assert ids("tensors", np.asarray(tensors), reference) == {}


def test_silence_is_no_fault_where_the_reference_is_silent() -> None:
    silent = np.full((80, 400), -4.0)
    reference = Run("reference", "computed", {"mel": Stage("mel", silent)})
    assert "constant" in ids("mel", silent)
    assert ids("mel", silent, reference) == {}


def test_a_long_stage_is_sampled_all_over() -> None:
    rows = np.random.default_rng(0).random((20_000, 512), dtype=np.float32)
    assert ids("features", rows) == {}
    rows[:2000] = rows[0]
    assert "repeated" in ids("features", rows)
