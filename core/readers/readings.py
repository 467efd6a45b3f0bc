"""The readings that a source allows, ranked by what its values look like and, second, by what its name says."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import prod

import numpy as np

from ..base.arrays import Array, ItemStack, NDArray, OnDemand
from ..base.errors import InputError
from ..config import SAMPLE_RATE, Mode
from ..run import Run, StageName
from .formats.file_content import MAX_HELD_BYTES
from .layouts import OTHER_MELS, Fit, Layout, fitting, fitting_values
from .lazy_file_array import FileItems
from .metadata import Sidecar
from .names import mode_of, stage_of
from .overrides import Override
from .plausibility import misread_bits, sample, score
from .raw_dtypes import PRIORS, SAMPLE_PRIORS, SAMPLE_SCALE, decode, storage
from .samples import SoundSamples
from .similarity import as_many, fit
from .sources import Source

MIN_SCORE = 0.1
"""Readings below are not offered, unless a header or the name speaks for them."""
_BENEFIT_OF_DOUBT = 0.02
_TURNED = 0.95
_CLEARLY_LIKER = 0.2
"""Correlation by which one order of the axes has to resemble the reference more than another to be taken for it."""
_FAMILY: dict[StageName, StageName] = {"padded": "features"}


@dataclass(frozen=True, slots=True)
class Beside:
    """What the rest of a dump says of a source: the sidecar of its file, and the mode of the features."""

    sidecar: Sidecar = field(default_factory=Sidecar)
    mode: Mode | None = None


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
    likeness : float
        How much it resembles the reference, 0 to 1.
    """

    source: Source
    layout: Layout
    lengths: tuple[int, ...]
    dtype: str = ""
    score: float = 0.0
    evidence: str = ""
    likeness: float = 0.0

    @property
    def stage(self) -> StageName:
        """The stage that the source is taken for."""
        return self.layout.stage

    @property
    def regrouped(self) -> bool:
        """Whether the axes are not the file's own, because it has no header or holds a flat array."""
        axes = sum(length != 1 for length in self.source.shape)
        return self.source.raw or sum(length != 1 for length in self.lengths) > axes

    @property
    def doubt(self) -> str:
        """What the layout leaves open and had to be assumed all the same: the scale of samples, another rate."""
        if self.scaled:
            return f"whole numbers divided by {SAMPLE_SCALE:.0f}"
        rate = getattr(self.source.values, "rate", SAMPLE_RATE)
        return "" if rate == SAMPLE_RATE else f"samples at {rate} Hz, where the stage has {SAMPLE_RATE} Hz"

    @property
    def scaled(self) -> bool:
        """Whether the values are 16-bit samples, which become 1 at full scale."""
        return self.stage == "audio" and self.dtype in SAMPLE_PRIORS

    def __str__(self) -> str:
        offset = f":+{self.source.offset}" if self.source.offset else ""
        return f"{self.stage}={self.source.label}:{self.dtype}:{self.layout}{offset}"

    def over_time(self, values: Array) -> Array:
        """Give stored values, of one file, as the definition has them but with time first, and of their stored type."""
        typed = (
            values.view(storage(self.dtype)) if isinstance(values, np.ndarray | FileItems) and self.dtype else values
        )
        return self.layout.over_time(typed, self.lengths)

    def decoded(self, values: NDArray) -> NDArray:
        """Give stored values as numbers."""
        if self.scaled:
            return values.astype(np.float32) / np.float32(SAMPLE_SCALE)
        return decode(values, self.dtype) if self.source.raw else values

    def array(self) -> Array:
        """Give the stage's array: a view, or one that is read where somebody looks; else a copy.

        Raises
        ------
        InputError
            It has to be held as a whole, and is too large for that.
        """
        values = self.source.values
        if self.source.numbers is None:
            return self._whole(self.over_time(values))
        if isinstance(values, np.ndarray):
            return np.concatenate([self.decoded(np.asarray(self.over_time(item))) for item in values])
        items = values
        dtype = self.decoded(np.empty(0, storage(self.dtype) if self.source.raw else values.dtype)).dtype
        shape = (len(items), *self.layout.item)
        return ItemStack(lambda n: self.decoded(np.asarray(self.over_time(items[n])))[0], shape, dtype)

    def _whole(self, rows: Array) -> Array:
        """Mel columns lie scattered over most files, and samples are few: both are held."""
        if isinstance(rows, FileItems) and self.source.raw:
            rows = rows.decoded(self.decoded)
        if self.stage not in {"mel", "audio"} and isinstance(rows, OnDemand):
            return rows
        if rows.size * rows.dtype.itemsize > MAX_HELD_BYTES:
            raise InputError(
                f"{self.source.label}: holds {len(rows)} {'columns' if self.stage == 'mel' else 'samples'} of "
                f"{self.stage}, which take {rows.size * rows.dtype.itemsize} bytes; {MAX_HELD_BYTES} are held at most"
            )
        whole = rows[:] if isinstance(rows, OnDemand) else self.decoded(rows)
        return whole.T if self.stage == "mel" else whole


def readings(source: Source, beside: Beside, reference: Run | None, override: Override | None = None) -> list[Reading]:
    """Give the readings of a source, best first.

    Parameters
    ----------
    source : Source
        A source with values.
    beside : Beside
        What the rest of the dump says of it.
    reference : Run or None
        Readings that resemble it are preferred.
    override : Override or None
        Only what it allows is considered, however implausible.
    """
    scored = [_scored(found, beside, reference) for found in _possible(source, beside.mode, reference, override)]
    kept = [found for found in scored if override or found.score >= _least(found)]
    return sorted(_turned(kept) if source.raw and not source.stated else kept, key=lambda found: -found.score)


def _possible(source: Source, mode: Mode | None, reference: Run | None, override: Override | None) -> Iterator[Reading]:
    stage = override.stage if override else None
    named = stage_of(source.label)
    for dtype, (layout, lengths) in _fits(source, stage, mode or mode_of(source.label), override):
        single = source.numbers is None or (layout.item and layout.count(lengths) == 1)
        doubtful = layout.stage == "audio" and not isinstance(source.values, SoundSamples)
        if layout in OTHER_MELS and reference is not None:
            doubtful = "mel" not in reference or not as_many(layout.count(lengths), reference["mel"].shape[-1])
        guessed = layout.stage == "audio" or dtype not in SAMPLE_PRIORS
        asked = override.allows(layout, lengths) if override else guessed and (not doubtful or named == layout.stage)
        if single and asked:
            yield Reading(source, layout, lengths, dtype)


def _fits(
    source: Source, stage: StageName | None, mode: Mode | None, override: Override | None
) -> Iterator[tuple[str, Fit]]:
    if isinstance(source.values, SoundSamples):
        yield from (("", found) for found in fitting(source.shape, stage="audio") if stage in {None, "audio"})
        return
    if not source.raw:
        yield from (("", found) for found in fitting(source.shape, stage=stage, mode=mode))
        return
    for dtype in [override.dtype] if override and override.dtype else (*PRIORS, *SAMPLE_PRIORS):
        count, rest = divmod(source.shape[0], storage(dtype).itemsize)
        if not rest and source.stated and not (override and override.shape):
            same = prod(source.stated) == count
            yield from ((dtype, found) for found in fitting(source.stated, stage=stage, mode=mode) if same)
        elif not rest:
            yield from ((dtype, found) for found in fitting_values(count, stage=stage, mode=mode))


def _least(reading: Reading) -> float:
    """A header, or a name that agrees, gives the benefit of the doubt: a stage full of NaN is a stage."""
    named = _family(stage_of(reading.source.label)) == _family(reading.stage)
    stated = not reading.source.raw and len(reading.source.shape) > 1
    return _BENEFIT_OF_DOUBT if named or stated or reading.source.stated else MIN_SCORE


def _family(stage: StageName | None) -> StageName | None:
    return _FAMILY.get(stage, stage) if stage else None


def _scored(reading: Reading, beside: Beside, reference: Run | None) -> Reading:
    blocks = _sampled(reading)
    priors = SAMPLE_PRIORS if reading.dtype in SAMPLE_PRIORS else PRIORS
    points = max(2 * _BENEFIT_OF_DOUBT, score(reading.stage, blocks)) * priors.get(reading.dtype, 1.0)
    if not reading.layout.canonical:
        points *= _TURNED
    if misread_bits(reading.dtype, blocks):
        points *= 0.45
    named = _family(stage_of(reading.source.label)) == _family(reading.stage)
    if named:
        points *= 1.5
    if beside.sidecar.shape == reading.lengths or beside.sidecar.dtype == reading.dtype != "":
        points *= 2.0
    likeness = _likeness(reading, reference) if named or points > MIN_SCORE else 0.0
    return replace(reading, score=points * (1.0 + 2.0 * likeness), likeness=likeness)


def _likeness(reading: Reading, reference: Run | None) -> float:
    """Correlation with the reference, 0 where it is negative or there is nothing to compare with."""
    if reference is None or reading.stage not in reference or reading.source.numbers is not None:
        return 0.0
    theirs = reference[reading.stage].array
    rows = theirs.T if reading.stage == "mel" and isinstance(theirs, np.ndarray) else theirs
    return max(0.0, fit(reading.stage, reading.over_time(reading.source.values), rows, reading.decoded))


def _turned(found: list[Reading]) -> list[Reading]:
    """Put the order of the axes that resembles the reference clearly more in front of the others of a stage and type.

    Values without a shape have no order of their own: reading them in the wrong one would make a fault of the port's.
    """
    best: dict[tuple[StageName, str], Reading] = {}
    for reading in found:
        kind = reading.stage, reading.dtype
        if kind not in best or reading.likeness > best[kind].likeness:
            best[kind] = reading
    return [_ahead(reading, best[reading.stage, reading.dtype], found) for reading in found]


def _ahead(reading: Reading, best: Reading, found: list[Reading]) -> Reading:
    rivals = [
        other
        for other in found
        if (other.stage, other.dtype) == (best.stage, best.dtype) and other.likeness < best.likeness - _CLEARLY_LIKER
    ]
    highest = max((other.score for other in rivals), default=0.0)
    if reading is not best or reading.score > highest:
        return reading
    return replace(reading, score=1.01 * highest, evidence="so it resembles the reference more")


def _sampled(reading: Reading) -> NDArray:
    values = reading.source.values
    if reading.source.numbers is None:
        return sample(reading.stage, reading.over_time(values), reading.decoded)
    picked = sorted({0, len(values) // 2, len(values) - 1})
    blocks = [sample(reading.stage, reading.over_time(np.asarray(values[n])), reading.decoded) for n in picked]
    return np.concatenate(blocks)
