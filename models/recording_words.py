"""What a recording is, and what is made of it before the first stage, in words."""

from ..core.config import AudioConfig, Channel
from ..core.sound import SoundFormat
from ..core.sound.channels import Channels
from ..core.stages.audio import Recording

_COUNTS = {1: "mono", 2: "stereo"}
_MIXED: dict[Channel, str] = {
    "mean": "the mean of the channels",
    "sum": "the sum of the channels",
    "left": "the left channel alone",
    "right": "the right channel alone",
}


def recording_words(recording: Recording, config: AudioConfig) -> str:
    """Say rate, channels, length and encoding of a recording, and how its samples are made of it.

    Returns
    -------
    str
        Such as ``44.1 kHz stereo, 5.00 s, WAV, Signed 16 bit PCM; the mean of the channels, resampled to 16 kHz``.
    """
    source = recording.format
    made = [] if source.channels == 1 else [_mixed(config)]
    changed = config.resample and source.rate != config.sample_rate
    made.append(f"resampled to {kilohertz(config.sample_rate)}" if changed else "not resampled")
    length = len(recording.samples) / (config.sample_rate if config.resample else source.rate)
    return f"{_kind(source)}, {_length(length)}, {source.description}; {', '.join(made)}"


def source_words(recording: Recording, config: AudioConfig) -> str:
    """Say in few words what the samples are, ``16 kHz mono``, or what they were made of, ``of 44.1 kHz stereo``."""
    source = recording.format
    same = source.channels == 1 and (source.rate == config.sample_rate or not config.resample)
    return _kind(source) if same else f"of {_kind(source)}"


def source_kind(recording: Recording) -> str:
    """Say rate and channels of a recording, such as ``44.1 kHz stereo``."""
    return _kind(recording.format)


def kept_words(channels: Channels) -> str:
    """Say what a mix has kept of the channels' power."""
    return f"the channels cancel each other: their mean keeps {100 * channels.kept:.2g} % of their power"


def kilohertz(rate: int) -> str:
    """Give a sample rate as one says it.

    Examples
    --------
    >>> kilohertz(44100), kilohertz(16000), kilohertz(11025)
    ('44.1 kHz', '16 kHz', '11.025 kHz')
    """
    return f"{rate / 1000:g} kHz"


def _mixed(config: AudioConfig) -> str:
    return "the channels one after the other" if config.interleaved else _MIXED[config.channel]


def _kind(source: SoundFormat) -> str:
    return f"{kilohertz(source.rate)} {_COUNTS.get(source.channels, f'with {source.channels} channels')}"


def _length(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} h" if hours else f"{minutes}:{rest:02} min"
