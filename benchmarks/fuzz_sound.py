"""Damaged sound files by the thousand: each is read or refused in one sentence, in little time and memory.

Usage: ``python benchmarks/fuzz_sound.py [COUNT [SEED]]``; the exit code is 1 where an input did anything else. Inputs
are read in a child process; one that ends it is kept in the folder for temporary files, and named.
"""

import io
import random
import resource
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import DEVNULL, PIPE
from time import perf_counter

import av
import numpy as np
import soundfile
from framescope.core.errors import InputError
from framescope.core.stages.audio import read_audio

MAX_SECONDS = 5.0
"""Time for one input; the machine may be busy."""
MAX_BYTES = 1 << 30
"""Memory that one input may make the process hold, beside what it holds anyway."""
_LIMIT = 8 << 30
"""Address space of the child: where it ends, so does the child."""
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
    written["WAV without samples"] = wav[:36] + listed
    movies = {
        f"{kind} {codec}": _movie(kind, codec)
        for kind, codec in (("mp4", "aac"), ("mov", "pcm_s16le"), ("adts", "aac"), ("matroska", "aac"))
    }
    return written | movies


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Damage a file: some of its bytes, the lengths in its head, or its end."""
    damaged = bytearray(data)
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


def inputs(first: int, last: int) -> Iterator[tuple[int, str, bytes]]:
    """Give inputs by their numbers, always the same ones."""
    files = list(seeds().items())
    for number in range(first, last):
        rng = random.Random(number)
        name, data = files[number % len(files)]
        yield number, name, mutated(data, rng)


def read(path: Path) -> None:
    """Read one file as the product does; a refusal in one sentence is as good."""
    try:
        read_audio(path)
    except InputError as error:
        if "\n" in str(error):
            raise ValueError(f"more than one line: {error}") from error


def _peak() -> int:
    """Bytes that the process held at most since `_forget_peak`."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def child(first: int, last: int, folder: Path) -> None:
    """Read inputs; print the number of each before, and what it did wrong after."""
    resource.setrlimit(resource.RLIMIT_AS, (_LIMIT, _LIMIT))
    path = folder / "sound"
    for number, name, data in inputs(first, last):
        path.write_bytes(data)
        print(number, flush=True)
        _forget_peak()
        held, started = _peak(), perf_counter()
        try:
            read(path)
        except Exception as error:
            print(f"bad: {number} {name}: {type(error).__name__} {error}", flush=True)
        taken, grown = perf_counter() - started, _peak() - held
        if taken > MAX_SECONDS or grown > MAX_BYTES:
            print(f"bad: {number} {name}: {taken:.1f} s, {grown >> 20} MB", flush=True)


def fuzz(count: int, seed: int) -> int:
    """Read `count` damaged files; give how many were neither read nor refused within the limits."""
    bad, first, last = 0, seed, seed + count
    while first < last:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, __file__, "child", str(first), str(last), folder]
            try:
                # libmpg123 writes to the standard error whatever is asked of it.
                done = subprocess.run(command, stdout=PIPE, stderr=DEVNULL, timeout=60 + count, check=False)
                code, told = done.returncode, done.stdout
            except subprocess.TimeoutExpired as hung:
                code, told = -1, hung.stdout or b""
        lines = told.decode().splitlines()
        found = [line for line in lines if line.startswith("bad: ")]
        print("\n".join(found))
        bad += len(found)
        if not code:
            break
        number = max(int(line) for line in lines if line.isdecimal())
        kept = Path(tempfile.gettempdir()) / f"fuzz-sound-{number}"
        kept.write_bytes(next(data for _, _, data in inputs(number, number + 1)))
        print(f"{number}: ended the process with {code}; kept as {kept}")
        bad, first = bad + 1, number + 1
    return bad


def main() -> int:
    if sys.argv[1:2] == ["child"]:
        child(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
        return 0
    count, seed = (int(text) for text in [*sys.argv[1:], *("10000", "0")[len(sys.argv) - 1 :]])
    bad = fuzz(count, seed)
    print(f"{count} damaged sound files: {bad} were neither read nor refused within the limits")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
