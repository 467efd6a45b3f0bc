"""The length of a recording that is read in another way is known before it is read."""

from pathlib import Path

import framescope
import numpy as np
import pytest
import soundfile
from framescope.core.diagnosis.audio_variants import AudioVariants
from framescope.core.diagnosis.hypotheses import Hypothesis
from framescope.core.diagnosis.mel_faults import CHANNELS, HEADERS, MISREAD, RESAMPLERS, no_resample

_FILES = {
    "mono": (16000, 1, "WAV", "PCM_16"),
    "stereo": (16000, 2, "WAV", "PCM_16"),
    "cd": (44100, 2, "WAV", "PCM_16"),
    "phone": (8000, 1, "WAV", "PCM_U8"),
    "float": (48000, 1, "WAV", "FLOAT"),
    "flac": (22050, 2, "FLAC", "PCM_16"),
    "ogg": (44100, 1, "OGG", "VORBIS"),
}
_SECONDS = 3.3


def _recording(folder: Path, kind: str) -> Path:
    rate, channels, container, subtype = _FILES[kind]
    noise = np.random.default_rng(1).normal(0, 0.1, (int(_SECONDS * rate), channels))
    path = folder / f"noise.{container.lower()}"
    soundfile.write(path, noise, rate, subtype=subtype, format=container)
    return path


def _readings(rate: int) -> list[tuple[Hypothesis, ...]]:
    single = [(h,) for h in (*CHANNELS, *HEADERS, *MISREAD, *(RESAMPLERS if rate != 16000 else ()))]
    plain = no_resample(rate)
    return [
        (),
        *single,
        (CHANNELS[0], HEADERS[0]),
        (CHANNELS[3], plain),
        (plain, HEADERS[2]),
        (CHANNELS[1], MISREAD[2]),
    ]


@pytest.mark.parametrize("kind", _FILES)
def test_a_reading_has_as_many_samples_as_were_counted(tmp_path: Path, kind: str) -> None:
    recording = framescope.read_audio(_recording(tmp_path, kind))
    compared = 0
    for chosen in _readings(_FILES[kind][0]):
        samples = AudioVariants(recording).samples(chosen)
        if samples is None:  # noise taken for floats may be none
            continue
        assert AudioVariants(recording).count(chosen) == len(samples), chosen
        compared += 1
    assert compared > len(CHANNELS)
