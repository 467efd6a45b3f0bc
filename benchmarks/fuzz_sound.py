"""Small sound files of every container, and damage to them: their lengths, their heads, their tables at the end."""

import io
import random
import struct
from collections.abc import Callable

import av
import numpy as np
import soundfile

_NUMBERS = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10000000, 0x7FFFFFF0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)
_HEAD = 2048


def _sound(frames: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.cumsum(rng.normal(0, 0.01, (frames, 2)), axis=0).clip(-0.9, 0.9).astype(np.float32)


def _written(kind: str, subtype: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, _sound(3000), 16000, format=kind, subtype=subtype)
    return buffer.getvalue()


def _movie(container: str, codec: str) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as file:
        stream = file.add_stream(codec, rate=16000, layout="stereo")
        samples = (_sound(8000) * 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, "s16", "stereo")
        frame.sample_rate = 16000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)
    return buffer.getvalue()


def seeds() -> dict[str, bytes]:
    """Give small sound files of every container that is read."""
    written = {
        f"{kind} {subtype}": _written(kind, subtype)
        for kind, subtype in (
            *(("WAV", subtype) for subtype in ("PCM_16", "FLOAT", "MS_ADPCM", "ULAW")),
            *((kind, "PCM_16") for kind in ("WAVEX", "RF64", "W64", "AIFF", "CAF", "AU", "FLAC")),
            *(("OGG", subtype) for subtype in ("VORBIS", "OPUS")),
            ("MP3", "MPEG_LAYER_III"),
        )
    }
    listed = b"LIST" + struct.pack("<I", 26) + b"INFOISFT" + struct.pack("<I", 14) + b"a fuzzer's work"[:14]
    wav = written["WAV PCM_16"]
    written["WAV with a list"] = wav[:36] + listed + wav[36:]
    movies = {
        f"{kind} {codec}": _movie(kind, codec)
        for kind, codec in (("mp4", "aac"), ("mov", "pcm_s16le"), ("adts", "aac"), ("matroska", "aac"))
    }
    return written | movies


def mutated(data: bytes, _: str, number: int) -> bytes:
    """Give the damage with this number to a file: to some of its bytes, the lengths in its head, or its end."""
    damaged, rng = bytearray(data), random.Random(number)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        rng.choice(_DAMAGES)(damaged, rng)
    return bytes(damaged)


def _place(data: bytearray, rng: random.Random, room: int) -> int:
    """Choose a place, mostly in the head or, where an MP4 file has its tables, at the end."""
    last = max(len(data) - room, 0)
    start, stop = rng.choice(((0, min(_HEAD, last)), (max(0, last - _HEAD), last), (0, last)))
    return rng.randint(start, stop)


def _one_byte(data: bytearray, rng: random.Random) -> None:
    if data:
        data[_place(data, rng, 1)] = rng.randrange(256)


def _one_bit(data: bytearray, rng: random.Random) -> None:
    if data:
        data[_place(data, rng, 1)] ^= 1 << rng.randrange(8)


def _length(data: bytearray, rng: random.Random) -> None:
    """Write a number where a length may be."""
    at, number = _place(data, rng, 4), rng.choice(_NUMBERS)
    data[at : at + 4] = struct.pack(rng.choice("<>") + "I", number)


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[_place(data, rng, 0) :]


def _without(data: bytearray, rng: random.Random) -> None:
    at = _place(data, rng, 0)
    del data[at : at + rng.randint(1, 64)]


def _twice(data: bytearray, rng: random.Random) -> None:
    at = _place(data, rng, 0)
    data[at:at] = data[at : at + rng.randint(1, 512)]


_DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _one_byte, _one_byte, _one_bit, _length, _length, _length, _cut, _without, _twice,
)  # fmt: skip
