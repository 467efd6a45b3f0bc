"""Which rows of 512 values these are: one a frame (features), or those with the first and last repeated (padded)."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from .names import stage_of
from .readings import Reading


def weigh_rows(reading: Reading, frame_counts: Collection[int]) -> Reading:
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
            factor *= 4.0 if reading.stage == meaning else 0.5
            evidence.append(f"{rows} rows for {said} frames")
    if _ends_repeat(reading):
        factor *= 0.5 if reading.stage == "features" else 1.0
        evidence.append("the first two rows are equal, and the last two")
    elif reading.stage == "padded" and named != "padded":
        factor *= 0.3
    if named in {"features", "padded"} - {reading.stage}:
        factor *= 0.6
    return replace(reading, score=reading.score * factor, evidence="; ".join(evidence))


def _ends_repeat(reading: Reading) -> bool:
    rows = reading.stored(np.asanyarray(reading.source.values))
    if len(rows) < 3:
        return False
    begin, end = reading.decoded(rows[:3]), reading.decoded(rows[-2:])
    return bool((begin[0] == begin[1]).all() and (begin[1] != begin[2]).any() and (end[0] == end[1]).all())
