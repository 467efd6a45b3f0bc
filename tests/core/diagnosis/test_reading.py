"""Reading a recording in parts gives what reading it whole gives."""

from pathlib import Path

import framescope
import numpy as np
import pytest
import soundfile
from framescope.core.diagnosis.hypotheses import Hypothesis
from framescope.core.diagnosis.mel_faults import CHANNELS, HEADERS, MISREAD, RESAMPLERS, no_resample
from framescope.core.diagnosis.sources import Sources

_ROUNDING = 1e-6
"""Of float32 sums in another order, as a share of the loudest sample."""
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
def test_a_part_of_a_reading_has_the_values_of_the_whole(tmp_path: Path, kind: str) -> None:
    recording = framescope.read_audio(_recording(tmp_path, kind))
    compared = 0
    for chosen in _readings(_FILES[kind][0]):
        whole, part_of = Sources(recording), Sources(recording)
        samples = whole.samples(chosen)
        if samples is None or not np.abs(samples).max() < 1e3:  # noise taken for floats has values beyond all sense
            continue
        count = len(samples)
        spans = [(-40, 300), (count // 2, count // 2 + 5000), (count - 100, count + 100)]
        part = part_of.part(chosen, spans)
        assert part is not None
        assert part_of.count(chosen) == len(part) == count, chosen
        for start, stop in spans:
            off = np.abs(part[max(start, 0) : stop] - samples[max(start, 0) : stop])
            assert off.max() <= _ROUNDING * np.abs(samples).max(), chosen
        compared += 1
    assert compared > len(CHANNELS)


def test_where_nothing_is_wanted_nothing_is_read(tmp_path: Path) -> None:
    recording = framescope.read_audio(_recording(tmp_path, "cd"))
    sources, rare = Sources(recording), (CHANNELS[0],)
    part = sources.part(rare, [(20000, 20100)])
    assert part is not None
    assert part[20000:20100].all()
    assert not part[:10000].any()
    assert not part[30000:].any()
