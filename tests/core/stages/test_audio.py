"""The audio stage against librosa and the ffmpeg program."""

import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any, get_args

import librosa
import numpy as np
import pytest
import soundfile
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.config import AudioConfig, Channel, Resampler
from framescope.core.sound import SoundFormat
from framescope.core.stages.audio import from_samples, read_audio
from helpers.recordings import Array, encoded, noise, write_movie

LONG = 4.3
"""Seconds: more than one block at every sample rate."""
LSB = 1 / 32768


def reference(path: Path) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # librosa's audioread imports modules that Python drops
        samples, _ = librosa.load(path, sr=16000)
    return samples


def written(folder: Path, samples: Array, rate: int, kind: str, subtype: str, endian: str = "FILE") -> Path:
    path = folder / f"recording.{kind.lower()}"
    path.write_bytes(encoded(samples, rate, kind, subtype, endian))
    return path


@pytest.mark.parametrize("channels", [1, 2, 6, 9])
@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
def test_every_rate_and_channel_count_is_librosas(tmp_path: Path, rate: int, channels: int) -> None:
    path = written(tmp_path, noise(int(LONG * rate) + 7, channels), rate, "WAV", "FLOAT")
    np.testing.assert_array_equal(read_audio(path).samples, reference(path))


@pytest.mark.parametrize(
    ("kind", "subtype", "endian"),
    [
        *(("WAV", subtype, "FILE") for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")),
        *(("WAV", subtype, "FILE") for subtype in ("ALAW", "ULAW", "IMA_ADPCM", "MS_ADPCM")),
        ("WAV", "PCM_16", "BIG"),
        ("WAVEX", "PCM_24", "FILE"),
        ("RF64", "FLOAT", "FILE"),
        ("W64", "PCM_16", "FILE"),
        *(("AIFF", subtype, "FILE") for subtype in ("PCM_S8", "PCM_16", "PCM_24", "FLOAT")),
        ("AIFF", "PCM_16", "LITTLE"),
        ("AU", "PCM_16", "BIG"),
        ("CAF", "ALAC_16", "FILE"),
        ("FLAC", "PCM_16", "FILE"),
        ("FLAC", "PCM_24", "FILE"),
        ("OGG", "VORBIS", "FILE"),
        ("OGG", "OPUS", "FILE"),
        ("MP3", "MPEG_LAYER_III", "FILE"),
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_format_is_librosas(tmp_path: Path, kind: str, subtype: str, endian: str, channels: int) -> None:
    rate = 48000 if subtype == "OPUS" else 44100
    path = written(tmp_path, noise(int(LONG * rate) + 7, channels), rate, kind, subtype, endian)
    recording = read_audio(path)
    assert recording.format.channels == channels
    assert recording.format.rate == rate
    np.testing.assert_array_equal(recording.samples, reference(path))


@pytest.mark.parametrize(
    "name",
    [
        "talk_hb.wav",
        "audio/mono16k_float32_5s.wav",
        "audio/mono44k_pcm16_5s.wav",
        "audio/short_200ms.wav",
        "audio/short_40ms.wav",
        "audio/stereo_pcm16_5s.wav",
    ],
)
def test_real_recordings_are_librosas(shared: Path, name: str) -> None:
    np.testing.assert_array_equal(read_audio(shared / name).samples, reference(shared / name))


FFMPEG = shutil.which("ffmpeg")


@pytest.mark.skipif(FFMPEG is None, reason="the ffmpeg program is not installed")
@pytest.mark.parametrize(
    ("name", "channels", "arguments"),
    [
        ("a.m4a", 2, ["-c:a", "aac"]),
        ("a.m4a", 1, ["-c:a", "aac", "-ac", "1", "-ar", "8000"]),
        ("a.m4a", 6, ["-c:a", "aac", "-ac", "6", "-ar", "48000"]),
        ("a.m4a", 2, ["-c:a", "alac"]),
        ("a.mp4", 2, ["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"]),
        ("a.mov", 2, ["-c:a", "pcm_s24le"]),
        ("a.aac", 2, ["-c:a", "aac"]),
        ("a.webm", 2, ["-c:a", "libopus", "-ar", "48000"]),
        ("a.mp4", 2, ["-f", "lavfi", "-i", "testsrc=d=1:s=32x32", "-c:v", "mpeg4", "-c:a", "aac"]),
        ("edited.m4a", 2, ["-c:a", "aac", "then", "-ss", "1.234", "-c", "copy"]),
        ("late.mp4", 2, ["-c:a", "aac", "then", "-af", "adelay=300", "-c:a", "aac"]),
    ],
)
def test_movies_are_the_ffmpeg_programs(tmp_path: Path, name: str, channels: int, arguments: list[str]) -> None:
    """What librosa gets from the program is compared; releases of its decoders differ in the last of 16 bits."""
    path = written(tmp_path, noise(int(LONG * 44100), 2), 44100, "WAV", "PCM_16")
    first, _, second = " ".join(arguments).partition(" then ")
    for step, options in enumerate(filter(None, [first, second])):
        made = tmp_path / f"{step}{name}"
        subprocess.run([FFMPEG, "-v", "error", "-i", path, *options.split(), made], check=True)
        path = made
    decoded = subprocess.run([FFMPEG, "-v", "error", "-i", path, "-f", "s16le", "-"], capture_output=True, check=True)
    frames = np.frombuffer(decoded.stdout, "<i2").reshape(-1, channels) / np.float32(32768)
    recording = read_audio(path)
    mono = frames.T.mean(axis=0)
    expected = librosa.resample(mono, orig_sr=recording.format.rate, target_sr=16000)
    assert recording.format.channels == channels
    assert recording.samples.shape == expected.shape
    np.testing.assert_allclose(recording.samples, expected, rtol=0, atol=1.5 * LSB)


def test_a_movie_is_its_16_bit_samples(tmp_path: Path) -> None:
    samples = (noise(int(LONG * 44100), 2) * 32767).astype(np.int16)
    path = write_movie(tmp_path / "a.mov", samples, 44100, "alac", picture=True)
    mono = (samples / np.float32(32768)).T.mean(axis=0)
    expected = librosa.resample(mono, orig_sr=44100, target_sr=16000)
    np.testing.assert_array_equal(read_audio(path).samples, expected)


def test_a_recording_cannot_be_changed(tmp_path: Path) -> None:
    samples = read_audio(written(tmp_path, noise(16000), 16000, "WAV", "PCM_16")).samples
    assert samples.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        samples[0] = 1


# The switches of the configuration.

STEREO = noise(int(LONG * 44100), 3)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("channel", get_args(Channel))
def test_channels(channel: Channel, count: int) -> None:
    block = STEREO[:, :count]
    expected = {
        "mean": block.astype(np.float64).mean(1),
        "sum": block.astype(np.float64).sum(1),
        "left": block[:, 0],
        "right": block[:, min(1, count - 1)],
    }[channel]
    got = from_samples(block, 44100, AudioConfig(channel=channel, resample=False)).samples
    np.testing.assert_allclose(got, expected, atol=2e-7)


def test_interleaved_channels_are_read_as_one() -> None:
    got = from_samples(STEREO, 16000, AudioConfig(interleaved=True)).samples
    np.testing.assert_array_equal(got, STEREO.ravel())


def test_without_resampling_the_samples_are_as_they_were() -> None:
    got = from_samples(STEREO[:, 0], 44100, AudioConfig(resample=False)).samples
    np.testing.assert_array_equal(got, STEREO[:, 0])


@pytest.mark.parametrize("resampler", [name for name in get_args(Resampler) if name.startswith("soxr")])
def test_resamplers(resampler: Resampler) -> None:
    expected = librosa.resample(STEREO[:, 0], orig_sr=44100, target_sr=16000, res_type=resampler)
    got = from_samples(STEREO[:, 0], 44100, AudioConfig(resampler=resampler)).samples
    np.testing.assert_array_equal(got, expected)


def test_linear_resampling() -> None:
    samples = STEREO[:44100, 0]
    expected = np.interp(np.arange(16000) * 44100 / 16000, np.arange(44100), samples)
    got = from_samples(samples, 44100, AudioConfig(resampler="linear")).samples
    np.testing.assert_allclose(got, expected, atol=1e-7)


@pytest.mark.parametrize("skip", [0, 22, 70000, len(STEREO) - 1])
def test_samples_are_skipped_at_the_files_rate(skip: int) -> None:
    expected = from_samples(STEREO[skip:], 44100).samples
    got = from_samples(STEREO, 44100, AudioConfig(skip_samples=skip)).samples
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("zeros", [1, 44, 3_000_000])
def test_a_negative_skip_puts_zeros_in_front(zeros: int) -> None:
    got = from_samples(STEREO[:, 0], 16000, AudioConfig(skip_samples=-zeros)).samples
    np.testing.assert_array_equal(got, np.concatenate([np.zeros(zeros, np.float32), STEREO[:, 0]]))


@pytest.mark.parametrize(
    "options",
    [
        {"channel": "middle"},
        {"resampler": "cubic"},
        {"sample_rate": 0},
        {"sample_rate": -16000},
        {"skip_samples": 10**15},
        {"skip_samples": -(10**15)},
    ],
)
def test_impossible_switches_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=str(next(iter(options.values())))):
        AudioConfig(**options)


# Samples given as arrays.


@pytest.mark.parametrize(
    ("dtype", "subtype"),
    [("uint8", "PCM_U8"), ("int16", "PCM_16"), ("int32", "PCM_32"), ("float32", "FLOAT"), ("float64", "DOUBLE")],
)
def test_an_array_is_read_as_a_file_with_it(tmp_path: Path, dtype: str, subtype: str) -> None:
    bits = 8 * np.dtype(dtype).itemsize
    half = 2.0 ** (bits - 1)
    samples: Array = noise(int(LONG * 22050), 2)
    if dtype[0] != "f":
        samples = np.floor(samples * half + (half if dtype[0] == "u" else 0))
    path = tmp_path / "a.wav"
    given = samples.astype(dtype)
    stored = (given.astype(np.int16) - 128) * 256 if dtype == "uint8" else given  # soundfile takes no bytes
    soundfile.write(path, stored.astype(np.int16) if dtype == "uint8" else stored, 22050, subtype=subtype)
    np.testing.assert_array_equal(from_samples(given, 22050).samples, read_audio(path).samples)


@pytest.mark.parametrize("dtype", ["int8", "uint16", "uint32", "int64", "uint64", "float16", ">i2", ">f4"])
def test_every_number_type_has_its_full_scale(dtype: str) -> None:
    wanted = np.array([-1, -0.5, 0, 0.25, 0.5])
    half = 2.0 ** (8 * np.dtype(dtype).itemsize - 1)
    values = {"f": wanted, "i": wanted * half, "u": (wanted + 1) * half}[np.dtype(dtype).kind]
    np.testing.assert_array_equal(from_samples(values.astype(dtype), 16000).samples, wanted)


@pytest.mark.parametrize("samples", [STEREO[::2], STEREO[:, ::-1], np.asfortranarray(STEREO), STEREO.tolist()[:99]])
def test_the_layout_in_memory_does_not_matter(samples: Any) -> None:
    whole = np.ascontiguousarray(np.asarray(samples, np.float32))
    np.testing.assert_array_equal(from_samples(samples, 16000).samples, from_samples(whole, 16000).samples)


def test_the_array_that_was_given_stays_writable_and_unchanged() -> None:
    samples = STEREO[:1000, 0].copy()
    from_samples(samples, 16000)
    np.testing.assert_array_equal(samples, STEREO[:1000, 0])
    assert samples.flags.writeable


SECOND = np.zeros(16000, np.float32)


def with_bad_values(*places: int, value: float = np.nan) -> Array:
    samples = np.zeros((30 * 16000, 2), np.float32)
    samples[list(places), 1] = value
    return samples


@pytest.mark.parametrize(
    ("samples", "rate", "config", "sentence"),
    [
        (np.zeros(0, np.float32), 16000, {}, "holds no samples"),
        (np.zeros((5, 0)), 16000, {}, "holds no samples"),
        (np.zeros((2, 3, 4)), 16000, {}, r"shape \(2, 3, 4\)"),
        (np.float32(1), 16000, {}, r"shape \(\)"),
        (np.zeros(9, complex), 16000, {}, "complex128"),
        (np.zeros(9, bool), 16000, {}, "bool"),
        (np.array(["a"]), 16000, {}, "<U1"),
        (np.zeros((2, 48000)), 48000, {}, "has 48000 channels"),
        (SECOND, 0, {}, "has a sample rate of 0 Hz"),
        (SECOND, 16000.0, {}, "has a sample rate of 16000.0 Hz"),
        (SECOND, -16000, {}, "has a sample rate of -16000 Hz"),
        (SECOND, 4_000_000_000, {}, "has a sample rate of 4000000000 Hz"),
        (with_bad_values(72000), 16000, {}, r"has NaN or infinite samples \(1, the first at 4.500 s"),
        (with_bad_values(72000, 400000), 16000, {}, r"has NaN or infinite samples \(2, the first at 4.500 s"),
        (with_bad_values(72000, value=np.inf), 16000, {}, r"has NaN or infinite samples \(1, the first at 4.500 s"),
        (with_bad_values(8000), 16000, {"interleaved": True}, r"has NaN or infinite samples \(1, the first at 0.500 s"),
        (np.array([1.0, 1e300]), 16000, {}, r"has NaN or infinite samples \(1,"),
        (np.full((9, 2), 3e38, np.float32), 16000, {"channel": "sum"}, r"has NaN or infinite samples \(9,"),
        (SECOND, 16000, {"skip_samples": 16000}, "nothing left when 16000 samples are skipped"),
        (np.zeros(90_000), 16000, {"resample": False, "sample_rate": 1}, "longer than 24 hours"),
    ],
)
def test_samples_that_cannot_be_used(samples: Any, rate: Any, config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=rf"^take 5: .*{sentence}"):
        from_samples(samples, rate, AudioConfig(**config), name="take 5")


def test_a_file_with_values_that_are_no_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, with_bad_values(16000, 16001), 16000, "WAV", "FLOAT")
    with pytest.raises(InputError, match=r"recording\.wav: has NaN or infinite samples \(2, the first at 1\.000 s"):
        read_audio(path)


def test_a_file_without_samples(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"recording\.wav: holds no samples"):
        read_audio(written(tmp_path, noise(0), 16000, "WAV", "PCM_16"))


# Progress and cancellation.


def test_progress_is_told_in_frames_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, noise(200_000, 2), 22050, "FLAC", "PCM_16")
    ticks: list[tuple[int, int]] = []
    read_audio(path, tick=lambda done, total: ticks.append((done, total)))
    done = [at for at, _ in ticks]
    assert len(ticks) > 2
    assert done == sorted(set(done))
    assert ticks[-1] == (200_000, 200_000)
    assert {total for _, total in ticks} == {200_000}


def test_reading_can_be_cancelled_after_every_block(tmp_path: Path) -> None:
    path = written(tmp_path, noise(200_000), 16000, "WAV", "PCM_16")
    ticks: list[int] = []

    def cancel(done: int, total: int) -> None:
        ticks.append(done)
        if len(ticks) == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        read_audio(path, tick=cancel)
    assert len(ticks) == 2
    assert ticks[-1] < 200_000


def test_what_is_known_of_an_array() -> None:
    recording = from_samples(np.zeros((300, 2), np.int16), 8000, name="microphone")
    assert recording.path == Path("microphone")
    assert recording.format == SoundFormat(8000, 2, 300, "array, int16")
