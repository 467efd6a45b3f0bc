"""Dumps of any front end: each file is the stage of the reference that its values resemble most."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

from ..base.arrays import Array, NDArray, OnDemand
from ..base.errors import InputError
from ..compare.alignment import time_major
from ..recipe.measured import block_outputs, chain_names
from ..run import Provenance, Run, Stage
from .raw_dtypes import PRIORS, decode, storage
from .scan import find_files
from .similarity import as_many, correlation
from .sources import Source, collect

_LAGS = range(-4, 5)
_COMPARED_ITEMS = 256
_COMPARED_VALUES = 1 << 18
_PLACES = (0.5, 0.25, 0.0, 0.75, 1.0)
"""Where a stretch may be compared, in shares of what there is: speech in a longer silence may stand at either end."""
_NAMED = 0.1
"""What a name that says a stage adds to a likeness of 0 to 2."""
_MIN_LIKENESS = 0.3
"""Likeness below which values are taken for nothing of the reference, unless their shape is stated."""
_MIN_EXCERPT = 0.8
"""Likeness below which a few rows are none of the reference's: weights of filters, which are as wide, have 0.5."""
_MIN_WIDTH = 8
"""Values of a row that make a likeness no accident."""
_MAX_SHAPES = 3
"""Shapes of arrays that an error's sentence says."""
_LENGTHS = (0.2, 5.0)
"""How much shorter or longer than the reference's a stage may be."""


@dataclass(frozen=True, slots=True, eq=False)
class _Match:
    """A source read as one of the reference's stages, and how much it resembles it."""

    source: Source
    target: Stage
    array: NDArray
    dtype: str
    turned: bool
    likeness: float


def load_by_reference(path: Path, reference: Run, name: str | None = None) -> Run:
    """Read what a port of any front end has written.

    Parameters
    ----------
    path : path
        A folder, or one file.
    reference : Run
        A run computed by a recipe.
    name : str or None
        The run's name; None: the folder's or file's.

    Returns
    -------
    Run
        The stages found, each in the reference's order of axes; also outputs of blocks that are no named stage.

    Raises
    ------
    InputError
        Nothing there can be read, or resembles anything of the reference.
    """
    files, notes = find_files(path)
    found = collect(files)
    return resembling(found.sources, reference, name or path.resolve().name, str(path), (*notes, *found.notes))


def resembling(sources: list[Source], reference: Run, name: str, origin: str = "", notes: tuple[str, ...] = ()) -> Run:
    """Take arrays for those stages of a reference that their values resemble most; see `load_by_reference`."""
    matches = [match for source in sources if (match := _best(source, reference))]
    chosen = {match.target.name: match for match in _one_each(matches)}
    if not chosen:
        raise InputError(_nothing(origin or name, sources, notes, reference))
    left = [
        f"{match.source.label}: resembles {match.target.name} less than another array; left out"
        for match in matches
        if match is not chosen[match.target.name]
    ]
    order = (name for name in chain_names(reference.recipe) if name in chosen)
    stages = {name: _as_stage(chosen[name]) for name in order}
    provenance = Provenance(source=origin, notes=(*map(_note, chosen.values()), *notes, *left))
    return Run(name, "loaded", stages, provenance, recipe=reference.recipe)


def _as_stage(match: _Match) -> Stage:
    """Give the values of a match, which have time first, in the order of axes of its stage."""
    target = match.target
    values = np.moveaxis(np.asarray(match.array), 0, target.time) if target.time else match.array
    return Stage(target.name, values, target.axes, clock=target.clock, hz=target.hz, unit=target.unit)


def _best(source: Source, reference: Run) -> _Match | None:
    """The stage that a source resembles most; named ones come first, and go before others that it resembles as much.

    Where its name says one of them it is that, even with the values of another: a dump of features that lack the last
    block is not one of the block before.
    """
    if source.numbers is not None:
        return None
    named = [match for target in reference.stages.values() for match in _readings(source, target)]
    others = [match for target in block_outputs(reference) for match in _readings(source, target)]
    said = [match for match in named if match.target.name in source.label.lower()]
    matches = [*named, *others]
    if said:
        matches = said
    matches = matches or [match for target in reference.stages.values() for match in _resized(source, target)]
    return max(matches, key=lambda match: match.likeness, default=None)


def _readings(source: Source, target: Stage) -> Iterator[_Match]:
    """Read a source in every type and order of axes in which it has the target's items."""
    ours = time_major(target)
    item = ours.shape[1:]
    for dtype, values in _typed(source):
        for array, turned in _laid_out(values, item, stated=not source.raw):
            excerpt = not source.raw and array.ndim > 1 and len(array) < _LENGTHS[0] * len(ours)
            if not (excerpt or _near(array, ours)):
                continue
            likeness = _likeness(array, ours) + _NAMED * (target.name.partition("#")[0] in source.label.lower())
            if likeness >= (_MIN_EXCERPT if excerpt else _MIN_LIKENESS) or not (source.raw or excerpt):
                yield _Match(source, target, array, dtype, turned, likeness)


def _resized(source: Source, target: Stage) -> Iterator[_Match]:
    """Read a source as the target's rows of another number of values: other bands, or other coefficients kept."""
    ours = time_major(target)
    if ours.ndim == 1 or source.raw:
        return
    said = target.name in source.label.lower()
    values = np.squeeze(source.values[:] if isinstance(source.values, OnDemand) else source.values)
    for array, turned in ((values, False), (values.T, True)):
        if array.ndim != ours.ndim or array.shape[1:-1] != ours.shape[1:-1] or array.shape[-1] < _MIN_WIDTH:
            continue
        if not (_near(array, ours) if said else as_many(len(array), len(ours))):
            continue
        places = np.linspace(0, array.shape[-1] - 1, ours.shape[-1]).round().astype(int)
        kept = min(array.shape[-1], ours.shape[-1])
        pairs = (array[..., places], ours), (array[..., :kept], ours[:][..., :kept])
        likeness = max((correlation(*each) for pair in pairs for each in _overlaps(*pair)), default=0.0)
        if said or likeness >= _MIN_LIKENESS:
            yield _Match(source, target, array, "", turned, likeness)


def _near(array: NDArray, target: Array) -> bool:
    low, high = _LENGTHS
    return low * len(target) <= len(array) <= high * len(target)


def _typed(source: Source) -> Iterator[tuple[str, NDArray]]:
    values = source.values[:] if isinstance(source.values, OnDemand) else source.values
    if not source.raw:
        yield "", values
        return
    for word in PRIORS:
        if values.nbytes and values.nbytes % storage(word).itemsize == 0:
            yield word, decode(values.view(storage(word)), word)


def _laid_out(values: NDArray, item: tuple[int, ...], *, stated: bool) -> Iterator[tuple[NDArray, bool]]:
    """Give values as items of a shape, in the orders of axes that are possible, and whether time came last."""
    size = prod(item)
    flat = values.ndim == 1 and bool(item)
    squeezed = values.reshape([length for length in values.shape if length != 1]) if stated and not flat else values
    if flat or not stated:
        if values.size and values.size % size == 0:
            yield values.reshape(-1, *item), False
            if len(item) == 1:
                yield values.reshape(item[0], -1).T, True
        return
    if squeezed.shape[1:] == item:
        yield squeezed, False
    if len(item) == 1 and squeezed.ndim == 2 and squeezed.shape[0] == item[0]:
        yield squeezed.T, True


def _likeness(array: NDArray, target: Array) -> float:
    """Give the best correlation at any small lag, from -1 to 1, plus how near the values are, from 0 to 1."""
    return max((correlation(*pair) + _nearness(*pair) for pair in _overlaps(array, target)), default=0.0)


def _overlaps(array: NDArray, target: Array) -> Iterator[tuple[NDArray, NDArray]]:
    """Give a stretch of an array and what lies there in the target at each small lag."""
    length = min(len(array), len(target))
    size = max(1, min(length + 2 * _LAGS[0], _COMPARED_ITEMS, _COMPARED_VALUES // max(prod(array.shape[1:]), 1)))
    if array.ndim == 1:
        size = max(1, min(length + 2 * _LAGS[0], _COMPARED_VALUES))
    start = _lively(target, length - size, size)
    stretch = array[start : start + size]
    for lag in _LAGS if array.ndim > 1 else range(1):
        piece = np.asarray(target[max(start + lag, 0) : max(start + lag, 0) + size])
        if len(piece) == len(stretch):
            yield stretch, piece


def _lively(target: Array, last: int, size: int) -> int:
    """Where a stretch of the target begins whose values are not all equal, as in silence: the middle one, if it is.

    `last` is the last place where it may begin.
    """
    places = [int(last * share) for share in _PLACES]
    pieces = ((place, np.asarray(target[place : place + size])) for place in places)
    return next((place for place, piece in pieces if np.nanmax(piece) > np.nanmin(piece)), places[0])


def _nearness(first: NDArray, second: NDArray) -> float:
    with np.errstate(all="ignore"):
        scale = float(np.nanstd(second)) or 1.0
        error = float(np.sqrt(np.nanmean(np.square(np.clip(first, -1e12, 1e12) - second, dtype=np.float64))))
    return 1 / (1 + error / scale) if np.isfinite(error) else 0.0


def _one_each(matches: Iterable[_Match]) -> list[_Match]:
    best: dict[str, _Match] = {}
    for match in matches:
        known = best.get(match.target.name)
        if known is None or match.likeness > known.likeness:
            best[match.target.name] = match
    return list(best.values())


def _note(match: _Match) -> str:
    how = f", {match.dtype}" if match.dtype else ""
    order = ", axes turned" if match.turned != bool(match.target.time) else ""
    return f"{match.source.label}: read as {match.target.name}{how}{order}, the stage that its values resemble most"


def _nothing(where: str, sources: list[Source], notes: tuple[str, ...], reference: Run) -> str:
    known = ", ".join(f"{stage.name} {stage.shape}" for stage in reference.stages.values())
    shapes = ", ".join(str(source.shape) for source in sources[:_MAX_SHAPES] if not source.raw)
    held = f" (it holds {shapes})" if shapes else ""
    reason = f"; {notes[0]}" if notes else ""
    return f"{where}: nothing in it has the shape of a stage of the recipe ({known}){held}{reason}"
