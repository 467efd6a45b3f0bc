"""Ports of samples on another scale: what a constant factor is called, and where only one coefficient shows it."""

from pathlib import Path

import framescope
import numpy as np
import pytest
from framescope.core.base.resources import sample
from framescope.core.diagnosis.diagnose import diagnose
from framescope.core.readers.by_reference import load_by_reference
from framescope.core.recipe.compute import compute_recipe


@pytest.mark.parametrize(
    ("name", "scale", "said"),
    [
        ("deepspeech-mfcc", 1.0, "gain.factor = 1"),
        ("librosa-mfcc", 32768.0, "gain.factor = 32768"),
        ("kaldi-fbank-80", 2147483648.0, "gain.factor = 2.14748e+09"),
        ("bigvgan-24k", 2147483648.0, "gain.factor = 2.14748e+09"),
    ],
)
def test_samples_of_integers_and_of_floats_are_told_apart(name: str, scale: float, said: str, tmp_path: Path) -> None:
    recipe = framescope.recipe(name)
    samples = framescope.read_audio(sample()).samples.astype(np.float64)
    own = float(recipe.value("gain.factor")) if any(block.kind == "gain" for block in recipe.blocks) else 1.0
    ours = compute_recipe(samples, recipe, rate=recipe.rate)
    port = compute_recipe(samples * (scale / own), recipe, rate=recipe.rate)
    np.save(tmp_path / "features.npy", np.asarray(port["features"]))
    found = diagnose(framescope.compare(ours, load_by_reference(tmp_path / "features.npy", ours)), None)
    assert [f"{each.parameter} = {each.found}" for each in found.causes] == [said]
