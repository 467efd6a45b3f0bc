"""The keys of the playback, in a window whose sound goes nowhere."""

from typing import Any

from framescope.app.window import MainWindow
from framescope.models.playback import SPEEDS
from helpers.windows import press


def test_keys_play_and_pause(opened: MainWindow, qtbot: Any) -> None:
    player = opened.playing.player
    press(opened, "Space")
    assert player.playing
    qtbot.waitUntil(lambda: opened.timeline.cursor > 0.05)
    press(opened, "Space")
    assert not player.playing
    opened.timeline.select(1.0, 1.1)
    press(opened, "S")
    qtbot.waitUntil(lambda: opened.timeline.cursor >= 1.0)
    qtbot.waitUntil(lambda: not player.playing)
    assert 1.0 <= opened.timeline.cursor <= 1.2


def test_what_is_computed_anew_plays_on_and_another_recording_does_not(opened: MainWindow, tmp_path: Any) -> None:
    press(opened, "Space")
    opened.views.compute_with("mode", opened.model.config.__class__(mode="wenet"))
    assert opened.playing.player.playing
    opened.open(tmp_path / "other.wav")
    assert not opened.playing.player.playing


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


def test_steps_move_the_cursor(opened: MainWindow) -> None:
    opened.timeline.seek_frame(10)
    frames = []
    for key in (".", ".", ","):
        press(opened, key)
        frames.append(opened.timeline.frame)
    assert frames == [11, 12, 11]
