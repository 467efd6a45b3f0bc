"""Opening a sound file: its content decides which library decodes it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import SEEK_END
from pathlib import Path

import soundfile

from ..base.errors import InputError
from ..base.files import naming, open_file
from .format import Sound
from .riff import complete
from .sndfile import SndfileSound
from .stream import SoundStream

_WANTED = "a recording such as WAV, FLAC, MP3 or M4A"


@contextmanager
def open_sound(path: str | Path) -> Iterator[Sound]:
    """Open a sound file for one pass from its beginning to its end.

    libsndfile decodes what it knows (WAV, AIFF, FLAC, OGG, Opus, MP3 and others) to float32; FFmpeg's libraries
    decode the rest (AAC in M4A, MP4 and MOV, and others) to 16 bits. `librosa.load` does it in this way.

    Parameters
    ----------
    path : str or Path
        The file; its name and its extension mean nothing.

    Yields
    ------
    Sound
        The open sound. Every InputError that is raised before it is closed gets the file's name in front.

    Raises
    ------
    InputError
        The file does not exist or may not be read, is empty, holds no sound, has no audio track, or is cut short.
    """
    path = Path(path)
    with open_file(path, _WANTED) as file, naming(path):
        if not file.seek(0, SEEK_END):
            raise InputError(f"is empty; name {_WANTED}")
        with closing(_decoder(complete(file))) as sound:
            yield sound


def _decoder(stream: SoundStream) -> Sound:
    stream.seek(0)
    try:
        return SndfileSound(stream)
    except soundfile.LibsndfileError as error:
        refusal = error.error_string.rstrip(".")
    try:
        from .libav import LibavSound  # noqa: PLC0415  av is slow to import and most recordings do not need it
    except ModuleNotFoundError:  # the one-file bundle leaves PyAV out, whose wheels carry GPL libraries
        raise InputError(f"{refusal}; M4A, MP4 and MOV need PyAV (pip install av); else convert it to WAV") from None

    stream.seek(0)
    return LibavSound(stream, refusal)
