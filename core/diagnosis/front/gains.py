"""Where a constant factor comes from: integers that were not scaled, a transform's scale, the loudest sample."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import exp, log
from typing import cast

from ...recipe.kinds.signal import Gain, NormaliseSignal
from ...recipe.kinds.spectrum import Fft
from .chains import first_of
from .sampled import Blocks
from .spectrum_scales import spectrum_scales

INT_SCALES = (1.0, 32768.0, 32767.0, 32768 / 32767, 32767 / 32768, 1 / 32768, 2147483648.0)
PEAKS = (1.0, 0.95, 0.9, 0.99)
MAX_GAIN = log(1e10)
BEYOND_CHANCE = 3e-5
"""Relative error of a gain up to which a product of two plain factors does not meet it by chance."""
PLAUSIBLE = (0.1, 20.0)
"""Factors by which somebody may have amplified the samples."""
Gained = Iterator[tuple[Blocks, float]]


def gain_chains(front: Blocks, reference: Blocks, lacks: float, off: float, peak: float) -> Gained:
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
    power = next((block.power for block in front if isinstance(block, Fft)), 1.0)
    wanted = _Wanted(front, lacks / power, off / power, peak)
    if abs(wanted.factor) <= wanted.off:
        yield front, 0.0
    elif abs(wanted.factor) <= MAX_GAIN:
        yield from wanted.by_integers()
        yield from wanted.by_transform()
        yield from wanted.by_peak()
        yield from wanted.by_two()
        yield wanted.by_any()


def usual_gains(front: Blocks) -> Iterator[Blocks]:
    """Give a chain with each factor that ports have and that needs no fit: of integers, and of transforms."""
    wanted = _Wanted(front, 0.0, 0.0, 0.0)
    yield from (_gained(front, scale) for scale in INT_SCALES if scale != wanted.base)
    yield from (_scaled(front, scale) for scale, ratio in wanted.scales() if ratio != 1)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A factor that a chain lacks, as natural logarithm, and what it may be off by."""

    front: Blocks
    factor: float
    off: float
    peak: float

    @property
    def transform(self) -> Fft | None:
        return cast("Fft | None", first_of(self.front, Fft))

    @property
    def base(self) -> float:
        return next((block.factor for block in self.front if isinstance(block, Gain)), 1.0)

    def meets(self, factor: float, more: float = 0.0) -> bool:
        return factor > 0 and abs(log(factor) - self.factor) <= self.off + more

    def by_integers(self) -> Gained:
        for scale in INT_SCALES:
            if self.meets(scale / self.base):
                yield _gained(self.front, scale), 1.0

    def by_transform(self) -> Gained:
        for scale, ratio in self.scales():
            if self.meets(ratio):
                yield _scaled(self.front, scale), 1.0

    def by_peak(self) -> Gained:
        if self.peak <= 0 or any(isinstance(block, NormaliseSignal) for block in self.front):
            return
        for level in PEAKS:
            if self.meets(level / self.peak, 1e-6):
                yield (NormaliseSignal(how="peak", peak=level), *self.front), 1.0 if level == 1.0 else 1.2
        for scale, ratio in self.scales():
            if ratio != 1 and self.meets(ratio / self.peak, 1e-6):
                yield (NormaliseSignal(how="peak", peak=1.0), *_scaled(self.front, scale)), 2.0

    def by_two(self) -> Gained:
        """Two plain factors, where a product cannot meet the gain by chance."""
        for (scale, ratio), integer in product(self.scales(), INT_SCALES[1:5]) if self.off <= BEYOND_CHANCE else ():
            if self.meets(ratio * integer / self.base):
                yield _gained(_scaled(self.front, scale), integer), 2.0
        for scale, ratio in self.scales():
            beside = exp(self.factor) / ratio
            short = float(f"{beside:.2g}")
            if ratio != 1 and self.meets(short * ratio) and PLAUSIBLE[0] <= short <= PLAUSIBLE[1]:
                yield _gained(_scaled(self.front, scale), self.base * short), 2.2

    def by_any(self) -> tuple[Blocks, float]:
        """A gain of any size, with no more digits than are known of it."""
        exact = self.base * exp(self.factor)
        shorter = (float(f"{exact:.{digits}g}") for digits in range(2, 9))
        nice = next((each for each in shorter if self.meets(each / self.base)), exact)
        is_plain = nice == float(f"{exact:.2g}") and PLAUSIBLE[0] <= nice / self.base <= PLAUSIBLE[1]
        return _gained(self.front, nice), 1.5 if is_plain else 2.6

    def scales(self) -> list[tuple[float, float]]:
        """The factors that transforms come with, and how many times the chain's own each is."""
        if self.transform is None:
            return []
        scales = [1.0, *spectrum_scales(self.front)]
        return [(scale, scale / self.transform.scale) for scale in dict.fromkeys(scales)]


def _scaled(front: Blocks, scale: float) -> Blocks:
    """The chain with a transform of this scale."""
    return tuple(replace(block, scale=scale) if isinstance(block, Fft) else block for block in front)


def _gained(front: Blocks, factor: float) -> Blocks:
    """The chain with a gain of this factor in the place of its own."""
    own = next((n for n, block in enumerate(front) if isinstance(block, Gain)), None)
    rest = front if own is None else (*front[:own], *front[own + 1 :])
    place = 0 if own is None else own
    return rest if factor == 1.0 else (*rest[:place], Gain(factor=factor), *rest[place:])
