"""The menu of what is seldom changed about playing: device, latency, sound while dragging, how the view follows."""

from dataclasses import replace
from typing import get_args

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSpinBox, QWidget, QWidgetAction

from ...core.settings import Follow
from ...models.playback import Playback
from ...models.timeline import Timeline
from ...models.words import caption

_USUAL = "The system's"
_FOLLOW = {"page": "Turn pages", "smooth": "Scroll", "off": "Stay"}


class SoundMenu(QMenu):
    """Device, sound while dragging, latency with a click to find it by, and how the view follows."""

    def __init__(self, playback: Playback, timeline: Timeline, parent: QWidget) -> None:
        super().__init__(parent)
        self._playback, self._timeline = playback, timeline
        self._devices, self._follow = self.addMenu("Device"), self.addMenu("View while playing")
        self._scrubbing = self.addAction("Sound while dragging and stepping")
        self._scrubbing.setCheckable(True)
        self._scrubbing.triggered.connect(lambda on: self._set(scrubbing=on))
        self._add_latency()
        self._calibrating = self.addAction("Play clicks to find the latency")
        self._calibrating.setCheckable(True)
        self._calibrating.triggered.connect(self._calibrate)
        self.aboutToShow.connect(self._prepare)
        playback.devices_changed.connect(self._list_devices)

    def _add_latency(self) -> None:
        self._latency = QSpinBox()
        self._latency.setRange(-500, 500)
        self._latency.setPrefix("Latency ")
        self._latency.setSuffix(" ms")
        self._latency.setAccessibleName("Latency of the sound device")
        self._latency.setToolTip("By how much the sound is heard later than the device says")
        self._latency.valueChanged.connect(lambda value: self._set(latency_ms=float(value)))
        action = QWidgetAction(self)
        action.setDefaultWidget(self._latency)
        self.addAction(action)

    def _prepare(self) -> None:
        options = self._playback.options
        self._scrubbing.setChecked(options.scrubbing)
        self._latency.setValue(round(options.latency_ms))
        self._calibrating.setChecked(self._playback.calibrating)
        self._list_devices()
        self._list_follow()
        self._playback.find_devices()

    def _list_devices(self) -> None:
        self._devices.clear()
        group = QActionGroup(self._devices)
        for name in (None, *self._playback.devices):
            action = self._choice(self._devices, group, name or _USUAL, name == self._playback.options.device)
            action.triggered.connect(lambda _=False, name=name: self._set(device=name))

    def _list_follow(self) -> None:
        self._follow.clear()
        group = QActionGroup(self._follow)
        for follow in get_args(Follow):
            action = self._choice(self._follow, group, _FOLLOW[follow], follow == self._timeline.follow)
            action.triggered.connect(lambda _=False, follow=follow: self._timeline.set_follow(follow))

    def _choice(self, menu: QMenu, group: QActionGroup, title: str, chosen: bool) -> QAction:
        action = menu.addAction(caption(title))
        action.setCheckable(True)
        action.setChecked(chosen)
        group.addAction(action)
        return action

    def _calibrate(self, on: bool) -> None:
        if on:
            self._playback.start_calibration()
        else:
            self._playback.stop_calibration()

    def _set(self, **changes: object) -> None:
        self._playback.set_options(replace(self._playback.options, **changes))  # type: ignore[arg-type]
