"""The table of the faults of gain, logarithm and normalisation, by the plain values that they have."""

from math import e, sqrt
from typing import Literal

from .hypotheses import Hypothesis
from .mel_faults import added_floor

LevelName = Literal["ref_level", "min_level", "max_abs"]
_LOG_FIX = "use 20 log10 of the magnitude"
_MAP_FIX = "map with clip(8 (S - 20 + 100) / 100 - 4, -4, 4)"
_GAIN_FIX = "give the samples as floats of full scale 1.0, without any gain"
_SCALE_FIX = "use the transform's plain sum: no factor 2 (vDSP), 1/N or 1/sqrt(N)"
_INT_FIX = "divide 16-bit samples by 32768"
_TOP_FIX = "do not limit the levels to a range below the maximum (top_db=None)"
_GAIN_PROBE = "they give equal values on every recording; only the port's code tells them apart"

SLOPES: tuple[Hypothesis, ...] = (
    Hypothesis("log_base", "ln", _LOG_FIX, mel=(("log_base", e),)),
    Hypothesis("log_base", "log2", _LOG_FIX, mel=(("log_base", 2.0),)),
    Hypothesis("power", "10 log10 of the magnitude", _LOG_FIX, mel=(("log_multiplier", 10.0),)),
    Hypothesis("max_abs", "1", _MAP_FIX, mel=(("max_abs", 1.0),)),
    Hypothesis("max_abs", "[0, 1]", _MAP_FIX, mel=(("max_abs", 1.0), ("output_range", "positive"))),
    Hypothesis("max_abs", "[0, 4]", _MAP_FIX, mel=(("output_range", "positive"),)),
)
CLIP = Hypothesis("clip", "none", "clip the normalised values to -4 .. 4", mel=(("clip", False),))
_FLOORS = (1e-2, 1e-3, 1e-4, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)
_GAINS: tuple[tuple[str, float], ...] = (
    ("fft_scale", 2.0),
    ("fft_scale", 0.5),
    ("fft_scale", 1 / 800),
    ("fft_scale", 2 / 800),
    ("fft_scale", 1 / sqrt(800)),
    ("fft_scale", 1 / 400),
    ("fft_scale", 1 / 512),
    ("fft_scale", 1 / sqrt(512)),
    ("fft_scale", 1 / 1024),
    ("fft_scale", 1 / sqrt(1024)),
    ("int_scale", 32768.0),
    ("int_scale", 32768 / 32767),
    ("int_scale", 32767 / 32768),
    ("int_scale", 32767.0),
    ("int_scale", 1 / 32768),
)
_NAMES = {
    2.0: "2",
    0.5: "1/2",
    1 / 800: "1/N",
    2 / 800: "2/N",
    1 / sqrt(800): "1/sqrt(N)",
    32768.0: "int16 range",
    32768 / 32767: "divided by 32767",
    32767 / 32768: "multiplied by 32767/32768",
    1 / 32768: "divided twice",
}


def floor_fault(floor: float) -> Hypothesis:
    """The hypothesis of another floor under the logarithm."""
    return Hypothesis("log_floor", f"{floor:g}", "guard the logarithm with max(1e-5, x)", mel=(("log_floor", floor),))


def level_fault(name: LevelName, value: float) -> Hypothesis:
    """The hypothesis of another constant of the normalisation."""
    text = f"{value:g}" if name == "max_abs" else f"{value:g} dB"
    return Hypothesis(name, text, _MAP_FIX, mel=((name, value),), apart=_GAIN_PROBE if name == "ref_level" else "")


def _gain_hypothesis(name: str, factor: float) -> Hypothesis:
    fix = _SCALE_FIX if name == "fft_scale" else _INT_FIX
    return Hypothesis(name, _NAMES.get(factor, f"{factor:g}"), fix, mel=((name, factor),), apart=_GAIN_PROBE)


TOP_DB: tuple[Hypothesis, ...] = tuple(
    Hypothesis("log_floor", f"top_db {span:g}", _TOP_FIX, mel=(("top_db", span),)) for span in (80.0, 60.0, 100.0)
)
PEAK = Hypothesis(
    "gain",
    "peak",
    _GAIN_FIX,
    mel=(("peak_normalise", True),),
    apart="a second recording of another loudness shows the difference",
)
KNOWN_GAINS: tuple[Hypothesis, ...] = tuple(_gain_hypothesis(name, factor) for name, factor in _GAINS)
INT_SCALES: tuple[Hypothesis, ...] = tuple(h for h in KNOWN_GAINS if h.id == "int_scale")
LEVEL_FAULTS: tuple[Hypothesis, ...] = (
    *SLOPES,
    *KNOWN_GAINS,
    level_fault("ref_level", 0.0),
    level_fault("min_level", -80.0),
    CLIP,
    *(floor_fault(floor) for floor in _FLOORS[:2]),
    *(added_floor(floor) for floor in (1e-2, 1e-3, 1e-4, 1e-5)),
)


def gain_fault(gain: float) -> Hypothesis:
    """The hypothesis of a constant gain."""
    return Hypothesis("gain", f"{gain:.6g}", _GAIN_FIX, mel=(("gain", gain),), apart=_GAIN_PROBE)


def plain_gain(gain: float) -> float:
    """Give a gain with two digits."""
    return float(f"{gain:.2g}")
