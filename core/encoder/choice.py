"""Which encoder is loaded: the one that is named, or the stand-in; neither settings nor environment are asked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from ..errors import InputError
from ..resources import STAND_IN, stand_in_encoder
from .session import Encoder

Origin: TypeAlias = Literal[
    "caller", "--encoder", "FRAMESCOPE_ENCODER", "framescope.toml", "remembered", "session", "default"
]
"""Who named an encoder."""

_IN_WORDS: dict[Origin, str] = {"remembered": "remembered", "session": "from the session", "default": "the default"}
_TO_BLAME: dict[Origin, str] = {
    "FRAMESCOPE_ENCODER": "the environment variable FRAMESCOPE_ENCODER; change or unset it",
    "framescope.toml": "the project's framescope.toml; change it, or name another with --encoder",
    "remembered": "framescope encoder use; name another, or forget it with: framescope encoder forget",
    "session": "the session",
}


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """An encoder that was named, and by whom.

    Attributes
    ----------
    file : str, Path or None
        An ONNX file, a checkpoint or ``stand-in``; None: the stand-in, because nobody named any.
    origin : str
        Who named it.
    """

    file: str | Path | None = None
    origin: Origin = "caller"

    @property
    def origin_text(self) -> str:
        """Who named it, in words: ``from --encoder``, ``remembered``, ``the default``."""
        return _IN_WORDS.get(self.origin, f"from {self.origin}")

    def load(self) -> Encoder:
        """Load the encoder.

        Raises
        ------
        InputError
            It cannot be loaded; the sentence says who named it, where that was neither the caller nor the command line.
        """
        path = stand_in_encoder() if self.file is None or str(self.file) == STAND_IN else Path(self.file)
        try:
            return Encoder.load(path)
        except InputError as error:
            if self.origin not in _TO_BLAME:
                raise
            raise InputError(f"{error} (this encoder was named by {_TO_BLAME[self.origin]})") from None


def chosen(named: EncoderChoice | str | Path | None) -> EncoderChoice:
    """Give a choice as it is, and anything else as what the caller has named."""
    return named if isinstance(named, EncoderChoice) else EncoderChoice(named)


def choose_encoder(named: EncoderChoice | str | Path | None = None) -> Encoder:
    """Load the encoder that is named, or, where none is, the stand-in weights that ship with Framescope.

    Raises
    ------
    InputError
        The encoder cannot be loaded.
    """
    return chosen(named).load()
