"""What a number of columns, or of frames, says about hop, chunks and the reading of the file."""

from collections.abc import Iterator
from itertools import product
from typing import Protocol

from ..config import SAMPLE_RATE
from .audio_variants import AudioVariants
from .columns import ColumnSource
from .hypotheses import Hypothesis
from .mel_faults import (
    CENTERING,
    CHANNELS,
    CHUNKS,
    HEADERS,
    HOPS,
    MISREAD,
    RESAMPLERS,
    no_resample,
)

_MAX_TIMINGS = 2
_HEADER = 1
"""Columns that a header read as samples makes more, or one that is assumed too long fewer."""
_CLOSE = 4
"""Columns by which the number of them may be off and still be told by a hypothesis."""


class Counted(Protocol):
    """Evidence that says how many columns a port has, be it by a mel spectrogram or by a number of frames."""

    @property
    def source(self) -> ColumnSource:
        """Computes columns of the recording, and counts them."""

    def off(self, chosen: tuple[Hypothesis, ...]) -> int:
        """Give by how many columns a port with these faults would have others than this one has."""


def audio_faults(evidence: Counted) -> tuple[Hypothesis, ...]:
    """Give the faults of reading that this recording could have, beside those of its length."""
    sources = evidence.source.sources
    format = sources.recording.format
    table = [h for h in HEADERS if not h.raw]
    if sources.from_file:
        table += _misread(sources)
        table += CHANNELS[:3] if format.channels > 1 else ()
        table += RESAMPLERS if format.rate != SAMPLE_RATE else ()
    return tuple(table)


def _misread(sources: AudioVariants) -> Iterator[Hypothesis]:
    """The ways to take the bytes of a WAV file for other samples than they are."""
    if sources.encoding:
        yield from (h for h in HEADERS if h.raw and h.raw.start != sources.data_start)
        yield from (h for h in MISREAD if h.raw and h.raw.encoding != sources.encoding)


def timings(evidence: Counted) -> list[tuple[Hypothesis, ...]]:
    """Give the readings, hops and chunks, two at most, that together give the port's number of columns."""
    return sorted(_timings(evidence), key=len)


def counted_chunks(evidence: Counted, chosen: tuple[Hypothesis, ...]) -> list[Hypothesis]:
    """Give the chunks whose spare columns, beside some faults, give the port's number of columns, or nearly."""
    return [chunk for chunk in shorter(evidence, CHUNKS) if _framed_off(evidence, (*chosen, chunk)) <= _HEADER]


def shorter(evidence: Counted, chunks: tuple[Hypothesis, ...]) -> list[Hypothesis]:
    """Give those chunks of which the recording has more than one."""
    samples = len(evidence.source.sources.recording.samples)
    return [h for h in chunks if dict(h.mel)["chunk_samples"] < samples]


def _timings(evidence: Counted) -> Iterator[tuple[Hypothesis, ...]]:
    off = evidence.off(())
    readings = _readings(evidence.source.sources) if off > _CLOSE else [()]
    hops = [(), *((h,) for h in HOPS)] if off > _CLOSE else [()]
    for reading, hop in product(readings, hops):
        chosen = (*reading, *hop)
        near = _framed_off(evidence, chosen)
        if 0 < len(chosen) <= _MAX_TIMINGS and near <= _CLOSE:
            yield chosen
        if off and near and len(chosen) < _MAX_TIMINGS:
            yield from ((*chosen, chunk) for chunk in counted_chunks(evidence, chosen))


def _readings(sources: AudioVariants) -> list[tuple[Hypothesis, ...]]:
    """The readings of the file that give another number of samples, alone and together."""
    format = sources.recording.format
    channels = [CHANNELS[3]] if sources.from_file and format.channels > 1 else []
    rates = [no_resample(format.rate)] if sources.from_file and format.rate != SAMPLE_RATE else []
    formats = [h for h in _misread(sources) if h.id == "sample_format"]
    sets = product([(), *zip(channels)], [(), *zip(rates)], [(), *zip(formats)])
    return [(*channel, *rate, *format) for channel, rate, format in sets]


def _framed_off(evidence: Counted, chosen: tuple[Hypothesis, ...]) -> int:
    """By how many columns the port has others, centred or not, whichever is nearer."""
    return min(evidence.off(chosen), evidence.off((*chosen, CENTERING)))
