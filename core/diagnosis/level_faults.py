"""Faults of gain, logarithm and normalisation: read off the straight line between the levels and the port's values."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import e, log, log10, sqrt
from typing import Literal

from ..config import MelConfig
from .evidence import Line, MelEvidence
from .hypotheses import Hypothesis, mel_config, with_hypothesis
from .mel_faults import SUM, added_floor
from .search import ENOUGH_BETTER, MUCH_BETTER, State

LevelName = Literal["ref_level", "min_level", "max_abs"]
_LOG_FIX = "use 20 log10 of the magnitude"
_MAP_FIX = "map with clip(8 (S - 20 + 100) / 100 - 4, -4, 4)"
_GAIN_FIX = "give the samples as floats of full scale 1.0, without any gain"
_SCALE_FIX = "use the transform's plain sum: no factor 2 (vDSP), 1/N or 1/sqrt(N)"
_INT_FIX = "divide 16-bit samples by 32768"
_TOP_FIX = "do not limit the levels to a range below the maximum (top_db=None)"
_GAIN_PROBE = "equal on every recording; the port's code tells"

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
_SURE = 5.0
"""Standard deviations that an estimate may lie from a known value."""
_BEYOND_CHANCE = 3e-5
"""Relative error of a gain up to which a product of two plain factors does not meet it by chance."""
_LEAST_OFF = 2e-6
_WELL_FITTED = 1e-3
"""Share of the variance beside the line up to which its slope and intercept are worth an estimate."""
_MIN_LEVELS, _REF_LEVELS = (-200.0, -40.0), (-60.0, 60.0)
"""What anybody would call a least level or a reference level, dB."""
_MOST_SLOPES = 2
_MOST_GAIN = 140.0
"""dB beyond which nobody amplifies."""
_NEAR_FLOOR = 0.02
"""Relative difference of an estimated floor from a plain one that is taken for it."""
_DRAW = 0.1
"""Relative difference of errors up to which the order of the table decides between equally simple sets."""
_SAME = 1e-3
"""The same where something else is left, which no other set would leave."""
_EXACT = 1e-24
"""Mean square error of float64 arithmetic: less is no better."""


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
    apart="a second recording of another loudness tells",
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
"""The plain values, for where no line can be fitted."""


def explained_levels(evidence: MelEvidence, state: State, line: Line) -> list[State]:
    """Give the sets of level faults that put the port's values where they are, each added to a state, judged.

    Parameters
    ----------
    line : Line
        The fit of the port's values by the state's levels.

    Returns
    -------
    list of State
        The state itself first; errors are mean squares over finished values, clipped ones included.
    """
    judged = [_judged(evidence, state, ())]
    for slopes in _slopes(evidence, state, line):
        for offset in _offsets(evidence, (*state.chosen, *slopes), line):
            levels = (*slopes, *offset)
            for floor in _added_floors((*state.chosen, *levels), line):
                for limits in _limits(evidence, (*state.chosen, *levels, *floor), line):
                    judged.append(_judged(evidence, state, (*levels, *floor, *limits)))
    return judged


def _added_floors(chosen: tuple[Hypothesis, ...], line: Line) -> Iterator[tuple[Hypothesis, ...]]:
    """The floor that is added, once the gain is known by which the line's floor is to be multiplied."""
    if not line.floor:
        yield ()
        return
    config = mel_config(chosen)
    floor = line.floor * config.amplitude**config.power
    nice = float(f"{floor:.1g}")
    yield (added_floor(nice if abs(nice / floor - 1) < _NEAR_FLOOR else floor),)


def _judged(evidence: MelEvidence, state: State, levels: Sequence[Hypothesis]) -> State:
    chosen = state.chosen
    for hypothesis in levels:
        chosen = with_hypothesis(chosen, hypothesis)
    return State(chosen, state.lag, evidence.error(chosen, state.lag), state.odd)


def _slopes(evidence: MelEvidence, state: State, line: Line) -> Iterator[tuple[Hypothesis, ...]]:
    """The sets of hypotheses whose slope is the line's."""
    known = line.error <= max(evidence.noise**2, _WELL_FITTED * evidence.variance)
    tolerance = max(_SURE * line.slope_error, 1e-5 * abs(line.slope))
    yield ()
    for size in range(_MOST_SLOPES + 1):
        for chosen in combinations(SLOPES, size):
            config = mel_config((*state.chosen, *chosen))
            if _overlap(chosen):
                continue
            if chosen and abs(straight_line(config)[0] - line.slope) <= tolerance:
                yield chosen
            elif known:
                estimated = _estimated_slopes(config, line)
                yield from ((*chosen, h) for h in estimated if not _overlap((*chosen, h)))


def _overlap(chosen: tuple[Hypothesis, ...]) -> bool:
    return any(one.touches & other.touches for one, other in combinations(chosen, 2))


def _estimated_slopes(config: MelConfig, line: Line) -> Iterator[Hypothesis]:
    """A range or least level that would give the line its slope, where it is a plain number."""
    ratio = line.slope / straight_line(config)[0]
    if not 1e-3 < ratio < 1e3 or abs(ratio - 1) < 1e-6:
        return
    largest, least = 4 * ratio, -100 / ratio
    if abs(nice := round(2 * largest) / 2) and abs(nice - largest) <= _SURE * 4 * line.slope_error / 0.08 + 1e-4:
        yield level_fault("max_abs", nice)
    if (
        _MIN_LEVELS[0] <= (nice := float(round(least))) <= _MIN_LEVELS[1]
        and abs(nice - least) <= _SURE * abs(least) * line.slope_error / 0.08 + 1e-2
    ):
        yield level_fault("min_level", nice)


def straight_line(config: MelConfig) -> tuple[float, float]:
    """Slope and intercept of the finished values over 20 log10 of the magnitudes without gain."""
    positive = config.output_range == "positive"
    span, offset = (config.max_abs, 0.0) if positive else (2 * config.max_abs, config.max_abs)
    per_db = span / -config.min_level
    slope = per_db * config.log_multiplier / 20 * log(10) / log(config.log_base)
    gain = 20 * config.power * log10(config.amplitude)
    return slope, slope * gain - per_db * (config.ref_level + config.min_level) - offset


def _offsets(evidence: MelEvidence, chosen: tuple[Hypothesis, ...], line: Line) -> Iterator[tuple[Hypothesis, ...]]:
    """The gains and reference levels whose intercept is the line's."""
    config = mel_config(chosen)
    slope, intercept = straight_line(config)
    excess = line.intercept - intercept
    off = max(_SURE * line.intercept_error, _LEAST_OFF)
    yield ()
    if abs(excess) <= off:
        return
    gain = 10 ** (excess / slope / 20 / config.power) if abs(excess / slope) < _MOST_GAIN * config.power else 1.0
    known = _Factors(evidence, chosen)
    near = [h for h in (*known.table, gain_fault(plain_gain(gain))) if abs(20 * log10(known[h] / gain) * slope) <= off]
    found: list[tuple[Hypothesis, ...]] = [(h,) for h in near]
    reference = config.ref_level - excess / (
        slope if config.log_multiplier == 20 and config.log_base == 10 else _per_db(config)
    )
    nice = float(round(reference))
    plain = _REF_LEVELS[0] <= nice <= _REF_LEVELS[1]
    if plain and abs(nice - reference) * _per_db(config) <= max(off, 1e-5):
        found.insert(sum(h.id != "gain" for h in near), (level_fault("ref_level", nice),))
    if line.error <= max(evidence.noise**2, _WELL_FITTED * evidence.variance):
        relative = off / slope / 8.7
        found += known.products(gain, relative, combinations(known.table, 2))
        plain_pairs = ((h, gain_fault(plain_gain(gain / known[h]))) for h in known.table)
        found = found or [*known.products(gain, relative, plain_pairs)]
        found = found or [(gain_fault(_rounded(gain, relative)),)]
    yield from found


class _Factors:
    """The known causes of a constant factor on the samples, beside faults that are chosen already."""

    def __init__(self, evidence: MelEvidence, chosen: tuple[Hypothesis, ...]) -> None:
        self._sources, self._chosen = evidence.source.sources, chosen
        touched = {name for h in chosen for name in h.touches}
        several = self._sources.from_file and self._sources.recording.format.channels > 1
        table = (*KNOWN_GAINS, *((SUM,) if several else ()), PEAK)
        self.table = [h for h in table if not h.touches & touched]

    def __getitem__(self, hypothesis: Hypothesis) -> float:
        if hypothesis == SUM:
            return float(self._sources.recording.format.channels)
        changes = dict(hypothesis.mel)
        if "peak_normalise" in changes:
            return 1 / self._sources.peak(self._chosen)
        return float(changes.get("gain", 1.0) * changes.get("int_scale", 1.0) * changes.get("fft_scale", 1.0))

    def products(
        self, gain: float, relative: float, pairs: Iterable[tuple[Hypothesis, Hypothesis]]
    ) -> Iterator[tuple[Hypothesis, ...]]:
        """The pairs of factors that make a gain together, where that cannot be chance."""
        for one, other in pairs if relative <= _BEYOND_CHANCE else ():
            if not one.touches & other.touches and abs(self[one] * self[other] / gain - 1) <= relative:
                yield one, other


def _per_db(config: MelConfig) -> float:
    return (1 if config.output_range == "positive" else 2) * config.max_abs / -config.min_level


def gain_fault(gain: float) -> Hypothesis:
    """The hypothesis of a constant gain."""
    return Hypothesis("gain", f"{gain:.6g}", _GAIN_FIX, mel=(("gain", gain),), apart=_GAIN_PROBE)


def plain_gain(gain: float) -> float:
    """Give a gain with two digits."""
    return float(f"{gain:.2g}")


def _rounded(gain: float, relative: float) -> float:
    """The gain with no more digits than are known of it."""
    digits = min(max(1, int(-log10(max(relative, 1e-12)))), 7)
    return float(f"{gain:.{digits}g}")


def _limits(evidence: MelEvidence, chosen: tuple[Hypothesis, ...], line: Line) -> Iterator[tuple[Hypothesis, ...]]:
    """Other floors and clips, where the port's least and largest values say so."""
    config = mel_config(chosen)
    yield ()
    low, high = (0.0 if config.output_range == "positive" else -config.max_abs), config.max_abs
    slack = 1e-3 * (high - low)
    beyond = evidence.low < low - slack or evidence.high > high + slack
    clips = ((), (CLIP,)) if beyond else ((),)
    for clip in clips:
        yield clip
        if evidence.low > low + slack or clip:
            for floor in _FLOORS:
                yield (*clip, floor_fault(floor))
            for limit in TOP_DB:
                yield (*clip, limit)


def simplest(states: Sequence[State], noise: float, floor: float) -> State:
    """Give the simplest state; one with more faults must be better, above the floor, by a factor for each of them."""
    best = states[0]
    for state in sorted(states[1:], key=lambda one: len(one.chosen)):
        more = len(state.chosen) - len(best.chosen)
        factor = (ENOUGH_BETTER if state.error <= noise else MUCH_BETTER) ** max(more, 0)
        if max(state.error, floor, _EXACT) * max(factor, 1 + _DRAW) < best.error:
            best = state
    return best


def equally_good(state: State, sets: Sequence[State], *, explained: bool) -> list[State]:
    """Give the sets, of one fault more at most, that give the same values; up to noise where these are explained."""
    draw = (_DRAW if explained else _SAME) * max(state.error, _EXACT)
    found = [state]
    for other in sorted(sets, key=lambda one: len(one.chosen)):
        same = abs(other.error - state.error) <= draw and len(other.chosen) <= len(state.chosen) + 1
        if same and not any({*one.chosen} <= {*other.chosen} for one in found):
            found.append(other)
    return found[1:]
