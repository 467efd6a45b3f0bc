"""A stage of two runs in blocks of paired values, for figures of so many pairs that they never exist at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..base.progress import check_cancelled
from ..run import StageName
from .alignment import align, item_ids, time_major
from .metrics import take_items
from .pair import Pair

MAX_PAIRS = 1 << 24
"""Pairs that are looked at; of a stage with more, evenly spread items: an hour of tensors has 740 million."""
_BLOCK_VALUES = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class PairedBlock:
    """Some items of both runs, one a row.

    Attributes
    ----------
    numbers : (n,) int64 array
        Numbers of the reference's items.
    reference, port : (n, values) arrays
        What belongs together, finite or not.
    """

    numbers: npt.NDArray[np.int64]
    reference: NDArray
    port: NDArray

    def errors(self) -> NDArray:
        """Give |port - reference|, (n, values) float64; NaN where a value is not finite."""
        with np.errstate(invalid="ignore", over="ignore"):
            errors: NDArray = np.abs(self.port.astype(np.float64) - self.reference)
        errors[~np.isfinite(errors)] = np.nan
        return errors


def paired_blocks(pair: Pair, stage: StageName, most: int = MAX_PAIRS) -> Iterator[PairedBlock]:
    """Yield the paired items of a stage, one of ``pair.stages``, at most about `most` pairs; the same ones every time.

    Raises
    ------
    CancelledError
        Between two blocks, where nobody wants the result any more.
    """
    reference, port = time_major(pair.reference[stage]), time_major(pair.port[stage])
    pairs = align(pair.reference[stage], pair.port[stage], pair.lags.get(stage, 0))
    values = prod(port.shape[1:])
    every = max(1, -(-len(pairs.port) * values // most))
    places, numbers = slice(None, None, every), item_ids(pair.reference[stage])
    own, partner = pairs.port[places], pairs.reference[places]
    step = max(1, _BLOCK_VALUES // max(1, values))
    for start in range(0, len(own), step):
        check_cancelled()
        part = slice(start, start + step)
        left, right = take_items(reference, partner[part]), take_items(port, own[part])
        yield PairedBlock(numbers[partner[part]], left.reshape(len(left), -1), right.reshape(len(right), -1))
