"""The verbs of the Playback menu, and what keeps the player at the recording and at the settings."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ...core.settings import Settings
from ...models.playback import SPEEDS, Playback
from ...models.recording_words import recording_words
from ...widgets.label import CutLabel
from ...widgets.panels.transport import Transport
from .inspection import Inspection

_QUIETER = 0.1
_APART = 12
"""Pixels between what is said of the recording and what is said beside it."""
_REMEMBER_MS = 500
_SETTINGS = {
    "volume": "volume",
    "output_device": "device",
    "latency_offset_ms": "latency_ms",
    "scrub_sound": "scrubbing",
}
"""The option of the player that each setting is about."""


class Playing(QObject):
    """Plays the window's recording."""

    player: Playback
    set_by_hand = Signal(object)
    """Settings, by name, that were changed in the transport and have come to rest."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(inspection)
        self._inspection = inspection
        self.player = Playback(inspection.timeline, self)
        self.transport = Transport(inspection.timeline, self.player)
        self.facts = CutLabel()
        """What the recording is."""
        self.facts.setAccessibleName("The recording")
        self.facts.setContentsMargins(0, 0, _APART, 0)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        inspection.model.cleared.connect(self._load)
        inspection.model.stage_ready.connect(self._on_stage)
        inspection.channels.changed.connect(self._say_what)
        inspection.lanes.ruler.scrubbed.connect(self.player.scrub)
        self._path: Path | None = None
        self._kept = self._chosen()
        self._late = QTimer(self, singleShot=True, interval=_REMEMBER_MS)
        self._late.timeout.connect(self._remember)
        self.player.options_changed.connect(lambda _: self._late.start())
        self._load()

    def toggle(self) -> None:
        """Play, or pause."""
        self.player.toggle()

    def play_selection(self) -> None:
        """Play the selection."""
        self.player.play_selection()

    def toggle_loop(self) -> None:
        """Repeat the selection, or the whole, or stop repeating."""
        self.player.set_options(replace(self.player.options, loop=not self.player.options.loop))

    def step(self, frames: int) -> None:
        """Go so many frames on, and let the one that is reached be heard."""
        self.player.step(frames)

    def change_speed(self, steps: int) -> None:
        """Play so many steps of `SPEEDS` faster, or slower where negative."""
        place = min(range(len(SPEEDS)), key=lambda k: abs(SPEEDS[k] - self.player.options.speed))
        speed = SPEEDS[min(max(place + steps, 0), len(SPEEDS) - 1)]
        self.player.set_options(replace(self.player.options, speed=speed))

    def change_volume(self, steps: int) -> None:
        """Play so many steps louder, or quieter where negative."""
        volume = min(max(self.player.options.volume + steps * _QUIETER, 0.0), 1.0)
        self.player.set_options(replace(self.player.options, volume=round(volume, 3)))

    def take_over(self, settings: Settings) -> None:
        """Play as the settings say."""
        options = {option: getattr(settings, setting) for setting, option in _SETTINGS.items()}
        self.player.set_options(replace(self.player.options, **options))
        self._kept = self._chosen()

    def close(self) -> None:
        """Give the sound device back, and keep how the sound was set."""
        self._late.stop()
        self._remember()
        self.player.close()

    def _chosen(self) -> dict[str, Any]:
        """Give the settings as the player has them."""
        return {setting: getattr(self.player.options, option) for setting, option in _SETTINGS.items()}

    def _remember(self) -> None:
        """Keep in the settings what was set in the transport, once it has come to rest."""
        if self._chosen() != self._kept:
            self.set_by_hand.emit(self._chosen())

    def _load(self) -> None:
        """Take over another recording; where the same one is computed anew, let it play on."""
        if self._inspection.model.path != self._path:
            self._path = self._inspection.model.path
            self.player.load(self._path)
            self._tell("")

    def _on_stage(self, name: str) -> None:
        if name == "audio":
            self._say_what()

    def _say_what(self) -> None:
        """Say what the recording is, once it has been read, and first of all what mixing has lost."""
        model = self._inspection.model
        if model.recording and model.path:
            facts = recording_words(model.recording, model.audio)
            self._tell("; ".join(filter(None, [self._inspection.channels.words, facts])))

    def _tell(self, facts: str) -> None:
        """Say what the recording is, in no more room than that takes: messages have the rest."""
        self.facts.setText(facts)
        self.facts.setMaximumWidth(self.facts.fontMetrics().horizontalAdvance(self.facts.text()) + 2 * _APART)
