"""Which files are read, and what is said about those that are not."""

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from framescope.core.base.errors import InputError
from framescope.core.sound import open_sound
from helpers.recordings import Array, encoded, noise, write_movie, write_silent_movie
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RATE = 16000
SOUND = noise(12000, 2)
SIZE_AT = 40
"""Where a plain WAV header holds the length of its samples."""


def decode(path: Path, frames: int = 5000) -> Array:
    with open_sound(path) as sound:
        blocks = list(sound.blocks(frames))
        assert all(0 < len(block) <= frames and block.dtype == np.float32 for block in blocks)
        return np.concatenate(blocks or [np.empty((0, sound.format.channels), np.float32)])


def written(folder: Path, data: bytes, name: str = "file.bin") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def patched(data: bytes, at: int, patch: bytes) -> bytes:
    return data[:at] + patch + data[at + len(patch) :]


@pytest.mark.parametrize("frames", [1000, 4410, 10_000_000])
@pytest.mark.parametrize(
    ("kind", "subtype"), [("WAV", "IMA_ADPCM"), ("FLAC", "PCM_24"), ("OGG", "VORBIS"), ("OGG", "OPUS")]
)
def test_blocks_join_to_the_whole(tmp_path: Path, kind: str, subtype: str, frames: int) -> None:
    path = written(tmp_path, encoded(SOUND, RATE, kind, subtype))
    whole, _ = soundfile.read(path, dtype="float32")
    np.testing.assert_array_equal(decode(path, frames), whole)


@pytest.mark.parametrize("channels", [1, 2])
def test_the_mp3_decoder_is_not_disturbed_between_blocks(tmp_path: Path, channels: int) -> None:
    path = written(tmp_path, encoded(noise(60000, channels), 44100, "MP3", "MPEG_LAYER_III"))
    whole, _ = soundfile.read(path, dtype="float32", always_2d=True)
    np.testing.assert_array_equal(decode(path, 1152), whole)


def test_the_format_is_told(tmp_path: Path) -> None:
    with open_sound(written(tmp_path, encoded(SOUND, 22050, "FLAC", "PCM_24"))) as sound:
        assert (sound.format.rate, sound.format.channels, sound.format.frames) == (22050, 2, len(SOUND))
        assert sound.format.description == "FLAC, Signed 24 bit PCM"


@pytest.mark.parametrize(("kind", "name"), [("WAV", "a.raw"), ("FLAC", "a.mp3"), ("OGG", "a.vox"), ("AIFF", "a")])
def test_the_content_decides_and_not_the_name(tmp_path: Path, kind: str, name: str) -> None:
    subtype = "VORBIS" if kind == "OGG" else "PCM_16"
    assert len(decode(written(tmp_path, encoded(SOUND, RATE, kind, subtype), name))) == len(SOUND)


def test_an_m4a_file_may_be_called_wav(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.m4a", (SOUND * 32767).astype(np.int16), RATE, "alac")
    assert len(decode(path.rename(tmp_path / "a.wav"))) == len(SOUND)


@pytest.mark.parametrize(
    ("suffix", "codec", "picture", "options"),
    [
        ("m4a", "alac", False, {}),
        ("mov", "pcm_s16le", True, {}),
        ("mp4", "alac", True, {"movflags": "frag_keyframe+empty_moov"}),
        ("mka", "flac", False, {}),
    ],
)
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_lossless_movies_give_their_samples(
    tmp_path: Path, suffix: str, codec: str, picture: bool, options: dict[str, str], channels: int
) -> None:
    samples = (noise(30000, channels) * 32767).astype(np.int16)
    path = write_movie(tmp_path / f"a.{suffix}", samples, 48000, codec, picture=picture, **options)
    np.testing.assert_array_equal(decode(path), samples / np.float32(32768))


def test_the_priming_of_aac_is_left_out(tmp_path: Path) -> None:
    path = write_movie(tmp_path / "a.m4a", (SOUND * 32767).astype(np.int16), RATE, "aac")
    left = decode(path)[:, 0]
    heard = [np.dot(left[2000 + lag : 10000 + lag], SOUND[2000:10000, 0]) for lag in range(-1100, 1101)]
    assert np.argmax(heard) == 1100
    assert 0 <= len(left) - len(SOUND) < 1024


# What headers say of their length, where the program that wrote them could not know it.


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0xFFFFFFDB, 0x7FFFFFFF, 0x7FFFF000, 0x7FFFFFDB, 0x80000000], ids=hex)
@pytest.mark.parametrize("total", [0, 36, 0xFFFFFFFF], ids=hex)
def test_a_wav_file_from_a_pipe_is_read_to_its_end(tmp_path: Path, size: int, total: int) -> None:
    data = patched(encoded(SOUND, RATE), SIZE_AT, struct.pack("<I", size))
    path = written(tmp_path, patched(data, 4, struct.pack("<I", total)))
    np.testing.assert_array_equal(decode(path), decode(written(tmp_path, encoded(SOUND, RATE), "whole")))


def test_an_rf64_file_from_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    data = encoded(SOUND, RATE, "RF64")
    path = written(tmp_path, patched(data, data.index(b"ds64") + 8, bytes(24)))
    assert len(decode(path)) == len(SOUND)


def test_a_flac_file_from_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    data = encoded(SOUND, RATE, "FLAC")
    unknown = bytes([data[21] & 0xF0]) + bytes(4)  # the last 36 bits before the checksum hold the number of frames
    with open_sound(written(tmp_path, patched(data, 21, unknown))) as sound:
        assert sound.format.frames == 0
        assert sum(map(len, sound.blocks(1000))) == len(SOUND)


def test_an_mp3_file_without_a_length_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    data = encoded(SOUND, RATE, "MP3", "MPEG_LAYER_III")
    path = written(tmp_path, patched(data, data.index(b"Info" if b"Info" in data else b"Xing"), b"none"))
    assert len(decode(path)) == pytest.approx(len(SOUND), abs=3 * 1152)


def test_what_follows_the_samples_is_not_sound(tmp_path: Path) -> None:
    data = encoded(SOUND, RATE) + b"LIST" + struct.pack("<I", 400) + bytes(400)
    path = written(tmp_path, patched(data, 4, struct.pack("<I", len(data) - 8)))
    assert len(decode(path)) == len(SOUND)


# What is wrong with files, and that it is said.


def cut(kind: str, subtype: str, keep: float) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        data = encoded(noise(60000, 2), RATE, kind, subtype)
        return written(folder, data[: int(len(data) * keep)], "bad")

    return make


def spoilt(kind: str, subtype: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        data = encoded(noise(60000, 2), RATE, kind, subtype)
        return written(folder, patched(data, len(data) // 2, bytes(range(256)) * 2), "bad")

    return make


def movie(codec: str, keep: float = 1.0, spoil: bool = False, rate: int = RATE) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        samples = (noise(60000, 2) * 32767).astype(np.int16)
        data = write_movie(folder / "a.mov", samples, rate, codec, movflags="faststart").read_bytes()
        data = patched(data, len(data) // 2, bytes(range(256))) if spoil else data
        return written(folder, data[: int(len(data) * keep)], "bad")

    return make


def header(at: int, form: str, value: int) -> Callable[[Path], Path]:
    return lambda folder: written(folder, patched(encoded(SOUND, RATE), at, struct.pack(form, value)), "bad")


def content(data: bytes) -> Callable[[Path], Path]:
    return lambda folder: written(folder, data, "bad")


def playlist(lines: str) -> Callable[[Path], Path]:
    """Write a list that names another file, which could be played."""

    def make(folder: Path) -> Path:
        other = write_movie(folder / "other.ts", (SOUND * 32767).astype(np.int16), RATE, "aac")
        return written(folder, lines.format(other=other).encode(), "bad")

    return make


def directory(folder: Path) -> Path:
    (folder / "bad").mkdir()
    return folder / "bad"


def pipe(folder: Path) -> Path:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(folder / "bad")
    return folder / "bad"


def forbidden(folder: Path) -> Path:
    path = written(folder, encoded(SOUND, RATE), "bad")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    return path


BAD_FILES = {
    "missing": (lambda folder: folder / "bad", "does not exist"),
    "directory": (directory, "is not a file"),
    "pipe": (pipe, "is not a file"),
    "name too long": (lambda folder: folder / ("bad" * 200), "cannot be read"),
    "permission": (forbidden, "cannot be read"),
    "empty": (content(b""), "is empty"),
    "text": (content(b"bonjour, " * 500), "is not a readable recording"),
    "bytes": (content(np.random.default_rng(0).bytes(5000)), "is not a readable recording"),
    "playlist": (
        playlist("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:7,\n{other}\n#EXT-X-ENDLIST\n"),
        "is not a readable recording",
    ),
    "list of files": (playlist("ffconcat version 1.0\nfile other.ts\n"), "is not a readable recording"),
    "half a header": (content(encoded(SOUND, RATE)[:30]), "is not a readable recording"),
    "no audio track": (lambda folder: write_silent_movie(folder / "bad.mp4"), "has no audio track"),
    "WAV cut": (cut("WAV", "PCM_16", 0.7), "is cut short: its header promises 240000 bytes"),
    "WAV without samples": (content(encoded(SOUND, RATE)[:44]), "of which 0 are there"),
    "WAV with an odd chunk cut": (
        content(encoded(SOUND, RATE)[:36] + b"odd \3\0\0\0abc\0" + encoded(SOUND, RATE)[36:-9]),
        "its header promises 48000 bytes of samples, of which 47991 are there",
    ),
    "RF64 cut": (cut("RF64", "PCM_24", 0.7), "is cut short"),
    "ADPCM cut": (cut("WAV", "IMA_ADPCM", 0.7), "is cut short"),
    "AIFF cut": (cut("AIFF", "PCM_16", 0.7), "is cut short"),
    "AIFF with a nameless chunk": (
        content(encoded(SOUND, RATE, "AIFF").replace(b"SSND", b"S\x80ND")),
        "is not a readable recording",
    ),
    "FLAC cut": (cut("FLAC", "PCM_16", 0.7), "is damaged or cut short after"),
    "FLAC spoilt": (spoilt("FLAC", "PCM_16"), "is damaged or cut short after"),
    "MP3 cut": (cut("MP3", "MPEG_LAYER_III", 0.7), "2.6 s can be decoded of the 3.8 s"),
    "Vorbis spoilt": (spoilt("OGG", "VORBIS"), "s can be decoded of the 3.8 s"),
    "Opus spoilt": (spoilt("OGG", "OPUS"), "s can be decoded of the 3.8 s"),
    "AAC cut": (movie("aac", 0.7), "is damaged or cut short after 2."),
    "AAC spoilt": (movie("aac", spoil=True), "is damaged or cut short after 1."),
    "AC-3 spoilt": (movie("ac3", spoil=True, rate=48000), "is damaged or cut short after 0."),
    "PCM in MOV cut": (movie("pcm_s16le", 0.7), "2.6 s can be decoded of the 3.8 s"),
    "index cut off": (cut("CAF", "PCM_16", 0.005), "is not a readable recording"),
    "rate 0": (header(24, "<I", 0), "is not a readable recording"),
    "rate 1": (header(24, "<I", 1), "has a sample rate of 1 Hz"),
    "rate 2e9": (header(24, "<I", 2_000_000_000), "has a sample rate of 2000000000 Hz"),
    "rate 4e9": (header(24, "<I", 4_000_000_000), "is not a readable recording"),
    "0 channels": (header(22, "<H", 0), "is not a readable recording"),
    "65535 channels": (header(22, "<H", 65535), "is not a readable recording"),
    "200 bits": (header(34, "<H", 200), "cannot be decoded"),
    "size": (header(SIZE_AT, "<I", 3_000_000_000), "its header promises 3000000000 bytes"),
    "chunks": (content(encoded(SOUND, RATE)[:36] + b"junk\0\0\0\0" * 5000), "is not a readable recording"),
}


@pytest.mark.parametrize(("make", "sentence"), BAD_FILES.values(), ids=BAD_FILES)
def test_what_is_wrong_is_said_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], Path], sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path)
    with pytest.raises(InputError) as caught:
        decode(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert text.count(str(path)) == 1
    assert sentence in text
    assert "\n" not in text
    assert ";" in text, "the sentence tells what would be right"
    assert "Traceback" not in capfd.readouterr().err


def test_an_error_inside_the_block_gets_the_name(tmp_path: Path) -> None:
    path = written(tmp_path, encoded(SOUND, RATE))
    with pytest.raises(InputError, match=r"file\.bin: is too loud"), open_sound(path):
        raise InputError("is too loud")


SEEDS = {
    "wav": encoded(SOUND[:3000], 8000),
    "float": encoded(SOUND[:3000], 8000, "WAV", "FLOAT"),
    "adpcm": encoded(SOUND[:3000], 8000, "WAV", "MS_ADPCM"),
    "rf64": encoded(SOUND[:3000], 8000, "RF64", "PCM_24"),
    "aiff": encoded(SOUND[:3000], 8000, "AIFF"),
    "flac": encoded(SOUND[:3000], 8000, "FLAC"),
    "ogg": encoded(SOUND[:3000], 8000, "OGG", "VORBIS"),
    "mp3": encoded(SOUND[:3000], 8000, "MP3", "MPEG_LAYER_III"),
}


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutants")


@pytest.fixture(scope="session")
def seeds(scratch: Path) -> dict[str, bytes]:
    samples = (SOUND[:3000] * 32767).astype(np.int16)
    movies = {codec: write_movie(scratch / "seed.m4a", samples, 8000, codec).read_bytes() for codec in ("aac", "alac")}
    return SEEDS | movies


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    where=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    in_header=st.booleans(),
    keep=st.one_of(st.just(1.0), st.floats(0, 1)),
)
@pytest.mark.parametrize("name", [*SEEDS, "aac", "alac"])
def test_any_bytes_are_read_or_refused(
    name: str,
    seeds: dict[str, bytes],
    scratch: Path,
    where: list[tuple[float, int]],
    in_header: bool,
    keep: float,
) -> None:
    data = bytearray(seeds[name])
    reach = min(200, len(data)) if in_header else len(data)
    for place, value in where:
        data[int(place * reach)] = value
    path = written(scratch, bytes(data[: int(keep * len(data))]))
    with suppress(InputError):
        assert decode(path).nbytes < 1000 * len(data)


def test_opening_a_wav_file_does_not_import_what_is_slow() -> None:
    code = "import sys, framescope.core.stages.audio; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"av", "scipy", "librosa", "onnxruntime"} & set(loaded)


def test_without_pyav_what_needs_it_is_refused_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_movie(tmp_path / "talk.m4a", np.zeros((8000, 1), np.int16), RATE, "aac")
    monkeypatch.delitem(sys.modules, "framescope.core.sound.libav", raising=False)
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(InputError, match="need PyAV"):
        decode(tmp_path / "talk.m4a")
