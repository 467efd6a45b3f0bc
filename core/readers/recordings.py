"""Which recordings in a dump are the port's audio stage, and which only lie beside it."""

import re
from pathlib import PurePath

from ..config import SAMPLE_RATE
from ..run import Run
from .metadata import Description
from .samples import SoundSamples
from .sources import Source

_STAGE_WORDS = re.compile(r"audio|waveform|samples|resampl|pcm", re.IGNORECASE)


def is_stage(source: Source, beside: int, description: Description, reference: Run | None) -> bool:
    """Tell whether a recording is what the port made of its input, and not that input.

    The input is what the metadata or the reference names as the recording. Of the others a mono file is the audio
    stage where its name says so, or where it is all that there is and has the stage's rate.

    Parameters
    ----------
    source : Source
        Of `SoundSamples`.
    beside : int
        How many other sources the dump has.
    """
    samples, name = source.values, PurePath(source.label).name
    inputs = {PurePath(said).name for said in (description.audio, reference and reference.provenance.source) if said}
    if not isinstance(samples, SoundSamples) or samples.ndim > 1 or name in inputs:
        return False
    return bool(_STAGE_WORDS.search(name)) or (samples.rate == SAMPLE_RATE and not beside)


def left_out(source: Source) -> str:
    """Say that a recording is not taken for the audio stage."""
    samples = source.values
    assert isinstance(samples, SoundSamples)
    channels = "one channel" if samples.ndim == 1 else f"{samples.shape[1]} channels"
    ask = f"; the override audio={source.label} takes it as that" if samples.ndim == 1 else ""
    return (
        f"{source.label}: is a recording of {channels} at {samples.rate} Hz, taken for the port's input and "
        f"not for its audio stage{ask}"
    )
