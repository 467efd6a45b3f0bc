"""The channels of a file as they are: their peaks in time, and what their mean has kept of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from framescope.core.sound import channels as module
from framescope.core.sound.channels import read_channels

RATE = 44_100


def written(folder: Path, samples: Any) -> Path:
    path = folder / "channels.wav"
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    return path


@pytest.mark.parametrize("block", [module._BLOCK_FRAMES, 64 * 3], ids=["one block", "many blocks"])
def test_a_peak_of_one_channel_is_found_at_its_moment(tmp_path: Path, block: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "_BLOCK_FRAMES", block + 7)
    samples = np.zeros((2 * RATE + 13, 2))
    samples[RATE, 1] = 0.75
    found = read_channels(written(tmp_path, samples))
    assert (found.rate, found.channels) == (RATE, 2)
    right, left = found.range(1, 0, 2, 100), found.range(0, 0, 2, 100)
    assert int(np.argmax(right[1])) in {49, 50}
    assert right[1].max() == np.float32(0.75)
    assert not left.any()
    assert np.isnan(found.range(0, 3, 4, 10)).all()


@pytest.mark.parametrize(
    ("right", "kept"),
    [(lambda left: left, 1.0), (lambda left: -left, 0.0), (lambda left: 0 * left, 0.5), (lambda left: left[::-1], 0.5)],
    ids=["alike", "antiphase", "one silent", "unlike"],
)
def test_what_the_mean_keeps(tmp_path: Path, right: Any, kept: float) -> None:
    left = np.random.default_rng(0).normal(0, 0.1, RATE)
    found = read_channels(written(tmp_path, np.stack([left, right(left)], axis=1)))
    assert found.kept == pytest.approx(kept, abs=0.02)


def test_silence_has_lost_nothing(tmp_path: Path) -> None:
    assert read_channels(written(tmp_path, np.zeros((100, 2)))).kept == 1.0
