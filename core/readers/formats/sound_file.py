"""Recordings: what may be the port's audio stage, or only lie beside its output."""

from pathlib import Path

from ...base.arrays import NDArray
from ...base.errors import InputError
from ..lazy_file_array import Stamp, stamp_of
from ..samples import SoundSamples
from .file_content import Content, opened

_FORMS = {b"RIFF": (b"WAVE",), b"RF64": (b"WAVE",), b"RIFX": (b"WAVE",), b"FORM": (b"AIFF", b"AIFC")}


def is_sound(_path: Path, head: bytes) -> bool:
    """Tell whether a file is WAV, AIFF or FLAC."""
    return head.startswith(b"fLaC") or head[8:12] in _FORMS.get(head[:4], ())


def read_sound(path: Path, where: str) -> Content:
    """Read the header of a recording; its samples are decoded where somebody looks.

    Raises
    ------
    InputError
        It is damaged, or cut short.
    """
    from ...sound import open_sound  # noqa: PLC0415  (few dumps hold a recording)

    try:
        with open_sound(path) as sound:
            form = sound.format
    except InputError as error:
        raise InputError(f"{where}: {str(error).removeprefix(f'{path}: ')}") from None
    with opened(path) as file:
        stamp = stamp_of(file)
    shape = (form.frames,) if form.channels == 1 else (form.frames, form.channels)
    return Content({"": SoundSamples(form.rate, lambda start, stop: _frames(path, stamp, start, stop), shape)})


def _frames(path: Path, stamp: Stamp, start: int, stop: int) -> NDArray:
    from ...sound.sndfile import frames_between  # noqa: PLC0415

    block = frames_between(path, start, stop)
    with opened(path) as file:
        if len(block) != stop - start or stamp_of(file) != stamp:
            raise InputError(
                f"{path}: has changed since it was read, or is shorter than its header says; read it again"
            )
    return block
