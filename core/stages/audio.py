"""The audio stage: any recording becomes mono samples at 16 kHz, exactly those of `librosa.load(path, sr=16000)`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from ..base.checking import Such, check, checked, given
from ..base.errors import InputError
from ..base.files import naming
from ..base.portable import Portable
from ..base.progress import Tick, silent
from ..config import AudioConfig
from ..sound import Block, SoundFormat, open_sound
from ..sound.format import MAX_CHANNELS
from ..sound.resampling import Samples, resampled

REFERENCE = AudioConfig()

_BLOCK_SECONDS = 4
_BLOCK_VALUES = 1 << 20
"""A block is no longer than this, so that progress is seen and memory stays small whatever the format."""
_UNROLLED = 8
"""Channels from which on numpy adds them in another order."""
_PLAUSIBLE_CHANNELS = 64
"""Up to so many a recording may have, however short it is; an array with more of them than samples lies across."""
_GROWTH = 1 << 21
"""Samples by which what is longer than expected grows: 8 MB are filled in a millisecond or two."""
_MAX_EXPECTED_HOURS = 2
"""What a header is believed about the length before anything has been read."""
_MAX_HOURS = 24
"""Where reading gives up."""
_MAX_SILENT_HOURS = 2
"""How long a file of any size may be: silence takes nearly no bytes."""
_MIN_BYTES_PER_SECOND = 500
"""What sound takes beyond that; the thinnest codecs of speech write 600. A few MB could be silence for days."""


def _is_mono(samples: object) -> bool:
    return isinstance(samples, np.ndarray) and samples.dtype == np.float32 and samples.ndim == 1


@dataclass(frozen=True, slots=True, eq=False)
class Recording(Portable):
    """What the pipeline begins with.

    Attributes
    ----------
    path : Path
        The file, or the name that stands for samples given as an array.
    samples : (n,) float32, read-only
        Mono samples at the configuration's sample rate, full scale 1.0.
    format : SoundFormat
        What the file or the array is made of.
    """

    path: Path
    samples: Annotated[Samples, Such(_is_mono, "an array (n,) of float32, such as `from_samples` makes")]
    format: SoundFormat

    def __post_init__(self) -> None:
        check(self)
        own = self.samples.view()
        own.flags.writeable = False
        object.__setattr__(self, "samples", own)

    def __repr__(self) -> str:
        return f"<Recording {str(self.path)!r}: {len(self.samples):,} samples, {self.format.description}>"


@checked
def read_audio(path: str | Path, config: AudioConfig = REFERENCE, *, tick: Tick = silent) -> Recording:
    """Read a recording of any kind as mono samples.

    With the default configuration they are those of `librosa.load(path, sr=16000)`, bit for bit; where librosa leaves
    the decoding to the ffmpeg program (M4A, MP4, MOV), they are those of the same 16-bit samples.

    Parameters
    ----------
    path : str or Path
        The file; its content decides how it is decoded.
    config : AudioConfig
        How it becomes mono samples.
    tick : Tick
        Called after each block of a few seconds with (frames done, frames in all or 0 where that is unknown).

    Returns
    -------
    Recording
        Of a file of n frames, ceil(n * 16000 / rate) samples.

    Raises
    ------
    InputError
        The file does not exist, may not be read, holds no sound, is damaged or cut short, has NaN or infinite
        samples, or is longer than 24 hours, or than 2 hours and a second for every 500 bytes of the file.
    CancelledError
        Raised by `tick`.
    """
    with open_sound(path) as sound:
        format, size = sound.format, Path(path).stat().st_size
        blocks = _plausible(sound.blocks(_block_frames(format)), format, size)
        likely = min(format.frames, size * format.rate // _MIN_BYTES_PER_SECOND)
        return Recording(Path(path), _samples(blocks, format, config, tick, likely), format)


def from_samples(
    samples: npt.ArrayLike, rate: int, config: AudioConfig = REFERENCE, *, name: str = "samples", tick: Tick = silent
) -> Recording:
    """Make a recording of samples that are at hand, in the way a file with them is read.

    Parameters
    ----------
    samples : (n,) or (n, channels) array of floats or integers
        Floats have full scale 1.0; integers are divided by theirs (32768 for int16), unsigned ones lie around half of
        it.
    rate : int
        Their sample rate, Hz.
    config, tick
        As for `read_audio`.
    name : str
        What stands for a file name in errors and reports.

    Returns
    -------
    Recording
        Of n frames, ceil(n * 16000 / rate) samples.

    Raises
    ------
    InputError
        An array of another shape or type or without values, NaN or infinite samples, an impossible rate.
    CancelledError
        Raised by `tick`.

    Examples
    --------
    >>> import numpy as np
    >>> stereo = np.zeros((44100, 2), np.int16)
    >>> from_samples(stereo, 44100).samples.shape
    (16000,)
    """
    array, config = np.asarray(samples), given(config, AudioConfig, "config")
    with naming(Path(given(name, str, "name"))):
        if array.dtype.kind not in "fiu" or array.ndim not in (1, 2):
            raise InputError(
                f"shape {array.shape} of {array.dtype}; must be (n,) or (n, channels) of floats or integers"
            )
        array = array.reshape(len(array), -1) if array.size else array.reshape(0, 1)
        if MAX_CHANNELS >= array.shape[1] > max(len(array), _PLAUSIBLE_CHANNELS):
            raise InputError(
                f"has {array.shape[1]} channels of {len(array)} samples; must be (n, channels), not (channels, n)"
            )
        format = SoundFormat(rate, array.shape[1], len(array), f"array, {array.dtype}")
        return Recording(
            Path(name), _samples(_blocks(array, _block_frames(format)), format, config, tick, len(array)), format
        )


def _plausible(blocks: Iterable[Block], format: SoundFormat, size: int) -> Iterator[Block]:
    """Give the blocks of a file of `size` bytes, until there are more of them than such a file holds of sound."""
    longest = 3600 * _MAX_SILENT_HOURS + size / _MIN_BYTES_PER_SECOND
    frames = 0
    for block in blocks:
        frames += len(block)
        if frames > longest * format.rate:
            raise InputError(
                f"unpacks to more than {longest / 3600:.1f} hours, which {size:,} bytes hold only of silence or of "
                "damage; cut it, or convert it to WAV"
            )
        yield block


def _blocks(array: npt.NDArray[Any], frames: int) -> Iterator[Block]:
    for start in range(0, len(array), frames):
        yield _floats(array[start : start + frames])


def _floats(block: npt.NDArray[Any]) -> Block:
    """Scale integers as libsndfile does."""
    if block.dtype.kind == "f":
        with np.errstate(over="ignore"):  # beyond float32 becomes infinite, and that is reported
            return np.ascontiguousarray(block, np.float32)
    full = 2.0 ** (8 * block.itemsize - 1)
    return np.ascontiguousarray((block - (full if block.dtype.kind == "u" else 0.0)) / full, np.float32)


def _block_frames(format: SoundFormat) -> int:
    return max(1, min(_BLOCK_SECONDS * format.rate, _BLOCK_VALUES // format.channels))


def _samples(blocks: Iterable[Block], format: SoundFormat, config: AudioConfig, tick: Tick, likely: int) -> Samples:
    """Make mono samples of blocks that are likely to have so many frames together."""
    mono = _shifted(_mono(blocks, format, config, tick), config.skip_samples)
    rate = format.rate if config.resample else config.sample_rate
    expected = likely * (format.channels if config.interleaved else 1) * config.sample_rate // rate
    converted = resampled(mono, rate, config.sample_rate, config.resampler)
    samples = _gathered(converted, config.sample_rate, expected)
    if not len(samples):
        raise InputError(f"has nothing left when {config.skip_samples} samples are skipped; skip fewer")
    return samples


def _mono(blocks: Iterable[Block], format: SoundFormat, config: AudioConfig, tick: Tick) -> Iterator[Samples]:
    """Mix block after block; count the values that are no numbers and complain at the end."""
    frames = bad = 0
    first = 0.0
    for block in blocks:
        mixed = _mix(block, config)
        wrong = np.flatnonzero(~np.isfinite(mixed))
        if wrong.size and not bad:
            first = (frames + wrong[0] * len(block) / len(mixed)) / format.rate
        bad += wrong.size
        frames += len(block)
        tick(frames, format.frames)
        yield mixed
    if bad:
        raise InputError(f"has NaN or infinite samples ({bad}, the first at {first:.3f} s); export it again without")
    if not frames:
        raise InputError("holds no samples; use a recording that has some")


def _mix(block: Block, config: AudioConfig) -> Samples:
    if config.interleaved:
        return block.reshape(-1)
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is reported with its place
        match config.channel:
            case "mean":
                mono: Samples = _sum(block) / block.shape[1]
            case "sum":
                mono = _sum(block)
            case "left":
                mono = block[:, 0].copy()
            case "right":
                mono = block[:, min(1, block.shape[1] - 1)].copy()
    return mono


def _sum(block: Block) -> Samples:
    """Add the channels up, bit for bit as numpy does along a short axis, in a twentieth of the time."""
    if block.shape[1] >= _UNROLLED:
        return np.asarray(block.sum(axis=1))
    total = np.zeros(len(block), np.float32)
    for channel in block.T:
        total += channel
    return total


def _shifted(blocks: Iterable[Samples], skip: int) -> Iterator[Samples]:
    """Drop `skip` samples in front, or put as many zeros there where it is negative."""
    if skip < 0:
        yield np.zeros(-skip, np.float32)
    left = max(skip, 0)
    for block in blocks:
        if left < len(block):
            yield block[left:]
        left = max(left - len(block), 0)


def _gathered(blocks: Iterable[Samples], rate: int, expected: int) -> Samples:
    """Join blocks in one array that grows in place: no copy, and never all of it twice.

    Growing fills with zeros and holds Python's lock meanwhile, so that the window would wait: the array begins with the
    length that is expected, which a file's header may say wrongly, and grows in small steps.
    """
    samples = np.empty(min(expected, _MAX_EXPECTED_HOURS * 3600 * rate) + 1, np.float32)
    size = 0
    for block in blocks:
        end = size + len(block)
        if end > _MAX_HOURS * 3600 * rate:
            raise InputError(f"is longer than {_MAX_HOURS} hours; cut it into shorter recordings")
        if end > len(samples):
            samples.resize(end + _GROWTH, refcheck=False)
        samples[size:end] = block
        size = end
    samples.resize(size, refcheck=False)
    samples.flags.writeable = False
    return samples
