"""Playing for the application: the cursor goes with the sound, and the sound with the cursor."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ..timeline import Span, Timeline
from .calibration import CLICK_SECONDS, PERIOD_SECONDS, ClickTrack
from .feed import Passage
from .options import PlaybackOptions
from .player import Player
from .source import open_source
from .stream import Devices, PortAudioDevices

GRAIN_SECONDS = 0.06
_REDRAW_MS = 16
_AHEAD_SECONDS = _REDRAW_MS / 2000
"""What is drawn stays for one redraw: it is right in the middle of it."""


class Playback(QObject):
    """Plays the recording that the timeline shows; while it plays, the timeline's cursor is on what is heard.

    A cursor that anybody else moves moves the sound. Nothing here waits for the sound device.

    Parameters
    ----------
    timeline : Timeline
        Whose cursor goes along, and whose selection is looped.
    devices : Devices, optional
        Where to play; PortAudio's.
    """

    playing_changed = Signal(bool)
    options_changed = Signal(object)
    """The `PlaybackOptions`."""
    status_changed = Signal(str)
    """What is not as it should be, such as ``there is no sound device: the cursor moves silently``, or nothing."""
    devices_changed = Signal(object)
    """Names of the devices, a tuple of str."""
    clicked = Signal()
    """While calibrating: a click is heard now, if the latency is right."""
    _news = Signal()

    def __init__(self, timeline: Timeline, parent: QObject | None = None, *, devices: Devices | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self._options = PlaybackOptions()
        self._path: Path | None = None
        self._within: Span | None = None
        """What `play_selection` plays."""
        self._playing = self._calibrating = self._advancing = False
        self._phase = 0.0
        self._status, self._devices = "", tuple[str, ...]()
        self._news.connect(self._on_news, Qt.ConnectionType.QueuedConnection)
        self._player = Player(devices or PortAudioDevices(), self._news.emit)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_REDRAW_MS)
        self._timer.timeout.connect(self._on_redraw)
        timeline.cursor_changed.connect(self._on_cursor)
        timeline.selection_changed.connect(self._on_selection)

    @property
    def playing(self) -> bool:
        """Whether the cursor moves by itself."""
        return self._playing

    @property
    def calibrating(self) -> bool:
        """Whether clicks are played."""
        return self._calibrating

    @property
    def options(self) -> PlaybackOptions:
        """How things are played."""
        return self._options

    @property
    def status(self) -> str:
        """What is not as it should be; empty where all is well."""
        return self._status

    @property
    def devices(self) -> tuple[str, ...]:
        """Names of the devices, once `find_devices` has been answered."""
        return self._devices

    def load(self, path: Path | None) -> None:
        """Play this recording from now on, None: nothing; what cannot be played is told by the status."""
        self.pause()
        self._calibrating, self._path = False, path
        self._player.load(partial(open_source, path) if path else None)

    def set_options(self, options: PlaybackOptions) -> None:
        """Play in another way, at once."""
        old, self._options = self._options, options
        if options == old:
            return
        self._player.set_gain(options.volume)
        self._player.latency = options.latency_ms / 1000
        if options.device != old.device:
            self._player.use_device(options.device)
        if (options.loop, options.speed) != (old.loop, old.speed):
            self._go_on()
        self.options_changed.emit(options)

    def find_devices(self) -> None:
        """Look for sound devices; `devices_changed` tells them."""
        self._player.find_devices()

    def play(self) -> None:
        """Play from the cursor on; from the beginning where it is at the end, or outside of what is looped."""
        self._within = None
        start, end = self._region()
        cursor = self._timeline.cursor
        inside = (start <= cursor < end) if self._options.loop else cursor < end
        self._start(cursor if inside else start)

    def play_selection(self) -> None:
        """Play the selection, where there is one."""
        if self._timeline.selection:
            self._within = self._timeline.selection
            self._start(self._within[0])

    def pause(self) -> None:
        """Stop where the sound is."""
        if self._playing:
            self._follow()
            self._set_playing(False)
            self._player.rest()

    def toggle(self) -> None:
        """Play, or pause."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def scrub(self, seconds: float) -> None:
        """Let a moment be heard shortly, as the cursor is dragged over it; nothing where something plays."""
        self._play_grain(seconds, GRAIN_SECONDS)

    def step(self, frames: int) -> None:
        """Go so many video frames on, or back where negative, and let the one that is reached be heard."""
        self._timeline.step_frames(frames)
        base = self._timeline.timebase
        self._play_grain(base.frame_seconds(self._timeline.frame), base.frame_seconds(1))

    def start_calibration(self) -> None:
        """Play a click every second, and emit `clicked` when it is heard: with the right latency both coincide."""
        self.pause()
        self._calibrating, self._phase = True, 0.0
        self._player.load(ClickTrack)
        self._player.play(Passage(0.0, PERIOD_SECONDS, 0.0))
        self._timer.start()

    def stop_calibration(self) -> None:
        """Go back to the recording."""
        if self._calibrating:
            self._timer.stop()
            self.load(self._path)

    def close(self) -> None:
        """Give the device back and end the player's thread; to be called before Qt deletes this object."""
        self._timer.stop()
        self._player.close()

    def _region(self) -> Span:
        whole = (0.0, self._timeline.duration)
        looped = self._timeline.selection if self._options.loop else None
        return self._within or looped or whole

    def _passage(self, start: float | None) -> Passage:
        """Give what to play from a moment on, None: from where the sound is."""
        first, stop = self._region()
        if self._timeline.cursor >= stop:  # beyond the loop or the selection nothing holds the sound back
            return Passage(start, self._timeline.duration, speed=self._options.speed)
        return Passage(start, stop, first if self._options.loop else None, self._options.speed)

    def _start(self, seconds: float) -> None:
        if self._path is None:
            return
        self.stop_calibration()
        with self._own_move():
            self._timeline.seek(seconds)
        self._player.play(self._passage(self._timeline.cursor))
        self._set_playing(True)

    def _go_on(self) -> None:
        if self._playing:
            self._player.play(self._passage(None))

    def _play_grain(self, seconds: float, length: float) -> None:
        if self._options.scrubbing and self._path and not self._playing and not self._calibrating:
            self._player.play(Passage(seconds, seconds + length, grain=True))

    def _set_playing(self, playing: bool) -> None:
        if playing:
            self._timer.start()
        else:
            self._timer.stop()
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)

    def _on_redraw(self) -> None:
        if self._calibrating:
            self._watch_click()
        elif self._player.ended():
            self.pause()
        else:
            self._follow(_AHEAD_SECONDS)

    def _follow(self, ahead: float = 0.0) -> None:
        if (seconds := self._player.position(ahead)) is not None:
            self._set_cursor(seconds)

    def _set_cursor(self, seconds: float) -> None:
        """Move the cursor; the view follows, unless the user has scrolled away from it."""
        start, end = self._timeline.visible
        seen = start <= self._timeline.cursor <= end
        with self._own_move():
            (self._timeline.seek if seen else self._timeline.drag_to)(seconds)

    @contextmanager
    def _own_move(self) -> Iterator[None]:
        self._advancing = True
        try:
            yield
        finally:
            self._advancing = False

    def _watch_click(self) -> None:
        if (seconds := self._player.position()) is not None:
            before, self._phase = self._phase, (seconds - CLICK_SECONDS) % PERIOD_SECONDS
            if self._phase < before:
                self.clicked.emit()

    def _on_cursor(self, seconds: float) -> None:
        if self._playing and not self._advancing:
            self._player.play(self._passage(seconds))

    def _on_selection(self) -> None:
        if self._options.loop and self._within is None:
            self._go_on()

    def _on_news(self) -> None:
        if self._player.status != self._status:
            self._status = self._player.status
            self.status_changed.emit(self._status)
        if self._player.names != self._devices:
            self._devices = self._player.names
            self.devices_changed.emit(self._devices)
