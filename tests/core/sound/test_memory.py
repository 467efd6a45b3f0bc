"""What a small file can make the process ask for, measured in a process of its own."""

import io
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from framescope.core.base.errors import InputError
from framescope.core.config import AudioConfig
from framescope.core.stages.audio import read_audio
from helpers.recordings import encoded, noise

_READ = """
import sys
from pathlib import Path
from framescope.core.base.errors import InputError
from framescope.core.sound import libav
from framescope.core.stages.audio import read_audio

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmPeak"))

before = peak()
try:
    read_audio(sys.argv[1])
except InputError:
    pass
print((peak() - before) // 1024)
"""
MAX_MEGABYTES = 300

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured by /proc")


def megabytes(path: Path) -> int:
    """How many MB reading a file, or refusing it, takes at most."""
    return int(subprocess.check_output([sys.executable, "-c", _READ, path], stderr=subprocess.DEVNULL, text=True))


def bomb(size: int) -> bytes:
    """A WAV file without samples whose list of notes promises a name of 2 GB."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 16000, 32000, 2, 8)
    notes = struct.pack("<4sI4s4sI", b"LIST", 0xFFFF001A, b"INFO", b"ISFT", size) + b"x" * 50
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(notes), b"WAVE") + form + notes


@pytest.mark.parametrize("size", [0x7FFFFFF0, 0x60000000, 0x20000000])
def test_a_name_of_gigabytes_in_a_header(tmp_path: Path, size: int) -> None:
    path = tmp_path / "bomb.wav"
    path.write_bytes(bomb(size))
    assert megabytes(path) < MAX_MEGABYTES


def test_a_length_of_hours_in_the_header_of_a_small_file(tmp_path: Path) -> None:
    data = bytearray(encoded(noise(20000), 16000, "FLAC"))
    data[22:26] = struct.pack(">I", 0x7FFFFFF0)
    path = tmp_path / "long.flac"
    path.write_bytes(data)
    assert megabytes(path) < MAX_MEGABYTES


def hours(count: int, kind: str) -> bytes:
    """Hours of silence, at the lowest rate there is."""
    buffer = io.BytesIO()
    silence = np.zeros(count * 3600 * 1000, np.int16)
    soundfile.write(buffer, silence, 1000, format=kind, subtype="PCM_16" if kind == "FLAC" else "PCM_U8")
    return buffer.getvalue()


def test_hours_of_silence_in_a_small_file_are_refused_and_in_a_large_one_read(tmp_path: Path) -> None:
    path = tmp_path / "silence"
    config = AudioConfig(resample=False, sample_rate=1000)
    path.write_bytes(hours(3, "FLAC"))
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match=r"unpacks to more than 2\.\d hours, which [\d,]+ bytes hold only of silence"):
        read_audio(path, config)
    path.write_bytes(hours(1, "FLAC"))
    assert len(read_audio(path, config).samples) == 3_600_000
    path.write_bytes(hours(3, "WAV"))
    assert len(read_audio(path, config).samples) == 10_800_000


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_the_thinnest_sound_is_no_silence(tmp_path: Path, subtype: str) -> None:
    """A minute of speech-like noise in its fewest bytes takes more than what is asked of a file."""
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", 8000, 1, subtype, format="OGG", compression_level=1.0) as file:
        file.write(noise(480_000))
    assert len(buffer.getvalue()) > 60 * 500
    assert len(encoded(noise(480_000), 8000, "OGG", subtype)) > 60 * 500
