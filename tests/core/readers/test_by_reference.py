"""Headless dumps of any front end: which type and stage their values are read as."""

from pathlib import Path

import framescope
import numpy as np
from framescope.core.readers.by_reference import load_by_reference
from framescope.core.recipe.compute import compute_recipe


def test_a_recording_in_a_longer_silence_is_likened_where_it_is_loud(tmp_path: Path) -> None:
    """Of two seconds in thirty the middle is silence, which values of any type resemble as much as any other's do."""
    recipe = framescope.recipe("whisper-80-30s")
    samples = np.random.default_rng(0).normal(size=2 * recipe.rate) * 0.1
    reference = compute_recipe(samples, recipe, rate=recipe.rate)
    port = np.asarray(reference["features"].array) + 1e-2
    port.astype("<f4").tofile(tmp_path / "features.bin")
    run = load_by_reference(tmp_path / "features.bin", reference)
    assert run["features"].shape == reference["features"].shape
    assert np.allclose(np.asarray(run["features"]), port, atol=1e-6)
