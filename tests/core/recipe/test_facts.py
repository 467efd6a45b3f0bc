"""What a recipe says of its stages beside their values: axes, units, words, moments and frequencies."""

from typing import Any

import librosa
import numpy as np
import pytest
from framescope.core.axis import Clock
from framescope.core.base.errors import InputError
from framescope.core.config import AudioConfig, Config, MelConfig
from framescope.core.recipe.compute import compute_recipe
from framescope.core.recipe.presets import load_preset
from framescope.core.run import STAGE_NAMES, Run, Stage, configured
from framescope.core.synctalk import frame_axis, synctalk_axes, synctalk_facts
from helpers import signals


def test_the_stages_of_synctalk_are_those_of_its_recipe() -> None:
    assert STAGE_NAMES == ("audio", "mel", "windows", "features", "padded", "tensors")
    words = {name: " x ".join(axis.name for axis in synctalk_axes(name)) for name in STAGE_NAMES}
    assert words == {
        "audio": "sample",
        "mel": "band x column",
        "windows": "frame x window column x band",
        "features": "frame x feature",
        "padded": "padded row x feature",
        "tensors": "frame x channel x row x column",
    }
    assert [Stage(name, np.zeros((1,) * len(synctalk_axes(name)))).items for name in STAGE_NAMES] == [
        "samples",
        "columns",
        "frames",
        "frames",
        "rows",
        "frames",
    ]
    assert [frame_axis(name) for name in STAGE_NAMES] == [None, None, 0, 0, None, 0]


@pytest.mark.parametrize(
    ("config", "stage", "clock"),
    [
        (Config(), "mel", Clock(80.0, 0.5)),
        (Config(mel=MelConfig(hop_length=160)), "mel", Clock(100.0, 0.5)),
        (Config(AudioConfig(sample_rate=8000)), "mel", Clock(40.0, 0.5)),
        (Config(AudioConfig(sample_rate=8000)), "audio", Clock(8000, begins=True)),
        (Config(fps=50), "features", Clock(50, begins=True)),
        (Config(fps=50), "padded", Clock(50, 1.0, begins=True)),
        (Config(mode="wenet", edge="repeat"), "tensors", Clock(25, begins=True)),
    ],
)
def test_items_lie_at_the_moments_of_the_definition(config: Config, stage: str, clock: Clock) -> None:
    assert synctalk_facts(config)[stage].clock == clock


@pytest.mark.parametrize(
    ("recipe", "changed", "units"),
    [
        ("kaldi-fbank-80", {}, {"features": "ln"}),
        ("hifigan-22k", {}, {"features": "ln"}),
        ("whisper-80", {}, {}),  # (log10 + 4) / 4
        ("whisper-80", {"affine.multiply": 1.0}, {"features": "log10"}),
        ("whisper-80", {"affine.multiply": 1.0, "log.multiplier": 20.0}, {"features": "dB"}),
        ("whisper-80", {"affine.multiply": 1.0, "log.multiplier": 3.0}, {"features": "3 log10"}),
        ("nemo-80", {}, {"log": "ln", "features": "sd"}),
        ("wav2vec2", {}, {}),
        ("librosa-mfcc", {}, {"db": "dB"}),
        ("synctalk_2d", {}, {}),
    ],
)
def test_values_have_the_unit_that_their_blocks_give_them(
    recipe: str, changed: dict[str, float], units: dict[str, str]
) -> None:
    wanted = load_preset(recipe)
    for parameter, value in changed.items():
        wanted = wanted.replace(parameter, value)
    assert {spec.name: spec.unit for spec in wanted.stages if spec.unit} == units


def test_windows_have_the_frequencies_of_the_bands_that_they_hold() -> None:
    for stage, axis in (("mel", 0), ("windows", 2)):
        facts = synctalk_facts(Config(mel=MelConfig(fmin=0.0)))[stage]
        np.testing.assert_allclose(facts.hz, librosa.mel_frequencies(82, fmin=0, fmax=7600)[1:-1])
        assert facts.axes[axis].unit == "Hz"
    assert synctalk_facts()["features"].hz is None


def test_a_stage_of_a_run_is_at_the_moments_of_the_runs_configuration() -> None:
    config = Config(fps=50, mel=MelConfig(hop_length=160))
    run = Run("fast", "loaded", {"mel": Stage("mel", np.zeros((64, 9)))}, config=config)
    assert run["mel"].axes[1].unit == "10 ms"
    assert configured(run["mel"], config) is run["mel"]


@pytest.mark.parametrize("preset", ["whisper-80", "sensevoice", "wav2vec2", "deepspeech-mfcc"])
def test_other_recipes_say_it_by_the_same_way(preset: str) -> None:
    run = compute_recipe(signals.noise(16000), load_preset(preset), rate=16000)
    for stage in run.stages.values():
        assert len(stage.axes) == stage.array.ndim
        assert [axis.items != "" for axis in stage.axes].count(True) == 1
        assert stage.clock.rate > 1


def test_a_run_of_no_recipe_cannot_be_said() -> None:
    nothing: Any = None
    with pytest.raises(InputError, match="recipe None: it must be a Recipe"):
        Run("mine", "loaded", {"mel": Stage("mel", np.zeros((80, 9)))}, recipe=nothing)
