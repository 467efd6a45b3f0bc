"""What is said of a recording: its own rate and channels, and how it became the samples that are drawn."""

import numpy as np
import pytest
from framescope.core.config import AudioConfig
from framescope.core.stages.audio import from_samples
from framescope.models.recording_words import recording_words, source_words

_MONO, _STEREO, _SIX = (np.zeros((n, c), np.float32) for n, c in ((16_000, 1), (88_200, 2), (48_000 * 75, 6)))


@pytest.mark.parametrize(
    ("samples", "rate", "config", "whole", "short"),
    [
        (_MONO, 16_000, AudioConfig(), "16 kHz mono, 1.00 s, array, float32; not resampled", "16 kHz mono"),
        (
            _STEREO, 44_100, AudioConfig(),
            "44.1 kHz stereo, 2.00 s, array, float32; the mean of the channels, resampled to 16 kHz",
            "of 44.1 kHz stereo",
        ),
        (
            _SIX, 48_000, AudioConfig(channel="left"),
            "48 kHz with 6 channels, 1:15 min, array, float32; the left channel alone, resampled to 16 kHz",
            "of 48 kHz with 6 channels",
        ),
        (
            _MONO, 8_000, AudioConfig(resample=False),
            "8 kHz mono, 2.00 s, array, float32; not resampled",
            "8 kHz mono",
        ),
    ],
)  # fmt: skip
def test_a_recording_is_described_with_what_is_made_of_it(
    samples: np.ndarray, rate: int, config: AudioConfig, whole: str, short: str
) -> None:
    recording = from_samples(samples, rate, config)
    assert recording_words(recording, config) == whole
    assert source_words(recording, config) == short
