"""The transport: it says where the cursor is and what the sound does, and its controls are the player's."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.timebase import Timebase
from framescope.models.playback import Playback
from framescope.models.timeline import Timeline
from framescope.widgets.panels.sound_menu import SoundMenu
from framescope.widgets.panels.transport import Transport
from helpers.fake_stream import FakeDevices
from helpers.recordings import encoded
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QMenu, QSlider, QSpinBox, QToolButton, QWidget


@pytest.fixture
def devices() -> FakeDevices:
    return FakeDevices()


@pytest.fixture
def playback(qtbot: Any, devices: FakeDevices, tmp_path: Path) -> Iterator[Playback]:
    path = tmp_path / "ramp.wav"
    path.write_bytes(encoded(np.linspace(0.1, 0.9, 32_000), 16_000))
    timeline = Timeline()
    timeline.set_duration(2.0, Timebase())
    player = Playback(timeline, timeline, devices=devices)
    player.load(path)
    yield player
    player.close()


@pytest.fixture
def transport(qtbot: Any, playback: Playback) -> Transport:
    timeline = playback.parent()
    assert isinstance(timeline, Timeline)
    widget = Transport(timeline, playback)
    qtbot.addWidget(widget)
    return widget


def named(transport: QWidget, kind: type, name: str) -> Any:
    (found,) = [widget for widget in transport.findChildren(kind) if widget.accessibleName() == name]
    return found


def click(transport: Transport, name: str) -> None:
    QTest.mouseClick(named(transport, QToolButton, name), Qt.MouseButton.LeftButton)


def item(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def test_it_says_where_the_cursor_is(transport: Transport, playback: Playback) -> None:
    assert transport.text == "00:00.000  frame 0"
    for name in ("Next frame", "Next frame", "Previous frame", "Next frame"):
        click(transport, name)
    assert transport.text == "00:00.080  frame 2"
    click(transport, "End")
    assert transport.text.startswith("00:02.000")
    click(transport, "Beginning")
    assert transport.text == "00:00.000  frame 0"


def test_the_button_plays_and_pauses_and_says_which(transport: Transport, playback: Playback) -> None:
    click(transport, "Play")
    assert playback.playing
    click(transport, "Pause")
    assert not playback.playing
    assert named(transport, QToolButton, "Play").toolTip() == "Play"


def test_its_controls_set_the_options_and_show_them(transport: Transport, playback: Playback) -> None:
    click(transport, "Loop")
    named(transport, QComboBox, "Speed").setCurrentText("0.5×")
    named(transport, QSlider, "Volume").setValue(30)
    assert playback.options == replace(playback.options, loop=True, speed=0.5, volume=0.3)
    playback.set_options(replace(playback.options, loop=False, speed=1.5, volume=1.0))
    assert not named(transport, QToolButton, "Loop").isChecked()
    assert named(transport, QComboBox, "Speed").currentText() == "1.5×"
    assert named(transport, QSlider, "Volume").value() == 100


def test_a_speed_between_the_choices_stays_what_it_is(transport: Transport, playback: Playback) -> None:
    playback.set_options(replace(playback.options, speed=1.9))
    assert playback.options.speed == 1.9
    assert named(transport, QComboBox, "Speed").currentText() == "2×"


def test_the_state_of_the_sound_is_said(
    transport: Transport, playback: Playback, devices: FakeDevices, qtbot: Any
) -> None:
    devices.reason = "there is no sound device"
    playback.play()
    qtbot.waitUntil(lambda: transport.state == "there is no sound device: the cursor moves silently", timeout=20_000)


def test_the_menu_sets_device_latency_scrubbing_and_follow(
    transport: Transport, playback: Playback, qtbot: Any
) -> None:
    menu = named(transport, QToolButton, "Sound").menu()
    assert isinstance(menu, SoundMenu)
    menu.aboutToShow.emit()
    device, follow = (item(menu, title).menu() for title in ("Device", "View while playing"))
    assert isinstance(device, QMenu)
    assert isinstance(follow, QMenu)
    qtbot.waitUntil(lambda: len(device.actions()) == 3, timeout=20_000)
    assert item(device, "The system's").isChecked()
    item(device, "Headphones").trigger()
    item(follow, "Scroll").trigger()
    item(menu, "Sound while dragging and stepping").trigger()
    named(menu, QSpinBox, "Latency of the sound device").setValue(150)
    assert playback.options == replace(playback.options, device="Headphones", scrubbing=False, latency_ms=150.0)
    timeline = playback.parent()
    assert isinstance(timeline, Timeline)
    assert timeline.follow == "smooth"
    menu.aboutToShow.emit()
    assert item(device, "Headphones").isChecked()


def test_the_menu_starts_the_clicks_which_are_seen_and_ends_them(
    transport: Transport, playback: Playback, qtbot: Any
) -> None:
    menu = named(transport, QToolButton, "Sound").menu()
    clicks = item(menu, "Play clicks to find the latency")
    clicks.trigger()
    assert playback.calibrating
    playback.clicked.emit()
    assert transport.state
    qtbot.waitUntil(lambda: not transport.state, timeout=20_000)
    clicks.trigger()
    assert not playback.calibrating


def test_it_says_what_is_selected(transport: Transport, playback: Playback, qtbot: Any) -> None:
    timeline = playback.parent()
    assert isinstance(timeline, Timeline)
    assert transport.selection == ""
    transport.resize(1000, 30)
    transport.show()
    timeline.select(0.5, 1.25)
    assert transport.selection == "selected: 0.500 to 1.250 s, 0.750 s long, frames 12 to 31"
    label = named(transport, QWidget, "The selection")
    qtbot.waitUntil(lambda: label.width() >= label.fontMetrics().horizontalAdvance(transport.selection))
    timeline.clear_selection()
    assert transport.selection == ""
