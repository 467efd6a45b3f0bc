"""Opening a sound file: its content decides which library decodes it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

import soundfile

from ..errors import InputError
from ..files import open_file
from .format import Sound
from .riff import complete
from .sndfile import SndfileSound


@contextmanager
def open_sound(path: str | Path) -> Iterator[Sound]:
    """Open a sound file for one pass from its beginning to its end.

    libsndfile decodes what it knows (WAV, AIFF, FLAC, OGG, Opus, MP3 and others, to the precision they have);
    FFmpeg's libraries decode the rest (AAC in M4A, MP4 and MOV, and others), to 16 bits. So does `librosa.load`.

    Parameters
    ----------
    path : str or Path
        The file; its name and its extension mean nothing.

    Yields
    ------
    Sound
        The open sound; it is closed at the end of the ``with`` block.

    Raises
    ------
    InputError
        The file does not exist or may not be read, is empty, is no sound, has no audio track, or is cut short.
    """
    path = Path(path)
    with open_file(path, "a recording such as WAV, FLAC, MP3 or M4A") as stream:
        if not stream.seek(0, 2):
            raise InputError(f"{path}: is empty; name a recording such as WAV, FLAC, MP3 or M4A")
        with closing(_decoder(path, complete(path, stream))) as sound:
            yield sound


def _decoder(path: Path, stream: BinaryIO) -> Sound:
    stream.seek(0)
    try:
        return SndfileSound(path, stream)
    except soundfile.LibsndfileError as error:
        refusal = error.error_string.rstrip(".")
    from .libav import LibavSound  # noqa: PLC0415  av is slow to import and most recordings do not need it

    stream.seek(0)
    return LibavSound(path, stream, refusal)
