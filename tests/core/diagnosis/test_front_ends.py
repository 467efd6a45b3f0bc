"""The second implementation of front ends, by which ports are made for the diagnosis, against originals' output."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from faulty.frontend import FRONT_ENDS, SYNCTALK, features
from faulty.profiles import dump, port_of, truths

DATA = Path(__file__).parents[2] / "data"
ORIGINALS = {"whisper-80": "whisper", "kaldi-fbank-80": "kaldi_fbank", "nemo-80": "nemo", "hifigan-22k": "hifigan"}
EVERY = 8
"""Every how many items of an original are kept."""
ROUNDING = 5e-4
"""The largest differences sit where it is nearly silent and the originals' float32 is the noise."""


@pytest.mark.parametrize("name", ORIGINALS)
def test_a_front_end_is_the_original(name: str) -> None:
    port, samples = FRONT_ENDS[name], soundfile.read(DATA / "talk10.flac")[0]
    if port.rate != 16000:
        samples = soxr.resample(samples, 16000, port.rate)
    with np.load(DATA / "originals.npz") as originals:
        original = originals[ORIGINALS[name]]
    own = features(samples, port)
    np.testing.assert_allclose(own[:, ::EVERY] if port.bands_first else own[::EVERY], original, rtol=0, atol=ROUNDING)


def test_the_mel_of_synctalk_is_the_original() -> None:
    samples = soundfile.read(DATA / "talk_hb_3s.flac")[0]
    with np.load(DATA / "synctalk_2d.npz") as original:
        mel = original["mel"]
    np.testing.assert_allclose(features(samples, SYNCTALK)[:, : mel.shape[1]], mel, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", truths())
def test_the_truth_of_a_library_s_dump_is_true(name: str) -> None:
    values, truth = np.asarray(dump(name), np.float64), truths()[name]
    own = features(soundfile.read(DATA / "talk_hb_3s.flac")[0], port_of(truth))
    own = own if own.shape == values.shape else own.T
    step = 2.0**-10 * np.abs(values).max() if dump(name).dtype == np.float16 else 0
    scale = np.abs(values).max() if truth["stop"] == "linear" else 1
    np.testing.assert_allclose(own, values, rtol=0, atol=step + 2e-2 * scale)
    assert np.abs(own - values).mean() <= step + 1e-4 * scale


@pytest.mark.parametrize("name", FRONT_ENDS)
def test_single_precision_is_near_double(name: str) -> None:
    port, samples = FRONT_ENDS[name], soundfile.read(DATA / "talk_hb_3s.flac")[0]
    assert np.abs(features(samples, replace(port, arithmetic="float32")) - features(samples, port)).mean() < 1e-4
