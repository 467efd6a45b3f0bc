"""The recording at its own rate and with its own channels, from any place on."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Protocol

import numpy as np
import soundfile

from ...core.base.errors import InputError
from ...core.base.files import naming, open_file
from ...core.sound import Block, open_sound
from ...core.sound.riff import complete

_EXACT = ("PCM_", "FLOAT", "DOUBLE", "ULAW", "ALAW")
"""Encodings, as libsndfile calls them, in which it finds every frame exactly; a lossy decoder has to come from the
beginning."""
_CONTAINERS = ("WAV", "WAVEX", "RF64", "W64", "AIFF", "AU", "CAF", "FLAC")
_BLOCK_SECONDS = 1
_FULL = 32767
_UNKNOWN_FRAMES = 2**62
"""libsndfile gives more where the header does not tell."""


class Source(Protocol):
    """Frames of a recording at any place."""

    @property
    def rate(self) -> int:
        """Sample rate, Hz."""

    @property
    def channels(self) -> int:
        """Number of channels."""

    def read(self, start: int, stop: int) -> Block | None:
        """Give the frames from `start` to `stop` as (n, channels) float32; zeros where the recording has none.

        None where they are not ready yet, so that `prepare` has to be called again.

        Raises
        ------
        InputError
            The file cannot be read any more.
        """

    def prepare(self) -> bool:
        """Do a little of what makes later places ready; tell whether something was done."""

    def close(self) -> None:
        """Let go of the file."""


def open_source(path: Path) -> Source:
    """Open a recording for playing.

    Raises
    ------
    InputError
        The file cannot be read, or holds no sound.
    """
    file = open_file(path, "a recording")
    try:
        stream = complete(file)
        stream.seek(0)
        sound = soundfile.SoundFile(stream)
    except (soundfile.LibsndfileError, InputError):  # another decoder may know it, and says what is wrong where not
        file.close()
        return SpooledSource(path)
    if _is_exact(sound):
        return FileSource(path, file, sound)
    sound.close()
    file.close()
    return SpooledSource(path)


def _is_exact(sound: soundfile.SoundFile) -> bool:
    known = sound.frames < _UNKNOWN_FRAMES
    return known and sound.format in _CONTAINERS and sound.subtype.startswith(_EXACT)


class FileSource:
    """A file in which every frame is found at once."""

    def __init__(self, path: Path, file: IO[bytes], sound: soundfile.SoundFile) -> None:
        self._path, self._file, self._sound = path, file, sound
        self.rate: int = sound.samplerate
        self.channels: int = sound.channels

    def read(self, start: int, stop: int) -> Block | None:
        """Give frames; see `Source`."""
        first, last = np.clip((start, stop), 0, self._sound.frames).tolist()
        try:
            if self._sound.tell() != first:
                self._sound.seek(first)
            block = self._sound.read(last - first, dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, OSError) as error:
            raise InputError(f"{self._path}: cannot be read any more ({error}); open it again") from None
        return _framed(block, start, stop)

    def prepare(self) -> bool:
        """Do nothing: everything is ready."""
        return False

    def close(self) -> None:
        """Let go of the file."""
        self._sound.close()
        self._file.close()


class SpooledSource:
    """A file that can only be decoded from its beginning on: what was decoded waits in a temporary file, as 16 bits.

    It is decoded little by little in `prepare`; the temporary file has no name and ends with the process.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._open = path, ExitStack()
        sound = self._open.enter_context(open_sound(path))
        self.rate, self.channels = sound.format.rate, sound.format.channels
        self._blocks: Iterator[Block] | None = sound.blocks(_BLOCK_SECONDS * self.rate)
        self._spool = self._open.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  the stack closes it
        self._frames = 0

    def read(self, start: int, stop: int) -> Block | None:
        """Give frames; see `Source`."""
        if stop > self._frames and self._blocks is not None:
            return None
        first, last = np.clip((start, stop), 0, self._frames).tolist()
        self._spool.seek(2 * self.channels * first)
        data = self._spool.read(2 * self.channels * (last - first))
        block = np.frombuffer(data, np.int16).reshape(-1, self.channels)
        return _framed(np.divide(block, _FULL, dtype=np.float32), start, stop)

    def prepare(self) -> bool:
        """Decode a second more."""
        blocks, self._blocks = self._blocks, None  # after an error there is no more
        if blocks is None:
            return False
        with naming(self._path):
            block = next(blocks, None)
            if block is None:
                return False
            self._append(block)
        self._blocks = blocks
        return True

    def close(self) -> None:
        """Let go of both files."""
        self._blocks = None
        self._open.close()

    def _append(self, block: Block) -> None:
        samples = np.rint(np.clip(block, -1, 1) * _FULL).astype(np.int16)
        try:
            self._spool.seek(0, 2)
            self._spool.write(samples.tobytes())
            self._spool.flush()
        except OSError as error:
            folder = tempfile.gettempdir()
            raise InputError(f"cannot be played ({error.strerror}); there must be room in {folder}") from None
        self._frames += len(block)


def _framed(block: Block, start: int, stop: int) -> Block:
    """Put zeros where the recording has no frames."""
    before = min(max(-start, 0), stop - start)
    return np.pad(block, ((before, stop - start - before - len(block)), (0, 0)))
