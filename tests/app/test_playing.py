"""The keys of the playback, in a window whose sound goes nowhere."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.app.window.window import MainWindow
from framescope.core.settings import load_settings
from framescope.models.playback import SPEEDS
from helpers.recordings import encoded
from helpers.windows import open_recording, press, run, write_recording
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSlider, QSpinBox, QToolButton, QTreeView, QWidget


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


def test_what_is_computed_anew_plays_on_and_another_recording_does_not(
    heard: MainWindow, tmp_path: Any, qtbot: Any
) -> None:
    press(heard, "L")  # it would not end by itself
    press(heard, "Space")
    heard.views.compute_with("mode", heard.model.config.__class__(mode="wenet"))
    assert heard.playing.player.playing
    heard.opening.open(write_recording(tmp_path / "other.wav"))
    qtbot.waitUntil(lambda: not heard.playing.player.playing)


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


@pytest.mark.parametrize("follow", ["page", "smooth"])
def test_playing_computes_nothing(opened: MainWindow, follow: Any, monkeypatch: Any, qtbot: Any) -> None:
    submitted: list[str] = []
    monkeypatch.setattr(opened.jobs, "submit", lambda channel, *_: submitted.append(channel))
    opened.timeline.set_follow(follow)
    opened.timeline.show(0.0, 0.5)
    press(opened, "Space")
    qtbot.waitUntil(lambda: opened.timeline.cursor > 0.7)
    press(opened, "Space")
    assert opened.timeline.visible[0] > 0
    assert submitted == []


def test_steps_move_the_cursor(heard: MainWindow) -> None:
    heard.timeline.seek_frame(10)
    frames = []
    for key in (".", ".", ","):
        press(heard, key)
        frames.append(heard.timeline.frame)
    assert frames == [11, 12, 11]


def focused(window: MainWindow, kind: type[QWidget]) -> QWidget:
    """Give a widget of a kind the focus, one of the window's or a new one in its transport."""
    shown = [widget for widget in window.findChildren(kind) if widget.isVisible() and widget.isEnabled()]
    widget = shown[0] if shown else kind(window.playing.transport)
    widget.show()
    widget.setFocus()
    assert widget.hasFocus()
    return widget


@pytest.mark.parametrize("kind", [QSlider, QTreeView])
def test_space_plays_where_it_means_nothing_else(heard: MainWindow, kind: type[QWidget], qtbot: Any) -> None:
    with qtbot.waitExposed(heard):
        heard.activateWindow()
    widget = focused(heard, kind)
    for playing in (True, False):
        QTest.keyClick(widget, Qt.Key.Key_Space)
        assert heard.playing.player.playing == playing


def test_a_click_on_a_button_leaves_space_to_playing(heard: MainWindow, qtbot: Any) -> None:
    """What was clicked does not take the keyboard; what the keyboard has come to is pressed by Space."""
    with qtbot.waitExposed(heard):
        heard.activateWindow()
    heard.lanes.mel.setFocus()
    (button,) = (each for each in heard.playing.transport.findChildren(QToolButton) if each.accessibleName() == "Loop")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard.lanes.mel.hasFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    before = button.isChecked()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert button.isChecked() != before
    assert not heard.playing.player.playing


@pytest.mark.parametrize("kind", [QLineEdit, QSpinBox])
def test_space_is_typed_where_text_is_written(heard: MainWindow, kind: type[QWidget], qtbot: Any) -> None:
    with qtbot.waitExposed(heard):
        heard.activateWindow()
    widget = focused(heard, kind)
    QTest.keyClick(widget, Qt.Key.Key_Space)
    assert not heard.playing.player.playing
    if isinstance(widget, QLineEdit):
        assert widget.text() == " "


def test_space_in_a_menu_or_a_dialog_is_theirs(heard: MainWindow, qtbot: Any) -> None:
    with qtbot.waitExposed(heard):
        heard.activateWindow()
    menu = heard.commands.menus["File"]
    menu.popup(heard.pos())
    QTest.keyClick(menu, Qt.Key.Key_Space)
    menu.close()
    run("settings")(heard)
    dialog = heard.findChild(QWidget, "scrub_sound")
    assert isinstance(dialog, QCheckBox)
    dialog.setFocus()
    qtbot.waitUntil(dialog.hasFocus)
    before = dialog.isChecked()
    QTest.keyClick(dialog, Qt.Key.Key_Space)
    assert dialog.isChecked() != before
    assert not heard.playing.player.playing


def test_what_is_set_in_the_transport_is_remembered(window: MainWindow, qtbot: Any) -> None:
    (volume,) = (slider for slider in window.playing.transport.findChildren(QSlider))
    volume.setValue(40)
    qtbot.waitUntil(lambda: load_settings().volume == 0.4)
    window.playing.transport.findChild(QSpinBox).setValue(-35)
    window.close()
    assert load_settings().latency_offset_ms == -35
    assert load_settings().volume == 0.4


def test_what_the_recording_is_stands_beside_its_buttons_and_its_samples(
    window: MainWindow, tmp_path: Path, recording: Path
) -> None:
    path = tmp_path / "antiphase.wav"
    path.write_bytes(encoded(np.full((44_100, 2), (0.5, -0.5)), 44_100))
    open_recording(window, path)
    assert window.playing.facts.text().startswith("the channels cancel each other")
    assert "; 44.1 kHz stereo, 1.00 s, WAV" in window.playing.facts.text()
    assert window.playing.facts.text().endswith("; the mean of the channels, resampled to 16 kHz")
    waveform = window.lanes.waveform
    assert "of 44.1 kHz stereo" in waveform.words(waveform.heads()[0][1])
    open_recording(window, recording)
    assert window.playing.facts.text().startswith("16 kHz mono, 2.00 s, WAV")
    assert waveform.words(waveform.heads()[0][1])[-2:] == ["16 kHz mono", waveform.reduction()]
    window.model.close()
    assert window.playing.facts.text() == ""
