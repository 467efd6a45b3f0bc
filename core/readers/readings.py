"""The readings that a source allows, ranked by what its values look like and, second, by what its name says."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Array, ItemStack, NDArray
from ..run import Run, StageName
from .facts import Sidecar
from .fit import fit
from .headerless import PRIORS, decode, storage
from .layouts import OTHER_MELS, Fit, Layout, fitting, fitting_values
from .names import stage_of
from .overrides import Override
from .plausibility import misread_bits, sample, score
from .sources import Source

LEAST_SCORE = 0.1
"""Readings below are not offered, unless a header or the name speaks for them."""
_BENEFIT_OF_DOUBT = 0.02
_TURNED = 0.95
_FAMILY: dict[StageName, StageName] = {"padded": "features"}


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One way to read a source.

    Attributes
    ----------
    source : Source
        What is read.
    layout, lengths : Layout, tuple of int
        How the axes lie, and how long they are (of numbered files: in a single one).
    dtype : str
        The type of values without a header, empty where the file states it.
    score : float
        How plausible it is; comparable between the readings of one dump.
    evidence : str
        What speaks for it beside the look of the values, in words.
    """

    source: Source
    layout: Layout
    lengths: tuple[int, ...]
    dtype: str = ""
    score: float = 0.0
    evidence: str = ""

    @property
    def stage(self) -> StageName:
        """The stage that the source is taken for."""
        return self.layout.stage

    @property
    def regrouped(self) -> bool:
        """Whether the axes are not the file's own, because it has no header or holds a flat array."""
        axes = sum(length != 1 for length in self.source.shape)
        return self.source.raw or sum(length != 1 for length in self.lengths) > axes

    def __str__(self) -> str:
        return f"{self.stage}={self.source.label}:{self.dtype}:{self.layout}"

    def stored(self, values: NDArray) -> NDArray:
        """Give stored values, of one file, in the definition's layout and still of their stored type."""
        return self.layout.apply(values.view(storage(self.dtype)) if self.source.raw else values, self.lengths)

    def decoded(self, values: NDArray) -> NDArray:
        """Give stored values as numbers."""
        return decode(values, self.dtype) if self.source.raw else values

    def array(self) -> Array:
        """Give the stage's array: a view, a copy only where the byte order or numbered files demand it."""
        values = self.source.values
        if self.source.numbers is None:
            return self.decoded(self.stored(np.asanyarray(values)))
        if isinstance(values, np.ndarray):
            return np.concatenate([self.decoded(self.stored(item)) for item in values])
        items = values
        dtype = self.decoded(np.empty(0, storage(self.dtype) if self.source.raw else values.dtype)).dtype
        return ItemStack(lambda n: self.decoded(self.stored(items[n]))[0], (len(items), *self.layout.item), dtype)


def readings(
    source: Source, sidecar: Sidecar, reference: Run | None, override: Override | None = None
) -> list[Reading]:
    """Give the readings of a source, best first.

    Parameters
    ----------
    source : Source
        A source with values.
    sidecar : Sidecar
        What the file beside it says of its shape.
    reference : Run or None
        Readings that resemble it are preferred.
    override : Override or None
        Only what it allows is considered, however implausible.
    """
    scored = (replace(found, score=_score(found, sidecar, reference)) for found in _possible(source, override))
    kept = [found for found in scored if override or found.score >= _least(found)]
    return sorted(kept, key=lambda found: -found.score)


def _possible(source: Source, override: Override | None) -> Iterator[Reading]:
    stage = override.stage if override else None
    for dtype, (layout, lengths) in _fits(source, stage, override):
        single = source.numbers is None or (layout.item and layout.count(lengths) == 1)
        doubtful = layout.stage == "audio" or layout in OTHER_MELS
        named = not doubtful or override or stage_of(source.label) == layout.stage
        if single and named and (override is None or override.allows(layout, lengths)):
            yield Reading(source, layout, lengths, dtype)


def _fits(source: Source, stage: StageName | None, override: Override | None) -> Iterator[tuple[str, Fit]]:
    if not source.raw:
        yield from (("", found) for found in fitting(source.shape, stage=stage))
        return
    for dtype in [override.dtype] if override and override.dtype else PRIORS:
        count, rest = divmod(source.shape[0], storage(dtype).itemsize)
        if not rest:
            yield from ((dtype, found) for found in fitting_values(count, stage=stage))


def _least(reading: Reading) -> float:
    """A header, or a name that agrees, gives the benefit of the doubt: a stage full of NaN is a stage."""
    named = _family(stage_of(reading.source.label)) == _family(reading.stage)
    stated = not reading.source.raw and len(reading.source.shape) > 1
    return _BENEFIT_OF_DOUBT if named or stated else LEAST_SCORE


def _family(stage: StageName | None) -> StageName | None:
    return _FAMILY.get(stage, stage) if stage else None


def _score(reading: Reading, sidecar: Sidecar, reference: Run | None) -> float:
    blocks = _sampled(reading)
    points = max(2 * _BENEFIT_OF_DOUBT, score(reading.stage, blocks)) * PRIORS.get(reading.dtype, 1.0)
    if not reading.layout.canonical:
        points *= _TURNED
    if misread_bits(reading.dtype, blocks):
        points *= 0.45
    if _family(stage_of(reading.source.label)) == _family(reading.stage):
        points *= 1.5
    if sidecar.shape == reading.lengths or sidecar.dtype == reading.dtype != "":
        points *= 2.0
    if points > LEAST_SCORE and reference and reading.stage in reference and reading.source.numbers is None:
        stored = reading.stored(np.asanyarray(reading.source.values))
        points *= 1.0 + 2.0 * max(0.0, fit(reading.stage, stored, reference[reading.stage].array, reading.decoded))
    return points


def _sampled(reading: Reading) -> NDArray:
    values = reading.source.values
    if reading.source.numbers is None:
        return sample(reading.stage, reading.stored(np.asanyarray(values)), reading.decoded)
    picked = sorted({0, len(values) // 2, len(values) - 1})
    blocks = [sample(reading.stage, reading.stored(np.asarray(values[n])), reading.decoded) for n in picked]
    return np.concatenate(blocks)
