"""Blocks that cut the signal into frames, and blocks on the frames."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np

from ...base.arrays import Array, NDArray
from ...base.checking import Range
from ...base.errors import InputError
from ..block import Block, Context, Level, parameter
from ..items import Items, Lazy, contiguous
from ..trace import Steps
from .signal import Pad, padded_place

Family = Literal["hann", "hamming", "blackman", "povey", "rectangular"]
MAX_FRAME = 1 << 16
MAX_OVERLAP = 1024
"""Frames that one sample may lie in: bounds the work of a recording. Front ends have 2 to 8."""
FRAMES: tuple[Level, ...] = ("frames",)
_SPARSE = 4
"""So many times the samples of some frames may lie between the first and the last of them, to be looked at in one go:
of 1,024 frames that costs 8 ms, one by one 60 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(Block):
    """Cut the signal into overlapping frames, one every hop samples."""

    kind: ClassVar[str] = "frame"
    group: ClassVar = "frames"
    takes: ClassVar[tuple[Level, ...]] = ("signal",)
    gives: ClassVar[Level | None] = "frames"

    length: Annotated[int, Range(1, MAX_FRAME)] = parameter("samples in one frame", "samples")
    hop: Annotated[int, Range(1, MAX_FRAME)] = parameter("samples from one frame to the next", "samples")
    placement: Literal["start", "center", "kaldi", "vocoder"] = parameter(
        "where frames lie: start (frame 0 begins at sample 0, nothing is padded), center (frame t is centred on sample "
        "t hop: length // 2 samples padded on both sides), kaldi (centred on the middle of each hop, as snip_edges = "
        "false: (n + hop // 2) // hop frames), vocoder ((length - hop) // 2 samples padded on both sides)"
    )
    pad: Pad = parameter(
        "what stands beyond the ends: zeros, or the signal reflected (without, symmetric: with, the "
        "edge sample again), or the edge sample"
    )
    last: Literal["drop", "fill"] = parameter("the last, incomplete frame: dropped, or filled with pad", default="drop")

    def check(self) -> None:
        """Bound the work: frames that overlap without limit would be computed for ever."""
        if self.length > MAX_OVERLAP * self.hop:
            raise InputError(
                f"hop {self.hop} is too short for frames of {self.length}; at most {MAX_OVERLAP} may overlap"
            )

    def apply(self, items: Items, context: Context) -> Items:
        """Cut frames where somebody looks.

        Raises
        ------
        InputError
            A signal that is shorter than one frame.
        """
        pieces = self._pieces(items)
        count = sum(piece.frames for piece in pieces)
        if count < 1:
            needed = self.hop - self.hop // 2 if self.placement == "kaldi" else self.length - self.left - self._right
            needed = max(needed, 1)
            raise InputError(
                f"too short: {len(items)} samples; the first frame needs at least {needed} "
                f"({1000 * needed / items.rate:.4g} ms)"
            )
        frames = _Framed(items.array, self, pieces, (count, self.length))
        link = Steps(-self.left, self.hop, self.length) if len(pieces) == 1 else FramedPieces(self, pieces)
        return replace(items, array=frames, links=(link, *items.links), cut=None)

    def _pieces(self, items: Items) -> "tuple[Piece, ...]":
        """The parts of a signal that are framed by themselves."""
        n, cut = len(items), items.cut
        size = n if cut is None or cut.rows == "joined" else cut.size
        pieces = []
        for start in range(0, n, max(size, 1)):
            stop = min(start + size, n)
            count = max(self.count(stop - start), 0)
            most = cut.size // self.hop if cut and cut.rows == "trimmed" else count
            pieces.append(Piece(start, stop, min(count, most)))
        return tuple(pieces)

    @property
    def left(self) -> int:
        """Samples before the signal's first that the first frame reaches."""
        middle = {"start": 0, "center": self.length // 2, "vocoder": (self.length - self.hop) // 2}
        return middle[self.placement] if self.placement in middle else self.length // 2 - self.hop // 2

    @property
    def _right(self) -> int:
        return self.left if self.placement in ("center", "vocoder") else 0

    def count(self, n: int) -> int:
        """Give the number of frames of a signal of n samples; 0 or less where not one fits."""
        if self.placement == "kaldi":
            return (n + self.hop // 2) // self.hop
        beyond = n + self.left + self._right - self.length
        if self.last == "fill" and n:
            return 1 + max(0, -(-beyond // self.hop))
        return 1 + beyond // self.hop


class Piece(NamedTuple):
    """A part of the signal, the samples `start` to `stop`, that gives so many frames by itself."""

    start: int
    stop: int
    frames: int


@dataclass(frozen=True, slots=True, eq=False)
class FramedPieces:
    """The link between frames and samples where a signal is framed in pieces."""

    block: Frame
    pieces: tuple[Piece, ...]

    def inputs(self, item: int) -> tuple[int, int]:
        """Give the first and the last sample of a frame."""
        for piece in self.pieces:
            if item < piece.frames:
                first = piece.start - self.block.left + item * self.block.hop
                return first, first + self.block.length - 1
            item -= piece.frames
        return 0, -1

    def outputs(self, item: int, count: int) -> tuple[int, int]:
        """Give the first and the last frame that a sample went into."""
        before = 0
        for piece in self.pieces:
            if piece.start <= item < piece.stop:
                steps = Steps(piece.start - self.block.left, self.block.hop, self.block.length)
                first, last = steps.outputs(item, piece.frames)
                return first + before, last + before
            before += piece.frames
        return 0, -1


@dataclass(frozen=True, slots=True, eq=False)
class _Framed(Lazy):
    """Frames of a signal, (T, length); what lies beyond the ends of a piece is padded."""

    base: Array
    block: Frame
    pieces: tuple[Piece, ...]
    shape: tuple[int, ...]

    def take(self, items: NDArray) -> NDArray:
        """Give the frames with these numbers; consecutive ones share their memory and must not be written on."""
        place = contiguous(items)
        if not isinstance(place, slice):
            if self._near(items):
                frames: NDArray = self._consecutive(int(items.min()), int(items.max()) + 1)[items - items.min()]
                return frames
            return self._scattered(items)
        return self._consecutive(place.start, place.stop)

    def _near(self, items: NDArray) -> bool:
        """Tell whether all samples from the first to the last of some frames are not many more than their own."""
        if not len(items) or len(self.pieces) > 1:
            return False
        return bool((items.max() - items.min()) * self.block.hop <= _SPARSE * len(items) * self.block.length)

    def _scattered(self, items: NDArray) -> NDArray:
        """Frames with any numbers, each cut out of its piece as that is padded."""
        starts, stops, frames = np.array(self.pieces).T
        ends = np.cumsum(frames)
        own = np.searchsorted(ends, items, side="right")
        first = (items - ends[own] + frames[own]) * self.block.hop - self.block.left
        places = first[:, None] + np.arange(self.block.length)
        places = padded_place(places, (stops - starts)[own][:, None], self.block.pad)
        samples = self.base[(starts[own][:, None] + np.maximum(places, 0)).ravel()].astype(np.float64)
        return np.where(places >= 0, samples.reshape(places.shape), 0.0)

    def _consecutive(self, start: int, stop: int) -> NDArray:
        parts, before = [], 0
        for piece in self.pieces:
            first, last = max(start - before, 0), min(stop - before, piece.frames)
            if first < last:
                parts.append(self._frames(piece, first, last))
            before += piece.frames
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _frames(self, piece: Piece, first: int, last: int) -> NDArray:
        begin = first * self.block.hop - self.block.left
        span = self._samples(piece, begin, begin + (last - 1 - first) * self.block.hop + self.block.length)
        return np.lib.stride_tricks.sliding_window_view(span, self.block.length)[:: self.block.hop]

    def _samples(self, piece: Piece, start: int, stop: int) -> NDArray:
        """Samples `start` to `stop` of a piece as it is padded."""
        n = piece.stop - piece.start
        low, high = min(max(start, 0), n), min(max(stop, 0), n)
        within = self.base[piece.start + low : piece.start + high].astype(np.float64, copy=False)
        if start == low and stop == high:
            return within
        ends = self._padding(piece, start, min(low, stop)), self._padding(piece, max(high, start), stop)
        return np.concatenate([ends[0], within, ends[1]])

    def _padding(self, piece: Piece, start: int, stop: int) -> NDArray:
        """What stands from one place to another beyond an end of a piece."""
        n = piece.stop - piece.start
        place = padded_place(np.arange(start, stop), n, self.block.pad)
        inside = place >= 0
        low, high = (int(place[inside].min()), int(place[inside].max()) + 1) if inside.any() else (0, 1)
        span = self.base[piece.start + low : piece.start + high].astype(np.float64)
        return np.where(inside, span[np.where(inside, place - low, 0)], 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDc(Block):
    """Subtract each frame's own mean (Kaldi's remove_dc_offset)."""

    kind: ClassVar[str] = "remove_dc"
    group: ClassVar = "frames"
    takes: ClassVar[tuple[Level, ...]] = FRAMES

    def apply(self, items: Items, context: Context) -> Items:
        """Subtract frame by frame."""
        return items.mapped(lambda frames: frames - frames.mean(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class PreemphasisFrame(Block):
    """Filter y[t] = x[t] - a x[t-1] inside each frame, anew in every one."""

    kind: ClassVar[str] = "preemphasis_frame"
    group: ClassVar = "frames"
    takes: ClassVar[tuple[Level, ...]] = FRAMES

    coefficient: Annotated[float, Range(-2, 2)] = parameter("a in y[t] = x[t] - a x[t-1]")
    initial: Literal["zero", "hold", "htk"] = parameter(
        "the frame's first sample: zero (x[0]), hold (x[0] - a x[0], as Kaldi), htk ((1 - a) x[0], the same value, "
        "written as HTK does)"
    )

    def apply(self, items: Items, context: Context) -> Items:
        """Filter frame by frame."""

        def emphasised(frames: NDArray) -> NDArray:
            filtered = frames.copy()
            filtered[:, 1:] -= self.coefficient * frames[:, :-1]
            if self.initial == "hold":
                filtered[:, 0] -= self.coefficient * frames[:, 0]
            elif self.initial == "htk":
                filtered[:, 0] *= 1 - self.coefficient
            return filtered

        return items.mapped(emphasised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop(Block):
    """Keep the first samples of each frame."""

    kind: ClassVar[str] = "crop"
    group: ClassVar = "frames"
    takes: ClassVar[tuple[Level, ...]] = FRAMES

    length: Annotated[int, Range(1, MAX_FRAME)] = parameter("samples kept", "samples")

    def apply(self, items: Items, context: Context) -> Items:
        """Cut frame by frame."""
        if self.length > items.item_shape[0]:
            raise InputError(f"length {self.length} is more than the frames' {items.item_shape[0]} samples")
        return items.mapped(lambda frames: frames[:, : self.length], (self.length,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Block):
    """Multiply each frame by a window."""

    kind: ClassVar[str] = "window"
    group: ClassVar = "frames"
    takes: ClassVar[tuple[Level, ...]] = FRAMES

    family: Family = parameter("shape of the window; povey is Kaldi's Hann to the power 0.85")
    symmetry: Literal["periodic", "symmetric"] = parameter("whether the cosine's period is length, or length - 1")
    length: Annotated[int, Range(0, MAX_FRAME)] = parameter(
        "samples of the window; 0: the frame's", "samples", default=0
    )
    align: Literal["center", "left"] = parameter("where a window lies that is shorter than the frame", default="center")
    exponent: Annotated[float, Range(0.01, 10)] = parameter("power that the window is raised to", default=1.0)

    def apply(self, items: Items, context: Context) -> Items:
        """Multiply frame by frame."""
        weights = self.weights(items.item_shape[0])
        return items.mapped(lambda frames: frames * weights)

    def weights(self, frame_length: int) -> NDArray:
        """Give the window over one frame, (frame_length,) float64, zero where it is shorter than the frame.

        Raises
        ------
        InputError
            A window that is longer than the frame.
        """
        length = self.length or frame_length
        if length > frame_length:
            raise InputError(f"length {length} is more than the frames' {frame_length} samples")
        spare = frame_length - length
        left = spare // 2 if self.align == "center" else 0
        shape = self._shape(length)
        return np.pad(shape if self.exponent == 1 else shape**self.exponent, (left, spare - left))

    def _shape(self, length: int) -> NDArray:
        """The cosine windows as in ``scipy.signal.get_window``."""
        phase = 2 * np.pi * np.arange(length) / (length if self.symmetry == "periodic" else max(length - 1, 1))
        match self.family:
            case "hamming":
                return np.asarray(0.54 - 0.46 * np.cos(phase))
            case "blackman":
                return np.asarray(0.42 - 0.5 * np.cos(phase) + 0.08 * np.cos(2 * phase))
            case "povey":
                return np.asarray((0.5 - 0.5 * np.cos(phase)) ** 0.85)
            case "rectangular":
                return np.ones(length)
        return np.asarray(0.5 - 0.5 * np.cos(phase))
