"""What the ports are fed: speech, music, noise and the probe, quiet and clipped, in the files that trip ports up."""

import io
import struct
from functools import cache
from typing import Literal

import numpy as np
import soundfile
import soxr
from framescope.core.base.resources import sample
from framescope.core.probe import probe_signal

from .port import Array

Content = Literal["speech", "music", "noise", "probe", "quiet", "clipped"]
Kind = Literal["plain", "studio", "cd", "phone", "byte", "float", "listed"]
KINDS: dict[Kind, tuple[int, int, str]] = {
    "plain": (16000, 1, "PCM_16"),
    "studio": (22050, 1, "PCM_16"),
    "cd": (44100, 2, "PCM_16"),
    "phone": (8000, 1, "PCM_16"),
    "byte": (16000, 1, "PCM_U8"),
    "float": (16000, 1, "FLOAT"),
    "listed": (16000, 1, "PCM_16"),
}
"""Sample rate, channels and sample format of each kind of file."""
SECONDS = 3.0


@cache
def recording(content: Content, kind: Kind = "plain", samples: int = 0) -> bytes:
    """Give the bytes of a WAV file; `samples` at 16 kHz, 0: 3 s, and all of the probe."""
    rate, channels, subtype = KINDS[kind]
    values = _CONTENTS[content]()
    wanted = samples or (len(values) if content == "probe" else round(SECONDS * 16000))
    values = np.resize(values, (wanted, 2))
    resampled = soxr.resample(values, 16000, rate) if rate != 16000 else values
    buffer = io.BytesIO()
    soundfile.write(buffer, resampled[:, :channels], rate, format="WAV", subtype=subtype)
    return with_list_chunk(buffer.getvalue()) if kind == "listed" else buffer.getvalue()


def with_list_chunk(wav: bytes) -> bytes:
    """Put a LIST chunk before the samples, as recorders do that write a title."""
    text = b"INFOISFT" + struct.pack("<I", 14) + b"Lavf60.16.100\0"
    chunk = b"LIST" + struct.pack("<I", len(text)) + text
    body = wav[12:36] + chunk + wav[36:]
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def stereo(left: Array, right: Array) -> Array:
    return np.stack([left, right], axis=1).clip(-1, 1 - 2**-15)


@cache
def speech() -> Array:
    """Give the shipped recording from its first word on; the other channel is a duller echo of it."""
    left = soundfile.read(sample(), dtype="float64")[0][8000:]
    return stereo(left, 0.6 * np.convolve(left, np.r_[np.zeros(80), np.ones(4) / 4])[: len(left)])


@cache
def music() -> Array:
    """Give four chords of plucked strings, a bass, and a beat of noise: broad, loud, and never silent."""
    generator = np.random.default_rng(11)
    mixed = 1e-3 * generator.standard_normal((5 * 16000, 2))
    for beat, root in enumerate([220.0, 174.6, 261.6, 196.0, 220.0, 246.9, 164.8, 220.0, 174.6, 261.6]):
        since = np.arange(len(mixed) - 8000 * beat) / 16000
        hit = 0.1 * generator.standard_normal(len(since)) * np.exp(-60 * since)
        mixed[8000 * beat :] += hit[:, None] * [1, 0.5]
        for number, ratio in enumerate((0.5, 1, 1.26, 1.498)):
            note = sum(
                np.sin(2 * np.pi * k * root * ratio * since) * np.exp(-(k + 4) * since) / k for k in range(1, 12)
            )
            mixed[8000 * beat :] += 0.06 * note[:, None] * [1 - 0.2 * number, 0.3 + 0.2 * number]
    return stereo(*mixed.T)


@cache
def noise() -> Array:
    left, right = np.random.default_rng(12).normal(0, 0.1, (2, 5 * 16000))
    return stereo(left, right)


@cache
def probe() -> Array:
    return probe_signal(stereo=True)[0]


@cache
def quiet() -> Array:
    """Give the speech 40 dB softer: much of it lies below the floors of front ends, and near the step of 16 bits."""
    return 0.01 * speech()


@cache
def clipped() -> Array:
    """Give the speech five times too loud."""
    return (5 * speech()).clip(-1, 1 - 2**-15)


_CONTENTS = {"speech": speech, "music": music, "noise": noise, "probe": probe, "quiet": quiet, "clipped": clipped}
