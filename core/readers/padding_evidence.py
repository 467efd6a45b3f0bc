"""Which rows of 512 values these are: one a frame (features), or those with the first and last repeated (padded)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from ..run import Run
from .names import stage_of
from .readings import Reading

_AS_BEFORE, _PAIRED = 8.0, 40.0
_CALLED_PADDED = 0.1
"""What remains of rows as features that repeat at both ends and are called padded: more than a frame count undoes."""
_BOTH_ENDS = 8
"""Rows at either end that are compared, of two files of which one may be the other with its ends repeated."""


def paired_counts(ranked: Iterable[Sequence[Reading]]) -> set[int]:
    """Give the numbers of frames that pairs of sources tell, of which one is the other with its ends repeated.

    This is more than what a mel says: it may have been written anew a moment ago, and the rows not yet.
    """
    rows = [readings[0] for readings in ranked if readings[0].source.numbers is None]
    return {
        _count(one) for one in rows for other in rows if _count(other) == _count(one) + 2 and _is_padded(one, other)
    }


def _count(reading: Reading) -> int:
    return reading.layout.count(reading.lengths)


def _is_padded(features: Reading, padded: Reading) -> bool:
    if features.layout.item != padded.layout.item:
        return False
    inner, outer = (each.over_time(each.source.values) for each in (features, padded))
    ends = ((inner[:_BOTH_ENDS], outer[1 : 1 + _BOTH_ENDS]), (inner[-_BOTH_ENDS:], outer[-1 - _BOTH_ENDS : -1]))
    return all(np.array_equal(features.decoded(one), padded.decoded(other)) for one, other in ends)


def weigh_rows(
    reading: Reading, frame_counts: Collection[int], *, paired: bool = False, previous: Run | None = None
) -> Reading:
    """Weigh what tells features from padded features, and write down what it was.

    The frame count decides where the dump gives one (N rows or N + 2); then come repeated rows at both ends, unless
    the sound begins in silence so that more rows than two are equal; then the name. Rows that are called padded and do
    not repeat at both ends stay padded: that they do not is a fault to be found, and no reason to take them for others.

    Parameters
    ----------
    reading : Reading
        Of features or padded features.
    frame_counts : collection of int
        What mel, windows and metadata of the same dump say of the number of frames.
    paired : bool
        Whether pairs of its files say so: nothing else tells more.
    previous : Run or None
        What the dump was read as before: a stage of this length is that stage still.

    Returns
    -------
    Reading
        The same with its score weighed and the evidence in words.
    """
    if reading.source.numbers is not None:
        return reading
    factor, evidence, named = 1.0, [], stage_of(reading.source.label)
    rows = reading.layout.count(reading.lengths)
    for said, meaning in ((rows, "features"), (rows - 2, "padded")):
        if said in frame_counts:
            factor *= (_PAIRED if paired else 4.0) if reading.stage == meaning else 0.5
            evidence.append(f"{rows} rows for {said} frames")
    if previous and reading.stage in previous and previous[reading.stage].shape == (rows, *reading.layout.item):
        factor *= _AS_BEFORE
        evidence.append("as it was read before")
    if _ends_repeat(reading):
        factor *= 1.0 if reading.stage == "padded" else _CALLED_PADDED if named == "padded" else 0.5
        evidence.append("the first two rows are equal, and the last two")
    elif reading.stage == "padded" and named != "padded":
        factor *= 0.3
    if named in {"features", "padded"} - {reading.stage}:
        factor *= 0.6
    return replace(reading, score=reading.score * factor, evidence="; ".join(evidence))


def _ends_repeat(reading: Reading) -> bool:
    rows = reading.over_time(reading.source.values)
    if len(rows) < 3:
        return False
    begin, end = reading.decoded(rows[:3]), reading.decoded(rows[-2:])
    return bool((begin[0] == begin[1]).all() and (begin[1] != begin[2]).any() and (end[0] == end[1]).all())
