"""Every type of samples in WAV and AIFF files, written byte by byte and read as numpy reads the bytes."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from framescope.core.stages.audio import read_audio

Array = np.ndarray[Any, Any]
RATE = 16000
GUID = bytes.fromhex("000000001000800000aa00389b71")
"""What follows the format's number in the long name of a WAV file's format."""
W64 = bytes.fromhex("f3acd3118cd100c04f8edb8a")
"""What follows the four letters in the name of a W64 file's chunk."""


def integers(bits: int) -> Array:
    """Two channels whose values use all bits."""
    rng = np.random.default_rng(bits)
    return rng.integers(-(2 ** (bits - 1)), 2 ** (bits - 1), (1000, 2), np.int64)


def packed(values: Array, bits: int, order: str = "little", *, offset: int = 0) -> bytes:
    whole = (values.ravel() + offset).astype(np.int64).astype("<i8" if order == "little" else ">i8")
    octets = whole.view(np.uint8).reshape(-1, 8)
    kept = octets[:, : bits // 8] if order == "little" else octets[:, 8 - bits // 8 :]
    return kept.tobytes()


def chunk(name: bytes, data: bytes, order: str = "<") -> bytes:
    return name + struct.pack(order + "I", len(data)) + data + bytes(len(data) % 2)


def fmt(tag: int, bits: int, order: str = "<", valid: int | None = None) -> bytes:
    frame = 2 * bits // 8
    head = struct.pack(order + "HHIIHH", 0xFFFE if valid else tag, 2, RATE, RATE * frame, frame, bits)
    return head + (struct.pack(order + "HHIH", 22, valid, 3, tag) + GUID if valid else b"")


def wav(data: bytes, tag: int, bits: int, *, order: str = "<", valid: int | None = None) -> bytes:
    body = b"WAVE" + chunk(b"fmt ", fmt(tag, bits, order, valid), order) + chunk(b"data", data, order)
    return chunk(b"RIFF" if order == "<" else b"RIFX", body, order)


def rf64(data: bytes, tag: int, bits: int) -> bytes:
    form = chunk(b"fmt ", fmt(tag, bits))
    sizes = struct.pack("<QQQI", 4 + 36 + len(form) + 8 + len(data), len(data), len(data) // (bits // 4), 0)
    body = chunk(b"ds64", sizes) + form + b"data" + b"\xff" * 4 + data
    return b"RF64" + b"\xff" * 4 + b"WAVE" + body


def w64(data: bytes, tag: int, bits: int) -> bytes:
    def part(name: bytes, content: bytes) -> bytes:
        return name + W64 + struct.pack("<Q", 24 + len(content)) + content + bytes(-len(content) % 8)

    riff = b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000")
    body = b"wave" + W64 + part(b"fmt ", fmt(tag, bits)) + part(b"data", data)
    return riff + struct.pack("<Q", 24 + len(body)) + body


def aiff(data: bytes, bits: int, kind: bytes = b"") -> bytes:
    rate = struct.pack(">HQ", 16383 + 13, RATE << 50)  # 80-bit float: 16000 = 1.953125 * 2 ** 13
    common = struct.pack(">hIh", 2, len(data) // (2 * bits // 8), bits) + rate + (kind + b"\0\0" if kind else b"")
    body = (b"AIFC" if kind else b"AIFF") + chunk(b"COMM", common, ">") + chunk(b"SSND", bytes(8) + data, ">")
    return chunk(b"FORM", body, ">")


def decoded_ulaw(codes: Array) -> Array:
    """G.711, table 2a: sign, three bits of exponent, four of mantissa, all inverted; 14 bits, full scale 8192."""
    inverted = ~codes.astype(np.uint8)
    magnitude = (((inverted & 15).astype(int) * 2 + 33) << ((inverted >> 4) & 7)) - 33
    return np.where(inverted & 128, -magnitude, magnitude) / 8192


def decoded_alaw(codes: Array) -> Array:
    """G.711, table 1a: the even bits inverted; 13 bits, full scale 4096."""
    inverted = codes.astype(np.uint8) ^ 0x55
    exponent, mantissa = (inverted >> 4) & 7, (inverted & 15).astype(int) * 2 + 1
    magnitude = np.where(exponent, (mantissa + 32) << np.maximum(exponent.astype(int) - 1, 0), mantissa)
    return np.where(inverted & 128, magnitude, -magnitude) / 4096


CODES = np.random.default_rng(0).permutation(np.arange(512) % 256).reshape(-1, 2)
FLOATS = np.random.default_rng(1).uniform(-1, 1, (1000, 2))
INTEGER = {bits: integers(bits) for bits in (8, 16, 20, 24, 32, 64)}
SCALED = {bits: values / 2.0 ** (bits - 1) for bits, values in INTEGER.items()}

FILES: dict[str, tuple[bytes, Array]] = {
    "WAV 8": (wav(packed(INTEGER[8], 8, offset=128), 1, 8), SCALED[8]),
    **{f"WAV {bits}": (wav(packed(INTEGER[bits], bits), 1, bits), SCALED[bits]) for bits in (16, 24, 32, 64)},
    **{f"RF64 {bits}": (rf64(packed(INTEGER[bits], bits), 1, bits), SCALED[bits]) for bits in (16, 24, 32)},
    **{f"W64 {bits}": (w64(packed(INTEGER[bits], bits), 1, bits), SCALED[bits]) for bits in (16, 24, 32, 64)},
    **{
        f"RIFX {bits}": (wav(packed(INTEGER[bits], bits, "big"), 1, bits, order=">"), SCALED[bits]) for bits in (16, 32)
    },
    "WAV float32": (wav(FLOATS.astype("<f4").tobytes(), 3, 32), FLOATS),
    "WAV float64": (wav(FLOATS.astype("<f8").tobytes(), 3, 64), FLOATS),
    "W64 float32": (w64(FLOATS.astype("<f4").tobytes(), 3, 32), FLOATS),
    "RF64 float32": (rf64(FLOATS.astype("<f4").tobytes(), 3, 32), FLOATS),
    "WAV alaw": (wav(CODES.astype("u1").tobytes(), 6, 8), decoded_alaw(CODES)),
    "WAV ulaw": (wav(CODES.astype("u1").tobytes(), 7, 8), decoded_ulaw(CODES)),
    **{
        f"extensible {bits} of {bits}": (wav(packed(INTEGER[bits], bits), 1, bits, valid=bits), SCALED[bits])
        for bits in (16, 24, 32, 64)
    },
    "extensible 20 of 24": (wav(packed(INTEGER[20] << 4, 24), 1, 24, valid=20), SCALED[20]),
    "extensible 24 of 32": (wav(packed(INTEGER[24] << 8, 32), 1, 32, valid=24), SCALED[24]),
    "extensible float32": (wav(FLOATS.astype("<f4").tobytes(), 3, 32, valid=32), FLOATS),
    "extensible float64": (wav(FLOATS.astype("<f8").tobytes(), 3, 64, valid=64), FLOATS),
    **{f"AIFF {bits}": (aiff(packed(INTEGER[bits], bits, "big"), bits), SCALED[bits]) for bits in (8, 16, 24, 32)},
    "AIFC sowt": (aiff(packed(INTEGER[16], 16), 16, b"sowt"), SCALED[16]),
    "AIFC fl32": (aiff(FLOATS.astype(">f4").tobytes(), 32, b"fl32"), FLOATS),
    "AIFC fl64": (aiff(FLOATS.astype(">f8").tobytes(), 64, b"fl64"), FLOATS),
    "AIFC alaw": (aiff(CODES.astype("u1").tobytes(), 8, b"alaw"), decoded_alaw(CODES)),
    "AIFC ulaw": (aiff(CODES.astype("u1").tobytes(), 8, b"ulaw"), decoded_ulaw(CODES)),
}


@pytest.mark.parametrize(("data", "values"), FILES.values(), ids=FILES)
def test_samples_are_those_of_their_bytes(tmp_path: Path, data: bytes, values: Array) -> None:
    path = tmp_path / "sound"
    path.write_bytes(data)
    recording = read_audio(path)
    assert (recording.format.rate, recording.format.channels, recording.format.frames) == (RATE, 2, len(values))
    np.testing.assert_allclose(recording.samples, values.mean(axis=1), rtol=0, atol=1e-7)
