"""Which encoder is loaded: the one that is named, or the stand-in; neither settings nor environment are asked."""

from dataclasses import dataclass
from pathlib import Path

from ..base.errors import InputError, MachineError
from ..base.resources import STAND_IN, stand_in_encoder
from .session import Encoder


class EncoderError(InputError):
    """An encoder that cannot be loaded; another one may be chosen."""


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """An encoder that was named, and by whom.

    Attributes
    ----------
    file : str, Path or None
        An ONNX file, a checkpoint or ``stand-in``; None: the stand-in, because nobody named any.
    origin : str
        Who named it, as the reports have it.
    blamed : str
        Who named it and what to do about it, in words, for the sentence on one that cannot be loaded; empty: that need
        not be said.
    """

    file: str | Path | None = None
    origin: str = "caller"
    blamed: str = ""

    def load(self) -> Encoder:
        """Load the encoder.

        Raises
        ------
        EncoderError
            It cannot be loaded; the sentence says who is to be blamed.
        MachineError
            The machine failed it.
        """
        path = stand_in_encoder() if self.file is None or str(self.file) == STAND_IN else Path(self.file)
        try:
            return Encoder.load(path)
        except MachineError:
            raise
        except InputError as error:
            blame = f" (this encoder was named by {self.blamed})" if self.blamed else ""
            raise EncoderError(f"{error}{blame}") from None


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
