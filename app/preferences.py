"""The settings at work: what they change in the window, and the dialog that changes them."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ..core.compare.tolerance import load_profile
from ..core.errors import InputError
from ..core.settings import Settings, load_settings, save_settings
from .settings_dialog import SettingsDialog
from .theme import apply_theme

if TYPE_CHECKING:
    from .window import MainWindow


class Preferences(QObject):
    """Applies the remembered settings when the window is made, and every change of them."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._dialog: SettingsDialog | None = None
        self._settings = load_settings()
        self._apply(Settings(), self._settings)
        window.runs.set_profile(load_profile(self._settings.tolerance_profile))

    def show(self) -> None:
        """Show the dialog."""
        self._settings = load_settings()
        self._dialog = SettingsDialog(self._settings, self._window.playing.player.devices, self._window)
        self._dialog.changed.connect(self.change)
        self._dialog.show()

    def change(self, settings: Settings) -> None:
        """Take over settings, and remember them."""
        old, self._settings = self._settings, settings
        try:
            save_settings(settings)
            self._apply(old, settings)
        except InputError as error:
            self._window.say(str(error))

    def remember(self, **changes: str | float | bool | None) -> None:
        """Change some settings elsewhere than in the dialog."""
        self.change(replace(load_settings(), **changes))  # type: ignore[arg-type]
        if self._dialog:
            self._dialog.set_settings(self._settings)

    def _apply(self, old: Settings, new: Settings) -> None:
        """Change what is another in the window: what a session has brought is not overridden by the rest."""
        window, application = self._window, QApplication.instance()
        changed = {name for name in Settings.__slots__ if getattr(old, name) != getattr(new, name)}
        if "theme" in changed and isinstance(application, QApplication):
            apply_theme(application, new.theme)
        if "mel_colour_map" in changed:
            window.lanes.mel.set_colour_map(new.mel_colour_map)
        if "feature_colour_map" in changed:
            window.lanes.features.set_colour_map(new.feature_colour_map)
        if "ruler_unit" in changed:
            window.lanes.ruler.set_unit(new.ruler_unit)
        if "follow" in changed:
            window.timeline.set_follow(new.follow)
        if "tolerance_profile" in changed:
            window.runs.set_profile(load_profile(new.tolerance_profile))
        if "compare_view" in changed:
            window.comparing.set_view(new.compare_view)
        if "watch_ports" in changed:
            window.runs.set_watching(new.watch_ports)
        if "encoder" in changed:
            window.model.set_encoder(new.encoder)
        window.playing.take_over(new)
