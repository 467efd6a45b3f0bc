"""Where a constant factor comes from: integers that were not scaled, a transform's scale, the loudest sample."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import exp, log

from ...recipe.kinds.frames import Frame
from ...recipe.kinds.signal import Gain, NormaliseSignal
from ...recipe.kinds.spectrum import Fft
from .sampled import Blocks

INT_SCALES = (1.0, 32768.0, 32767.0, 32768 / 32767, 32767 / 32768, 1 / 32768, 2147483648.0)
MAX_GAIN = log(1e9)
BEYOND_CHANCE = 3e-5
"""Relative error of a gain up to which a product of two plain factors does not meet it by chance."""
PLAUSIBLE = (0.1, 20.0)
"""Factors by which somebody may have amplified the samples."""


def gain_chains(
    front: Blocks, reference: Blocks, lacks: float, off: float, peak: float
) -> Iterator[tuple[Blocks, float]]:
    """Give a chain with the factor by which its levels become the port's, and how many changes that is.

    Parameters
    ----------
    front : tuple of Block
        The chain to its bands.
    lacks, off : float
        What is to be added to the natural logarithms of the bands, and what it may be off by.
    peak : float
        The largest absolute sample.
    """
    transform = next((block for block in front if isinstance(block, Fft)), None)
    power = transform.power if transform else 1.0
    factor = lacks / power
    off = off / power
    if abs(factor) <= off:
        yield front, 0.0
        return
    if abs(factor) > MAX_GAIN:
        return
    own = next((block for block in front if isinstance(block, Gain)), None)
    base = own.factor if own else 1.0
    for scale in INT_SCALES:
        if abs(log(scale / base) - factor) <= off:
            yield _gained(front, scale), 1.0
    if transform is not None:
        for scale in transform_scales(front, transform):
            if abs(log(scale / transform.scale) - factor) <= off:
                yield tuple(replace(b, scale=scale) if b is transform else b for b in front), 1.0
    if peak > 0:
        for level in (1.0, 0.95, 0.9, 0.99):
            if abs(log(level / peak) - factor) <= off + 1e-6 and not any(isinstance(b, NormaliseSignal) for b in front):
                yield (NormaliseSignal(how="peak", peak=level), *front), 1.0 if level == 1.0 else 1.2
        for scale in transform_scales(front, transform) if transform else ():
            if abs(log(scale / transform.scale) + log(1 / peak) - factor) <= off + 1e-6:
                scaled = tuple(replace(b, scale=scale) if b is transform else b for b in front)
                yield (NormaliseSignal(how="peak", peak=1.0), *scaled), 2.0
    if transform is not None and off <= BEYOND_CHANCE:
        for scale, integer in product(transform_scales(front, transform), INT_SCALES[1:5]):
            if abs(log(scale / transform.scale) + log(integer / base) - factor) <= off:
                scaled = tuple(replace(b, scale=scale) if b is transform else b for b in front)
                yield _gained(scaled, integer), 2.0
        for scale in transform_scales(front, transform):
            beside = exp(factor) * transform.scale / scale
            short = float(f"{beside:.2g}")
            if scale != transform.scale and abs(log(short / beside)) <= off and PLAUSIBLE[0] <= short <= PLAUSIBLE[1]:
                scaled = tuple(replace(b, scale=scale) if b is transform else b for b in front)
                yield _gained(scaled, base * short), 2.2
    exact = base * exp(factor)
    short = float(f"{exact:.2g}")
    is_plain = abs(log(short / exact)) <= off and PLAUSIBLE[0] <= short / base <= PLAUSIBLE[1]
    digits = next(
        (float(f"{exact:.{n}g}") for n in range(3, 9) if abs(log(float(f"{exact:.{n}g}") / exact)) <= off), exact
    )
    yield _gained(front, short if is_plain else digits), 1.5 if is_plain else 2.6


def transform_scales(front: Blocks, transform: Fft) -> list[float]:
    """Give the factors that transforms come with."""
    frame = next((block for block in front if isinstance(block, Frame)), None)
    lengths = dict.fromkeys((transform.n, *([frame.length] if frame else []), 512, 1024))
    scales = [1.0, 2.0, 0.5]
    for n in lengths:
        scales += [1 / n, 2 / n, 4 / n, n**-0.5]
    return list(dict.fromkeys(scales))


def _gained(front: Blocks, factor: float) -> Blocks:
    """The chain with a gain of this factor in the place of its own."""
    own = next((n for n, block in enumerate(front) if isinstance(block, Gain)), None)
    rest = front if own is None else (*front[:own], *front[own + 1 :])
    place = 0 if own is None else own
    return rest if factor == 1.0 else (*rest[:place], Gain(factor=factor), *rest[place:])
