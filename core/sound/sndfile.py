"""Sounds that libsndfile decodes: WAV, AIFF, FLAC, OGG Vorbis, Opus, MP3 and its other formats."""

from collections.abc import Iterator
from pathlib import Path

import soundfile

from ..base.errors import InputError
from ..base.files import naming, open_file
from .format import Block, SoundFormat, damaged, incomplete
from .riff import complete
from .stream import SoundStream

_UNKNOWN_FRAMES = 2**63 - 1
"""libsndfile's SF_COUNT_MAX, for instance for a FLAC file that was written to a pipe."""
_MP3_FRAME = 1152
"""Samples in one MP3 frame; some encoders count the frame that holds their own header."""


class _ForwardFile(soundfile.SoundFile):  # type: ignore[misc]
    """A file that soundfile does not seek in.

    It would do so after every read, and seeking resets the MP3 decoder: the samples would depend on the block size.
    """

    def seekable(self) -> bool:
        return False


class SndfileSound:
    """An open sound that libsndfile decodes; float32 as libsndfile scales it."""

    def __init__(self, stream: SoundStream) -> None:
        self._stream = stream
        self._file = _ForwardFile(stream)
        self.format = self._read_format()

    def blocks(self, frames: int) -> Iterator[Block]:
        """Yield consecutive blocks (n, channels) of at most `frames` frames."""
        done = 0
        while len(block := self._read(frames, done)):
            done += len(block)
            yield block
        if done < self._promised_frames():
            raise incomplete(done / self.format.rate, self.format.frames / self.format.rate)

    def close(self) -> None:
        """Let go of the decoder."""
        self._file.close()

    def _read_format(self) -> SoundFormat:
        file = self._file
        frames = 0 if file.frames == _UNKNOWN_FRAMES else file.frames
        return SoundFormat(file.samplerate, file.channels, frames, f"{file.format}, {file.subtype_info}")

    def _read(self, frames: int, done: int) -> Block:
        try:
            block: Block = self._file.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise damaged(done / self.format.rate, error.error_string.rstrip(".")) from None
        return block

    def _promised_frames(self) -> int:
        if "MPEG" not in self._file.subtype:
            return self.format.frames
        return self.format.frames - _MP3_FRAME if _counts_frames(self._stream) else 0


def frames_between(path: Path, start: int, stop: int) -> Block:
    """Read some frames of a file whose samples do not depend on those before, such as WAV, AIFF or FLAC.

    Parameters
    ----------
    start, stop : int
        The first frame, and the one after the last.

    Returns
    -------
    (stop - start, channels) float32
        Fewer where the file ends before.

    Raises
    ------
    InputError
        The file may not be read, or is damaged.
    """
    with open_file(path, "a recording") as file, naming(path):
        stream = complete(file)
        stream.seek(0)
        try:
            with soundfile.SoundFile(stream) as sound:
                sound.seek(start)
                block: Block = sound.read(stop - start, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise InputError(f"cannot be read from frame {start} on: {error.error_string.rstrip('.')}") from None
    return block


def _counts_frames(stream: SoundStream) -> bool:
    """Tell whether an MP3 file's first frame holds its length; where it does not, the length is an estimate."""
    stream.seek(0)
    head = stream.read(10).ljust(10, b"\0")
    tag = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
    stream.seek(10 + tag if head.startswith(b"ID3") else 0)
    frame = stream.read(4096)
    return any(name in frame for name in (b"Xing", b"Info", b"VBRI"))
