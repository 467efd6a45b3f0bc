"""What a sound is made of, and what every decoder gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ..base.checking import check
from ..base.errors import InputError

Block: TypeAlias = npt.NDArray[np.float32]
"""Consecutive frames (n, channels), full scale 1.0; a frame is one sample of every channel."""

RATES = range(1_000, 1_000_001)
"""Sample rates that sound is recorded at, Hz; a header that says anything else is wrong."""
MAX_CHANNELS = 1024
"""Channels that libsndfile reads; an array with more of them has its axes swapped."""


@dataclass(frozen=True, slots=True)
class SoundFormat:
    """What a sound is made of.

    Attributes
    ----------
    rate : int
        Sample rate, Hz.
    channels : int
        Number of channels.
    frames : int
        Length in frames as the header tells it: an estimate for some compressed formats, 0 where unknown.
    description : str
        Container and encoding in words, such as ``WAV, Signed 16 bit PCM``.

    Raises
    ------
    InputError
        A rate or a number of channels that no recording has.
    """

    rate: int
    channels: int
    frames: int
    description: str

    def __post_init__(self) -> None:
        if not isinstance(self.rate, Integral) or self.rate not in RATES:
            raise InputError(
                f"has a sample rate of {self.rate} Hz; it must be a whole number from {RATES[0]} to {RATES[-1]} Hz"
            )
        check(self)
        if not 1 <= self.channels <= MAX_CHANNELS:
            raise InputError(f"has {self.channels} channels; it must have from 1 to {MAX_CHANNELS}")


class Sound(Protocol):
    """An open sound; it is read once, from its beginning."""

    @property
    def format(self) -> SoundFormat:
        """What it is made of."""

    def blocks(self, frames: int) -> Iterator[Block]:
        """Yield the sound in consecutive blocks (n, channels) float32 of at most `frames` frames.

        Raises
        ------
        InputError
            The file is damaged, or ends before the length that its header gives.
        """

    def close(self) -> None:
        """Let go of the decoder."""


def damaged(seconds: float, reason: str) -> InputError:
    """Give the error for a sound that cannot be decoded further than `seconds`."""
    return InputError(f"is damaged or cut short after {seconds:.1f} s ({reason}); copy or export it again")


def incomplete(seconds: float, promised: float) -> InputError:
    """Give the error for a sound of which less can be decoded than its header promises, both in seconds."""
    return InputError(
        f"is damaged or cut short: {seconds:.1f} s can be decoded of the {promised:.1f} s that its header promises; "
        "copy or export it again"
    )
