"""From the bytes of a WAV file to 16 kHz mono samples, as a port reads them."""

import struct
from dataclasses import dataclass
from math import ceil

import numpy as np
import scipy.signal
import soxr

from .port import Array, Port

RATE = 16000
_TYPES = {(1, 8): "u1", (1, 16): "<i2", (1, 32): "<i4", (3, 32): "<f4"}


@dataclass(frozen=True, slots=True)
class Wav:
    """What a WAV header says; start and size of the samples in bytes."""

    rate: int
    channels: int
    dtype: str
    start: int
    size: int


def parse(data: bytes) -> Wav:
    """Walk the chunks of a WAV file up to its samples."""
    place = 12
    while True:
        name, size = struct.unpack_from("<4sI", data, place)
        if name == b"fmt ":
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, place + 8)
        if name == b"data":
            return Wav(rate, channels, _TYPES[kind, bits], place + 8, size)
        place += 8 + size + size % 2


def read(data: bytes, port: Port) -> Array:
    """Give (n,) float32 samples, 16 kHz, full scale 1.0."""
    wav = parse(data)
    mono = mix(scaled(stored_samples(data, wav, port), port), wav.channels, port)
    samples = resample(mono, wav.rate, port)
    gain = 1 / np.abs(samples).max() if port.gain == "peak" else port.gain
    noise = np.random.default_rng(1).triangular(-1, 0, 1, len(samples)) * port.dither if port.dither else 0
    return (samples * gain + noise).astype(np.float32)


def stored_samples(data: bytes, wav: Wav, port: Port) -> Array:
    start = {"parsed": wav.start, "assumed": 44, "sounded": 0}[port.header]
    dtype = np.dtype(port.stored or wav.dtype)
    content = data[start : wav.start + wav.size]
    values = np.frombuffer(content[: len(content) // dtype.itemsize * dtype.itemsize], dtype)
    return values[: len(values) // wav.channels * wav.channels]


def scaled(values: Array, port: Port) -> Array:
    if values.dtype.kind == "f":
        return values
    if values.dtype == np.uint8:
        return ((values.astype(np.float32) - 128) / 128).astype(np.float32)
    full = port.full_scale if values.dtype == np.int16 else 2.0 ** (8 * values.itemsize - 1)
    return (values / full).astype(np.float32)


def mix(values: Array, channels: int, port: Port) -> Array:
    if port.channels == "interleaved":
        return values
    frames = values.reshape(-1, channels)
    chosen = {"left": frames[:, 0], "right": frames[:, -1], "sum": frames.sum(axis=1)}
    return chosen.get(port.channels, frames.mean(axis=1))


def resample(samples: Array, rate: int, port: Port) -> Array:
    if rate == RATE or port.resampling == "none":
        return samples
    length = ceil(len(samples) * RATE / rate)
    if port.resampling == "linear":
        return np.interp(np.arange(length) * rate / RATE, np.arange(len(samples)), samples)
    if port.resampling == "polyphase":
        return np.asarray(scipy.signal.resample_poly(samples, RATE, rate))[:length]
    resampled = soxr.resample(samples, rate, RATE, quality="HQ")[:length]
    return np.pad(resampled, (0, length - len(resampled)))
