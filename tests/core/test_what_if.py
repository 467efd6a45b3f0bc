"""Runs with other parameters: the whole and any part of it are what the pipeline gives, and nothing twice."""

from typing import Any

import numpy as np
import pytest
from framescope.core.config import Config, MelConfig
from framescope.core.encoder.choice import choose_encoder
from framescope.core.pipeline import compute
from framescope.core.recipe.kinds.filterbank import Filterbank
from framescope.core.recipe.presets import SYNCTALK, load_preset
from framescope.core.what_if import block_names, run_with, stages_on_demand
from helpers import signals

SAMPLES = signals.speech_like(32_000)
RECIPE = load_preset(SYNCTALK)


@pytest.fixture(scope="module")
def encoder() -> Any:
    return choose_encoder("stand-in")


@pytest.fixture(scope="module")
def run() -> Any:
    return compute(SAMPLES, rate=16_000, encoder="stand-in")


def test_another_parameter_is_what_the_pipeline_gives(run: Any, encoder: Any) -> None:
    made, _ = run_with(run, RECIPE.replace("filterbank.fmin", 0.0), encoder)
    expected = compute(SAMPLES, Config(mel=MelConfig(fmin=0.0)), rate=16_000, encoder="stand-in")
    assert list(made) == list(expected)
    for name in expected:
        assert np.allclose(np.asarray(made[name]), np.asarray(expected[name]), atol=2e-5), name
    assert not np.allclose(made["mel"].array, run["mel"].array, atol=1e-2)


@pytest.mark.parametrize(
    ("parameter", "value"), [("frame.placement", "start"), ("windows.rule", "round"), ("context.edge", "repeat")]
)
def test_any_part_is_that_of_the_whole(run: Any, encoder: Any, parameter: str, value: str) -> None:
    recipe = RECIPE.replace(parameter, value)
    made, _ = run_with(run, recipe, encoder)
    parts = stages_on_demand(np.asarray(run["audio"]), recipe, encoder)
    for name in ("mel", "features", "tensors"):
        whole = np.moveaxis(np.asarray(made[name]), made[name].time, 0)
        for places in (np.arange(3, 9), np.arange(0, len(whole), 5), np.array([0, len(whole) - 1])):
            assert np.allclose(parts[name].array[places], whole[places], atol=2e-5), (name, places)


def test_what_lies_before_is_not_computed_again(run: Any, encoder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, known = run_with(run, RECIPE.replace("filterbank.scale", "htk"), encoder)
    monkeypatch.setattr(Filterbank, "apply", lambda *_: pytest.fail("the mel is known"))
    changed = RECIPE.replace("filterbank.scale", "htk").replace("windows.rule", "round")
    made, _ = run_with(run, changed, encoder, known=known)
    assert made["windows"].shape == run["windows"].shape


def test_a_recipes_run_keeps_its_axes() -> None:
    recipe = load_preset("whisper-80")
    run = compute(SAMPLES, recipe, rate=16_000)
    made, _ = run_with(run, recipe.replace("filterbank.scale", "htk"))
    assert [made[name].axes for name in made] == [run[name].axes for name in run]
    assert made.recipe is not None
    assert made.recipe.value("filterbank.scale") == "htk"


def test_of_several_blocks_of_a_kind_each_has_a_name() -> None:
    recipe = load_preset("whisper-80")
    names = block_names(recipe)
    assert len(set(names)) == len(recipe.blocks)
    assert all(recipe.value(f"{name}.stage") == block.stage for name, block in zip(names, recipe.blocks, strict=True))
