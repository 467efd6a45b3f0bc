"""Damaging files at random, the same way for the same number."""

import gzip
import random
import struct

_NUMBERS = (0, 1, 2, 80, 127, 128, 255, 256, 512, 32767, 32768, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1)
_FORMS = ("<B", "<H", ">H", "<I", ">I", "<Q", ">Q")
_TOKENS = (
    *(b"\x00", b"\xff" * 8, b"[", b"]", b"{", b"}", b'"', b",", b":", b"\n", b"nan", b"inf", b"1e999", b"-", b"9" * 30),
    *(b"O", b"<f8", b"|V4", b"PK\x03\x04", b"PK\x01\x02", b"(", b")", b"data", b"RIFF", b"\x80\x02", b"e+", b".", b"L"),
)
_HEAD = 300
_MAX_EDITS = 6


def mutated(data: bytes, name: str, number: int) -> bytes:
    """Give the damage to `data` with this number; `name` is that of the format."""
    chance = random.Random(f"{name} {number}")
    if data.startswith(b"\x1f\x8b") and chance.random() < 0.7:
        return gzip.compress(_damaged(gzip.decompress(data), chance), 1)
    return _damaged(data, chance)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.randint(1, _MAX_EDITS)):
        _edit(damaged, chance)
    return bytes(damaged)


def _edit(data: bytearray, chance: random.Random) -> None:
    place, kind = _place(len(data), chance), chance.randrange(7)
    if kind == 0:
        data[place : place + 1] = bytes([chance.randrange(256)])
    elif kind == 1:
        form = chance.choice(_FORMS)
        put = struct.pack(form, chance.choice(_NUMBERS) % 256 ** struct.calcsize(form))
        data[place : place + len(put)] = put
    elif kind == 2:
        token = chance.choice(_TOKENS)
        data[place : place + chance.choice((0, len(token)))] = token
    elif kind == 3:
        del data[place : place + chance.choice((1, 2, 4, 8, 100, 1000))]
    elif kind == 4:
        data[place:place] = data[place : place + chance.choice((1, 8, 100, 2000))] * chance.randint(1, 3)
    elif kind == 5 and chance.random() < 0.3:
        del data[place:]
    else:
        at = place + chance.randrange(8)
        data[at : at + 1] = bytes([data[at] ^ 1 << chance.randrange(8)]) if at < len(data) else b""


def _place(length: int, chance: random.Random) -> int:
    """Mostly in the header, sometimes near the end, where zip archives have their directory."""
    if chance.random() < 0.6:
        return chance.randint(0, min(length, _HEAD))
    return max(0, length - chance.randint(0, _HEAD)) if chance.random() < 0.4 else chance.randint(0, length)
