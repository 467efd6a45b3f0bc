"""What each fault of the mel stage explains, checked on the whole recording, and which others would do the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..base.arrays import NDArray
from ..config import AudioConfig
from ..stages.mel import mel_spectrogram
from .columns import ColumnSource, Ranges, column_offset
from .evidence import MelEvidence
from .findings import NO_FAULT, Confidence, Equivalence, Finding, Kind, Residual, Unexplained, finding_of
from .hypotheses import Hypothesis, audio_config, mel_config, with_hypothesis
from .level_faults import straight_line
from .mel_faults import EDGE_FAULTS, SHAPE_FAULTS
from .noise import arithmetic_noise
from .roots import audio_faults
from .search import State

_SAME = 0.05
_EXACT = 1e-26
_OUTLIERS = 100.0
"""Times the noise from which a single value counts as not explained: float32 noise has a long tail."""
_LEAST_SHOWN = 1e-4
_FEW = 1e-4
"""Share of the values that may lie further off than noise explains."""
_MOST_SAMPLED, _AROUND = 4, 8
"""Places that the search looks at anew, and columns on each side of them."""
_MOST_LOOKED_AT = 256
"""Columns whose noise is computed."""
_NO_SHARE = 1e-6
_TIMING = {"centering", "hop", "streaming", "no_resample", "interleaved"}


def mel_findings(evidence: MelEvidence, state: State, tick: Callable[[], None]) -> Iterator[Finding]:
    """Give the findings of a state, those that explain most first.

    Parameters
    ----------
    tick : callable
        Called between computations; raises `CancelledError`.
    """
    sure = _confidence(evidence, state)
    kind: Kind = "cause" if sure == "proven" or any(h.id == "dither" for h in state.chosen) else "nearest"
    named = tuple(h for h in state.chosen if h.id == "n_mels")  # without it there is nothing to subtract
    total = max(_error(evidence, named, state), 1e-300)
    after = Residual(*_left(evidence, state.chosen, state))
    error = total
    for hypothesis in named:
        text = f"{evidence.values.shape[1]} bands instead of 80"
        yield finding_of(hypothesis, sure, "the number of bands", text, shares=(1.0, 1.0), after=after, kind=kind)
    while rest := [h for h in state.chosen if h not in named]:
        tick()
        trials = [(_error(evidence, (*named, h), state), h) for h in rest]
        least, chosen = min(trials, key=lambda trial: trial[0])
        others = tuple(h for h in state.chosen if h != chosen)
        alone = 1 - _error(evidence, (chosen,), state) / total
        share = max(0.0, (error - least) / total) if np.isfinite(least) else 0.0
        before = Residual(*_left(evidence, others, state))
        text = _evidence(chosen, share, before, after, evidence.total)
        yield finding_of(
            chosen, sure, _where(chosen), text, shares=(share, alone), before=before, after=after, kind=kind
        )
        named, error = (*named, chosen), min(least, error)


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What a state leaves of the whole recording.

    Attributes
    ----------
    expected : int
        How many columns the state has.
    apart, first : (bands, columns) array, int
        Absolute differences from column `first` on.
    limit, share : float
        What any noise may leave, and the share of the differences beyond it and beyond all noise.
    """

    expected: int
    apart: NDArray
    first: int
    limit: float
    share: float

    def some_columns(self, state: State) -> Ranges:
        """Give some of the columns that are not explained although the state explains all of the sampled ones."""
        if self.share <= _FEW or mel_config(state.chosen).dither:
            return ()
        columns = np.flatnonzero((self.apart > self.limit).any(axis=0)) + self.first
        some = columns[np.linspace(0, len(columns) - 1, _MOST_SAMPLED).astype(int)]
        last = self.first + self.apart.shape[1]
        return tuple((max(0, int(c) - _AROUND), min(last, int(c) + _AROUND)) for c in some)


def left_open(evidence: MelEvidence, port: NDArray, state: State, tick: Callable[[], None]) -> LeftOpen | None:
    """Compute the whole recording with a state's faults; None where it cannot be read with them."""
    samples = evidence.source.sources.samples(state.chosen)
    if samples is None:
        return None
    whole = mel_spectrogram(samples, mel_config(state.chosen), tick=lambda done, total: tick())
    first, last = max(0, -state.lag), min(port.shape[1], whole.shape[1] - state.lag)
    apart = whole[:, first + state.lag : max(first, last) + state.lag]
    np.abs(np.subtract(port[:, first:last], apart, out=apart), out=apart)  # where it lies: an hour is large
    limit = max(_OUTLIERS * evidence.noise, _LEAST_SHOWN)
    share = _share_beyond_noise(apart, limit, evidence, state, first) if apart.size else 0.0
    return LeftOpen(whole.shape[1], apart, first, limit, share)


def mel_unexplained(evidence: MelEvidence, left: LeftOpen, state: State, columns: int) -> Iterator[Unexplained]:
    """Give what a state leaves open of a port's so many columns."""
    if state.lag:
        yield Unexplained("mel", f"the port's columns lie {state.lag:+d} columns ({12.5 * state.lag:+g} ms) off")
    if left.expected != columns:
        yield Unexplained("mel", f"{columns:,} columns where {left.expected:,} are expected")
    dithered = mel_config(state.chosen).dither  # no two runs of it are alike
    if left.apart.size and not dithered and (state.error > evidence.allowed or left.share > _FEW):
        yield Unexplained("mel", _facts(left, evidence, state))


def _share_beyond_noise(apart: NDArray, limit: float, evidence: MelEvidence, state: State, first: int) -> float:
    """The share of values that lie further off than any noise, of which the quiet bands of a loud column have most."""
    beyond = apart > limit
    if beyond.mean() <= _FEW:
        return 0.0
    columns = np.flatnonzero(beyond.any(axis=0))
    some = columns[:: -(-len(columns) // _MOST_LOOKED_AT)]
    source = ColumnSource(evidence.source.sources, tuple((int(c) + first, int(c) + first + 1) for c in some))
    noise = arithmetic_noise(source, state.chosen, state.lag)
    per_db = abs(straight_line(mel_config(state.chosen))[0])
    far = beyond[:, some] if noise is None else beyond[:, some] & (apart[:, some] > _OUTLIERS * per_db * noise.T)
    return float(far.sum() / max(beyond[:, some].sum(), 1) * beyond.mean())


def _facts(left: LeftOpen, evidence: MelEvidence, state: State) -> str:
    apart, limit = left.apart, left.limit
    band, column = np.unravel_index(int(np.nan_to_num(apart).argmax()), apart.shape)
    line = evidence.line(state.chosen, state.lag)
    slope = f", slope {line.slope / 0.08:.4g} against the reference" if line else ""
    return (
        f"{100 * float((apart > limit).mean()):.3g} % of the values stay more than {limit:.2g} off, mean "
        f"{float(np.nanmean(apart)):.3g}, most {float(np.nanmax(apart)):.3g} "
        f"in band {band}, column {column + left.first}{slope}"
    )


def equivalents(
    evidence: MelEvidence, state: State, rivals: list[State], tick: Callable[[], None]
) -> list[Equivalence]:
    """Give the faults that no value of this recording tells from the ones found, or from the reference."""
    where = evidence.middle | evidence.edges
    own = evidence.error(state.chosen, state.lag, where)
    found = list(_instead(state, rivals)) if rivals else []
    table = (*SHAPE_FAULTS, *EDGE_FAULTS, *audio_faults(evidence))
    for hypothesis in state.chosen if state.error <= evidence.allowed else ():
        tick()
        rest = tuple(h for h in state.chosen if h != hypothesis)
        swapped = ((h, with_hypothesis(rest, h)) for h in table if h not in state.chosen)
        same = [
            h
            for h, chosen in swapped
            if len(chosen) == len(state.chosen) and _alike(evidence.error(chosen, state.lag, where), own)
        ]
        found += [_class([hypothesis], same)] if same else []
    channels = evidence.source.sources.recording.format.channels
    found += [_any_factor(h, channels) for h in state.chosen if h.id == "gain" and "gain" in h.touches]
    tick()
    silent = [h for h in table if not any(h.touches & other.touches for other in state.chosen) and _matters(h, state)]
    unseen = [h for h in silent if _invisible(evidence, state, h)]
    if unseen:
        found.append(Equivalence((*(_name(h) for h in unseen), NO_FAULT), _probes(unseen)))
    return [one for one in dict.fromkeys(found) if not any({*one.faults} < {*other.faults} for other in found)]


def _any_factor(gain: Hypothesis, channels: int) -> Equivalence:
    """What a plain gain may be instead, or several of it together: they only move all levels."""
    added = ("channel sum",) if channels > 1 else ()
    return Equivalence((_name(gain), "fft_scale any", "int_scale any", "ref_level any", *added), _probe(gain))


def _probes(hypotheses: list[Hypothesis]) -> str:
    return "; ".join(dict.fromkeys(map(_probe, hypotheses)))


def _matters(hypothesis: Hypothesis, state: State) -> bool:
    """Padding means nothing where the port does not pad, nor a resampler where it does not resample."""
    pads, resamples = mel_config(state.chosen).center, audio_config(state.chosen, AudioConfig()).resample
    return (pads or "pad_mode" not in hypothesis.touches) and (resamples or "resampler" not in hypothesis.touches)


def _invisible(evidence: MelEvidence, state: State, hypothesis: Hypothesis) -> bool:
    own = evidence.predicted(state.chosen, state.lag)
    other = evidence.predicted((*state.chosen, hypothesis), state.lag)
    return (
        own is not None
        and other is not None
        and bool(np.nanmax(np.abs(own - other), initial=0) <= evidence.noise / 100)
    )


def _alike(error: float, own: float) -> bool:
    return error <= own * (1 + _SAME) + _EXACT


def _instead(state: State, rivals: list[State]) -> Iterator[Equivalence]:
    """What rival sets have instead of some of the faults of a state."""
    groups: dict[str, list[str]] = {}
    for rival in rivals:
        own = " and ".join(_name(h) for h in state.chosen if h not in rival.chosen)
        other = " and ".join(_name(h) for h in rival.chosen if h not in state.chosen)
        groups.setdefault(own, [own]).append(other or NO_FAULT)
    probe = next((h.apart for rival in rivals for h in rival.chosen if h.apart), _probe(state.chosen[0]))
    yield from (Equivalence(tuple(names), probe) for names in groups.values())


def _class(one: list[Hypothesis], others: list[Hypothesis]) -> Equivalence:
    faults = (*one, *others)
    return Equivalence(tuple(_name(h) for h in faults), next((h.apart for h in faults if h.apart), _probe(faults[0])))


def _name(hypothesis: Hypothesis) -> str:
    return f"{hypothesis.id} {hypothesis.value}"


def _probe(hypothesis: Hypothesis) -> str:
    return hypothesis.apart or "a loud recording with full-band noise and edges that are not silent tells"


def _lag(state: State, chosen: tuple[Hypothesis, ...]) -> int:
    """The lag that aligns some of a state's faults as the state aligns all of them."""
    return state.lag + round(column_offset(state.chosen) - column_offset(chosen))


def _error(evidence: MelEvidence, chosen: tuple[Hypothesis, ...], state: State) -> float:
    return evidence.unweighted(chosen, _lag(state, chosen))


def _left(evidence: MelEvidence, chosen: tuple[Hypothesis, ...], state: State) -> tuple[float, float]:
    predicted = evidence.predicted(chosen, _lag(state, chosen))
    if predicted is None or not np.isfinite(predicted).any():
        return float("nan"), float("nan")
    apart = np.abs(evidence.values - predicted)
    return float(np.nanmax(apart)), float(np.nanmean(apart))


def _confidence(evidence: MelEvidence, state: State) -> Confidence:
    return "proven" if state.error <= evidence.allowed and not state.odd else "likely"


def _where(hypothesis: Hypothesis) -> str:
    if hypothesis.touches & {"pad_mode", "preemphasis_state"}:
        return "the first and last columns"
    return "the number and moments of the columns" if hypothesis.id in _TIMING else "all bands and columns"


def _evidence(hypothesis: Hypothesis, share: float, before: Residual, after: Residual, columns: int) -> str:
    if hypothesis.id == "dither":
        return "the difference is as large in every band, loud or quiet, as white noise makes it"
    if hypothesis.id == "centering" and share < _NO_SHARE:
        return f"with it the columns are as many as the port's ({columns:,}) and lie where the port's lie"
    return f"run with it, the mean difference of {before.mean:.3g} becomes {after.mean:.3g}"
