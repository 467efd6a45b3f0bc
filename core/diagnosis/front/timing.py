"""Framings by which a recording of so many samples gives a port's number of rows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...recipe.kinds.frames import Frame
from ...recipe.kinds.rows import Drop
from ...recipe.kinds.signal import Chunks, FitSignal, PadSignal, Preemphasis
from .chains import first_of, place_of
from .fitted import fitted
from .sampled import Blocks
from .values import SIZES, power_of_two, sized

MIN_HOP = 16
MAX_HOPS = 150
"""Hops that a range of numbers of rows leaves, at the most: a patch or two say nothing of it, and 1,024 rows that are
cut from longer ones leave 140 of 10 s."""
CHUNK_SIZES = (
    *(1024, 1280, 1600, 2000, 2048, 2400, 2560, 3200, 4000, 4096, 4800, 5120, 6400, 8000, 8192, 9600, 12000, 16000),
    *(16384, 20000, 22050, 24000, 32000, 32768, 40000, 44100, 48000, 64000, 65536, 80000, 96000, 131072, 160000),
    *(240000, 320000, 480000),
)
"""Samples of the chunks that streams come in: tenths of seconds, powers of two, multiples of hops."""
OFF_BY_ONE = ((-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0))
"""Samples by which the zeros in front and behind are more than half a frame."""
MAX_CHUNK_ROWS_OFF = 1
"""Rows that a stream may have more or fewer, as where a header is read as samples, too."""
_PLACEMENTS: tuple[tuple[Any, Any, Any], ...] = (
    ("center", "zeros", "drop"),
    ("start", "zeros", "drop"),
    ("start", "zeros", "fill"),
    ("kaldi", "symmetric", "drop"),
    ("vocoder", "reflect", "drop"),
)


def framings(blocks: Blocks, samples: int, total: int, rate: int, unseen: int = 0) -> Iterator[Blocks]:
    """Give a chain with its frames placed, and advanced, so that so many samples give so many rows.

    The chain's own hop comes first; only where no placement of it fits, the hops are solved for, chunks, and where the
    signal or its rows end. Where some rows more may be there unseen, their number says less: any hop that gives one
    between is possible.
    """
    if first_of(blocks, Frame) is None or total < 1:
        return
    if unseen:
        if not total <= row_count(blocks, samples, rate) <= total + unseen:
            yield from _between(blocks, samples, rate, (total, total + unseen))
        return
    bare = tuple(block for block in blocks if not isinstance(block, FitSignal))
    ways = dict.fromkeys((blocks, bare))
    known = [framed for way in ways for framed in _placed(way, signal_length(way, samples, rate), total)]
    yield from known
    if not known:
        for way in ways:
            length = signal_length(way, samples, rate)
            guess = length / total
            hops = range(max(MIN_HOP, int(guess * 0.98) - 2), int(guess * 1.05) + 3) if total > 8 else range(0)
            yield from _placed(way, length, total, hops)
            yield from _of_other_lengths(way, samples, total, rate)
    if row_count(blocks, samples, rate) != total:
        yield from fitted(bare, signal_length(bare, samples, rate), total, rate)
        yield from counted_chunks(blocks, samples, total, rate)


def _between(blocks: Blocks, samples: int, rate: int, totals: tuple[int, int]) -> Iterator[Blocks]:
    """Give a chain with every hop that gives a number of rows between two."""
    least, most = totals
    place = place_of(blocks, Frame)
    assert place is not None
    hops = range(max(MIN_HOP, samples // most), samples // least + 2)
    for hop in hops if len(hops) <= MAX_HOPS else ():
        made = (*blocks[:place], replace(blocks[place], hop=hop), *blocks[place + 1 :])  # type: ignore[call-arg]
        if least <= row_count(made, samples, rate) <= most:
            yield made


def _of_other_lengths(blocks: Blocks, samples: int, total: int, rate: int) -> Iterator[Blocks]:
    """Give a chain with frames and transforms of another length: unpadded, there are more of shorter ones."""
    for size in SIZES:
        sized_blocks = sized(blocks, size, 0, power_of_two(size))
        started = tuple(replace(b, placement="start") if isinstance(b, Frame) else b for b in sized_blocks)
        if row_count(started, samples, rate) == total:
            yield started


def counted_chunks(blocks: Blocks, samples: int, total: int, rate: int) -> Iterator[Blocks]:
    """Give a chain in chunks whose spare rows make so many rows, or nearly."""
    for placement in ("center", "start"):
        framed = tuple(replace(b, placement=placement) if isinstance(b, Frame) else b for b in blocks)
        for chunked in _chunked(framed, samples, ("all",)):
            if abs(row_count(chunked, samples, rate) - total) <= MAX_CHUNK_ROWS_OFF:
                yield chunked


def hidden_chunks(blocks: Blocks, samples: int, rate: int) -> Iterator[Blocks]:
    """Give a chain in chunks that the number of rows does not tell of: spare rows cut, or only filters begun anew."""
    if not any(isinstance(block, Frame) for block in blocks):
        return
    rows = row_count(blocks, samples, rate)
    for chunked in _chunked(blocks, samples, ("trimmed", "joined")):
        if abs(row_count(chunked, samples, rate) - rows) <= MAX_CHUNK_ROWS_OFF:
            yield chunked


def _chunked(blocks: Blocks, samples: int, ways: tuple[Any, ...]) -> Iterator[Blocks]:
    """A chain in chunks of each length that the recording has more than one of, the longest first."""
    blocks = tuple(block for block in blocks if not isinstance(block, Chunks))
    place = next((n for n, block in enumerate(blocks) if isinstance(block, Preemphasis | Frame)), None)
    if place is None:
        return
    for rows in ways:
        if rows == "joined" and not isinstance(blocks[place], Preemphasis):
            continue
        yield from (
            (*blocks[:place], Chunks(size=size, rows=rows), *blocks[place:])
            for size in reversed(CHUNK_SIZES)
            if size < samples
        )


def signal_length(blocks: Blocks, samples: int, rate: int) -> int:
    """Give how many samples of a recording's, at a rate in Hz, stand before a chain's frames."""
    for block in blocks:
        if isinstance(block, FitSignal):
            samples = block.length(samples, rate)
        elif isinstance(block, PadSignal):
            samples += block.front + block.back
    return samples


def row_count(blocks: Blocks, samples: int, rate: int) -> int:
    """Give how many rows a chain has of so many samples at a rate in Hz."""
    frame = next(block for block in blocks if isinstance(block, Frame))
    cut = next((block for block in blocks if isinstance(block, Chunks) and block.rows != "joined"), None)
    gone = sum(block.first + block.last for block in blocks if isinstance(block, Drop))
    samples = signal_length(blocks, samples, rate)
    size = cut.size if cut else max(samples, 1)
    whole, rest = divmod(samples, size)
    most = cut.size // frame.hop if cut and cut.rows == "trimmed" else samples
    counts = (min(max(frame.count(n), 0), most) if n else 0 for n in (size, rest))
    one, last = counts
    return whole * one + last - gone


def _beside(blocks: Blocks, place: int, framed: Frame, samples: int, total: int) -> Iterator[Blocks]:
    """Frames from the start of a signal that has zeros on one side alone: a full ring buffer, or a hop for each frame.

    A stream that begins with a frame of zeros, and takes in a hop at a time, has a frame minus a hop of zeros in front.
    """
    for zeros in dict.fromkeys((framed.length - framed.hop, framed.length // 2, framed.length)):
        if zeros > 0 and framed.count(samples + zeros) == total:
            for added in (PadSignal(front=zeros), PadSignal(back=zeros)):
                yield (*blocks[:place], added, framed, *blocks[place + 1 :])


def off_by_one(blocks: Blocks) -> Iterator[Blocks]:
    """Give a chain whose frames are centred with one zero too few or too many, as by who counts from 1."""
    place = place_of(blocks, Frame)
    if place is None or any(isinstance(block, PadSignal) for block in blocks):
        return
    frame = blocks[place]
    assert isinstance(frame, Frame)
    half, started = frame.length // 2, replace(frame, placement="start")
    for front, back in OFF_BY_ONE if frame.placement == "center" and half else ():
        padded = PadSignal(front=half + front, back=half + back)
        yield (*blocks[:place], padded, started, *blocks[place + 1 :])


def _placed(blocks: Blocks, samples: int, total: int, hops: range | None = None) -> Iterator[Blocks]:
    """A chain with its frames placed otherwise, or advanced by one of some hops."""
    place = place_of(blocks, Frame)
    assert place is not None
    frame = blocks[place]
    assert isinstance(frame, Frame)
    behind = blocks[place + 1 :]
    plain = tuple(block for block in behind if not isinstance(block, Drop))
    lead = [block for block in behind if isinstance(block, Drop)]
    drops = dict.fromkeys((*([tuple(lead)] if lead else []), (), (Drop(last=1),), (Drop(first=1),)))
    ways = dict.fromkeys(((frame.placement, frame.pad, frame.last), *_PLACEMENTS))
    for hop in hops if hops is not None else (frame.hop,):
        for placement, pad, last in ways:
            if frame.length > 1024 * hop:
                continue
            framed = replace(frame, hop=hop, placement=placement, pad=pad, last=last)
            if (placement, last) == ("start", "drop"):
                yield from _beside((*blocks[: place + 1], *plain), place, framed, samples, total)
            for drop in drops:
                gone = sum(each.first + each.last for each in drop)
                if framed.count(samples) - gone == total and (not drop or drop == tuple(lead) or placement == "center"):
                    yield (*blocks[:place], framed, *drop, *plain)
