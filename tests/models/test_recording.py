"""A recording being computed: what arrives, in which order, and that it equals the pipeline's own values."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.core.base.errors import InputError
from framescope.core.base.progress import check_cancelled
from framescope.core.base.resources import sample
from framescope.core.config import AudioConfig, Config, MelConfig
from framescope.core.pipeline import compute
from framescope.core.run import STAGE_NAMES
from framescope.models.computing import CHUNK_FRAMES, Outwards
from framescope.models.jobs import Jobs
from framescope.models.recording import RecordingModel
from framescope.models.timeline import Timeline
from helpers import hostile, signals

PATIENCE = 60.0
SAMPLE = sample()


@pytest.fixture
def model(timeline: Timeline, jobs: Jobs) -> RecordingModel:
    return RecordingModel(timeline, jobs)


class Told:
    """Everything that a model announces, in order."""

    def __init__(self, model: RecordingModel) -> None:
        self.events: list[tuple[Any, ...]] = []
        for name in ("cleared", "stage_ready", "stage_filled", "finished", "failed"):
            getattr(model, name).connect(lambda *said, name=name: self.events.append((name, *said)))

    def of(self, name: str) -> list[Any]:
        return [said for kind, *said in self.events if kind == name]


def computed(model: RecordingModel, jobs: Jobs, path: Path = SAMPLE, encoder: str = "stand-in") -> Told:
    told = Told(model)
    model.open(path, encoder)
    assert jobs.wait_idle(PATIENCE)
    return told


@pytest.fixture(scope="module")
def expected() -> Any:
    return compute(SAMPLE, encoder="stand-in")


def assert_equal(run: Any, expected: Any) -> None:
    assert tuple(run) == tuple(expected) == STAGE_NAMES
    for name in STAGE_NAMES:
        np.testing.assert_array_equal(np.asarray(run[name].array), np.asarray(expected[name].array), err_msg=name)


def test_every_stage_equals_the_pipelines(
    model: RecordingModel, jobs: Jobs, timeline: Timeline, expected: Any, qtbot: Any
) -> None:
    told = computed(model, jobs)
    assert told.of("failed") == []
    assert_equal(model.run, expected)
    assert model.filled.all()
    assert [name for (name,) in told.of("stage_ready")] == list(STAGE_NAMES)
    assert told.events[0] == ("cleared",)
    assert told.events[-1] == ("finished",)
    assert model.run is not None
    assert model.encoder_label == model.run.provenance.encoder == expected.provenance.encoder
    assert model.run is model.run, "whoever follows it would take each for another"
    assert all(model.run[name].seconds is not None for name in STAGE_NAMES)
    assert timeline.duration == len(expected["audio"].array) / 16000
    assert timeline.n_frames == len(expected["features"].array)


def test_values_are_read_only(model: RecordingModel, jobs: Jobs) -> None:
    computed(model, jobs)
    assert model.run is not None
    for array in (model.run["audio"].array, model.run["features"].array, model.filled):
        assert isinstance(array, np.ndarray)
        assert not array.flags.writeable


def test_what_is_filled_is_right_while_the_rest_is_zero(model: RecordingModel, jobs: Jobs, expected: Any) -> None:
    features = expected["features"].array
    seen: list[int] = []

    def look(stage: Any, start: int, stop: int) -> None:
        assert model.run is not None
        if stage.name != "features":
            return
        assert model.filled[start:stop].all()
        np.testing.assert_array_equal(model.run["features"].array[start:stop], features[start:stop])
        assert not model.run["features"].array[~model.filled].any()
        middle = (start + stop) // 2
        around = model.filled[max(0, middle - 9) : middle + 8]
        if around.all():
            np.testing.assert_array_equal(model.run["tensors"].array[middle], expected["tensors"].array[middle])
        seen.append(stop - start)

    model.stage_filled.connect(look)
    computed(model, jobs)
    assert sum(seen) == len(features)


@pytest.mark.parametrize("config", [Config(), Config(mel=MelConfig(top_db=40.0))])
def test_the_mel_is_right_where_it_is_filled(model: RecordingModel, jobs: Jobs, tmp_path: Path, config: Config) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, signals.speech_like(30 * 16000), 16000)
    expected = compute(path, config, until="mel")["mel"].array
    seen = np.zeros(expected.shape[1], np.int64)

    def look(stage: Any, start: int, stop: int) -> None:
        assert "mel" not in (model.run or ())
        np.testing.assert_array_equal(stage.array[:, start:stop], expected[:, start:stop])
        seen[start:stop] += 1

    model.set_config(config)
    model.stage_filled.connect(look)
    model.stage_ready.connect(lambda name: name == "windows" and model.close())
    told = computed(model, jobs, path)
    assert told.of("failed") == []
    assert (seen == 1).all()


@pytest.mark.parametrize(("total", "centre"), [(0, 0), (1, 0), (31, 10**9), (1000, 0), (1000, 500), (1001, -5)])
def test_chunks_cover_all_frames_once_from_the_centre_outwards(total: int, centre: int) -> None:
    chunks = list(Outwards(centre).chunks(total))
    frames = [frame for chunk in chunks for frame in range(total)[chunk]]
    assert sorted(frames) == list(range(total))
    distances = [abs((chunk.start + CHUNK_FRAMES // 2) - centre) for chunk in chunks]
    assert all(near <= far for near, far in pairwise(distances))


def test_chunks_follow_a_centre_that_moves() -> None:
    order = Outwards(0)
    chunks = order.chunks(10 * CHUNK_FRAMES)
    assert next(chunks).start == 0
    order.centre = 7 * CHUNK_FRAMES + 1
    assert next(chunks).start == 7 * CHUNK_FRAMES
    assert {next(chunks).start // CHUNK_FRAMES for _ in range(2)} == {6, 8}


def test_the_features_at_the_cursor_come_first(model: RecordingModel, jobs: Jobs, timeline: Timeline) -> None:
    # The cursor is put there as soon as the sound is known, as a session that is opened again does.
    model.stage_ready.connect(lambda name: name == "audio" and timeline.seek(5.0))
    told = computed(model, jobs)
    start, stop = next(filled for stage, *filled in told.of("stage_filled") if stage.name == "features")
    assert start <= timeline.frame < stop
    assert timeline.frame == 125


def test_equals_the_original(model: RecordingModel, jobs: Jobs, shared: Path) -> None:
    computed(model, jobs, shared / "talk_hb.wav", str(shared / "encoder" / "audio_encoder.onnx"))
    assert model.run is not None
    expected = np.load(shared / "python_talk_hb" / "audio_features_padded.npy")
    np.testing.assert_allclose(np.asarray(model.run["padded"].array), expected, rtol=0, atol=5e-5)


@pytest.mark.parametrize(
    ("path", "encoder", "reason", "stages"),
    [
        ("missing.wav", "stand-in", "does not exist", []),
        ("broken.wav", "stand-in", "broken.wav: ", []),
        ("short.wav", "stand-in", "too short", ["audio", "mel"]),
        ("good.wav", "missing.onnx", "missing.onnx: does not exist", ["audio", "mel", "windows"]),
    ],
)
def test_what_cannot_be_computed_is_announced_and_the_rest_stays(
    model: RecordingModel, jobs: Jobs, tmp_path: Path, path: str, encoder: str, reason: str, stages: list[str]
) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF\xff\xff\xff\xffWAVEfmt ")
    soundfile.write(tmp_path / "short.wav", np.zeros(1000), 16000)
    soundfile.write(tmp_path / "good.wav", signals.speech_like(16000), 16000)
    told = computed(model, jobs, tmp_path / path, encoder)
    ((error,),) = told.of("failed")
    assert isinstance(error, InputError)
    assert reason in str(error)
    assert list(model.run or ()) == stages
    assert told.of("finished") == []


def test_after_a_failure_another_encoder_mends_it(model: RecordingModel, jobs: Jobs, expected: Any) -> None:
    computed(model, jobs, encoder="missing.onnx")
    model.set_encoder("stand-in")
    assert jobs.wait_idle(PATIENCE)
    assert_equal(model.run, expected)


@pytest.mark.parametrize(
    "config",
    [
        Config(mel=MelConfig(mel_scale="htk")),
        Config(fps=30),
        Config(AudioConfig(skip_samples=400)),
        Config(mode="wenet", edge="repeat"),
        Config(fps=50, edge="last_block"),
    ],
)
def test_another_configuration_equals_the_pipelines(model: RecordingModel, jobs: Jobs, config: Config) -> None:
    computed(model, jobs)
    model.set_config(config)
    assert jobs.wait_idle(PATIENCE)
    assert_equal(model.run, compute(SAMPLE, config, encoder="stand-in"))
    assert model.run is not None
    assert model.run.config == config


def test_another_layout_is_there_at_once(model: RecordingModel, jobs: Jobs) -> None:
    computed(model, jobs)
    told = Told(model)
    model.set_config(Config(mode="hubert"))
    assert not jobs.busy
    assert told.events == [("stage_ready", "padded"), ("stage_ready", "tensors")]
    assert model.run is not None
    assert model.run["tensors"].shape[1:] == (32, 32, 32)


def test_another_layout_meanwhile_disturbs_nothing(model: RecordingModel, jobs: Jobs) -> None:
    config = Config(edge="repeat")
    model.stage_ready.connect(lambda name: name == "mel" and model.set_config(config))
    computed(model, jobs)
    assert_equal(model.run, compute(SAMPLE, config, encoder="stand-in"))


def test_the_recording_is_read_again_only_where_it_must(model: RecordingModel, jobs: Jobs) -> None:
    computed(model, jobs)
    before = model.recording
    model.set_config(Config(mel=MelConfig(fmin=0.0)))
    assert jobs.wait_idle(PATIENCE)
    assert model.recording is before
    model.set_config(replace(model.config, audio=AudioConfig(channel="left")))
    assert jobs.wait_idle(PATIENCE)
    assert model.recording is not before


@pytest.mark.parametrize("stage", ["audio", "mel", "features"])
def test_closed_while_it_computes(model: RecordingModel, jobs: Jobs, timeline: Timeline, stage: str) -> None:
    told = Told(model)
    model.stage_ready.connect(lambda name: name == stage and model.close())
    model.open(SAMPLE, "stand-in")
    assert jobs.wait_idle(PATIENCE)
    jobs.close()
    assert (model.run, model.path, model.encoder_label, len(model.filled)) == (None, None, None, 0)
    assert told.events[-1] == ("cleared",)
    assert told.of("failed") == told.of("finished") == []


def test_another_recording_takes_the_place_of_one_that_computes(
    model: RecordingModel, jobs: Jobs, timeline: Timeline, tmp_path: Path
) -> None:
    path = tmp_path / "other.wav"
    soundfile.write(path, signals.speech_like(32000), 16000)
    model.stage_ready.connect(lambda name: name == "features" and model.path != path and model.open(path, "stand-in"))
    told = computed(model, jobs)
    assert_equal(model.run, compute(path, encoder="stand-in"))
    assert len(told.of("finished")) == 1
    assert timeline.duration == 2.0


def test_progress_names_the_stage(model: RecordingModel, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("framescope.models.jobs._PROGRESS_SECONDS", 0)
    told: list[tuple[str, int, int]] = []
    model.progress.connect(lambda *said: told.append(said))
    computed(model, jobs)
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["audio", "mel", "features"]
    for stage in ("audio", "mel", "features"):
        done = [done for name, done, _ in told if name == stage]
        assert done == sorted(done)
        assert done[-1] == next(total for name, _, total in told if name == stage)


def test_nothing_is_open_before_and_a_configuration_may_come_first(model: RecordingModel, jobs: Jobs) -> None:
    model.set_config(Config(fps=30))
    model.set_encoder("stand-in")
    assert (model.run, jobs.busy) == (None, False)
    computed(model, jobs)
    assert model.run is not None
    assert model.run.config == Config(fps=30)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an encoder take its time, so that only a cancelled one ends."""
    monkeypatch.setattr("framescope.core.encoder.process.MAX_BATCH_SECONDS", 3600)


def test_encoders_that_never_end_do_not_keep_the_workers(
    model: RecordingModel,
    jobs: Jobs,
    expected: Any,
    tmp_path: Path,
    patient: None,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: Any,
) -> None:
    (tmp_path / "endless.onnx").write_bytes(hostile.endless())
    waits: list[None] = []
    monkeypatch.setattr(
        "framescope.core.encoder.process.check_cancelled", lambda: (waits.append(None), check_cancelled())
    )
    for _ in range(3):  # one more than there are workers
        waits.clear()
        with qtbot.waitSignal(model.stage_ready, check_params_cb=lambda name: name == "windows", timeout=60_000):
            model.open(SAMPLE, tmp_path / "endless.onnx")
        qtbot.waitUntil(lambda: len(waits) > 1, timeout=60_000)
    computed(model, jobs)
    assert_equal(model.run, expected)


@pytest.mark.parametrize("make", [hostile.endless, hostile.endless_if_positive])
def test_closing_ends_an_encoder_that_never_ends(
    timeline: Timeline, tmp_path: Path, patient: None, qtbot: Any, make: Any
) -> None:
    (tmp_path / "endless.onnx").write_bytes(make())
    soundfile.write(tmp_path / "loud.wav", np.random.default_rng(0).uniform(-1, 1, 32000), 16000)
    jobs = Jobs()
    model = RecordingModel(timeline, jobs)
    last = "features" if make is hostile.endless_if_positive else "windows"
    with qtbot.waitSignal(model.stage_ready, check_params_cb=lambda name: name == last, timeout=60_000):
        model.open(tmp_path / "loud.wav", tmp_path / "endless.onnx")
    jobs.close()
    assert not jobs.busy
