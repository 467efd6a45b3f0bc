"""The channels of a recording as they are in the file: their peaks, and what is lost where they are mixed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..base.progress import Tick, silent
from .format import Block
from .opening import open_sound

BASE = 64
"""Frames of one pair of peaks: 22 MB for an hour of stereo at 48 kHz."""
MAX_CHANNELS = 16
"""Channels whose peaks are kept: more are not told apart in a lane."""
_BLOCK_FRAMES = BASE << 12
Peaks = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """What has been read of a recording's channels.

    Attributes
    ----------
    rate, channels : int
        Sample rate in Hz, and number of channels in the file.
    peaks : (k, 2, blocks) float32
        Minima and maxima of blocks of 64 frames of the first 16 channels; the last block may be shorter.
    kept : float
        Power of the mean of all channels by the mean of their powers: 1 where they are alike, 1 / n where n have
        nothing in common, 0 where they cancel each other; 1 for silence.
    """

    rate: int
    channels: int
    peaks: Peaks
    kept: float

    def range(self, channel: int, start: float, end: float, columns: int) -> Peaks:
        """Give minimum and maximum of equal parts of the seconds [start, end), (2, columns); NaN outside the file.

        A part takes in the blocks that it touches, so that no peak is lost.
        """
        edges = np.linspace(start, end, columns + 1) * self.rate / BASE
        begins, stop = np.floor(edges[:-1]).astype(np.intp), int(np.ceil(edges[-1]))
        found = np.full((2, columns), np.nan, np.float32)
        inside = (begins >= 0) & (begins < self.peaks.shape[2])
        if inside.any():
            first, last = int(begins[inside][0]), max(min(stop, self.peaks.shape[2]), int(begins[inside][-1]) + 1)
            part = self.peaks[channel, :, first:last]
            for row, pick in enumerate((np.minimum, np.maximum)):
                found[row, inside] = pick.reduceat(part[row], begins[inside] - first)
        return found


def read_channels(path: str | Path, tick: Tick = silent) -> Channels:
    """Read the channels of a file.

    Raises
    ------
    InputError
        The file cannot be read.
    CancelledError
        Raised by `tick`, which is called with (done, total) frames.
    """
    pieces, done = [], 0
    powers = mixed = 0.0
    with open_sound(path) as sound:
        format, left = sound.format, np.zeros((0, sound.format.channels), np.float32)
        for block in sound.blocks(_BLOCK_FRAMES):
            powers += float(np.square(block, dtype=np.float64).sum()) / format.channels
            mixed += float(np.square(block.mean(axis=1, dtype=np.float64)).sum())
            joined = np.concatenate([left, block]) if len(left) else block
            whole = len(joined) - len(joined) % BASE
            pieces.append(_peaks(joined[:whole]))
            left, done = joined[whole:], done + len(block)
            tick(done, format.frames)
        pieces.append(_peaks(left))
    return Channels(format.rate, format.channels, np.concatenate(pieces, axis=2), mixed / powers if powers else 1.0)


def _peaks(frames: Block) -> Peaks:
    """Give minima and maxima of blocks, (channels, 2, blocks)."""
    some = frames[:, :MAX_CHANNELS]
    begins = np.arange(0, len(some), BASE)
    if not len(begins):
        return np.zeros((some.shape[1], 2, 0), np.float32)
    low, high = (pick.reduceat(some, begins, axis=0).T for pick in (np.minimum, np.maximum))
    return np.stack([low, high], axis=1).astype(np.float32)
