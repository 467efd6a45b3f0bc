"""Frames at any place are those that decoding from the beginning gives, whatever the file is."""

from pathlib import Path

import numpy as np
import pytest
from framescope.core.base.errors import InputError
from framescope.core.sound import open_sound
from framescope.models.playback.source import FileSource, Source, SpooledSource, open_source
from helpers.recordings import Array, encoded, noise, write_movie

RATE = 16_000
SOUND = noise(40_000, 2)
PLACES = [(0, 10), (39_000, 39_500), (17, 20_000), (-100, 100), (39_990, 40_100), (50_000, 50_010), (-20, -10)]


def file(folder: Path, kind: str, subtype: str) -> Path:
    path = folder / "sound.bin"
    if kind == "M4A":
        return write_movie(folder / "sound.m4a", (SOUND * 32767).astype(np.int16), RATE, "aac")
    path.write_bytes(encoded(SOUND, RATE, kind, subtype))
    return path


def prepared(source: Source, start: int, stop: int) -> Array:
    for _ in range(10):
        if (block := source.read(start, stop)) is not None:
            return block
        source.prepare()
    raise AssertionError("never ready")


@pytest.mark.parametrize(
    ("kind", "subtype", "how"),
    [
        ("WAV", "PCM_16", FileSource),
        ("WAV", "FLOAT", FileSource),
        ("FLAC", "PCM_24", FileSource),
        ("AIFF", "PCM_16", FileSource),
        ("WAV", "MS_ADPCM", SpooledSource),
        ("OGG", "VORBIS", SpooledSource),
        ("OGG", "OPUS", SpooledSource),
        ("MP3", "MPEG_LAYER_III", SpooledSource),
        ("M4A", "AAC", SpooledSource),
    ],
)
def test_every_place_of_every_format(tmp_path: Path, kind: str, subtype: str, how: type) -> None:
    path = file(tmp_path, kind, subtype)
    with open_sound(path) as sound:
        whole = np.concatenate(list(sound.blocks(5000)))
    source = open_source(path)
    assert isinstance(source, how)
    assert (source.rate, source.channels) == (sound.format.rate, 2)
    padded = np.pad(whole, ((200, 60_000), (0, 0)))
    for start, stop in PLACES:
        wanted = padded[200 + start : 200 + stop]
        np.testing.assert_allclose(prepared(source, start, stop), wanted, atol=1 / 32767 if how is SpooledSource else 0)
    source.close()


def test_what_is_not_a_recording_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_text("no sound")
    with pytest.raises(InputError, match=r"notes\.wav"):
        open_source(path)
    with pytest.raises(InputError, match="does not exist"):
        open_source(tmp_path / "nothing.wav")


def test_a_damaged_file_plays_as_far_as_it_can_be_decoded(tmp_path: Path) -> None:
    path = tmp_path / "cut.m4a"
    write_movie(path, (noise(20 * RATE) * 32767).astype(np.int16), RATE, "aac", movflags="faststart")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = open_source(path)
    with pytest.raises(InputError, match=r"cut\.m4a"):
        list(iter(source.prepare, False))
    block = source.read(0, RATE)
    assert block is not None
    assert np.any(block)
    assert not source.prepare()
    source.close()
