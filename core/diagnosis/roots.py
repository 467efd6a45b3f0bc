"""Where the search begins: what the number of columns and their lag say about framing, hop, chunks and reading."""

from collections.abc import Iterator

from .columns import column_offset
from .evidence import MelEvidence
from .hypotheses import Hypothesis
from .mel_faults import CENTERING, CHANNELS, CHUNKS, HEADERS, HOPS, MISREAD, NO_RESAMPLE, RESAMPLERS, n_mels_fault
from .search import State

_CLOSE = 4
"""Columns by which the number of them may be off and still be told by a hypothesis."""


def roots(evidence: MelEvidence, lag: int) -> list[State]:
    """Give the combinations to begin with, not yet judged.

    Parameters
    ----------
    lag : int
        The port's column t was found to belong to the reference's column t + lag.
    """
    bands = evidence.values.shape[1]
    given = (n_mels_fault(bands),) if bands != 80 else ()
    timings: list[tuple[Hypothesis, ...]] = [()]
    if abs(evidence.total - evidence.source.column_count(())) > _CLOSE:
        timings += [(h,) for h in _timings(evidence) if _off(evidence, (h,)) <= _CLOSE]
    if evidence.total != evidence.source.column_count(()):
        timings += [(h,) for h in CHUNKS if not min(_off(evidence, (h,)), _off(evidence, (h, CENTERING)))]
    states = [_state(evidence, (*given, *timing, *framing), 0) for timing in timings for framing in ((), (CENTERING,))]
    moved = [
        _state(evidence, (*given, *framing), lag - round(column_offset(framing))) for framing in ((), (CENTERING,))
    ]
    return list(dict.fromkeys([*states, *moved]))


def audio_faults(evidence: MelEvidence) -> tuple[Hypothesis, ...]:
    """Give the faults of reading that this recording could have, beside those of its length."""
    sources = evidence.source.sources
    format = sources.recording.format
    table = [h for h in HEADERS if not h.raw]
    if sources.from_file:
        table += [h for h in HEADERS if h.raw and h.raw.start != sources.data_start and "WAV" in format.description]
        table += CHANNELS[:3] if format.channels > 1 else ()
        table += RESAMPLERS if format.rate != 16000 else ()
    return tuple(table)


def _timings(evidence: MelEvidence) -> Iterator[Hypothesis]:
    sources = evidence.source.sources
    yield from HOPS
    if sources.from_file:
        format = sources.recording.format
        yield from (CHANNELS[3],) if format.channels > 1 else ()
        yield from (NO_RESAMPLE,) if format.rate != 16000 else ()
        yield from MISREAD if "WAV" in format.description else ()


def _off(evidence: MelEvidence, chosen: tuple[Hypothesis, ...]) -> int:
    return int(abs(evidence.total - evidence.source.column_count(chosen)))


def _state(evidence: MelEvidence, chosen: tuple[Hypothesis, ...], lag: int) -> State:
    return State(chosen, lag, odd=bool(lag) + bool(_off(evidence, chosen)))
