"""The open runs: who is compared with whom, what is said of files that break, and that the figures are `compare`'s."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.core import readers
from framescope.core.base.errors import InputError
from framescope.core.compare import comparison
from framescope.core.compare.comparison import compare
from framescope.core.compare.tolerance import Profile, Tolerance, load_profile
from framescope.core.config import Config
from framescope.core.pipeline import compute
from framescope.core.readers import load_run, parse_override
from framescope.core.report.json_report import report_data
from framescope.core.run import Run, Stage
from framescope.core.timebase import Timebase
from framescope.models import run_jobs
from framescope.models.jobs import Jobs
from framescope.models.recording import RecordingModel
from framescope.models.runs import COMPUTED, OpenRun, Runs
from framescope.models.timeline import Timeline
from helpers import dumps, signals

PATIENCE = 60_000
MEL = dumps.speech_mel(200)
WINDOWS = np.stack([MEL[:, start : start + 16].T for start in range(0, 180, 4)])


@pytest.fixture
def recording(timeline: Timeline, jobs: Jobs) -> RecordingModel:
    return RecordingModel(timeline, jobs)


@pytest.fixture
def runs(recording: RecordingModel, timeline: Timeline, jobs: Jobs) -> Iterator[Runs]:
    runs = Runs(recording, timeline, jobs)
    yield runs
    runs.close()


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "voice.wav", signals.speech_like(16000), 16000)
    return tmp_path / "voice.wav"


def dump(folder: Path, mel: Any = MEL) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "mel.npy", mel)
    return folder


def item(runs: Runs, key: int) -> OpenRun:
    return next(item for item in runs.items if item.key == key)


def settle(qtbot: Any, runs: Runs, wanted: Callable[[], bool] = lambda: True) -> None:
    """Wait until every run is at rest and a condition holds."""
    rest = {"ready", "failed"}
    qtbot.waitUntil(lambda: wanted() and {item.state for item in runs.items} <= rest, timeout=PATIENCE)


def test_two_dumps_are_compared_without_a_recording(runs: Runs, timeline: Timeline, tmp_path: Path, qtbot: Any) -> None:
    a, b = runs.add(dump(tmp_path / "a")), runs.add(dump(tmp_path / "b", MEL + np.float32(0.25)))
    settle(qtbot, runs)
    assert (runs.reference, runs.port) == (item(runs, a), item(runs, b))
    assert runs.comparison is not None
    assert runs.comparison["mel"].metrics.max_abs == pytest.approx(0.25)
    assert item(runs, a).comparison is None
    assert timeline.duration == pytest.approx(199 / 80)
    assert timeline.n_frames == int((200 - 16) / 80 * 25) + 2


def test_another_port_is_no_news_of_the_runs(runs: Runs, tmp_path: Path, qtbot: Any) -> None:
    _, b, c = (runs.add(dump(tmp_path / name)) for name in "abc")
    settle(qtbot, runs)
    told: list[int] = []
    runs.updated.connect(told.append)
    with qtbot.waitSignal(runs.changed):
        runs.choose(c)
    assert (runs.port, told) == (item(runs, c), [])
    runs.reread(b)
    settle(qtbot, runs)
    assert set(told) == {b}


@pytest.mark.parametrize("fps", [25, 30, 29.97, 12.5])
@pytest.mark.parametrize("frames", [2, 3, 50, 1117])
def test_the_time_axis_has_a_dumps_frames(fps: float, frames: int) -> None:
    timeline = Timeline()
    stage = Stage("features", np.zeros((frames, 512), np.float32))
    run = Run("port", "loaded", {"features": stage}, config=Config(fps=fps))
    timeline.set_duration(run_jobs.seconds(run), Timebase.of(Config(fps=fps)))
    assert timeline.n_frames == frames


def test_the_figures_are_those_of_compare(
    runs: Runs, recording: RecordingModel, sound: Path, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_ENCODER", "stand-in")
    expected = compute(sound, encoder="stand-in")
    port = dump(tmp_path / "port", np.asarray(expected["mel"].array) * np.float32(0.99))
    np.save(port / "features.npy", np.asarray(expected["features"].array))
    recording.open(sound, "stand-in")
    key = runs.add(port)
    assert (runs.reference, runs.port) == (item(runs, COMPUTED), item(runs, key))
    qtbot.waitUntil(lambda: item(runs, key).state == "waiting", timeout=PATIENCE)
    assert "voice.wav" in item(runs, key).message
    stages: list[str] = []
    runs.progress.connect(lambda _, stage: stages.append(stage))
    settle(qtbot, runs)
    assert stages[0] == "mel"
    assert runs.comparison is not None
    encoder = runs.comparison.encoder
    assert encoder is not None
    again = compare(expected, load_run(port, reference=expected), encoder=encoder)
    assert report_data(runs.comparison) == report_data(again)
    assert runs.comparison.own["features"].comparison is not None


def test_parts_are_chosen_swapped_and_given_up(runs: Runs, tmp_path: Path, qtbot: Any) -> None:
    a, b, c = (runs.add(dump(tmp_path / name, MEL * np.float32(f))) for name, f in zip("abc", (1, 2, 3), strict=True))

    def parts() -> tuple[int, int]:
        assert runs.reference is not None
        assert runs.port is not None
        return runs.reference.key, runs.port.key

    assert parts() == (a, b)
    for verb, key, expected in (
        (runs.choose, c, (a, c)),
        (runs.set_reference, c, (c, a)),
        (runs.choose, c, (a, c)),
        (runs.set_reference, b, (b, c)),
        (runs.remove, b, (a, c)),
        (runs.remove, c, (a, None)),
    ):
        verb(key)
        if expected[1] is None:
            assert (runs.reference.key, runs.port) == (a, None)
        else:
            assert parts() == expected
    d = runs.add(tmp_path / "b")
    assert d not in {a, b, c}
    runs.swap_roles()
    assert parts() == (d, a)
    settle(qtbot, runs)
    assert runs.comparison is not None
    assert runs.comparison["mel"].port_shape == MEL.shape
    assert runs.comparison.reference.name == "b"


def test_a_path_is_open_once_and_names_tell_runs_apart(runs: Runs, tmp_path: Path) -> None:
    paths = [dump(tmp_path / "new" / "out"), dump(tmp_path / "old" / "out"), dump(tmp_path / "third")]
    keys = [runs.add(path) for path in paths]
    assert runs.add(tmp_path / "old" / ".." / "new" / "out") == keys[0]
    assert [item.name for item in runs.items] == [str(Path("new/out")), str(Path("old/out")), "third"]
    runs.remove(keys[1])
    assert [item.name for item in runs.items] == ["out", "third"]


def test_another_profile_judges_anew(runs: Runs, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.add(dump(tmp_path / "a"))
    key = runs.add(dump(tmp_path / "b", MEL + np.float32(0.25)))
    settle(qtbot, runs)
    assert item(runs, key).comparison.verdict == "differ"
    monkeypatch.setattr(comparison, "compare", None)  # nothing is compared anew
    named = load_profile("desktop")
    with qtbot.waitSignal(runs.profile_changed, timeout=PATIENCE):
        runs.set_profile(Profile("desktop", {**named.limits, "mel": Tolerance(0.3)}))
    settle(qtbot, runs, lambda: item(runs, key).comparison.verdict == "agree")
    assert item(runs, key).before is None


def halve(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def rename_over(path: Path) -> None:
    path.with_name("partial").write_bytes(b"no array at all")
    path.with_name("partial").replace(path)


DAMAGE: dict[str, Callable[[Path], Any]] = {
    "half written": halve,
    "empty": lambda path: path.write_bytes(b""),
    "cut in its header": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "replaced by garbage": rename_over,
    "deleted": lambda path: path.unlink(),
    "deleted with its folder": lambda path: shutil.rmtree(path.parent),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside another stage"])
def test_the_last_good_result_stays_until_the_next(
    runs: Runs, tmp_path: Path, qtbot: Any, damage: Callable[[Path], Any], alone: bool
) -> None:
    runs.add(dump(tmp_path / "a"))
    port = dump(tmp_path / "b", MEL + np.float32(0.5))
    if not alone:
        np.save(port / "windows.npy", WINDOWS)
    key = runs.add(port)
    settle(qtbot, runs)
    good = item(runs, key)
    damage(port / "mel.npy")
    settle(qtbot, runs, lambda: item(runs, key).message != "")
    kept = item(runs, key)
    assert kept.message.startswith("changed on disk, but cannot be read (")
    assert kept.message.endswith("): showing the last good one")
    assert (kept.run, kept.comparison, kept.state) == (good.run, good.comparison, "ready")
    dump(port, MEL + np.float32(0.25))
    if not alone:
        np.save(port / "windows.npy", WINDOWS)
    settle(qtbot, runs, lambda: item(runs, key).message == "")
    found = item(runs, key)
    assert found.comparison["mel"].metrics.max_abs == pytest.approx(0.25)
    assert found.before is good.comparison


def test_a_mel_rewritten_alone_is_read_by_the_reading_of_before(
    runs: Runs, shared: Path, tmp_path: Path, qtbot: Any
) -> None:
    """Beside a right mel, the features of before could be the raw or the padded ones."""
    runs.add(shared / "python_talk_hb")
    port = tmp_path / "port"
    shutil.copytree(shared / "go_dump_talk_hb", port)
    key = runs.add(port)
    settle(qtbot, runs)
    before, first = item(runs, key), set(item(runs, key).run or ())
    np.load(shared / "python_talk_hb" / "mel_spectrogram.npy").astype("<f4").tofile(port / "mel_f32.bin")
    settle(qtbot, runs, lambda: item(runs, key).comparison is not before.comparison or item(runs, key).message != "")
    settle(qtbot, runs, lambda: item(runs, key).comparison is not before.comparison)
    assert item(runs, key).message == ""
    assert set(item(runs, key).run or ()) == first
    assert item(runs, key).comparison["mel"].verdict in {"agree", "identical"}


def test_what_is_asked_for_is_taken_even_without_a_stage(runs: Runs, tmp_path: Path, qtbot: Any) -> None:
    runs.add(dump(tmp_path / "a"))
    port = dump(tmp_path / "b")
    np.save(port / "windows.npy", WINDOWS)
    key = runs.add(port)
    settle(qtbot, runs)
    (port / "windows.npy").unlink()
    runs.reread(key)
    settle(qtbot, runs)
    assert list(item(runs, key).run or ()) == ["mel"]


def test_files_that_change_while_they_are_read_are_read_again(
    runs: Runs, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = dump(tmp_path / "port"), []

    def slow(*arguments: Any, **options: Any) -> Any:
        run = load_run(*arguments, **options)
        if not read:
            np.save(path / "mel.npy", MEL[:, :100])
        read.append(run)
        return run

    monkeypatch.setattr(readers, "load_run", slow)
    seen: list[Any] = []
    key = runs.add(path)
    runs.updated.connect(lambda _: seen.append(item(runs, key).run))
    settle(qtbot, runs, lambda: item(runs, key).run is not None)
    assert item(runs, key).run["mel"].shape == (80, 100)
    assert read[0] not in seen


def test_what_is_not_there_yet_is_read_when_it_comes(runs: Runs, tmp_path: Path, qtbot: Any) -> None:
    key = runs.add(tmp_path / "later")
    settle(qtbot, runs)
    assert item(runs, key).state == "failed"
    assert "does not exist" in item(runs, key).message
    dump(tmp_path / "later")
    settle(qtbot, runs, lambda: item(runs, key).run is not None)
    assert (item(runs, key).state, item(runs, key).message) == ("ready", "")


def test_a_reader_that_breaks_is_said_once(
    runs: Runs, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    runs.add(dump(tmp_path / "a"))
    key = runs.add(dump(tmp_path / "b"))
    settle(qtbot, runs)

    def break_(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("at the reader's bottom")

    monkeypatch.setattr(readers, "load_run", break_)
    with qtbot.waitSignal(
        runs.updated, check_params_cb=lambda _: "bottom" in item(runs, key).message, timeout=PATIENCE
    ):
        runs.reread(key)
    assert (item(runs, key).state, caplog.text.count("ZeroDivisionError: at")) == ("ready", 1)


def test_the_way_of_reading_can_be_chosen(runs: Runs, tmp_path: Path, qtbot: Any) -> None:
    port = tmp_path / "b"
    port.mkdir()
    MEL.astype("<f4").tofile(port / "mel.bin")
    key = runs.add(port)
    settle(qtbot, runs)
    assert item(runs, key).run["mel"].shape == (80, 200)
    runs.set_overrides(key, (parse_override("mel=mel.bin:float16:80,T"),))
    settle(qtbot, runs)
    assert item(runs, key).run["mel"].shape == (80, 400)
    runs.set_overrides(key, (parse_override("mel=other.bin:float16:80,T"),))
    settle(qtbot, runs)
    assert item(runs, key).run["mel"].shape == (80, 400)
    assert item(runs, key).message.startswith("cannot be read (mel=other.bin")


def test_runs_follow_the_recording(
    runs: Runs, recording: RecordingModel, timeline: Timeline, sound: Path, tmp_path: Path, qtbot: Any
) -> None:
    keys = [runs.add(dump(tmp_path / name)) for name in "ab"]
    settle(qtbot, runs)
    recording.open(sound, "stand-in")
    assert runs.reference is not None
    assert (runs.reference.key, runs.reference.name, runs.comparison) == (COMPUTED, "voice.wav", None)
    settle(qtbot, runs, lambda: item(runs, COMPUTED).state == "ready")
    first = [item(runs, key).comparison for key in keys]
    assert all(found.reference.name == "voice.wav" for found in first)
    recording.set_config(Config(mode="hubert"))
    settle(qtbot, runs, lambda: item(runs, keys[0]).comparison is not first[0])
    assert runs.comparison.reference["tensors"].shape[1:] == (32, 32, 32)
    recording.close()
    settle(qtbot, runs)
    assert [item.key for item in runs.items] == keys
    assert runs.comparison.verdict == "identical"
    assert timeline.duration == pytest.approx(199 / 80)


def test_without_an_encoder_the_mel_is_compared(
    runs: Runs, recording: RecordingModel, sound: Path, tmp_path: Path, qtbot: Any
) -> None:
    recording.open(sound, tmp_path / "no encoder.onnx")
    key = runs.add(dump(tmp_path / "port"))
    settle(qtbot, runs, lambda: item(runs, key).comparison is not None)
    assert "no encoder.onnx" in item(runs, COMPUTED).message
    assert [found.stage for found in item(runs, key).comparison.stages] == ["mel"]


def test_a_recording_that_cannot_be_read(runs: Runs, recording: RecordingModel, tmp_path: Path, qtbot: Any) -> None:
    recording.open(tmp_path / "missing.wav", "stand-in")
    key = runs.add(dump(tmp_path / "port"))
    qtbot.waitUntil(lambda: item(runs, key).state == "waiting", timeout=PATIENCE)
    qtbot.waitUntil(lambda: item(runs, COMPUTED).state == "failed", timeout=PATIENCE)
    assert "missing.wav" in item(runs, COMPUTED).message


def test_a_comparison_that_fails_says_why(
    runs: Runs, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise InputError("mel.npy: has changed since it was read")

    monkeypatch.setattr(comparison, "compare", refuse)
    runs.add(dump(tmp_path / "a"))
    key = runs.add(dump(tmp_path / "b"))
    settle(qtbot, runs)
    assert item(runs, key).message == "cannot be compared (mel.npy: has changed since it was read)"


def test_another_frame_rate_is_pointed_out(runs: Runs, tmp_path: Path, qtbot: Any) -> None:
    runs.add(dump(tmp_path / "a"))
    port = dump(tmp_path / "b")
    (port / "metadata.json").write_text('{"fps": 30}')
    key = runs.add(port)
    settle(qtbot, runs)
    assert item(runs, key).message == "was made with 30 fps, mode ave; the reference has 25 fps, mode ave"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (400, "5.0 s long, the reference 2.5 s: this looks like the output of another recording"),
        (60, "0.7 s long, the reference 2.5 s: this looks like the output of another recording"),
        (160, ""),
        (250, ""),
    ],
)
def test_the_output_of_another_recording_is_pointed_out(
    runs: Runs, tmp_path: Path, qtbot: Any, columns: int, message: str
) -> None:
    runs.add(dump(tmp_path / "a"))
    key = runs.add(dump(tmp_path / "b", np.resize(MEL, (80, columns))))
    settle(qtbot, runs)
    assert item(runs, key).message == message


def test_a_part_of_the_recording_is_not_called_another_one(runs: Runs, tmp_path: Path, qtbot: Any) -> None:
    runs.add(dump(tmp_path / "a"))
    key = runs.add(dump(tmp_path / "b", MEL[:, :60]))
    settle(qtbot, runs)
    assert not item(runs, key).message


@pytest.mark.parametrize("work", ["load_run", "compare"])
def test_closing_ends_the_work(
    runs: Runs, jobs: Jobs, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    begun: list[str] = []
    room = readers if work == "load_run" else comparison
    real = getattr(room, work)

    def endless(*arguments: Any, progress: Callable[[Any], None] | None = None, **options: Any) -> Any:
        begun.append(work)
        while progress:
            progress("mel")
        return real(*arguments, **options)

    monkeypatch.setattr(room, work, endless)
    runs.add(dump(tmp_path / "a"))
    runs.add(dump(tmp_path / "b"))
    qtbot.waitUntil(lambda: bool(begun), timeout=PATIENCE)
    announced: list[int] = []
    runs.close()
    runs.updated.connect(announced.append)
    jobs.close()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=PATIENCE)
    assert (runs.items, announced) == ((), [])


def test_the_lag_is_applied_or_not(runs: Runs, qtbot: Any) -> None:
    assert runs.lag_applied
    with qtbot.waitSignal(runs.lag_changed, timeout=PATIENCE):
        runs.set_lag_applied(False)
    with qtbot.assertNotEmitted(runs.lag_changed):
        runs.set_lag_applied(False)
    assert not runs.lag_applied
