"""Resampling block by block gives what resampling the whole gives."""

from typing import get_args

import librosa
import numpy as np
import pytest
import scipy.interpolate
from framescope.core.config import Resampler
from framescope.core.sound.resampling import Samples, resampled
from helpers.recordings import noise
from hypothesis import given, settings
from hypothesis import strategies as st

RATES = (8000, 11025, 12345, 16000, 22050, 44100, 48000, 96000, 192000)


def together(samples: Samples, places: list[int], rate: int, target: int, resampler: Resampler) -> Samples:
    return np.concatenate(list(resampled(np.split(samples, sorted(places)), rate, target, resampler)))


@pytest.mark.parametrize("resampler", [name for name in get_args(Resampler) if name.startswith("soxr")])
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("length", [1, 2, 1000, 30011])
def test_blocks_give_what_librosa_gives_for_the_whole(rate: int, resampler: Resampler, length: int) -> None:
    samples = noise(length)[:, 0]
    expected = librosa.resample(samples, orig_sr=rate, target_sr=16000, res_type=resampler)
    blocks = together(samples, list(range(4000, length, 4000)), rate, 16000, resampler)
    np.testing.assert_array_equal(blocks, expected)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 5000), max_size=30), st.sampled_from(RATES), st.sampled_from(get_args(Resampler)))
def test_where_blocks_end_does_not_matter(places: list[int], rate: int, resampler: Resampler) -> None:
    samples = noise(5000)[:, 0]
    np.testing.assert_array_equal(
        together(samples, places, rate, 16000, resampler), together(samples, [], rate, 16000, resampler)
    )


@pytest.mark.parametrize("target", [8000, 16000, 17000])
@pytest.mark.parametrize("rate", RATES)
def test_linear_draws_straight_lines(rate: int, target: int) -> None:
    samples = noise(5003)[:, 0]
    places = np.arange(np.ceil(len(samples) * (target / rate))) * rate / target
    expected = np.interp(places, np.arange(len(samples)), samples)
    got = together(samples, [1, 2, 1700], rate, target, "linear")
    np.testing.assert_allclose(got, expected, atol=1e-7)


@pytest.mark.parametrize("rate", [8000, 48000, 96000])
def test_lines_from_end_to_end_begin_and_end_with_the_sound_s_own_samples(rate: int) -> None:
    """As scipy's interpolation in one dimension has it at as many places as ports round to."""
    samples = noise(4800)[:, 0]
    count = 4800 * 16000 // rate
    places = np.arange(count) * ((len(samples) - 1) / (count - 1))
    got = together(samples, [1, 2, 1700], rate, 16000, "linear_ends")
    np.testing.assert_allclose(got, scipy.interpolate.interp1d(np.arange(4800), samples)(places), atol=1e-6)
    assert (got[0], got[-1]) == (samples[0], samples[-1])


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("length", [1, 30011])
def test_polyphase_is_what_scipy_has(rate: int, length: int) -> None:
    samples = noise(length)[:, 0]
    expected = librosa.resample(samples, orig_sr=rate, target_sr=16000, res_type="polyphase")
    np.testing.assert_allclose(together(samples, [], rate, 16000, "polyphase"), expected, atol=1e-6)


def tone(rate: int, seconds: float = 0.4) -> Samples:
    places = np.arange(int(seconds * rate)) / rate
    return (0.4 * np.sin(2 * np.pi * (200 + 4000 * places) * places)).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_nearest_takes_the_sample_before(rate: int) -> None:
    samples = noise(5003)[:, 0]
    expected = [samples[number * rate // 16000] for number in range(-(-5003 * 16000 // rate))]
    np.testing.assert_array_equal(together(samples, [1, 2, 1700], rate, 16000, "nearest"), expected)


@pytest.mark.parametrize("rate", [22050, 44100, 48000])
def test_average_is_the_mean_up_to_the_next_place(rate: int) -> None:
    samples = noise(5003)[:, 0]
    step = rate / 16000
    expected = []
    for number in range(int(5003 / step)):
        part = samples[int(number * step + 0.5) : int((number + 1) * step + 0.5)]
        expected.append(sum(part.tolist()) / len(part))
    got = together(samples, [1, 2, 1700], rate, 16000, "average")
    np.testing.assert_allclose(got[: len(expected)], expected, atol=1e-6)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_fft_is_what_scipy_has(rate: int) -> None:
    samples = noise(30011)[:, 0]
    expected = librosa.resample(samples, orig_sr=rate, target_sr=16000, res_type="fft")
    np.testing.assert_allclose(together(samples, [700], rate, 16000, "fft"), expected, atol=1e-6)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_torchaudio_s_is_the_sum_that_torchaudio_documents(rate: int) -> None:
    """Every output is the sum over all samples of a sinc under a Hann window of six crossings, at 0.99 of the band."""
    samples = tone(rate, 0.05)
    band = 0.99 * min(rate, 16000)
    apart = (np.arange(-(-len(samples) * 16000 // rate)) / 16000)[:, None] - np.arange(len(samples)) / rate
    turns = apart * band
    weights = np.sinc(turns) * np.where(np.abs(turns) < 6, np.cos(np.pi * turns / 12) ** 2, 0) * band / rate
    np.testing.assert_allclose(together(samples, [], rate, 16000, "torchaudio"), weights @ samples, atol=1e-6)


@pytest.mark.parametrize(
    ("resampler", "crossings", "steps", "rolloff", "beta"),
    [
        ("kaiser_best", 50, 8192, 0.9173473712608761, 12.984585247040012),
        ("kaiser_fast", 24, 512, 0.8682120388377784, 9.903224416458764),
        ("old_kaiser_best", 64, 512, 0.9475937167399596, 14.769656459379492),
        ("old_kaiser_fast", 16, 512, 0.85, 8.555504641634386),
    ],
)
@pytest.mark.parametrize("rate", [8000, 44100, 48000])
def test_kaiser_is_the_loop_that_resampy_has(
    resampler: Resampler, crossings: int, steps: int, rolloff: float, beta: float, rate: int
) -> None:
    """Two walks from each place through a table in whole steps, the values between its own interpolated."""
    samples = tone(rate, 0.012).astype(np.float64)
    places = np.linspace(0, crossings, crossings * steps + 1)
    table = rolloff * np.sinc(rolloff * places) * np.kaiser(2 * crossings * steps + 1, beta)[crossings * steps :]
    scale = min(1.0, 16000 / rate)
    table, step = table * scale, int(scale * steps)
    slope = np.append(np.diff(table), 0)
    expected = []
    for number in range(-(-len(samples) * 16000 // rate)):
        before, after = divmod(number * rate, 16000)
        total = 0.0
        for share, first, way in ((after / 16000, before, -1), (1 - after / 16000, before + 1, 1)):
            place = scale * share * steps
            start = int(place)
            for count in range((len(table) - start) // step):
                if 0 <= first + way * count < len(samples):
                    at = start + count * step
                    total += (table[at] + (place - start) * slope[at]) * samples[first + way * count]
        expected.append(total)
    got = together(samples.astype(np.float32), [], rate, 16000, resampler)
    np.testing.assert_allclose(got, expected, atol=2e-6)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
@pytest.mark.parametrize(("resampler", "off"), [("ffmpeg", 2 / 32768), ("ffmpeg_float", 2e-3)])
def test_ffmpeg_gives_the_tone_that_was_there(rate: int, resampler: Resampler, off: float) -> None:
    """Where the band has room, an upper bound; what it does near its edge nobody documents."""
    samples = tone(rate)
    got = together(samples, [100, 101, 1900], rate, 16000, resampler)
    apart = np.abs(got - tone(16000)[: len(got)])[200:-200]
    assert apart.max() < max(off, 2e-3)
    assert np.array_equal(got * 32768, np.round(got * 32768)) == (resampler == "ffmpeg")
