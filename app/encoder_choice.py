"""Which encoder the command line and the window use, in which order they ask for it, and what they say of it.

The library never comes here: what it computes depends on what it is given, and on nothing else.
"""

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.resources import STAND_IN
from ..core.settings import load_settings, save_settings
from .project import find_project

if TYPE_CHECKING:
    from ..core.encoder.choice import EncoderChoice
    from ..core.encoder.session import Encoder

ENVIRONMENT = "FRAMESCOPE_ENCODER"


def find_encoder(named: str | None = None) -> "EncoderChoice":
    """Find the encoder: by --encoder, else the environment, the project's file, what is remembered, or the default.

    Raises
    ------
    InputError
        The project's file cannot be used.
    """
    from ..core.encoder.choice import EncoderChoice  # noqa: PLC0415  (which loads numpy)

    if named is not None:
        return EncoderChoice(named, "--encoder")
    if environment := os.environ.get(ENVIRONMENT):
        return EncoderChoice(environment, "FRAMESCOPE_ENCODER")
    if (project := find_project()) and project.encoder:
        return EncoderChoice(project.encoder, "framescope.toml")
    if remembered := load_settings().encoder:
        return EncoderChoice(remembered, "remembered")
    return EncoderChoice(None, "default")


def remember_encoder(named: str) -> "Encoder":
    """Use this encoder, or ``stand-in``, from now on wherever none is named; it is loaded first, which tries it out.

    Raises
    ------
    InputError
        It cannot be loaded, or the settings cannot be written.
    """
    from ..core.encoder.choice import choose_encoder  # noqa: PLC0415

    encoder = choose_encoder(named)
    # Absolute, because the next start may be in another folder.
    save_settings(replace(load_settings(), encoder=named if named == STAND_IN else os.path.abspath(named)))
    return encoder


def forget_encoder() -> None:
    """Remember no encoder any more.

    Raises
    ------
    InputError
        The settings cannot be written.
    """
    if load_settings().encoder is not None:
        save_settings(replace(load_settings(), encoder=None))


def encoder_text(encoder: "Encoder", choice: "EncoderChoice") -> str:
    """Say which encoder is used, and who named it: ``encoder: a.onnx (3fa9c21b04d7), from --encoder``."""
    return f"encoder: {encoder.label}, {choice.origin_text}"


def encoder_data(encoder: "Encoder", choice: "EncoderChoice") -> dict[str, Any]:
    """Give the same as the JSON reports have it; the path stays at home."""
    return {
        "name": encoder.name,
        "identity": encoder.identity,
        "stand_in": encoder.stand_in,
        "from": choice.origin,
    }
