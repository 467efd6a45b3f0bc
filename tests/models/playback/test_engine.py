"""The cursor goes with the sound, the sound with the cursor, and options hold at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.timebase import Timebase
from framescope.models.playback import Playback, PlaybackOptions, outlet
from framescope.models.timeline import Timeline
from helpers.fake_stream import FakeDevices, FakeStream
from helpers.recordings import encoded

RATE = 8_000
SOUND = (np.arange(1, 4 * RATE + 1)[:, None] * np.float32(0.9 / (4 * RATE))).astype(np.float32)


class Scene:
    """A timeline of four seconds, what plays it, and a device that the test moves."""

    def __init__(self, qtbot: Any, path: Path) -> None:
        self.qtbot, self.devices, self.timeline = qtbot, FakeDevices(), Timeline()
        self.timeline.set_duration(4.0, Timebase())
        self.playback = Playback(self.timeline, devices=self.devices)
        self.playback.load(path)

    def wait(self, condition: Any) -> None:
        self.qtbot.waitUntil(condition, timeout=20_000)

    @property
    def stream(self) -> FakeStream:
        self.wait(lambda: bool(self.devices.streams))
        return self.devices.streams[-1]

    def hear(self, seconds: float) -> np.ndarray[Any, Any]:
        """Have so much be heard; gives the moments in the recording."""
        return self.stream.play(round(seconds * RATE), self.wait)[:, 0] * 4 / 0.9

    def cursor_at(self, seconds: float) -> None:
        self.wait(lambda: abs(self.timeline.cursor - seconds) < 0.001)

    def set(self, **changes: Any) -> None:
        self.playback.set_options(replace(self.playback.options, **changes))


@pytest.fixture
def scene(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(outlet, "LOST_SECONDS", 1e9)
    path = tmp_path / "ramp.wav"
    path.write_bytes(encoded(SOUND, RATE, subtype="FLOAT"))
    made = Scene(qtbot, path)
    yield made
    made.playback.close()


def test_the_cursor_and_its_frame_are_those_of_the_audible_sample(scene: Scene) -> None:
    scene.timeline.seek(1.0)
    scene.playback.play()
    for heard in (0.3, 0.01, 0.5):
        scene.hear(heard)
    scene.cursor_at(1.81)
    assert scene.timeline.frame == int(1.81 * 25)
    scene.playback.pause()
    assert not scene.playback.playing
    assert scene.timeline.cursor == pytest.approx(1.81, abs=0.001)


def test_moving_the_cursor_moves_the_sound_and_the_player_does_not_answer_itself(scene: Scene) -> None:
    scene.playback.play()
    scene.hear(0.5)
    scene.cursor_at(0.5)
    scene.timeline.seek(3.0)
    assert scene.timeline.cursor == 3.0
    scene.wait(lambda: scene.stream.take(80)[-1, 0] * 4 / 0.9 > 3)
    moments = scene.hear(0.5)
    assert np.all(np.diff(moments) > 0), "the cursor's own moves were taken for seeks"
    assert scene.timeline.cursor >= 3.0


def test_at_its_end_it_stops_and_begins_again(scene: Scene) -> None:
    scene.timeline.seek(3.9)
    states: list[bool] = []
    scene.playback.playing_changed.connect(states.append)
    scene.playback.toggle()
    scene.hear(0.1)
    scene.wait(lambda: not scene.playback.playing)
    assert scene.timeline.cursor == 4.0
    scene.playback.toggle()
    assert scene.timeline.cursor == 0.0
    assert scene.hear(0.01)[-1] == pytest.approx(0.01, abs=0.001)
    assert states == [True, False, True]


def test_the_selection_is_played_once_or_again_and_again(scene: Scene) -> None:
    scene.timeline.select(1.0, 1.25)
    scene.playback.play_selection()
    assert scene.hear(0.25)[[0, -1]] == pytest.approx([1.0, 1.25], abs=0.001)
    scene.wait(lambda: not scene.playback.playing)
    assert scene.timeline.cursor == pytest.approx(1.25)
    scene.set(loop=True)
    scene.playback.play()
    assert scene.timeline.cursor == 1.0
    moments = scene.hear(0.6)
    steps = np.diff(moments[30:])  # the first may fade in, out of the pause
    wraps = np.flatnonzero(steps < 0)
    np.testing.assert_array_equal(np.diff(wraps), RATE // 4)
    np.testing.assert_allclose(np.delete(steps, wraps), 1 / RATE, atol=1e-5)
    assert 1.0 <= scene.timeline.cursor < 1.25


def test_a_loop_follows_its_selection_in_mid_play(scene: Scene) -> None:
    scene.set(loop=True)
    scene.timeline.select(1.0, 2.0)
    scene.playback.play()
    scene.hear(0.1)
    scene.timeline.select(1.0, 1.5)
    scene.hear(0.9)
    assert scene.hear(0.4).max() <= 1.501
    assert scene.playback.playing


def test_beyond_the_loop_nothing_holds_the_sound_back(scene: Scene) -> None:
    scene.set(loop=True)
    scene.timeline.select(1.0, 1.5)
    scene.playback.play()
    scene.hear(0.1)
    scene.timeline.seek(3.5)
    scene.wait(lambda: scene.stream.take(80)[-1, 0] * 4 / 0.9 > 3.5)
    scene.wait(lambda: not np.any(scene.stream.take(80)))
    scene.stream.time = scene.stream.heard
    scene.wait(lambda: not scene.playback.playing)
    assert scene.timeline.cursor == 4.0


@pytest.mark.parametrize(
    ("follow", "visible"), [("page", (1.0, 1.5)), ("smooth", (1.05, 1.55)), ("off", (0.9, 1.4))], ids=str
)
def test_the_view_follows_as_it_should(scene: Scene, follow: Any, visible: tuple[float, float]) -> None:
    scene.timeline.set_follow(follow)
    scene.timeline.show(0.9 if follow == "off" else 0.55, 1.4 if follow == "off" else 1.05)
    scene.timeline.drag_to(1.0)
    scene.playback.play()
    scene.hear(0.3)
    scene.cursor_at(1.3)
    start, end = scene.timeline.visible
    assert end - start == pytest.approx(0.5)
    assert start <= 1.3 <= end
    if follow != "page":
        assert (start, end) == pytest.approx(visible, abs=0.001)


def test_a_view_that_the_user_scrolled_away_stays_there(scene: Scene) -> None:
    scene.timeline.show(0.0, 1.0)
    scene.playback.play()
    scene.hear(0.2)
    scene.cursor_at(0.2)
    scene.timeline.show(3.0, 4.0)
    scene.hear(0.2)
    scene.cursor_at(0.4)
    assert scene.timeline.visible == (3.0, 4.0)
    scene.playback.pause()
    scene.playback.play()
    assert scene.timeline.visible[0] <= 0.4 <= scene.timeline.visible[1], "nothing is seen of what is played"


def test_dragging_and_stepping_are_heard_unless_switched_off(scene: Scene) -> None:
    scene.playback.scrub(2.0)
    grain = scene.hear(0.05)
    assert grain[200] == pytest.approx(2.0 + 201 / RATE, abs=0.001)
    scene.playback.step(10)
    assert scene.timeline.frame == 10
    scene.wait(lambda: 0.4 < scene.stream.take(80)[40, 0] * 4 / 0.9 < 0.44)
    assert not scene.playback.playing
    scene.wait(lambda: not np.any(scene.stream.take(80)))
    scene.set(scrubbing=False)
    scene.playback.step(-10)
    scene.playback.scrub(3.0)
    assert scene.timeline.frame == 0
    scene.set(volume=0.5)  # the orders are served in their order: what follows is heard only after what came before
    scene.playback.play()
    assert scene.hear(0.01)[-1] == pytest.approx(0.005, abs=0.001)


def test_speed_volume_device_and_latency_hold_at_once(scene: Scene) -> None:
    told: list[PlaybackOptions] = []
    scene.playback.options_changed.connect(told.append)
    scene.playback.play()
    scene.hear(0.1)
    options = PlaybackOptions(speed=2.0, volume=0.5, device="Headphones", latency_ms=100)
    scene.playback.set_options(options)
    scene.playback.set_options(options)
    assert told == [options]
    scene.wait(lambda: len(scene.devices.streams) == 2)
    scene.hear(0.7)  # of which the last 0.1 s is still on its way, and the first 0.06 s was prepared before
    scene.wait(lambda: scene.timeline.cursor > 0.9)
    assert scene.timeline.cursor < 1.3
    assert scene.devices.opened[-1] == "Headphones"


@pytest.mark.parametrize(
    "wrong", [{"speed": 3.0}, {"speed": float("nan")}, {"volume": -0.1}, {"volume": 1.1}, {"latency_ms": 501}], ids=str
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        PlaybackOptions(**wrong)  # type: ignore[arg-type]


def test_devices_and_the_state_of_the_sound_are_told(scene: Scene, qtbot: Any) -> None:
    with qtbot.waitSignal(scene.playback.devices_changed) as found:
        scene.playback.find_devices()
    assert found.args == [("Speakers", "Headphones")] == [scene.playback.devices]
    scene.devices.reason = "PortAudio is not installed"
    with qtbot.waitSignal(scene.playback.status_changed) as told:
        scene.playback.play()
    assert told.args == ["PortAudio is not installed: the cursor moves silently"] == [scene.playback.status]
    scene.wait(lambda: scene.timeline.cursor > 0.05)


def test_without_a_recording_nothing_plays(scene: Scene) -> None:
    scene.playback.load(None)
    scene.playback.toggle()
    scene.playback.play_selection()
    scene.playback.scrub(1.0)
    assert not scene.playback.playing
    assert not scene.devices.streams


def test_a_recording_that_cannot_be_played_is_said_and_not_waited_for(scene: Scene, tmp_path: Path) -> None:
    scene.playback.load(tmp_path / "gone.wav")
    scene.playback.play()
    scene.wait(lambda: not scene.playback.playing)
    assert "gone.wav: does not exist" in scene.playback.status


def test_calibrating_flashes_with_each_click_and_ends_in_the_recording(scene: Scene) -> None:
    flashes: list[int] = []
    scene.playback.clicked.connect(lambda: flashes.append(1))
    scene.playback.start_calibration()
    blocks: list[np.ndarray[Any, Any]] = []

    def goes_on() -> bool:
        blocks.append(scene.stream.take(scene.stream.rate // 50))
        scene.stream.time = scene.stream.heard
        return len(flashes) == 2

    scene.wait(goes_on)
    loud = np.flatnonzero(np.abs(np.concatenate(blocks)) > 0.1) / scene.stream.rate
    seconds = len(blocks) / 50
    assert seconds - 0.2 < loud[-1] <= seconds
    assert scene.timeline.cursor == 0.0
    scene.playback.stop_calibration()
    scene.playback.play()
    assert scene.playback.playing
    scene.wait(lambda: len(scene.devices.streams) == 2)
    assert scene.hear(0.01)[0] == pytest.approx(0.0, abs=0.001)
