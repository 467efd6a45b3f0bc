"""The window of a recording that goes on: lanes that follow, a file that is opened, and no device at all."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.app.window.live import LiveWindow
from framescope.app.window.window import MainWindow
from framescope.core.recipe.presets import load_preset
from framescope.widgets.lanes.heatmap import HeatLane
from helpers import signals
from helpers.fake_inputs import FakeInputs

RATE = 16000
SPEECH = signals.speech_like(RATE * 3).astype(np.float32)
Open = Callable[..., tuple[LiveWindow, FakeInputs]]


@pytest.fixture
def live(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    def opened(rate: int = RATE) -> tuple[LiveWindow, FakeInputs]:
        inputs = FakeInputs(rate)
        monkeypatch.setattr("framescope.app.window.live.PortAudioInputs", lambda: inputs)
        window.live.open()
        return window.live, inputs

    yield opened
    window.live.close()


@pytest.mark.parametrize(("recipe", "stages"), [(None, {"mel": 80}), ("whisper-80", {"mel": 80, "features": 80})])
def test_the_lanes_follow_the_sound(
    recipe: str | None, stages: dict[str, int], live: Open, window: MainWindow, tmp_path: Path, qtbot: Any
) -> None:
    window.model.set_recipe(load_preset(recipe) if recipe else None)
    shown, inputs = live()
    shown.start(tmp_path / "live.wav")
    qtbot.waitUntil(lambda: inputs.device.started)
    inputs.device.give(SPEECH)
    qtbot.waitUntil(lambda: "Recording, 3.0 s" in shown.said.text())
    lanes = {name: lane for name in shown.lanes.names if isinstance(lane := shown.lanes.lane(name), HeatLane)}
    assert lanes.keys() == stages.keys()
    picture, area = lanes["mel"].grab().toImage(), lanes["mel"].contents_rect()
    silent, heard = (
        {picture.pixel(x, y) for x in range(*columns, 4) for y in range(area.top(), area.bottom())}
        for columns in ((area.left(), area.center().x()), (area.right() - area.width() // 4, area.right() - 4))
    )
    assert len(silent) == 1
    assert len(heard) > 50


def test_what_was_recorded_is_opened(live: Open, window: MainWindow, tmp_path: Path, qtbot: Any) -> None:
    shown, inputs = live()
    shown.start(tmp_path / "live.wav")
    qtbot.waitUntil(lambda: inputs.device.started)
    inputs.device.give(SPEECH)
    shown.record.click()
    qtbot.waitUntil(lambda: window.model.path == tmp_path / "live.wav")
    assert inputs.device.closed
    assert np.array_equal(soundfile.read(tmp_path / "live.wav", dtype="float32")[0], SPEECH)
    assert shown.record.isEnabled()


def test_no_device_is_said(live: Open, tmp_path: Path, qtbot: Any) -> None:
    shown, _ = live(rate=0)
    qtbot.waitUntil(lambda: "no sound device to record from" in shown.said.text())
    shown.start(tmp_path / "live.wav")
    qtbot.waitUntil(lambda: shown.said.text() == "there is no device to record from")
    assert shown.record.isEnabled()
    assert not list(tmp_path.iterdir())


def test_a_device_that_falls_silent_is_said_and_what_came_is_kept(
    live: Open, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framescope.models.live.live._PATIENCE", 0.1)
    shown, inputs = live()
    said: list[str] = []
    shown.live.failed.connect(said.append)
    shown.start(tmp_path / "live.wav")
    qtbot.waitUntil(lambda: inputs.device.started)
    inputs.device.give(SPEECH)
    qtbot.waitUntil((tmp_path / "live.wav").exists)
    assert said == ["the sound device gives nothing any more"]
    assert soundfile.info(tmp_path / "live.wav").frames == len(SPEECH)


@pytest.mark.parametrize("stopped", [False, True])
def test_closing_the_main_window_keeps_the_recording(
    stopped: bool, live: Open, window: MainWindow, tmp_path: Path, qtbot: Any
) -> None:
    shown, inputs = live()
    shown.start(tmp_path / "live.wav")
    qtbot.waitUntil(lambda: inputs.device.started)
    inputs.device.give(SPEECH)
    if stopped:
        shown.stop()
    window.close()
    assert inputs.device.closed
    assert soundfile.info(tmp_path / "live.wav").frames == len(SPEECH)
