"""Framings by which a recording of so many samples gives a port's number of rows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...recipe.kinds.frames import Frame
from ...recipe.kinds.rows import Drop
from ...recipe.kinds.signal import Chunks
from .sampled import Blocks

MIN_HOP = 16
CHUNK_SIZES = (
    *(16_000 * seconds for seconds in (1, 2, 3, 5, 10, 15, 20, 30)),
    *(1_600 * tenths for tenths in (5, 1, 2, 4, 6, 8)),
    *(1 << bits for bits in range(10, 16)),
    *(22_050, 24_000, 44_100, 48_000, 1_280, 2_560, 5_120),
)
"""Samples of a chunk that streams are read in: seconds, tenths of them, powers of two, multiples of hops."""
_PLACEMENTS: tuple[tuple[Any, Any, Any], ...] = (
    ("center", "zeros", "drop"),
    ("start", "zeros", "drop"),
    ("start", "zeros", "fill"),
    ("kaldi", "symmetric", "drop"),
    ("vocoder", "reflect", "drop"),
)


def framings(blocks: Blocks, samples: int, total: int) -> Iterator[Blocks]:
    """Give a chain with its frames placed, and advanced, so that so many samples give so many rows.

    The chain's own hop comes first; only where no placement of it fits, the hops are solved for, and chunks.
    """
    place = next((number for number, block in enumerate(blocks) if isinstance(block, Frame)), None)
    if place is None or total < 1:
        return
    frame = blocks[place]
    assert isinstance(frame, Frame)
    known = list(_placed(blocks, place, samples, total, (frame.hop,)))
    yield from known
    if not known:
        guess = samples / total
        hops = range(max(MIN_HOP, int(guess * 0.98) - 2), int(guess * 1.05) + 3) if total > 8 else ()
        yield from _placed(blocks, place, samples, total, hops)
        yield from _chunked(blocks, place, samples, total)


def _chunked(blocks: Blocks, place: int, samples: int, total: int) -> Iterator[Blocks]:
    """The chain in chunks that are framed by themselves, of the usual lengths that give so many rows."""
    frame = blocks[place]
    assert isinstance(frame, Frame)
    gone = sum(block.first + block.last for block in blocks if isinstance(block, Drop))
    for size in CHUNK_SIZES:
        pieces = [size] * (samples // size) + [samples % size]
        if size < samples and sum(max(frame.count(piece), 0) for piece in pieces if piece) - gone == total:
            yield (*blocks[:place], Chunks(size=size, rows="all"), *blocks[place:])


def _placed(blocks: Blocks, place: int, samples: int, total: int, hops: "range | tuple[int, ...]") -> Iterator[Blocks]:
    frame = blocks[place]
    assert isinstance(frame, Frame)
    behind = blocks[place + 1 :]
    plain = tuple(block for block in behind if not isinstance(block, Drop))
    lead = [block for block in behind if isinstance(block, Drop)]
    drops = dict.fromkeys((*([tuple(lead)] if lead else []), (), (Drop(last=1),), (Drop(first=1),)))
    ways = dict.fromkeys(((frame.placement, frame.pad, frame.last), *_PLACEMENTS))
    for hop in hops:
        for placement, pad, last in ways:
            if frame.length > 1024 * hop:
                continue
            framed = replace(frame, hop=hop, placement=placement, pad=pad, last=last)
            for drop in drops:
                gone = sum(each.first + each.last for each in drop)
                if framed.count(samples) - gone == total and (not drop or drop == tuple(lead) or placement == "center"):
                    yield (*blocks[:place], framed, *drop, *plain)
