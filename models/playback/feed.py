"""What the device is to be given: the frames of a route, stretched, resampled and laid out for its channels."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import soxr

from ...core.sound import Block
from .line import Line, Route
from .source import Source

Reader: TypeAlias = Callable[[int, int], Block | None]
"""Gives (n, channels) frames of a route from one place on, `n` of them; None where they are not ready yet."""

_SHORTEST_LOOP = 0.005
_BLOCK_SECONDS = 0.02
_STRETCHED_SECONDS = 0.1
"""Length of what is stretched at a time: the library holds Python's lock meanwhile, about 10 ms for stereo, and the
device's callback needs it too."""
_MARGIN_SECONDS = 0.04
"""What of the recording is stretched on both sides as well, and left out: there the library lacks neighbours."""
_SLOWEST_AT_ONCE = 0.4
"""Below a third of the normal speed the library's volume flutters."""
_SEAM_SECONDS = 0.02
_SHIFT_SECONDS = 0.004
"""By how much a stretched part may be moved at most, to continue the waves of the one before."""
_INAUDIBLE, _RELUCTANCE = 1e-6, 0.1
"""Power of what need not be continued, and how much likeness the farthest move has to gain: what is moved is heard at
another moment than the cursor says."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What is to be heard; seconds in the recording.

    Attributes
    ----------
    start : float or None
        Where it begins; None: where the player is.
    stop : float
        Where it ends.
    loop : float or None
        Where it goes on from there; None: nowhere.
    speed : float
        0.25 to 2, with the pitch kept.
    grain : bool
        A short piece that rises and falls, and begins when the one before is over.
    """

    start: float | None
    stop: float
    loop: float | None = None
    speed: float = 1.0
    grain: bool = False

    def route(self, start: int, rate: int, device_rate: int) -> Route:
        """Give its frames from a first one on, for a recording and a device of these rates, Hz."""
        stop, step = round(self.stop * rate), rate * self.speed / device_rate
        if self.loop is None:
            return Route(start, stop, None, step)
        loop = round(self.loop * rate)
        return Route(start, max(stop, loop + round(_SHORTEST_LOOP * rate)), loop, step)


def samples_of(passage: Passage, route: Route, source: Source, line: Line) -> Iterator[Block]:
    """Give what a line is to be given for a passage; see `feed`."""
    if passage.grain:
        return _grain(source, route, line)
    return feed(source, route, passage.speed, line.rate, line.channels)


def feed(source: Source, route: Route, speed: float, rate: int, channels: int) -> Iterator[Block]:
    """Give what the device plays, block by block; it ends where the route does, and never where that loops.

    Parameters
    ----------
    source : Source
        The recording.
    route : Route
        Which of its frames; at equal rates and speed 1 they come out unchanged.
    speed : float
        How fast, with the pitch kept, 0.25 to 2.
    rate, channels : int
        The device's; other rates are resampled with soxr, of other channels each gets the mean.

    Yields
    ------
    (n, channels) float32
        At most 0.3 s; empty where the recording is not ready yet.

    Raises
    ------
    InputError
        The recording cannot be read any more.
    """
    length = None if route.loop is not None else route.stop - route.start
    sound = _Sound(source, channels)

    def read(place: int, count: int) -> Block | None:
        parts = [sound.read(piece) for piece in route.pieces(place, count)]
        ready = [part for part in parts if part is not None]
        return np.concatenate(ready) if len(ready) == len(parts) else None

    blocks = _straight(read, length, sound) if speed == 1 else _stretched(read, length, sound, speed)
    for block in _resampled(blocks, sound, rate):
        yield _widened(block, channels)


def _grain(source: Source, route: Route, line: Line) -> Iterator[Block]:
    """Give a route as one block that rises and falls, for a short piece that is heard by itself."""
    sound = _Sound(source, line.channels)
    while (samples := sound.read(slice(route.start, route.stop))) is None:
        yield np.empty((0, line.channels), np.float32)
    slope = np.sin(np.linspace(0, np.pi / 2, len(samples) // 4, dtype=np.float32))[:, None] ** 2
    samples[: len(slope)] *= slope
    samples[len(samples) - len(slope) :] *= slope[::-1]
    yield _widened(np.concatenate(list(_resampled([samples], sound, line.rate))), line.channels)


class _Sound:
    """A source, mixed to one channel where the device has not all of its channels: what follows costs less then."""

    def __init__(self, source: Source, channels: int) -> None:
        self._source = source
        self.rate = source.rate
        self.channels = source.channels if source.channels <= channels else 1
        self.nothing: Block = np.empty((0, self.channels), np.float32)

    def read(self, frames: slice) -> Block | None:
        block = self._source.read(frames.start, frames.stop)
        if block is None or block.shape[1] == self.channels:
            return block
        mean: Block = block.mean(axis=1, keepdims=True)
        return mean


def _straight(read: Reader, length: int | None, sound: _Sound) -> Iterator[Block]:
    place, size = 0, max(1, round(_BLOCK_SECONDS * sound.rate))
    while (count := _count(place, size, length)) > 0:
        block = read(place, count)
        place += 0 if block is None else count
        yield sound.nothing if block is None else block


def _stretched(read: Reader, length: int | None, sound: _Sound, speed: float) -> Iterator[Block]:
    """Stretch part by part: the library takes no stream.

    Each part is cut from a longer one at its nominal place, at most `_SHIFT_SECONDS` from it, so that no error adds up.
    """
    stretch = _stretcher(sound, speed)
    lengths = (_STRETCHED_SECONDS, _MARGIN_SECONDS / speed, _SEAM_SECONDS)
    size, margin, seam = (round(seconds * sound.rate) for seconds in lengths)
    total = None if length is None else round(length / speed)
    done, tail = 0, sound.nothing
    while (count := _count(done, size, total)) > 0:
        first, last = int((done - margin) * speed), int((done + count + seam + margin) * speed)
        if (samples := read(first, last - first)) is None:
            yield sound.nothing
            continue
        longer = stretch(samples)
        part = longer[_place(longer, done - round(first / speed), tail, sound.rate) :][: count + seam]
        yield _joined(tail, part[:count])
        done, tail = done + count, part[count:]


def _stretcher(sound: _Sound, speed: float) -> Callable[[Block], Block]:
    from python_stretch import Signalsmith  # noqa: PLC0415  few play at another speed

    library = Signalsmith.Stretch()
    library.preset(sound.channels, sound.rate)
    turns = 2 if speed < _SLOWEST_AT_ONCE else 1
    library.timeFactor = speed ** (1 / turns)

    def stretch(samples: Block) -> Block:
        turned = samples.T
        for _ in range(turns):
            turned = np.asarray(library.process(np.ascontiguousarray(turned)))
        return turned.T

    return stretch


def _place(samples: Block, nominal: int, tail: Block, rate: int) -> int:
    """Find where a part continues the one before best, near its nominal place: exactly there in silence."""
    shift = round(_SHIFT_SECONDS * rate)
    if not len(tail) or nominal < shift:
        return nominal
    around, goal = samples[nominal - shift : nominal + shift + len(tail)].sum(axis=1), tail.sum(axis=1)
    likeness = np.correlate(around, goal, "valid") / (float(goal @ goal) + _INAUDIBLE * len(goal))
    distance = np.abs(np.arange(-shift, shift + 1)) / shift
    return nominal - shift + int((likeness - _RELUCTANCE * distance).argmax())


def _joined(tail: Block, part: Block) -> Block:
    """Fade from the end of the part before into this one."""
    count = min(len(tail), len(part))
    share = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    return np.concatenate([share * part[:count] + (1 - share) * tail[:count], part[count:]])


def _resampled(blocks: Iterable[Block], sound: _Sound, rate: int) -> Iterator[Block]:
    if rate == sound.rate:
        yield from blocks
        return
    stream = soxr.ResampleStream(sound.rate, rate, sound.channels, dtype="float32")
    for block in blocks:
        part = stream.resample_chunk(block)
        if len(part) or not len(block):  # at first the resampler holds everything back, and that is no lack of samples
            yield part
    yield stream.resample_chunk(sound.nothing, last=True)


def _widened(block: Block, channels: int) -> Block:
    """Give each of the device's channels what there is of one."""
    if block.shape[1] == channels:
        return block
    return np.repeat(block.mean(axis=1, keepdims=True), channels, axis=1)


def _count(place: int, size: int, length: int | None) -> int:
    return size if length is None else min(size, length - place)
