"""The user's settings: one small JSON file, whose faults are reported and never fatal."""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from .errors import InputError
from .files import open_file, replace_file

_MOST_BYTES = 1 << 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is remembered from one start to the next.

    Attributes
    ----------
    encoder : str or None
        Path of the encoder, or ``stand-in``; None: never chosen.
    """

    encoder: str | None = None


def settings_path() -> Path:
    """Give the place of the settings file, in the user's configuration folder."""
    return platformdirs.user_config_path("framescope", appauthor=False) / "settings.json"


def load_settings() -> Settings:
    """Read the settings; the defaults hold where there is no file, and where it is broken, which is logged."""
    path = settings_path()
    try:
        if not path.exists():
            return Settings()
        with open_file(path, "a settings file") as file:
            return _parse(file.read(_MOST_BYTES))
    except (InputError, OSError, ValueError, RecursionError) as error:
        _log.warning("the settings in %s are ignored (%s); mend or delete the file", path, error)
        return Settings()


def save_settings(settings: Settings) -> None:
    """Write the settings, all or nothing.

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
    replace_file(path, json.dumps(asdict(settings), indent=2).encode() + b"\n")


def _parse(text: bytes) -> Settings:
    values = json.loads(text)
    if not isinstance(values, dict):
        raise InputError("the file must hold a JSON object")
    encoder = values.get("encoder")
    if not (encoder is None or isinstance(encoder, str)):
        raise InputError(f"encoder is {type(encoder).__name__}; it must be a path or null")
    return Settings(encoder=encoder)
