"""Resampling block by block gives what resampling the whole gives."""

from typing import get_args

import librosa
import numpy as np
import pytest
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


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("length", [1, 30011])
def test_polyphase_is_what_scipy_has(rate: int, length: int) -> None:
    samples = noise(length)[:, 0]
    expected = librosa.resample(samples, orig_sr=rate, target_sr=16000, res_type="polyphase")
    np.testing.assert_allclose(together(samples, [], rate, 16000, "polyphase"), expected, atol=1e-6)
