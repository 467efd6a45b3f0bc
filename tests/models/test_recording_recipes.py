"""A recording computed by a recipe: the pipeline's own values, the cursor by the rows of the last stage."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.core.config import Config
from framescope.core.pipeline import compute
from framescope.core.recipe.configured import config_recipe
from framescope.core.recipe.presets import SYNCTALK, load_preset
from framescope.core.recipe.toml import load_recipe, write_recipe
from framescope.models.jobs import Jobs
from framescope.models.lane_plan import lane_plans
from framescope.models.recording import RecordingModel
from framescope.models.timeline import Timeline
from helpers import signals

PATIENCE = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "talk.wav"
    soundfile.write(file, signals.speech_like(3 * 16000), 16000)
    return file


@pytest.fixture
def model(timeline: Timeline, jobs: Jobs, path: Path) -> RecordingModel:
    made = RecordingModel(timeline, jobs)
    made.set_recipe(load_preset("whisper-80"))
    made.open(path, "stand-in")
    assert jobs.wait_idle(PATIENCE)
    return made


def assert_computed(model: RecordingModel, jobs: Jobs, path: Path, recipe: str) -> None:
    assert jobs.wait_idle(PATIENCE)
    expected = compute(path, load_preset(recipe))
    assert model.run is not None
    assert model.run.recipe == expected.recipe
    assert tuple(model.run) == tuple(expected)
    for name in expected:
        np.testing.assert_array_equal(np.asarray(model.run[name]), np.asarray(expected[name]))
        assert model.run[name].clock == expected[name].clock


def test_every_stage_equals_the_pipelines(model: RecordingModel, jobs: Jobs, path: Path) -> None:
    assert_computed(model, jobs, path, "whisper-80")
    assert model.encoder_label is None
    assert model.has("features")
    assert not model.has("tensors")


def test_another_recipe_takes_its_place_and_reads_the_file_at_its_rate(
    model: RecordingModel, jobs: Jobs, timeline: Timeline, path: Path
) -> None:
    model.set_recipe(load_preset("librosa-mfcc"))
    assert_computed(model, jobs, path, "librosa-mfcc")
    assert timeline.timebase.sample_rate == 22050
    model.set_recipe(None)
    assert jobs.wait_idle(PATIENCE)
    assert model.run is not None
    assert model.run.recipe == config_recipe(Config())
    assert "tensors" in model.run
    assert timeline.timebase.sample_rate == 16000


def test_another_configuration_or_encoder_changes_nothing_of_a_recipe(model: RecordingModel, jobs: Jobs) -> None:
    run = model.run
    model.set_config(Config(fps=30))
    model.set_encoder("stand-in")
    assert jobs.wait_idle(PATIENCE)
    assert model.run is run


@pytest.mark.parametrize(
    ("recipe", "rows", "step"),
    [("whisper-80", 300, 0.01), ("kaldi-fbank-80", 298, 0.01), ("sensevoice", 50, 0.06), ("wav2vec2", 300, 0.01)],
)
def test_the_cursor_steps_by_rows_of_the_last_stage(
    model: RecordingModel, jobs: Jobs, timeline: Timeline, recipe: str, rows: int, step: float
) -> None:
    model.set_recipe(load_preset(recipe))
    assert jobs.wait_idle(PATIENCE)
    assert timeline.n_frames == rows
    timeline.seek_frame(20)
    before = timeline.cursor
    timeline.step_frames(1)
    assert (timeline.frame, timeline.cursor - before) == (21, pytest.approx(step))


def test_each_row_is_the_one_at_its_own_moment(model: RecordingModel, timeline: Timeline) -> None:
    for row in range(timeline.n_frames):
        timeline.seek_frame(row)
        assert timeline.frame == row


@pytest.mark.parametrize(
    ("recipe", "lanes"),
    [
        (None, [("audio", True), ("mel", False), ("features", False)]),
        ("whisper-80", [("audio", True), ("mel", False), ("features", False)]),
        ("librosa-mfcc", [("audio", True), ("mel", False), ("db", False), ("features", False)]),
        ("wav2vec2", [("audio", True), ("features", True)]),
        ("yamnet", [("audio", True), ("mel", False), ("log_mel", False)]),
    ],
)
def test_a_lane_for_each_stage_that_is_a_picture_over_time(recipe: Any, lanes: Any) -> None:
    plans = lane_plans(load_preset(recipe) if recipe else None)
    assert [(plan.stage, plan.signal) for plan in plans] == lanes


def test_linear_spectra_are_drawn_by_their_logarithm(model: RecordingModel) -> None:
    assert model.codes["mel"].coding.logarithmic
    assert not model.codes["features"].coding.logarithmic


@pytest.fixture
def own(tmp_path: Path) -> Any:
    """A recipe of somebody's own: SyncTalk's, with another frame rate and one computed block behind the features."""
    shipped = load_preset(SYNCTALK)
    text = write_recipe(shipped.replace("windows.fps", 30.0).replace("fps", 30.0))
    file = tmp_path / "own.toml"
    file.write_text(
        text + '\n[[block]]\nkind = "layout"\nshape = [8192]\n'
        '\n[[block]]\nkind = "affine"\nmultiply = 2.0\nadd = 1.0\nstage = "doubled"\naxes = ["frame", "value"]\n',
        encoding="utf-8",
    )
    return load_recipe(file)


def test_a_recipe_with_an_encoder_is_filled_from_the_cursor_outwards(
    timeline: Timeline, jobs: Jobs, path: Path, own: Any
) -> None:
    model = RecordingModel(timeline, jobs)
    filled: list[tuple[str, int]] = []
    model.stage_filled.connect(lambda stage, start, _: filled.append((stage.name, start)))
    model.stage_ready.connect(lambda name: name == "mel" and timeline.seek(2.9))
    model.set_recipe(own)
    model.open(path, "stand-in")
    assert jobs.wait_idle(PATIENCE)
    assert (model.encoded_stage, model.is_original) == ("features", False)
    starts = [start for name, start in filled if name == "features"]
    assert starts[0] == max(starts) > 0  # the cursor stands in the last chunk
    assert [name for name, _ in filled].index("mel") < [name for name, _ in filled].index("features")
    expected = compute(path, own)
    assert model.run is not None
    assert tuple(model.run) == tuple(expected)
    for name in expected:
        np.testing.assert_allclose(np.asarray(model.run[name]), np.asarray(expected[name]), atol=1e-5, err_msg=name)
    assert model.run.provenance.encoder == model.encoder_label
    assert timeline.n_frames == expected["features"].shape[0]
