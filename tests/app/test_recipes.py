"""Any front end in the window: its lanes, its values, its ports, its session."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.app.window.window import MainWindow
from framescope.core.drawing.pyramid import PeakPyramid
from framescope.core.pipeline import compute
from framescope.core.recipe.kinds.model import Supplied
from framescope.core.recipe.kinds.values import Cast
from framescope.core.recipe.presets import load_preset
from framescope.core.recipe.recipe import Recipe
from framescope.core.recipe.toml import write_recipe
from framescope.models.workspace import Workspace
from framescope.widgets.lanes.heatmap import HeatLane
from framescope.widgets.lanes.waveform import WaveformLane
from framescope.widgets.pointed_value import PointedValue
from helpers import signals
from PySide6.QtCore import QCoreApplication, QPointF

PATIENCE = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "talk.wav"
    soundfile.write(file, signals.speech_like(3 * 16000), 16000)
    return file


def opened(window: MainWindow, path: Path, recipe: str | None) -> MainWindow:
    window.model.set_recipe(load_preset(recipe) if recipe else None)
    window.opening.open(path, "stand-in")
    assert window.jobs.wait_idle(PATIENCE)
    return window


def titles(window: MainWindow) -> list[str]:
    return [lane.title for lane in window.lanes.stages]


def heat(window: MainWindow, stage: str) -> HeatLane:
    lane = window.lanes.lane(stage)
    assert isinstance(lane, HeatLane)
    return lane


def written(folder: Path, path: Path, recipe: str, **changes: Any) -> Path:
    """Write what a port of a recipe with other parameters would."""
    changed = load_preset(recipe)
    for name, value in changes.items():
        changed = changed.replace(name.replace("__", "."), value)
    folder.mkdir()
    np.save(folder / "output.npy", np.asarray(compute(path, changed)["features"]))
    return folder


@pytest.mark.parametrize("recipe", ["whisper-80", "kaldi-fbank-80", "librosa-mfcc", "sensevoice"])
def test_lanes_show_and_read_the_stages(window: MainWindow, path: Path, recipe: str) -> None:
    run = compute(path, load_preset(recipe))
    opened(window, path, recipe)
    assert titles(window) == ["waveform", *(name for name in run if name != "audio")]
    for name in [*run][1:]:
        lane, stage = heat(window, name), run[name]
        probe = lane.probe_at(QPointF(lane.x_of(1.5), 1))
        assert probe is not None
        assert probe.value == np.asarray(stage)[probe.index]
        assert f"{stage.axes[stage.time].name} {probe.index[stage.time]} (1.5" in probe.text


def test_frequencies_rise_and_coefficients_descend(window: MainWindow, path: Path) -> None:
    opened(window, path, "librosa-mfcc")
    rows = {}
    for name in ("mel", "features"):
        lane = heat(window, name)
        probe = lane.probe_at(QPointF(lane.x_of(1.5), 1))
        assert probe is not None
        rows[name] = probe.index[0]
    assert rows == {"mel": 127, "features": 0}


def test_a_stage_that_was_supplied_says_by_which_file(window: MainWindow, path: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "theirs.npy", np.asarray(compute(path, load_preset("whisper-80"))["features"]).T)
    frames = load_preset("whisper-80").blocks[:1]
    supplied = Supplied(file="theirs.npy", stage="theirs")
    recipe = Recipe("mine", 16000, "mean", "soxr_hq", (*frames, supplied, Cast(to="float16", stage="after")))
    window.model.set_recipe(replace(recipe, folder=tmp_path))
    window.opening.open(path, "stand-in")
    assert window.jobs.wait_idle(PATIENCE)
    said = {lane.title: "supplied by theirs.npy" in lane.words(lane.heads()[0][1]) for lane in window.lanes.stages}
    assert said == {"waveform": False, "theirs": True, "after": False}


def test_a_signal_is_a_waveform(window: MainWindow, path: Path) -> None:
    opened(window, path, "wav2vec2")
    lane = window.lanes.lane("features")
    assert isinstance(lane, WaveformLane)
    probe = lane.probe_at(QPointF(lane.x_of(1.5), 1))
    assert probe is not None
    samples = np.asarray(compute(path, load_preset("wav2vec2"))["features"])
    assert (probe.stage, probe.value) == ("features", samples[probe.index])


def test_lanes_say_that_they_are_computed_until_they_are(window: MainWindow, path: Path, tmp_path: Path) -> None:
    assert {lane.awaited for lane in window.lanes.stages} == {""}
    window.model.set_recipe(load_preset("whisper-80"))
    window.opening.open(path, "stand-in")
    assert {lane.awaited for lane in window.lanes.stages} == {"computing …"}
    waiting = window.lanes.stages[-1].grab().toImage()
    assert window.jobs.wait_idle(PATIENCE)
    assert {lane.awaited for lane in window.lanes.stages} == {""}
    assert window.lanes.stages[-1].grab().toImage() != waiting
    window.opening.open(tmp_path / "none.wav", "stand-in")
    assert window.jobs.wait_idle(PATIENCE)
    assert {lane.awaited for lane in window.lanes.stages} == {""}


def test_a_signal_is_awaited_until_its_peaks_are_drawn(
    window: MainWindow, path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are gathered beside the computation, which may be over before: an empty line would be silence."""
    free, build = threading.Event(), PeakPyramid.build

    def late(*given: Any) -> PeakPyramid:
        free.wait(PATIENCE)
        return build(*given)

    monkeypatch.setattr("framescope.app.presenters.lanes.PeakPyramid.build", late)
    window.model.set_recipe(load_preset("wav2vec2"))
    with qtbot.waitSignal(window.model.finished, timeout=1000 * PATIENCE):
        window.opening.open(path, "stand-in")
    assert {lane.awaited for lane in window.lanes.stages} == {"computing …"}
    free.set()
    assert window.jobs.wait_idle(PATIENCE)
    assert {lane.awaited for lane in window.lanes.stages} == {""}


def test_lanes_of_another_recipe_share_the_height_anew(window: MainWindow, path: Path) -> None:
    """The lane of the samples is the low one, whatever was shown before."""
    for recipe in (None, "wav2vec2", "whisper-80", None):
        opened(window, path, recipe)
        QCoreApplication.processEvents()
        waveform, *others = (lane.height() for lane in window.lanes.stages)
        assert waveform < min(others), recipe


def test_what_is_computed_is_said(window: MainWindow, path: Path) -> None:
    opened(window, path, "whisper-80")
    assert load_preset("whisper-80").identity in window.encoder.text()
    opened(window, path, None)
    assert "encoder" in window.encoder.text()
    assert titles(window) == ["waveform", "mel", "features"]


def test_a_port_is_compared_stage_by_stage_in_every_view(window: MainWindow, path: Path, tmp_path: Path) -> None:
    port = written(tmp_path / "port", path, "whisper-80", filterbank__scale="htk")
    opened(window, path, "whisper-80")
    window.comparing.add(port)
    assert window.jobs.wait_idle(PATIENCE)
    comparison = window.runs.comparison
    assert comparison is not None
    assert comparison.verdict == "differ"
    assert [found.stage for found in comparison.stages] == ["features"]
    lane = heat(window, "features")
    assert "difference" in lane.present()
    probe = lane.probe_at(QPointF(lane.x_of(1.5), 1))
    assert probe is not None
    theirs = np.load(port / "output.npy")
    assert (probe.value, probe.port) == (np.asarray(comparison.reference["features"])[probe.index], theirs[probe.index])
    assert [curve.curve.stage for curve in window.lanes.errors.curves] == ["features"]
    window.comparing.dock.first_divergence()
    first = comparison.first_divergence
    assert first is not None
    assert first.place is not None
    assert window.timeline.frame == first.place.index[1]


def test_a_port_opened_before_the_recording_is_read_by_its_recipe(
    window: MainWindow, path: Path, tmp_path: Path
) -> None:
    port = written(tmp_path / "port", path, "whisper-80")
    window.model.set_recipe(load_preset("whisper-80"))
    window.opening.open(path, "stand-in")
    window.comparing.add(port)
    assert window.jobs.wait_idle(PATIENCE)
    assert window.runs.comparison is not None
    assert window.runs.comparison.verdict == "identical"


def test_another_recipe_reads_and_compares_the_port_anew(window: MainWindow, path: Path, tmp_path: Path) -> None:
    port = written(tmp_path / "port", path, "whisper-80")
    opened(window, path, "kaldi-fbank-80")
    window.comparing.add(port)
    assert window.jobs.wait_idle(PATIENCE)
    assert not window.runs.comparison
    window.recipes.use("whisper-80")
    assert window.jobs.wait_idle(PATIENCE)
    assert window.runs.comparison is not None
    assert window.runs.comparison.verdict == "identical"


def test_a_recipe_is_chosen_undone_and_remembered_with_its_recording(
    window: MainWindow, path: Path, tmp_path: Path
) -> None:
    opened(window, path, None)
    window.recipes.use("whisper-80")
    assert window.jobs.wait_idle(PATIENCE)
    workspace = window.document.workspace()
    assert workspace.recipe == "whisper-80"
    window.inspection.history.stack.undo()
    assert window.jobs.wait_idle(PATIENCE)
    assert window.model.is_original
    window.document.restore(workspace)
    assert window.jobs.wait_idle(PATIENCE)
    assert window.model.recipe == load_preset("whisper-80")
    assert titles(window) == ["waveform", "mel", "features"]
    window.model.set_recipe(load_preset("wav2vec2"))
    file = tmp_path / "own.toml"
    file.write_text(write_recipe(load_preset("whisper-80")), encoding="utf-8")
    window.files.open(file)
    assert window.jobs.wait_idle(PATIENCE)
    assert window.document.workspace().recipe == str(file)


def test_a_sessions_recipe_is_read_beside_the_window(
    window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def find(name: str) -> Recipe:
        threads.append(threading.current_thread())
        return load_preset(name)

    monkeypatch.setattr("framescope.app.window.recipes.find_recipe", find)
    window.document.restore(Workspace(str(path), recipe="whisper-80"))
    assert window.jobs.wait_idle(PATIENCE)
    assert window.model.recipe == load_preset("whisper-80")
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
    window.model.set_recipe(None)
    with window.inspection.history.change("Recipe"):
        window.model.set_recipe(load_preset("sensevoice"))
    window.inspection.history.stack.undo()
    window.inspection.history.stack.redo()
    assert window.model.recipe == load_preset("sensevoice")
    assert len(threads) == 1  # what was undone was at hand


def test_a_session_whose_recipe_is_still_read_gives_way_to_another_recording(
    window: MainWindow, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, reading, done = tmp_path / "other.wav", threading.Event(), threading.Event()
    soundfile.write(other, signals.speech_like(16000), 16000)

    def find(name: str) -> Recipe:
        reading.set()
        assert done.wait(PATIENCE)
        return load_preset(name)

    monkeypatch.setattr("framescope.app.window.recipes.find_recipe", find)
    window.document.restore(Workspace(str(path), recipe="whisper-80"))
    assert reading.wait(PATIENCE)
    window.opening.open(other, "stand-in")
    done.set()
    assert window.jobs.wait_idle(PATIENCE)
    assert window.model.path == other
    assert window.model.is_original


def test_a_session_whose_recipe_cannot_be_read_changes_nothing_and_says_why(window: MainWindow, path: Path) -> None:
    opened(window, path, None)
    window.document.restore(Workspace(str(path), recipe=str(path.with_name("gone.toml"))))
    assert window.jobs.wait_idle(PATIENCE)
    assert "gone.toml: does not exist" in window.progress.text()
    assert window.model.is_original


def test_a_recipe_that_holds_on_for_another_recording_is_said(window: MainWindow, path: Path, tmp_path: Path) -> None:
    opened(window, path, "whisper-80")
    other = tmp_path / "other.wav"
    soundfile.write(other, signals.speech_like(16000), 16000)
    window.opening.open(other, "stand-in")
    assert window.jobs.wait_idle(PATIENCE)
    assert load_preset("whisper-80").identity in window.progress.text()


def test_a_broken_recipe_changes_nothing_and_says_why(window: MainWindow, path: Path, tmp_path: Path) -> None:
    opened(window, path, "whisper-80")
    run, file = window.model.run, tmp_path / "broken.toml"
    file.write_text("recipe = 1\n", encoding="utf-8")
    window.files.open(file)
    assert window.jobs.wait_idle(PATIENCE)
    assert window.model.run is run
    assert "has no blocks" in window.progress.text()


def test_a_row_is_outlined_in_the_rows_that_it_was_made_of(window: MainWindow, path: Path) -> None:
    opened(window, path, "sensevoice")
    lane, log = heat(window, "features"), heat(window, "log_mel")
    window.timeline.seek_frame(20)
    assert log.band == (20 * 6 - 3, 20 * 6 + 4)
    assert lane.band is None
    lane.hovered.emit(PointedValue("features", (10, 0), 0.0, ""))
    assert log.band == (10 * 6 - 3, 10 * 6 + 4)
    log.hovered.emit(PointedValue("log_mel", (63, 0), 0.0, ""))
    assert lane.band == (10, 12)
    log.hovered.emit(None)
    assert log.band == (20 * 6 - 3, 20 * 6 + 4)
