"""The user's settings: a table of them, and one small JSON file whose faults are reported and never fatal."""

import json
import logging
import reprlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

import platformdirs

from .errors import InputError
from .files import open_file, replace_file

Theme: TypeAlias = Literal["system", "light", "dark"]
ColourMap: TypeAlias = Literal["viridis", "cividis", "magma", "inferno", "plasma", "gray"]
RulerUnit: TypeAlias = Literal["seconds", "frames", "columns"]
Follow: TypeAlias = Literal["page", "smooth", "off"]
ProfileName: TypeAlias = Literal["exact", "strict", "desktop", "mobile"]
CompareView: TypeAlias = Literal["stacked", "reference", "port", "difference", "split", "swipe", "onion"]
Value: TypeAlias = str | float | bool | None

_MOST_BYTES = 1 << 20
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
    volume: float = 1.0
    output_device: str | None = None
    latency_offset_ms: float = 0.0
    encoder: str | None = None
    tolerance_profile: ProfileName = "desktop"
    compare_view: CompareView = "stacked"
    watch_ports: bool = True


_DEFAULTS = Settings()
_TYPES = get_type_hints(Settings)


@dataclass(frozen=True, slots=True)
class Limits:
    """Smallest and largest number that a setting may have, both allowed, and their unit."""

    low: float
    high: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    Attributes
    ----------
    name : str
        Its key in the file, and its attribute in `Settings`.
    group, title, sentence : str
        Where it is listed, what it is called, and what it does.
    limits : Limits or None
        Range of a number; None where it is none.
    """

    name: str
    group: str
    title: str
    sentence: str
    limits: Limits | None = None

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
    def values(self) -> str:
        """What it may be, in words, such as ``-500 to 500 ms``."""
        if self.choices:
            return ", ".join(self.choices)
        if self.limits:
            return f"{self.limits.low:g} to {self.limits.high:g} {self.limits.unit}".rstrip()
        return "true or false" if isinstance(self.default, bool) else "text or null"

    def accepts(self, value: object) -> bool:
        """Tell whether a value, as JSON gives it, may be this setting's."""
        if self.choices:
            return isinstance(value, str) and value in self.choices
        if self.limits:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and self.limits.low <= value <= self.limits.high  # type: ignore[operator]
        return isinstance(value, bool) if isinstance(self.default, bool) else value is None or isinstance(value, str)


SETTINGS = (
    Setting("theme", "Window", "Theme", "Light or dark colours, or those of the system."),
    Setting("mel_colour_map", "Window", "Colours of the mel", "Colour map of the mel lane."),
    Setting("feature_colour_map", "Window", "Colours of the features", "Colour map of the feature lane."),
    Setting("ruler_unit", "Window", "Ruler", "What the ruler counts."),
    Setting("follow", "Playback", "Follow", "While it plays, the view turns pages, scrolls smoothly, or stays."),
    Setting("scrub_sound", "Playback", "Sound while dragging", "Dragging the cursor can be heard."),
    Setting("volume", "Playback", "Volume", "At 1 the recording is as loud as it is.", Limits(0, 1)),
    Setting("output_device", "Playback", "Output", "Name of the sound device, or the system's own."),
    Setting(
        "latency_offset_ms",
        "Playback",
        "Delay of the sound",
        "How much later than the device says the sound is heard; the cursor waits for it.",
        Limits(-500, 500, "ms"),
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
    path = settings_path()
    values = _read(path)
    known = [setting for setting in SETTINGS if setting.name in values]
    for setting in known:
        if not setting.accepts(values[setting.name]):
            value = reprlib.repr(values[setting.name])
            _log.warning("%s: %s is %s; it must be %s", path, setting.name, value, setting.values)
    return Settings(**{row.name: values[row.name] for row in known if row.accepts(values[row.name])})


def save_settings(settings: Settings) -> None:
    """Write the settings, all or nothing; what a later version has put into the file is kept.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    path = settings_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent}: cannot be made ({error.strerror}); settings need a folder there") from None
    replace_file(path, json.dumps({**_read(path), **asdict(settings)}, indent=2).encode() + b"\n")


def _read(path: Path) -> dict[str, Any]:
    """Read the file's object, empty where there is none that can be used."""
    try:
        if not path.exists():
            return {}
        with open_file(path, "a settings file") as file:
            values = json.loads(file.read(_MOST_BYTES))
        if isinstance(values, dict):
            return values
        raise InputError("the file must hold a JSON object")
    except (InputError, OSError, ValueError, RecursionError) as error:
        _log.warning("the settings in %s are ignored (%s); mend or delete the file", path, error)
        return {}
