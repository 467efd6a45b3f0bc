"""The settings at work: what they change in the window, and the dialog that changes them."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, get_args

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ...core.base.errors import InputError
from ...core.compare.tolerance import load_profile
from ...core.encoder.choice import choose_encoder
from ...core.settings import RulerUnit, Settings, Theme, Value
from ...models.remembering import SETTINGS
from ...widgets.lanes.heatmap import HeatLane
from ...widgets.lanes.lane import Lane
from .inspection import Inspection
from .late import Late
from .opening import Opening
from .playback_actions import Playing
from .settings_dialog import SettingsDialog
from .theme import apply_theme

if TYPE_CHECKING:
    from .compare_actions import Comparing

ENCODER = "encoder"
"""The channel of `Jobs` in which an encoder is tried out before it is remembered."""


class Preferences(QObject):
    """Applies the remembered settings when the window is made, and every change of them."""

    changed = Signal(object)
    """The `Settings` as they were changed here."""

    def __init__(
        self, inspection: Inspection, playing: Playing, opening: Opening, comparing: "Late[Comparing]"
    ) -> None:
        super().__init__(inspection)
        self._inspection, self._playing, self._remembering = inspection, playing, inspection.remembering
        self._opening = opening
        self._dialog: SettingsDialog | None = None
        self._effects: dict[str, Callable[[Any], object]] = {
            "theme": self.use_theme,
            "mel_colour_map": lambda name: self._colour(name, features=False),
            "feature_colour_map": lambda name: self._colour(name, features=True),
            "ruler_unit": inspection.lanes.ruler.set_unit,
            "follow": inspection.timeline.set_follow,
            "tolerance_profile": lambda name: inspection.runs.set_profile(load_profile(name)),
            "compare_view": lambda view: comparing().set_view(view),
            "watch_ports": inspection.runs.set_watching,
            "encoder": opening.use_encoder,
        }
        self._theme: Theme = "system"
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme)
        inspection.say_failures(ENCODER, SETTINGS)
        inspection.jobs.failed.connect(self._on_failed)
        playing.set_by_hand.connect(lambda settings: self.remember(**settings))
        self._settings = self._remembering.settings()
        inspection.lanes.lane_added.connect(self._colour_new)
        # The remembered encoder is what is taken anyway where none is named; naming it would overrule the environment.
        self._apply(Settings(encoder=self._settings.encoder), self._settings)

    @property
    def theme(self) -> Theme:
        """The colours that are asked for."""
        return self._theme

    def _colour(self, name: str, *, features: bool) -> None:
        """Colour the lane of the features, or those of the stages before them."""
        for lane in self._inspection.lanes.stages:
            if isinstance(lane, HeatLane) and (lane.coordinates.stage == "features") == features:
                lane.set_colour_map(name)

    def _colour_new(self, lane: Lane) -> None:
        if isinstance(lane, HeatLane):
            features = lane.coordinates.stage == "features"
            lane.set_colour_map(self._settings.feature_colour_map if features else self._settings.mel_colour_map)

    def use_theme(self, theme: Theme) -> None:
        """Show the window in these colours; the system's are followed when they change."""
        self._theme = theme
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, theme)

    def show(self) -> None:
        """Show the dialog."""
        if self._dialog:
            self._dialog.close()
        self._settings = self._remembering.settings()
        self._dialog = SettingsDialog(self._settings, self._playing.player.devices, self._inspection.window)
        self._dialog.changed.connect(self._on_dialog)
        self._dialog.finished.connect(self._forget_dialog)
        self._dialog.show()

    def change(self, settings: Settings) -> None:
        """Take over settings, and remember what has changed: other windows may have changed the rest."""
        old, self._settings = self._settings, settings
        before = asdict(old)
        self._remembering.write({name: value for name, value in asdict(settings).items() if value != before[name]})
        self._apply(old, settings)
        self.changed.emit(settings)

    def follow(self, settings: Settings) -> None:
        """Take over settings that were changed behind another tab, which remembers them."""
        old, self._settings = self._settings, settings
        self._apply(old, settings)

    def remember(self, **changes: Value) -> None:
        """Change some settings elsewhere than in the dialog."""
        self.change(replace(self._settings, **changes))  # type: ignore[arg-type]
        if self._dialog:
            self._dialog.set_settings(self._settings)

    def next_ruler_unit(self) -> None:
        """Count in seconds, frames or mel columns."""
        units: tuple[RulerUnit, ...] = get_args(RulerUnit)
        following = units[(units.index(self._inspection.lanes.ruler.unit) + 1) % len(units)]
        self.remember(ruler_unit=following)

    def close(self) -> None:
        """Write what is not written yet."""
        try:
            self._remembering.flush()
        except InputError as error:
            self._inspection.say(str(error))

    def take_encoder(self, encoder: str) -> None:
        """Use an encoder and remember it once it has been loaded, which tries it out; until then nothing changes."""
        submit = self._inspection.jobs.submit
        submit(ENCODER, lambda _: choose_encoder(encoder), lambda _: self._take_proven(encoder))

    def _take_proven(self, encoder: str) -> None:
        if encoder == self._settings.encoder:  # which the environment has overruled
            self._opening.use_encoder(encoder)
        else:
            self.remember(encoder=encoder)

    def _on_dialog(self, settings: Settings) -> None:
        encoder, used = settings.encoder, self._settings.encoder
        self.change(replace(settings, encoder=used if encoder else None))
        if encoder and encoder != used:
            self.take_encoder(encoder)

    def _on_failed(self, channel: str, _: BaseException) -> None:
        """Show the encoder that is used where another one cannot be."""
        if channel == ENCODER and self._dialog:
            self._dialog.set_settings(self._settings)

    def _on_scheme(self) -> None:
        if self._theme == "system":
            self.use_theme("system")

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _apply(self, old: Settings, new: Settings) -> None:
        """Change what is another in the window: what a session has brought is not overridden by the rest."""
        for name, take_over in self._effects.items():
            if getattr(old, name) != (value := getattr(new, name)):
                take_over(value)
        self._playing.take_over(new)
