"""The user's settings: a table of them, and one small JSON file whose faults are reported and never fatal."""

import logging
import reprlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

import platformdirs

from .base.annotations import rules_of
from .base.checking import Range, nearest
from .base.errors import InputError
from .base.store import Store

Theme: TypeAlias = Literal["system", "light", "dark"]
ColourMap: TypeAlias = Literal["viridis", "cividis", "magma", "inferno", "plasma", "gray"]
RulerUnit: TypeAlias = Literal["seconds", "frames", "columns"]
Follow: TypeAlias = Literal["page", "smooth", "off"]
ProfileName: TypeAlias = Literal["exact", "strict", "desktop", "mobile"]
CompareView: TypeAlias = Literal["stacked", "reference", "port", "difference", "split", "swipe", "onion"]
Value: TypeAlias = str | float | bool | None

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is remembered from one start to the next, with the defaults; `SETTINGS` says what each of them means."""

    theme: Theme = "system"
    mel_colour_map: ColourMap = "viridis"
    feature_colour_map: ColourMap = "viridis"
    ruler_unit: RulerUnit = "seconds"
    follow: Follow = "page"
    scrub_sound: bool = True
    volume: Annotated[float, Range(0, 1)] = 1.0
    output_device: str | None = None
    latency_offset_ms: Annotated[float, Range(-500, 500, "ms")] = 0.0
    encoder: str | None = None
    tolerance_profile: ProfileName = "desktop"
    compare_view: CompareView = "stacked"
    watch_ports: bool = True


_DEFAULTS = Settings()
_TYPES = get_type_hints(Settings, include_extras=True)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    Attributes
    ----------
    name : str
        Its key in the file, and its attribute in `Settings`.
    group, title, sentence : str
        Where it is listed, what it is called, and what it does.
    """

    name: str
    group: str
    title: str
    sentence: str

    @property
    def default(self) -> Value:
        """Its value where none was chosen; where that is a bool, so is the setting."""
        value: Value = getattr(_DEFAULTS, self.name)
        return value

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it may be; empty where it is something else."""
        kind = _TYPES[self.name]
        return get_args(kind) if get_origin(kind) is Literal else ()

    @property
    def limits(self) -> Range | None:
        """Range of a number; None where it is none."""
        return next((note for note in get_args(_TYPES[self.name]) if isinstance(note, Range)), None)

    @property
    def values(self) -> str:
        """What it may be, in words, such as ``-500 to 500 ms``."""
        if self.choices:
            return ", ".join(self.choices)
        if self.limits:
            return f"{self.limits.low:g} to {self.limits.high:g} {self.limits.unit}".rstrip()
        return "true or false" if isinstance(self.default, bool) else "text or null"

    def accepts(self, value: object) -> bool:
        """Tell whether a value, as JSON gives it, may be this setting's."""
        return rules_of(Settings)[self.name].fits(value)

    def complaint(self, value: object) -> str:
        """Say why a value is refused, with the word that was most likely meant."""
        near = nearest(value, self.choices)
        meant = f"; did you mean {near}?" if near else ""
        return f"{self.name} is {reprlib.repr(value)}; it must be {self.values}{meant}"


SETTINGS = (
    Setting("theme", "Window", "Theme", "Light or dark colours, or those of the system."),
    Setting("mel_colour_map", "Window", "Colours of the mel", "Colour map of the mel lane."),
    Setting("feature_colour_map", "Window", "Colours of the features", "Colour map of the feature lane."),
    Setting("ruler_unit", "Window", "Ruler", "What the ruler counts."),
    Setting("follow", "Playback", "Follow", "While it plays, the view turns pages, scrolls smoothly, or stays."),
    Setting("scrub_sound", "Playback", "Sound while dragging", "Dragging the cursor can be heard."),
    Setting("volume", "Playback", "Volume", "At 1 the recording is as loud as it is."),
    Setting("output_device", "Playback", "Output", "Name of the sound device, or the system's own."),
    Setting(
        "latency_offset_ms",
        "Playback",
        "Delay of the sound",
        "How much later than the device says the sound is heard; the cursor waits for it.",
    ),
    Setting("encoder", "Comparison", "Encoder", "ONNX file, checkpoint or `stand-in`, or the one that ships."),
    Setting("tolerance_profile", "Comparison", "Tolerances", "How far a port may lie from the reference."),
    Setting("compare_view", "Comparison", "Lanes", "How the lanes show a port beside the reference."),
    Setting("watch_ports", "Comparison", "Watch ports", "A port is read again when its files change."),
)
"""Every setting, group by group."""


def settings_path() -> Path:
    """Give the place of the settings file, in the user's configuration folder."""
    return platformdirs.user_config_path("framescope", appauthor=False) / "settings.json"


def load_settings() -> Settings:
    """Read the settings.

    The defaults hold where there is no file, and where it is broken, which is logged. Of a file with a value that
    cannot be used only that one falls back to its default.
    """
    values = _STORE.read()
    known = {setting.name: setting for setting in SETTINGS}
    usable: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            if near := nearest(name, known):
                _warn(f"{reprlib.repr(name)} is not a setting; did you mean {near}?")
        elif known[name].accepts(value):
            usable[name] = value
        else:
            _warn(known[name].complaint(value))
    return Settings(**usable)


def save_settings(settings: Settings, old: Settings | None = None) -> None:
    """Write settings, all or nothing.

    Parameters
    ----------
    settings : Settings
        What is to hold from now on.
    old : Settings or None
        What held before: only what differs from it is written, and what other processes have changed meanwhile is
        kept; None: all is written. What a later version has put into the file is kept in any case.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    known = asdict(old) if old else {}
    changes = {name: value for name, value in asdict(settings).items() if name not in known or value != known[name]}
    if changes:
        change_settings(changes)


def change_settings(changes: Mapping[str, Value]) -> None:
    """Write some settings by their names, all or nothing; the others stay as they are in the file.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    _STORE.change(lambda values: {**values, **changes})


def _object(values: Any) -> dict[str, Any]:
    if isinstance(values, dict):
        return values
    raise InputError("the file must hold a JSON object")


def _warn(sentence: str) -> None:
    _log.warning("%s: %s", settings_path(), sentence)


_STORE: Store[dict[str, Any]] = Store(settings_path, "settings", _object, dict)
