"""The strip under the lanes: where the cursor is, buttons that move it, and how it is played."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QSlider, QToolButton, QWidget

from ...models.playback import SPEEDS, Playback, PlaybackOptions
from ...models.timeline import Span, Timeline
from ..clock import position
from ..icons import put_icon
from ..label import CutLabel, Label
from .sound_menu import SoundMenu

_WIDEST = "000:00.000  frame 9,999,999"
_VOLUME_WIDTH, _ICON = 80, 18
_FLASH, _FLASH_MS = "\N{FULL BLOCK}" * 8, 100


class Transport(QWidget):
    """Buttons that play and move by frames, how it is played, the cursor's time and frame, and the state of the sound.

    Parameters
    ----------
    timeline : Timeline
        Whose cursor is shown and moved.
    playback : Playback
        What plays.
    """

    def __init__(self, timeline: Timeline, playback: Playback) -> None:
        super().__init__()
        self._timeline, self._playback = timeline, playback
        self._place, self._state, self._selection = Label(), Label(), CutLabel()
        self._selection.setAccessibleName("The selection")
        self._place.setAccessibleName("Place of the cursor")
        self._fit_place()
        self._state.setAccessibleName("State of the sound")
        # However long a sentence is, the window may be as small as ever.
        self._state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 2, 6, 2)
        self._button("Beginning", "begin", timeline.go_home)
        self._back = self._button("", "back", lambda: playback.step(-1))
        self._play = self._button("Play", "play", playback.toggle)
        self._on = self._button("", "on", lambda: playback.step(1))
        self._button("End", "end", timeline.go_end)
        self._add_sound()
        self._row.addWidget(self._place)
        self._row.addWidget(self._selection, 1000)  # all it asks for
        self._row.addWidget(self._state, 1)
        timeline.cursor_changed.connect(self._show_place)
        timeline.duration_changed.connect(self._show_place)
        timeline.duration_changed.connect(self._name_steps)
        timeline.selection_changed.connect(self._show_selection)
        self._name_steps()
        self._show_place()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the size of letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_place()

    def _fit_place(self) -> None:
        """Give the place figures of one width, and a fixed size.

        Its text would else have the whole window laid out anew sixty times a second.
        """
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF())
        self._place.setFont(font)
        metrics = self._place.fontMetrics()
        self._place.setFixedSize(metrics.horizontalAdvance(_WIDEST), metrics.height())

    @property
    def text(self) -> str:
        """What it says of the place, such as ``00:22.320  frame 558``."""
        return self._place.text()

    @property
    def selection(self) -> str:
        """What it says of the selection; nothing where there is none."""
        return self._selection.text()

    @property
    def state(self) -> str:
        """What it says of the sound."""
        return self._state.text()

    def _button(self, title: str, name: str, click: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        put_icon(button, name)
        button.setIconSize(QSize(_ICON, _ICON))
        _name(button, title)
        button.clicked.connect(lambda _: click())
        self._row.addWidget(button)
        return button

    def _add_sound(self) -> None:
        self._loop, self._speed = QToolButton(), QComboBox()
        self._volume, more = QSlider(Qt.Orientation.Horizontal), QToolButton()
        put_icon(self._loop, "loop")
        self._loop.setToolTip("Repeat the selection, or the whole")
        self._loop.setCheckable(True)
        self._loop.toggled.connect(lambda on: self._set(loop=on))
        for speed in SPEEDS:
            self._speed.addItem(f"{speed:g}\u00d7", speed)
        self._speed.currentIndexChanged.connect(lambda _: self._set(speed=self._speed.currentData()))
        self._volume.setRange(0, 100)
        self._volume.setFixedWidth(_VOLUME_WIDTH)
        self._volume.valueChanged.connect(lambda percent: self._set(volume=percent / 100))
        put_icon(more, "sound")
        more.setToolTip("Sound: device, delay, what is heard, how the view follows")
        more.setMenu(SoundMenu(self._playback, self._timeline, more))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        names = ("Loop", "Speed", "Volume", "Sound")
        for widget, name in zip((self._loop, self._speed, self._volume, more), names, strict=True):
            widget.setAccessibleName(name)
            self._row.addWidget(widget)
        self._playback.playing_changed.connect(self._show_playing)
        self._playback.options_changed.connect(self._show_options)
        self._playback.status_changed.connect(self._show_state)
        self._playback.clicked.connect(self._flash)
        self._show_state()
        self._show_options(self._playback.options)

    def _set(self, **changes: object) -> None:
        self._playback.set_options(replace(self._playback.options, **changes))  # type: ignore[arg-type]

    def _show_playing(self, playing: bool) -> None:
        title, name = ("Pause", "pause") if playing else ("Play", "play")
        put_icon(self._play, name)
        _name(self._play, title)

    def _name_steps(self) -> None:
        step = self._timeline.timebase.step
        _name(self._back, f"Previous {step}")
        _name(self._on, f"Next {step}")

    def _show_options(self, options: PlaybackOptions) -> None:
        self._loop.setChecked(options.loop)
        self._volume.setValue(round(100 * options.volume))
        nearest = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - options.speed))
        self._speed.blockSignals(True)  # a speed between two entries is not to become one of them
        self._speed.setCurrentIndex(nearest)
        self._speed.blockSignals(False)

    def _show_state(self) -> None:
        self._state.setText(self._playback.status)
        self._state.setToolTip(self._playback.status)

    def _flash(self) -> None:
        """Show that a click is heard now."""
        self._state.setText(_FLASH)
        QTimer.singleShot(_FLASH_MS, self, self._show_state)

    def _show_place(self) -> None:
        step = self._timeline.timebase.step
        self._place.setText(f"{position(self._timeline.cursor)}  {step} {self._timeline.frame:,}")

    def _show_selection(self, selection: Span | None) -> None:
        """Say from where to where something is selected, and how long that is."""
        self._selection.setText("" if selection is None else self._selected(*selection))
        self._selection.setMaximumWidth(self._selection.fontMetrics().horizontalAdvance(self._selection.text()) + 2)

    def _selected(self, start: float, end: float) -> str:
        timebase = self._timeline.timebase
        first, last = timebase.seconds_frame(start), timebase.seconds_frame(end)
        steps = f"{timebase.step}s {first:,} to {last:,}" if last > first else f"{timebase.step} {first:,}"
        return f"selected: {start:.3f} to {end:.3f} s, {end - start:.3f} s long, {steps}"


def _name(button: QToolButton, title: str) -> None:
    button.setToolTip(title)
    button.setAccessibleName(title)
