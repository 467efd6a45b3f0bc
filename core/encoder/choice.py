"""Which encoder is used: named for this once, by the environment, by the settings, or the one that ships."""

import os
from dataclasses import replace
from pathlib import Path

from ..errors import InputError
from ..resources import stand_in_encoder
from ..settings import load_settings, save_settings, settings_path
from .session import Encoder

STAND_IN = "stand-in"
"""The word that chooses the weights that ship with Framescope, wherever a path may stand."""
ENVIRONMENT = "FRAMESCOPE_ENCODER"


def choose_encoder(explicit: str | Path | None = None) -> Encoder:
    """Load the encoder: `explicit`, else ``FRAMESCOPE_ENCODER``, else the remembered one, else the stand-in.

    Parameters
    ----------
    explicit : path, "stand-in" or None
        What the user named for this once.

    Raises
    ------
    InputError
        The encoder cannot be loaded; its sentence says who named it, where that was not the caller.
    """
    if explicit is not None:
        return _load(explicit)
    if chosen := os.environ.get(ENVIRONMENT):
        return _load_named(chosen, f"the environment variable {ENVIRONMENT}; change or unset it")
    if chosen := load_settings().encoder:
        return _load_named(chosen, f"the settings in {settings_path()}; name another, or {STAND_IN}")
    return _load(STAND_IN)


def named_encoder() -> str | None:
    """Give what `choose_encoder` takes where none is named for this once: a path, ``stand-in``, or None: what ships."""
    return os.environ.get(ENVIRONMENT) or load_settings().encoder


def remember_encoder(path: str | Path) -> None:
    """Use this encoder, or ``stand-in``, from now on wherever none is named.

    Raises
    ------
    InputError
        The settings cannot be written.
    """
    # Absolute, because the next start may be in another folder.
    encoder = STAND_IN if str(path) == STAND_IN else str(Path(path).resolve())
    old = load_settings()
    save_settings(replace(old, encoder=encoder), old)


def _load_named(chosen: str, origin: str) -> Encoder:
    try:
        return _load(chosen)
    except InputError as error:
        raise InputError(f"{error} (this encoder was named by {origin})") from None


def _load(chosen: str | Path) -> Encoder:
    return Encoder.load(stand_in_encoder() if str(chosen) == STAND_IN else Path(chosen))
