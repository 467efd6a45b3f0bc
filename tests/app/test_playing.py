"""The keys of the playback, in a window whose sound goes nowhere."""

from typing import Any

from framescope.app.window import MainWindow
from framescope.models.playback import SPEEDS
from helpers.windows import press


def test_keys_play_and_pause(heard: MainWindow, qtbot: Any) -> None:
    player = heard.playing.player
    press(heard, "Space")
    assert player.playing
    qtbot.waitUntil(lambda: heard.timeline.cursor > 0.05)
    press(heard, "Space")
    assert not player.playing
    heard.timeline.select(1.0, 1.1)
    press(heard, "S")
    qtbot.waitUntil(lambda: heard.timeline.cursor >= 1.0)
    qtbot.waitUntil(lambda: not player.playing)
    assert 1.0 <= heard.timeline.cursor <= 1.2


def test_what_is_computed_anew_plays_on_and_another_recording_does_not(heard: MainWindow, tmp_path: Any) -> None:
    press(heard, "Space")
    heard.views.compute_with("mode", heard.model.config.__class__(mode="wenet"))
    assert heard.playing.player.playing
    heard.open(tmp_path / "other.wav")
    assert not heard.playing.player.playing


def test_keys_change_how_it_plays(window: MainWindow) -> None:
    player = window.playing.player
    for _ in range(2 * len(SPEEDS)):
        press(window, "]")
    assert player.options.speed == SPEEDS[-1]
    for _ in range(2 * len(SPEEDS)):
        press(window, "[")
    assert player.options.speed == SPEEDS[0]
    press(window, "Ctrl+Shift+Up")
    assert player.options.volume == 1
    for _ in range(12):
        press(window, "Ctrl+Shift+Down")
    assert player.options.volume == 0
    for loop in (True, False):
        press(window, "L")
        assert player.options.loop == loop


def test_steps_move_the_cursor(heard: MainWindow) -> None:
    heard.timeline.seek_frame(10)
    frames = []
    for key in (".", ".", ","):
        press(heard, key)
        frames.append(heard.timeline.frame)
    assert frames == [11, 12, 11]
