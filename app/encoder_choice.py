"""Which encoder the command line and the window use, in which order they ask for it, and what they say of it.

The library never comes here: what it computes depends on what it is given, and on nothing else.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ..core.base.resources import STAND_IN
from ..core.settings import Settings, load_settings, save_settings
from .project import find_project

if TYPE_CHECKING:
    from ..core.encoder.choice import EncoderChoice
    from ..core.encoder.session import Encoder

Origin: TypeAlias = Literal["--encoder", "FRAMESCOPE_ENCODER", "framescope.toml", "remembered", "session", "default"]
"""Who named an encoder."""

ENVIRONMENT: Origin = "FRAMESCOPE_ENCODER"
_IN_WORDS = {"remembered": "remembered", "session": "from the session", "default": "the default"}
_BLAMED: dict[Origin, str] = {
    "FRAMESCOPE_ENCODER": "the environment variable FRAMESCOPE_ENCODER; change or unset it",
    "framescope.toml": "the project's framescope.toml; change it, or name another with --encoder",
    "remembered": "framescope encoder use; name another, or forget it with: framescope encoder forget",
    "session": "the session",
}


def find_encoder(named: str | None = None, settings: Settings | None = None) -> "EncoderChoice":
    """Find the encoder: by --encoder, else the environment, the project's file, what is remembered, or the default.

    Parameters
    ----------
    settings : Settings or None
        What is remembered; None: what its file says.

    Raises
    ------
    InputError
        The project's file cannot be used.
    """
    if named is not None:
        return named_by("--encoder", named)
    if environment := os.environ.get(ENVIRONMENT):
        return named_by(ENVIRONMENT, environment)
    if (project := find_project()) and project.encoder:
        return named_by("framescope.toml", project.encoder)
    if remembered := (settings or load_settings()).encoder:
        return named_by("remembered", remembered)
    return named_by("default", None)


def named_by(origin: Origin, encoder: str | Path | None) -> "EncoderChoice":
    """Give an encoder with who named it, in the words for that."""
    from ..core.encoder.choice import EncoderChoice  # noqa: PLC0415  (which loads numpy)

    return EncoderChoice(encoder, origin, _BLAMED.get(origin, ""))


def remember_encoder(named: str) -> "Encoder":
    """Use this encoder, or ``stand-in``, from now on wherever none is named; it is loaded first, which tries it out.

    Raises
    ------
    InputError
        It cannot be loaded, or the settings cannot be written.
    """
    from ..core.encoder.choice import choose_encoder  # noqa: PLC0415

    encoder = choose_encoder(named)
    _remember(named if named == STAND_IN else os.path.abspath(named))  # the next start may be in another folder
    return encoder


def forget_encoder() -> None:
    """Remember no encoder any more.

    Raises
    ------
    InputError
        The settings cannot be written.
    """
    _remember(None)


def _remember(encoder: str | None) -> None:
    old = load_settings()
    save_settings(replace(old, encoder=encoder), old)


def encoder_text(encoder: "Encoder", choice: "EncoderChoice") -> str:
    """Say which encoder is used, and who named it: ``encoder: a.onnx (3fa9c21b04d7), from --encoder``."""
    return f"encoder: {encoder.label}, {_IN_WORDS.get(choice.origin, f'from {choice.origin}')}"


def encoder_data(encoder: "Encoder", choice: "EncoderChoice") -> dict[str, Any]:
    """Give the same as the JSON reports have it; the path stays at home."""
    return {
        "name": encoder.name,
        "identity": encoder.identity,
        "stand_in": encoder.stand_in,
        "from": choice.origin,
    }
