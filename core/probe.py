"""A recording that separates what speech cannot: every section exposes faults that others leave alike."""

import io
import struct
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from .config import SAMPLE_RATE

Samples = npt.NDArray[np.float64]

RATE = SAMPLE_RATE
_LAST = 1 - 2**-15
"""The largest value of a 16-bit sample, full scale 1.0."""
_STEPS = (0, -20, -40, -50, -60, -66, -72, -78, -84, -90)
"""Levels of the level steps, dB below 0.5."""
_TITLE = b"framescope probe"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the probe.

    Attributes
    ----------
    name, what : str
        What it is called, and what is heard in it.
    length : int
        In samples at 16 kHz.
    exposes : tuple of str
        The faults that show here, by their ids.
    make : callable
        Makes so many samples of it, before they are rounded to 16 bits.
    """

    name: str
    what: str
    length: int
    exposes: tuple[str, ...]
    make: Callable[[int], Samples]


def _tone(length: int, hertz: float, amplitude: float = 0.5) -> Samples:
    return np.asarray(amplitude * np.cos(2 * np.pi * hertz / RATE * np.arange(length)))


def _impulses(length: int) -> Samples:
    """Set an impulse every 1,130 samples, so that each falls on another place of its mel column."""
    samples = np.zeros(length)
    samples[100::1130] = _LAST
    return samples


def _chirp(length: int) -> Samples:
    """Sweep from 20 Hz to 8 kHz at the same pace."""
    time = np.arange(length) / RATE
    return 0.5 * np.sin(2 * np.pi * (20 * time + (8000 - 20) * time**2 / (2 * length / RATE)))


def _noise(length: int) -> Samples:
    return np.random.default_rng(0).uniform(-0.5, 0.5, length)


def _level_steps(length: int) -> Samples:
    levels = np.repeat(np.array(_STEPS, float), -(-length // len(_STEPS)))[:length]
    return _noise(length) * 10 ** (levels / 20)


def _full_scale(length: int) -> Samples:
    """Alternate 7 samples of -1 with 9 of 0."""
    return np.where(np.arange(length) % 16 < 7, -1.0, 0.0)


def _loud_end(length: int) -> Samples:
    """Grow up to the last sample, so that no mirror or repeat of it goes on as before."""
    return np.asarray(_tone(length, 730) * np.linspace(0.2, 1.6, length))


SECTIONS = (
    Section(
        "loud start",
        "a 310 Hz tone that begins at its peak with the first sample",
        4000,
        ("pad_mode", "preemphasis", "header_as_audio"),
        partial(_tone, hertz=310),
    ),
    Section("silence", "zeros", 6000, ("clip", "nan_inf"), np.zeros),
    Section(
        "impulses",
        "single samples at full scale, at a different offset in each mel column",
        6000,
        ("hop", "streaming", "window_length"),
        _impulses,
    ),
    Section(
        "tone on a bin",
        "1 kHz, the 50th bin of an 800-point transform",
        5000,
        ("window_symmetry", "window_family", "fft_size"),
        partial(_tone, hertz=1000),
    ),
    Section(
        "tone between bins",
        "2,350 Hz, halfway between two bins",
        5000,
        ("fft_size", "fft_packing"),
        partial(_tone, hertz=2350),
    ),
    Section(
        "sweep",
        "20 Hz to 8 kHz, linear",
        20000,
        ("mel_scale", "mel_norm", "mel_triangle_domain", "mel_bin_width", "fmax"),
        _chirp,
    ),
    Section(
        "level steps",
        "noise that falls in ten steps from -6 dB to a single bit",
        RATE,
        ("log_floor", "dither", "ref_level", "min_level", "max_abs", "clip", "power", "log_base"),
        _level_steps,
    ),
    Section(
        "full scale",
        "negative full scale, -32768, in turn with zero",
        5000,
        ("int_scale", "sample_format", "mel_bin_shift", "fmin"),
        _full_scale,
    ),
    Section(
        "loud end",
        "a 730 Hz tone that grows up to the last sample",
        9800,
        ("pad_mode", "window_tail", "no_padding", "zero_padding", "edge_policy"),
        _loud_end,
    ),
)
"""In order: 76,800 samples, 385 mel columns, of which the last window would pass the end by two."""


def probe_signal(stereo: bool = False) -> tuple[Samples, int]:
    """Give the probe's samples, which 16 bits hold exactly.

    Parameters
    ----------
    stereo : bool
        With a right channel: the left one at half its level, and 3 kHz wherever that is not silent. It sets the mean
        of both apart from either, and from the sum.

    Returns
    -------
    samples, sample_rate
        (n,) or (n, 2) float64 in -1 to 1 and 16000 Hz.

    Examples
    --------
    >>> samples, rate = probe_signal()
    >>> rate, float(samples.min())
    (16000, -1.0)
    """
    left = np.concatenate([section.make(section.length) for section in SECTIONS])
    right = 0.5 * left + 0.2 * _tone(len(left), 3000) * (left != 0)
    samples = np.stack([left, right], axis=1) if stereo else left
    return np.clip(np.round(samples * 32768), -32768, 32767) / 32768, RATE


def probe_wav(stereo: bool = False, list_chunk: bool = False) -> bytes:
    """Give the probe as a 16-bit WAV file.

    Parameters
    ----------
    stereo : bool
        See `probe_signal`.
    list_chunk : bool
        Put a LIST chunk with a title before the samples, which a port that counts on a 44-byte header takes for sound.
    """
    samples, rate = probe_signal(stereo)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1 + stereo, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32768).astype("<i2").tobytes())
    return _with_list_chunk(buffer.getvalue()) if list_chunk else buffer.getvalue()


def _with_list_chunk(wav: bytes) -> bytes:
    """Insert the chunk behind the format, which ends at byte 36 of what the standard library writes."""
    text = b"INFOINAM" + struct.pack("<I", len(_TITLE)) + _TITLE
    body = wav[8:36] + b"LIST" + struct.pack("<I", len(text)) + text + wav[36:]
    return b"RIFF" + struct.pack("<I", len(body)) + body
