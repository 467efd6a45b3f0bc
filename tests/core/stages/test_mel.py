"""The mel stage against librosa and scipy, and every switch against what its fault is known to do."""

from dataclasses import replace
from typing import Any

import librosa
import numpy as np
import pytest
import scipy.signal
import soundfile
from framescope.core.base.errors import CancelledError, InputError
from framescope.core.config import MelConfig
from framescope.core.stages.filterbank import band_edges, filterbank
from framescope.core.stages.mel import column_count, mel_spectrogram
from framescope.core.stages.mel_blocks import window_block
from helpers import reference, signals

SIGNALS = {
    "speech": (signals.speech_like(48000), 1e-12),
    "silence": (np.zeros(20000, np.float32), 0),
    "noise": (signals.noise(40000), 1e-9),
    "full-scale sine": (signals.sine(40000), 1e-9),
    "impulse": (signals.impulse(32000, 9001), 1e-9),
    "longer than a block": (signals.noise(2048 * 200 * 2 + 333), 1e-9),
}


@pytest.mark.parametrize("name", SIGNALS)
def test_equals_the_definition(name: str) -> None:
    samples, tolerance = SIGNALS[name]
    mel = mel_spectrogram(samples)
    assert mel.dtype == np.float64
    np.testing.assert_allclose(mel, reference.mel(samples), rtol=0, atol=tolerance)


def test_every_length_up_to_a_window() -> None:
    samples = signals.noise(3400)
    for n in range(1, 3401):
        mel, expected = mel_spectrogram(samples[:n]), reference.mel(samples[:n])
        assert mel.shape == expected.shape, n
        np.testing.assert_allclose(mel, expected, rtol=0, atol=1e-9, err_msg=str(n))
        assert column_count(n) == mel.shape[1]


def test_real_recording(shared: Any) -> None:
    samples, _ = soundfile.read(shared / "talk_hb.wav", dtype="float32")
    expected = np.load(shared / "python_talk_hb" / "mel_spectrogram.npy")
    np.testing.assert_allclose(mel_spectrogram(samples), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("config", "n", "needed"), [(MelConfig(), 0, "at least 1"), (MelConfig(center=False), 799, "at least 800")]
)
def test_too_short(config: MelConfig, n: int, needed: str) -> None:
    with pytest.raises(InputError, match=f"{n} samples.*{needed}"):
        mel_spectrogram(np.zeros(n, np.float32), config)


def test_cancelled_between_blocks() -> None:
    done = []

    def tick(columns: int, total: int) -> None:
        done.append(columns)
        raise CancelledError

    with pytest.raises(CancelledError):
        mel_spectrogram(signals.noise(2048 * 200 * 3), tick=tick)
    assert done == [2048]


@pytest.mark.parametrize(
    "samples", [signals.noise(5000), signals.noise(900), signals.noise(401), signals.noise(2048 * 200)]
)
@pytest.mark.parametrize("pad_mode", ["constant", "reflect", "edge"])
def test_padding(samples: Any, pad_mode: Any) -> None:
    expected = reference.mel(samples, pad_mode=pad_mode)
    np.testing.assert_allclose(mel_spectrogram(samples, MelConfig(pad_mode=pad_mode)), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("config", "stft"),
    [
        (MelConfig(center=False), {"center": False}),
        (MelConfig(window="hamming"), {"window": "hamming"}),
        (MelConfig(window="blackman"), {"window": "blackman"}),
        (MelConfig(window="rectangular"), {"window": "boxcar"}),
        (MelConfig(hop_length=160), {"hop_length": 160}),
        (MelConfig(win_length=640), {"win_length": 640}),
        (MelConfig(window_symmetry="symmetric"), {"window": scipy.signal.get_window("hann", 800, fftbins=False)}),
    ],
)
def test_framing_switches_equal_librosa(config: MelConfig, stft: dict[str, Any]) -> None:
    samples = signals.noise(16000)
    np.testing.assert_allclose(mel_spectrogram(samples, config), reference.mel(samples, **stft), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("config", "options"),
    [
        (MelConfig(), {}),
        (MelConfig(mel_scale="htk"), {"htk": True}),
        (MelConfig(mel_norm="none"), {"norm": None}),
        (MelConfig(fmin=0, fmax=8000), {"fmin": 0, "fmax": 8000}),
        (MelConfig(n_mels=40), {"n_mels": 40}),
        (MelConfig(n_fft=1024), {"n_fft": 1024}),
    ],
)
def test_filterbank_equals_librosa(config: MelConfig, options: dict[str, Any]) -> None:
    expected = librosa.filters.mel(**({"sr": 16000, "n_fft": 800, "n_mels": 80, "fmin": 55, "fmax": 7600} | options))
    bank = filterbank(config, 16000)
    assert bank.dtype == expected.dtype
    np.testing.assert_array_equal(bank, expected)


@pytest.mark.parametrize("family", ["hann", "hamming", "blackman"])
@pytest.mark.parametrize("symmetry", ["periodic", "symmetric"])
def test_window_equals_scipy(family: Any, symmetry: Any) -> None:
    expected = scipy.signal.get_window(family, 800, fftbins=symmetry == "periodic")
    weights = window_block(MelConfig(window=family, window_symmetry=symmetry)).weights(800)
    np.testing.assert_allclose(weights, expected, rtol=0, atol=1e-15)


def test_initial_state_equals_librosa() -> None:
    samples = signals.noise(4000)
    emphasised = librosa.effects.preemphasis(samples.astype(np.float64), coef=0.97)
    plain = mel_spectrogram(emphasised, MelConfig(preemphasis=0))
    np.testing.assert_allclose(
        mel_spectrogram(samples, MelConfig(preemphasis_state="librosa")), plain, rtol=0, atol=1e-9
    )


def test_twice_emphasised() -> None:
    samples = signals.noise(2048 * 200 + 4000)
    twice = scipy.signal.lfilter([1, -0.97], [1], scipy.signal.lfilter([1, -0.97], [1], samples))
    plain = mel_spectrogram(twice, MelConfig(preemphasis_passes=0))
    np.testing.assert_allclose(mel_spectrogram(samples, MelConfig(preemphasis_passes=2)), plain, rtol=0, atol=1e-9)


SPEECH = signals.speech_like(48000)
OPEN = MelConfig(clip=False, log_floor=1e-30)
"""Neither clip nor floor, so that a constant factor is a constant offset."""


@pytest.mark.parametrize(
    ("config", "offset"),
    [
        (replace(OPEN, fft_scale=2), 20 * np.log10(2) * 0.08),
        (replace(OPEN, fft_scale=1 / 800), -20 * np.log10(800) * 0.08),
        (replace(OPEN, gain=32768), 20 * np.log10(32768) * 0.08),
        (replace(OPEN, ref_level=0), 20 * 0.08),
        (replace(OPEN, max_abs=4, output_range="positive"), None),
    ],
)
def test_constant_factors(config: MelConfig, offset: float | None) -> None:
    noise = signals.noise(16000)
    expected = mel_spectrogram(noise, OPEN)
    expected = (expected + 4) / 2 if offset is None else expected + offset
    np.testing.assert_allclose(mel_spectrogram(noise, config), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("config", "slope"),
    [
        (replace(OPEN, log_base=float(np.e)), np.log(10)),
        (replace(OPEN, log_multiplier=10), 0.5),
    ],
)
def test_slopes(config: MelConfig, slope: float) -> None:
    levels = (mel_spectrogram(SPEECH, OPEN) + 4) / 0.08 - 80
    np.testing.assert_allclose((mel_spectrogram(SPEECH, config) + 4) / 0.08 - 80, slope * levels, rtol=1e-9, atol=1e-7)


def test_low_floors_are_indistinguishable_after_the_clip() -> None:
    expected = mel_spectrogram(SPEECH)
    for floor in (1e-10, 1e-6, 1e-4):
        np.testing.assert_array_equal(mel_spectrogram(SPEECH, MelConfig(log_floor=floor)), expected)
    assert np.abs(mel_spectrogram(SPEECH, MelConfig(log_floor=1e-3)) - expected).max() > 0.1


def test_packed_512_reads_frequencies_scaled() -> None:
    """A transform over 512 points puts a sine of bin k of 800 at bin 0.64 k: 2000 Hz is read as 1280 Hz."""
    mel = mel_spectrogram(signals.sine(16000, 2000, 0.5), MelConfig(transform="packed_512"))
    centres = band_edges(MelConfig())[1:-1]
    assert centres[mel[:48, 40].argmax()] == pytest.approx(1280, rel=0.03)
    assert np.abs(mel - mel_spectrogram(signals.sine(16000, 2000, 0.5))).max() > 2


def test_nyquist_packed_into_dc_reaches_no_band() -> None:
    """Both bins have no weight in any triangle: this fault alone cannot be told from its absence."""
    config = MelConfig(transform="nyquist_in_dc", fmin=0, fmax=8000)
    noise = signals.noise(16000)
    np.testing.assert_array_equal(
        mel_spectrogram(noise, config), mel_spectrogram(noise, replace(config, transform="rfft"))
    )
    shifted = replace(config, bin_shift=-1)
    assert (
        np.abs(mel_spectrogram(noise, shifted) - mel_spectrogram(noise, replace(shifted, transform="rfft"))).max()
        > 0.01
    )


def test_streaming_without_overlap_differs_only_at_the_joints() -> None:
    noise = signals.noise(16000 * 3)
    streamed = mel_spectrogram(noise, MelConfig(chunk_samples=16000))
    whole = mel_spectrogram(noise)
    inner = slice(3, 77)
    np.testing.assert_allclose(streamed[:, inner], whole[:, inner], rtol=0, atol=1e-9)
    np.testing.assert_allclose(streamed[:, 81:][:, inner], whole[:, 80:][:, inner], rtol=0, atol=1e-9)
    assert np.abs(streamed[:, 79:81] - whole[:, 79:81]).max() > 0.01


def test_streams_that_trim_their_chunks_have_as_many_columns_as_samples_are_worth() -> None:
    noise = signals.noise(16000 * 3 + 300)
    streamed, whole = (
        mel_spectrogram(noise, MelConfig(chunk_samples=8000, chunk_columns="trimmed")),
        mel_spectrogram(noise),
    )
    assert streamed.shape == whole.shape
    far = np.abs(streamed - whole).max(axis=0) > 1e-6
    assert set(np.flatnonzero(far) % 40) <= {0, 1, 38, 39}
    assert far[[39, 40, 239, 240]].all()


def test_a_filter_that_begins_anew_is_heard_where_it_does() -> None:
    noise = signals.noise(16000)
    restarted = noise.astype(np.float64)
    restarted[1:] -= 0.97 * restarted[:-1]
    restarted[4000::4000] = noise[4000::4000]
    streamed = mel_spectrogram(noise, MelConfig(chunk_samples=4000, chunk_columns="joined"))
    np.testing.assert_allclose(streamed, mel_spectrogram(restarted, MelConfig(preemphasis=0)), rtol=0, atol=1e-9)


BITS = {"float16": np.float16, "float32": np.float32}


@pytest.mark.parametrize("precision", BITS)
def test_precision_is_a_grid(precision: Any) -> None:
    mel = mel_spectrogram(SPEECH, MelConfig(precision=precision))
    np.testing.assert_array_equal(mel, mel.astype(BITS[precision]))
    assert 0 < np.abs(mel - mel_spectrogram(SPEECH)).max() < 2e-3


@pytest.mark.parametrize(
    "config",
    [
        MelConfig(triangle_domain="mel"),
        MelConfig(bin_width="n-1"),
        MelConfig(bin_width="n+1"),
        MelConfig(bin_width="floor"),
        MelConfig(bin_shift=1),
        MelConfig(bin_shift=-1),
        MelConfig(window="povey"),
        MelConfig(win_length=640, window_align="left"),
        MelConfig(n_fft=512),
        MelConfig(transform="even_odd"),
        MelConfig(power=2),
        MelConfig(log_guard="add", log_floor=1e-3),
        MelConfig(top_db=40),
        MelConfig(preemphasis=0.95),
        MelConfig(preemphasis_state="hold"),
        MelConfig(preemphasis_dtype="float32"),
        MelConfig(peak_normalise=True),
        MelConfig(dither=1e-3),
        MelConfig(min_level=-80),
        MelConfig(max_abs=1),
    ],
)
def test_every_other_switch_changes_something_finite(config: MelConfig) -> None:
    changed, unchanged = (mel_spectrogram(signals.noise(16000), switches) for switches in (config, MelConfig()))
    assert np.isfinite(changed).all()
    assert changed.shape != unchanged.shape or np.abs(changed - unchanged).max() > 0
