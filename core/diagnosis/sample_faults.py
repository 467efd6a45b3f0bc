"""Faults of the audio stage of a port that gives its samples."""

import numpy as np

from ..base.arrays import NDArray
from ..compare.comparison import Comparison
from ..config import SAMPLE_RATE
from .audio_variants import AudioVariants
from .findings import Finding, Residual, Unexplained, finding_of
from .hypotheses import Hypothesis
from .level_faults import INT_SCALES, gain_fault
from .mel_faults import CHANNELS, HEADERS, MISREAD, RESAMPLERS, no_resample
from .quantisation import quantisation_noise, rms

_FLOAT32 = 1e-6
_MAX_SAMPLES = SAMPLE_RATE * 60
"""Samples that are compared: a minute tells as much as an hour."""


def diagnose_samples(comparison: Comparison, sources: AudioVariants) -> tuple[list[Finding], list[Unexplained]]:
    """Find the reading of the recording, and the gain, that give the port's samples."""
    port = np.asarray(comparison.port["audio"].array)
    given = port[:_MAX_SAMPLES].astype(np.float64)
    limit = _FLOAT32 * max(1.0, rms(given)) + 2 * rms(quantisation_noise(given))
    before = rms(given[: len(sources.recording.samples)] - sources.recording.samples[: len(given)])
    unsampled = no_resample(sources.recording.format.rate)
    for reading in (None, *CHANNELS, unsampled, *RESAMPLERS, *HEADERS, *MISREAD):
        samples = sources.samples((reading,) if reading else ())
        if samples is None or len(samples) != len(port):
            continue
        gain, left = _fit(samples[:_MAX_SAMPLES].astype(np.float64), given)
        if rms(left) <= limit:
            faults = [*([reading] if reading else []), *_gain(gain, limit / max(rms(given), 1e-9))]
            after = Residual(float(np.abs(left).max()), float(np.abs(left).mean()))
            text = f"with it the samples differ by {after.max:.2g} at most, without it by {before:.2g} (rms)"
            return [finding_of(h, "proven", "all samples", text, shares=(1.0, 1.0), after=after) for h in faults], []
    facts = f"{len(port):,} samples, {before:.3g} off in the root mean square, and no reading of the file gives them"
    return [], [Unexplained("audio", facts)]


def _fit(samples: NDArray, port: NDArray) -> tuple[float, NDArray]:
    """The factor from samples to the port's, 1 where that is as good, and what is left."""
    power = float(np.square(samples).sum())
    gain = float((samples * port).sum()) / power if power else 1.0
    return gain, port - gain * samples


def _gain(gain: float, relative: float) -> list[Hypothesis]:
    if abs(gain - 1) <= max(relative, 2e-7):
        return []
    near = [h for h in INT_SCALES if abs(float(dict(h.mel)["int_scale"]) / gain - 1) <= max(relative, 2e-6)]
    return near[:1] or [gain_fault(float(f"{gain:.6g}"))]
