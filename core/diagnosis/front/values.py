"""What ports have instead of what a chain has, a kind of block at a time: nothing here names a front end."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Literal

from ...recipe.block import Block
from ...recipe.kinds.filterbank import Filterbank, Scale
from ...recipe.kinds.frames import Crop, Family, Frame, PreemphasisFrame, RemoveDc, Window
from ...recipe.kinds.rows import Drop
from ...recipe.kinds.signal import FitSignal, Gain, NormaliseSignal, PadSignal, Preemphasis
from ...recipe.kinds.spectrum import Fft
from ...recipe.kinds.values import Dct, Log, Top
from .chains import first_of, place_of
from .sampled import Blocks

FAMILIES: tuple[Family, ...] = ("hann", "hamming", "povey", "blackman", "rectangular")
SYMMETRIES: tuple[Literal["periodic", "symmetric"], ...] = ("periodic", "symmetric")
COEFFICIENTS = (0.9, 0.95, 0.96, 0.97, 0.98, 0.99, 1.0)
PADS = ("zeros", "reflect", "edge", "symmetric")
SIZES = (320, 400, 480, 512, 640, 800, 1024, 1200, 1280, 2048)
FMINS = (0.0, 20.0, 30.0, 50.0, 55.0, 60.0, 64.0, 80.0, 90.0, 95.0, 100.0, 125.0, 150.0, 300.0)
LOWEST = (0.0, 20.0, 50.0, 80.0, 125.0)
FMAXS = (0.0, -400.0, 3800.0, 4000.0, 6000.0, 7000.0, 7500.0, 7600.0, 7800.0, 8000.0, 11025.0, 12000.0, 14000.0)
FLOORS = (1e-12, 1e-10, 1e-9, 1e-8, 2.0**-24, 1e-7, 2.0**-23, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1.0)
BELOWS = (60.0, 80.0, 100.0, 120.0)
INSIDES = (0.0, 1e-9, 1e-6)
GAINS = (1.0, 32768.0, 32767.0, 2.0, 0.5, 1 / 32768)
SCALES: tuple[Scale, ...] = ("slaney", "htk", "linear")
BANDS = (20, 23, 24, 26, 32, 40, 64, 80, 96, 100, 120, 128)


def neighbours(blocks: Blocks, rate: int) -> Iterator[Blocks]:
    """Give the chains that differ from one in what one decision of a port changes; some cannot be computed."""
    for number, block in enumerate(blocks):
        for changed in _OF_KIND.get(type(block), _none)(block, blocks, rate):
            yield (*blocks[:number], *changed, *blocks[number + 1 :])
    yield from _gains(blocks)
    yield from _sizes(blocks)
    yield from _emphases(blocks)
    yield from _orders(blocks)


Changed = Iterator[tuple[Block, ...]]


def _none(block: Any, blocks: Blocks, rate: int) -> Changed:
    yield from ()


def _each(block: Block, name: str, values: Iterable[Any]) -> Changed:
    """The block with one parameter changed."""
    own = getattr(block, name)
    for value in values:
        if value != own:
            yield (replace(block, **{name: value}),)


def _frame(block: Frame, blocks: Blocks, rate: int) -> Changed:
    if block.placement != "start" or block.last == "fill":
        yield from _each(block, "pad", PADS)
    for placement in ("start", "center", "kaldi", "vocoder"):
        if placement != block.placement:
            pad = {"start": block.pad, "center": "zeros", "kaldi": "symmetric", "vocoder": "reflect"}[placement]
            for each in dict.fromkeys((pad, "zeros", "reflect")):
                yield (replace(block, placement=placement, pad=each),)
    yield from _each(block, "last", ("drop", "fill"))
    if not any(isinstance(each, RemoveDc) for each in blocks):
        yield (block, RemoveDc())
    if not any(isinstance(each, Drop) for each in blocks):
        yield from ((block, Drop(first=first, last=last)) for first, last in ((1, 0), (0, 1), (1, 1)))
    if not any(isinstance(each, NormaliseSignal) for each in blocks):
        yield (NormaliseSignal(how="mean"), block)


def _window(block: Window, blocks: Blocks, rate: int) -> Changed:
    every = list(itertools.product(FAMILIES, SYMMETRIES))
    for family, symmetry in every:
        if (family, symmetry) not in ((block.family, block.symmetry), _FLAT):
            yield (replace(block, family=family, symmetry=symmetry, exponent=1.0),)
    if block.family == "hann":
        yield from _each(block, "exponent", (1.0, 0.5))  # its root is what overlapping and adding takes
    yield ()
    if sum(isinstance(each, Window) for each in blocks) == 1:
        for family, symmetry in every[:-2]:
            yield (block, replace(block, family=family, symmetry=symmetry, length=0, exponent=1.0))
    if block.length:
        other = replace(block, align="left" if block.align == "center" else "center")
        yield (other,)
        if block.family != "rectangular":  # of a flat window's place nothing is seen as long as another one is supposed
            yield (replace(other, family="rectangular", exponent=1.0),)


_FLAT = ("rectangular", "symmetric")


def _fft(block: Fft, blocks: Blocks, rate: int) -> Changed:
    yield from _each(block, "power", (1.0, 2.0))
    yield from _each(block, "inside", INSIDES)
    packings = ("none", "nyquist_in_dc", "even_odd", *(("packed_512",) if block.n > PACKED else ()))
    yield from _each(block, "packing", packings)
    if block.inside or _adds_floor(blocks):  # else a factor only moves the levels
        yield from _each(block, "scale", (1.0, 2.0, 0.5, 1 / block.n, 2 / block.n, block.n**-0.5))
    if not any(isinstance(each, Window) for each in blocks):
        yield from ((Window(family=family, symmetry=each), block) for family in FAMILIES[:4] for each in SYMMETRIES)


PACKED = 512
"""Points of the transform in the first part of a longer buffer."""


def _adds_floor(blocks: Blocks) -> bool:
    return any(isinstance(each, Log) and each.guard == "add" for each in blocks)


def _scales(block: Filterbank) -> Changed:
    """Another mel scale, also with what hides it: the lowest edge moved, or all edges moved to bins."""
    for scale in SCALES:
        if {scale, block.scale} not in ({block.scale}, {"htk", "kaldi"}):
            yield (replace(block, scale=scale),)
            yield (replace(block, scale=scale, bins="floor", domain="hz"),)
            yield from ((replace(block, scale=scale, fmin=fmin),) for fmin in LOWEST if fmin != block.fmin)


def _bank(block: Filterbank, blocks: Blocks, rate: int) -> Changed:
    top = block.top(rate)
    yield from _scales(block)
    yield from _each(block, "domain", ("hz", "mel"))
    yield from _each(block, "bins", ("exact", "floor", "floor+2", "n-1", "n+1"))
    if block.domain == "mel":
        yield from ((replace(block, bins=each, domain="hz"),) for each in ("floor", "floor+2"))
    yield from _each(block, "shift", (0, 1, -1))
    yield from _each(block, "nyquist", (True, False))
    yield from _each(block, "shape", ("triangle", "left_width", "half"))
    if block.shape != "half":  # whoever draws triangles from bin to bin has floored the edges
        yield from ((replace(block, shape="half", bins="floor", scale=scale),) for scale in SCALES)
    if _adds_floor(blocks) or first_of(blocks, Log) is None:  # else it moves bands by a constant
        yield from _each(block, "norm", ("slaney", "none", "sum"))
    if first_of(blocks, Dct) is not None:  # else the number of values in a row says it
        yield from _each(block, "bands", BANDS)
    yield from _each(block, "fmin", FMINS)
    tops = {each if each > 0 else rate / 2 + each for each in FMAXS}
    for fmax in sorted(each for each in tops if each <= rate / 2 and abs(each - top) > 1e-6):
        yield (replace(block, fmax=fmax),)
        if fmax in (rate / 2, 8000.0):
            yield from ((replace(block, fmin=fmin, fmax=fmax),) for fmin in (0.0, 20.0) if fmin != block.fmin)


def _log(block: Log, blocks: Blocks, rate: int) -> Changed:
    yield ()
    if block.guard == "max":
        yield from ((replace(block, guard="add", floor=floor),) for floor in FLOORS)
    else:
        yield (replace(block, guard="max"),)
        yield from _each(block, "floor", FLOORS)


def _drop(block: Drop, blocks: Blocks, rate: int) -> Changed:
    yield ()
    for first, last in ((0, 1), (1, 0), (1, 1)):
        if (first, last) != (block.first, block.last):
            yield (replace(block, first=first, last=last),)


def _normalised(block: NormaliseSignal, blocks: Blocks, rate: int) -> Changed:
    yield ()
    yield from _each(block, "how", ("zero_mean_unit_var", "mean", "peak"))
    yield from _each(block, "eps", (0.0, 1e-5, 1e-7))


def _removed(block: Block, blocks: Blocks, rate: int) -> Changed:
    yield ()


def _emphasis(block: Preemphasis, blocks: Blocks, rate: int) -> Changed:
    yield ()
    yield from _each(block, "coefficient", (*COEFFICIENTS, -block.coefficient))
    yield from _each(block, "initial", ("zero", "hold", "librosa"))
    yield from _each(block, "precision", ("float64", "float32"))
    if abs(block.coefficient) <= 1:
        yield from _each(block, "before", ("sample", "result"))
    if sum(isinstance(each, Preemphasis) for each in blocks) == 1:
        yield (block, block)


def _frame_emphasis(block: PreemphasisFrame, blocks: Blocks, rate: int) -> Changed:
    yield ()
    yield from _each(block, "coefficient", COEFFICIENTS)
    yield from _each(block, "initial", ("zero", "hold"))


def _top(block: Top, blocks: Blocks, rate: int) -> Changed:
    """Another limit, or none, where a cosine transform behind it hides which bands lie on it; else levels show it."""
    if any(isinstance(each, Dct) for each in blocks):
        yield ()
        yield from _each(block, "below", BELOWS)


_OF_KIND: dict[type[Block], Callable[[Any, Blocks, int], Changed]] = {
    Frame: _frame,
    Window: _window,
    Fft: _fft,
    Filterbank: _bank,
    Log: _log,
    Top: _top,
    Drop: _drop,
    RemoveDc: _removed,
    FitSignal: _removed,
    NormaliseSignal: _normalised,
    Crop: _removed,
    Preemphasis: _emphasis,
    PreemphasisFrame: _frame_emphasis,
}


def _gains(blocks: Blocks) -> Iterator[Blocks]:
    """Other factors on the samples, where a floor that is added shows them, or the samples are all there is."""
    if not _adds_floor(blocks) and first_of(blocks, Frame) is not None:
        return
    own = first_of(blocks, Gain)
    rest = tuple(block for block in blocks if block is not own)
    for factor in GAINS:
        if factor != (own.factor if own is not None else 1.0):
            yield rest if factor == 1.0 else (Gain(factor=factor), *rest)


def _emphases(blocks: Blocks) -> Iterator[Blocks]:
    """Pre-emphasis added, or over the signal instead of in each frame, and the other way round."""
    place = place_of(blocks, Frame)
    if place is None:
        return
    own = next((block for block in blocks if isinstance(block, Preemphasis | PreemphasisFrame)), None)
    rest = tuple(block for block in blocks if block is not own)
    frame, behind = place_of(rest, Frame), 1 + (place_of(rest, RemoveDc) or place_of(rest, Frame) or 0)
    assert frame is not None
    coefficient = own.coefficient if own is not None else 0.97
    if not isinstance(own, Preemphasis):
        made = Preemphasis(coefficient=coefficient, initial="zero")
        yield (*rest[:frame], made, *rest[frame:])
    if not isinstance(own, PreemphasisFrame):
        for initial in ("hold", "zero"):
            framed = PreemphasisFrame(coefficient=coefficient, initial=initial)
            yield (*rest[:behind], framed, *rest[behind:])


def _orders(blocks: Blocks) -> Iterator[Blocks]:
    """Two neighbouring steps on frames the other way round."""
    steps = (RemoveDc, PreemphasisFrame, Window)
    for number, (one, other) in enumerate(itertools.pairwise(blocks)):
        if isinstance(one, steps) and isinstance(other, steps) and type(one) is not type(other):
            yield (*blocks[:number], other, one, *blocks[number + 2 :])


def _sizes(blocks: Blocks) -> Iterator[Blocks]:
    """Frames, windows and transforms of other lengths, which go together."""
    frame, transform, window = first_of(blocks, Frame), first_of(blocks, Fft), first_of(blocks, Window)
    if frame is None or transform is None:
        return
    plain = tuple(block for block in blocks if not isinstance(block, Crop))
    length, n = frame.length, transform.n
    shown = window.length or length if window is not None else 0
    for size in dict.fromkeys((length, n, *([window.length] if window and window.length else []), *SIZES)):
        for points in dict.fromkeys((size, power_of_two(size), n, power_of_two(n), n // 2, power_of_two(n + 1))):
            if points >= size and (size, points) != (length, n):
                yield sized(plain, size, 0, points)
            if points == size != length and 0 < shown < size:
                yield from (sized(plain, size, shown, points, align) for align in ("center", "left"))
        if size < length and shown:
            yield from _shorter(plain, length, size, n)
    if window is not None and window.length:
        yield sized(plain, window.length, 0, n)
        yield sized(plain, length, 0, n)


def _shorter(plain: Blocks, length: int, size: int, n: int) -> Iterator[Blocks]:
    """A window that is shorter than its frame, or only the frame's first samples transformed."""
    yield from (sized(plain, length, size, n, align) for align in ("center", "left"))
    for points in dict.fromkeys((n, size, power_of_two(size))):
        yield cropped(plain, size, points)


def sized(blocks: Blocks, length: int, window: int, n: int, align: str = "center") -> Blocks:
    """Give a chain with frames, a window (0: the frame's) and a transform of these lengths."""
    changes: dict[type[Block], dict[str, Any]] = {
        Frame: {"length": length},
        Window: {"length": window, "align": align},
        Fft: {"n": n},
    }
    old = first_of(blocks, Frame)
    lead = (old.length - old.hop, length - old.hop) if old is not None else (0, 0)
    return tuple(_led(replace(block, **changes.get(type(block), {})), *lead) for block in blocks)


def _led(block: Block, old: int, new: int) -> Block:
    """A block that puts a frame minus a hop of zeros before the signal, with those of another frame: a full buffer."""
    if isinstance(block, PadSignal) and new > 0 and (block.front, block.back) in ((old, 0), (0, old)):
        return PadSignal(front=new if block.front else 0, back=new if block.back else 0)
    return block


def cropped(blocks: Blocks, size: int, n: int) -> Blocks:
    """Give a chain that transforms only the first samples of each windowed frame."""
    place = place_of(blocks, Fft)
    assert place is not None
    transform = replace(blocks[place], n=n)  # type: ignore[call-arg]
    return (*blocks[:place], Crop(length=size), transform, *blocks[place + 1 :])


def power_of_two(n: int) -> int:
    """Give the next power of two, n itself where it is one."""
    return 1 << (n - 1).bit_length()
