"""Dither is told by its whiteness; streams by the rows where chunks meet; limits by the ends of a port's range."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import scipy.fft
import scipy.signal
from framescope.core.config import MelConfig
from framescope.core.diagnosis.front.chains import first_of
from framescope.core.diagnosis.front.dither import dithered
from framescope.core.diagnosis.front.evidence import ARITHMETIC, Candidate, Evidence, level_chain, make_evidence
from framescope.core.diagnosis.front.identify import Identified, Signals, identify
from framescope.core.diagnosis.front.levels import bare
from framescope.core.diagnosis.front.names import changes_of
from framescope.core.diagnosis.front.sampled import SampledRuns
from framescope.core.recipe.kinds.filterbank import Filterbank, filter_weights
from framescope.core.recipe.kinds.signal import Dither
from framescope.core.recipe.presets import load_preset
from framescope.core.stages.mel import mel_spectrogram
from framescope.core.stages.mel_blocks import mel_blocks
from helpers import signals

RATE = 16000
LSB = 1 / 32768
SAMPLES = signals.speech_like(3 * RATE)
REFERENCE = bare(mel_blocks(MelConfig()))


def rows(config: MelConfig) -> np.ndarray:
    return mel_spectrogram(SAMPLES, config).T.astype(np.float32).astype(np.float64)


def evidence_of(port: np.ndarray) -> Evidence:
    return make_evidence(port, lambda audio: SAMPLES, RATE, 40, 6)


def named(port: np.ndarray) -> tuple[Identified, list[tuple[str, str]]]:
    found = identify(port, REFERENCE, Signals(lambda audio: SAMPLES, RATE), lambda candidate: None)
    assert found is not None
    return found, [(one.id, one.value) for one in changes_of(REFERENCE, found.candidate.blocks)]


@pytest.mark.parametrize("lsb", [0.3, 1.0, 3.0])
def test_dither_has_the_amplitude_that_was_added(lsb: float) -> None:
    found = dithered(evidence_of(rows(MelConfig(dither=lsb * LSB))), Candidate(REFERENCE))
    assert found is not None
    assert isinstance(found.blocks[0], Dither)
    assert found.blocks[0].std == pytest.approx(lsb * LSB, rel=0.1)


def louder(port: np.ndarray) -> np.ndarray:
    return port + np.random.default_rng(0).normal(0, 0.01, port.shape)


def nothing(port: np.ndarray) -> np.ndarray:
    return port


@pytest.mark.parametrize(
    ("config", "change"),
    [
        (MelConfig(), nothing),
        (MelConfig(mel_scale="htk"), nothing),
        (MelConfig(), louder),  # as large in decibels everywhere, which noise of the samples is not
    ],
)
def test_what_is_not_white_or_no_dither_is_not_called_so(
    config: MelConfig, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    assert dithered(evidence_of(change(rows(config))), Candidate(REFERENCE)) is None


@pytest.mark.parametrize(("name", "floor"), [("hifigan-22k", 1e-4), ("whisper-80", 1e-6)])
def test_a_floor_that_is_added_is_as_white_but_raises_all_values(name: str, floor: float) -> None:
    recipe = load_preset(name)
    chain = level_chain(bare(recipe.blocks))[:-1]
    count = SampledRuns(lambda audio: SAMPLES, recipe.rate, np.arange(1)).run(chain).total
    bands = SampledRuns(lambda audio: SAMPLES, recipe.rate, np.arange(count)).run(chain).values
    evidence = make_evidence(np.log(bands + floor), lambda audio: SAMPLES, recipe.rate, 40, 6)
    assert dithered(evidence, Candidate(bare(recipe.blocks))) is None


@pytest.mark.parametrize(
    ("scale", "lsb", "said"), [(1e4, 90.0, True), (1e4, 500.0, False), (0.05, 0.03, True), (0.05, 0.005, False)]
)
def test_noise_is_dither_only_of_about_a_last_bit(scale: float, lsb: float, said: bool) -> None:
    """Far below the last bit it is rounding, and far above it nothing that anybody adds to hide rounding."""
    scaled = SAMPLES.astype(np.float64) * scale
    chain = level_chain((Dither(std=lsb * LSB), *REFERENCE))
    count = 1 + len(scaled) // 200
    port = SampledRuns(lambda audio: scaled, RATE, np.arange(count)).run(chain).values
    found = dithered(make_evidence(port, lambda audio: scaled, RATE, 40, 6), Candidate(REFERENCE))
    assert (found is not None) == said


def test_dither_that_drowns_quiet_samples_has_its_amplitude_all_the_same() -> None:
    """In the power of what is quieter than itself it grows with its square."""
    kaldi = bare(load_preset("kaldi-fbank-80").blocks)
    quiet = SAMPLES.astype(np.float64) * np.repeat([0.02, 0.0004, 0.02], len(SAMPLES) // 3)
    noisy = quiet + np.random.default_rng(5).normal(0, LSB, len(quiet))  # another draw than the one it is held against
    count = 1 + (len(quiet) - 400) // 160
    port = SampledRuns(lambda audio: noisy, RATE, np.arange(count)).run(level_chain(kaldi)).values
    found = dithered(make_evidence(port, lambda audio: quiet, RATE, 40, 6), Candidate(kaldi))
    assert found is not None
    assert isinstance(found.blocks[0], Dither)
    assert found.blocks[0].std == pytest.approx(LSB, rel=0.05)


@pytest.mark.parametrize(
    ("size", "columns", "value"),
    [
        (16000, "trimmed", "chunks of 16000, spare columns cut"),  # meets in 9 of 240 columns
        (9600, "all", "chunks of 9600"),
        (4096, "joined", "chunks of 4096, only the filter begins anew"),
    ],
)
def test_streams_are_named_by_their_chunks(size: int, columns: str, value: str) -> None:
    found, names = named(rows(MelConfig(chunk_samples=size, chunk_columns=columns)))  # type: ignore[arg-type]
    assert found.reached
    assert ("streaming", value) in names
    assert {name for name, _ in names} == {"streaming"}


def test_rows_that_the_search_did_not_look_at_are_looked_at_before_a_cause_is_named() -> None:
    port = rows(MelConfig(mel_scale="htk"))
    looked_at = evidence_of(port).runs.rows
    other = np.setdiff1d(np.arange(len(port)), looked_at)[:3]
    port[other] += 0.5
    found, names = named(port)
    assert not found.explained
    assert ("mel_scale", "htk") in names
    assert set(other) <= set(found.open) or found.excess > 4


def test_a_few_values_on_the_upper_limit_do_not_count() -> None:
    """Two of all values are clipped: no line goes through them."""
    port = rows(MelConfig(preemphasis=0.0))
    limit = np.sort(port.ravel())[-2]
    evidence = evidence_of(np.minimum(port, limit))
    assert not evidence.used[evidence.values >= limit].any()


def test_a_single_precision_transform_is_within_the_noise_of_bands_that_are_silent_but_for_it() -> None:
    """Beside a tone whose periods fill the frames, other bins are nothing but the transform's rounding over a floor."""
    tone = 0.9 * np.sin(2 * np.pi * 400 * np.arange(RATE) / RATE)
    changes: dict[str, dict[str, object]] = {
        "frame": {"length": 400}, "window": {"length": 0, "symmetry": "periodic"}, "fft": {"n": 400},
        "log": {"floor": 1e-13},
    }  # fmt: skip
    blocks = (replace(block, **changes.get(block.kind, {})) for block in bare(load_preset("nemo-80").blocks))
    chain = tuple(block for block in blocks if block.kind != "preemphasis")
    rows, weights = np.arange(20, 60), filter_weights(first_of(chain, Filterbank), 400, RATE)
    evidence = Evidence(np.zeros((101, 80)), SampledRuns(lambda audio: tone, RATE, rows))
    padded, window = np.pad(tone, 200).astype(np.float32), scipy.signal.get_window("hann", 400).astype(np.float32)
    spectra = np.abs(scipy.fft.rfft(np.stack([padded[160 * row : 160 * row + 400] * window for row in rows]))) ** 2
    assert spectra.dtype == np.float32
    off = np.abs(np.log(spectra @ weights.T.astype(np.float32) + 1e-13) - evidence.levels(Candidate(chain)).values)
    assert off.max() > 1e-3
    shares = off / (ARITHMETIC * evidence.noise(Candidate(chain)))
    assert np.square(shares).mean() < 1
    assert shares.max() < 3
