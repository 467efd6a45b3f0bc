"""Running variants of a chain of blocks on some rows only; what begins alike is computed once."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...base.arrays import NDArray
from ...base.errors import InputError
from ...recipe.block import Block, Context
from ...recipe.items import Items
from ...recipe.kinds.frames import Frame
from ...recipe.kinds.rows import Drop, Every
from ...recipe.kinds.values import Dct, Normalise, Top

Blocks = tuple[Block, ...]
Each = Callable[[NDArray], NDArray]
MAX_WHOLE = 12_000
"""Rows up to which what depends on all of them is computed of all: two minutes at 100 a second."""
MAX_SIGNALS = 6
"""Readings of a recording that are kept."""
MAX_CACHED_BYTES = 200 << 20
"""Outputs of beginnings that are kept: some 100 sets of 320 frames of 800 samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """The output of a chain at some rows.

    Attributes
    ----------
    values : (k, width) float64 array
        Its rows; NaN where the chain has no such row.
    total : int
        How many rows the chain gives.
    items : Items
        The same with what blocks know about them.
    """

    values: NDArray
    total: int
    items: Items


class SampledRuns:
    """Computes chains of blocks at chosen rows.

    Parameters
    ----------
    samples : callable
        Gives the signal of an audio variant, (n,) floats, or None where there is none such.
    rate : int
        Sample rate that the chains are for, Hz.
    rows : (k,) int array
        The rows wanted, ascending, counted at the chain's end.
    """

    def __init__(
        self, samples: Callable[[object], NDArray | None], rate: int, rows: NDArray, context: Context | None = None
    ) -> None:
        self.samples, self.rate, self.rows, self.runs = samples, rate, rows, 0
        self.context = context or Context()
        self._kept: OrderedDict[object, Items] = OrderedDict()
        self._signals: OrderedDict[object, dict[object, Items]] = OrderedDict()
        self._bytes = 0
        self._numbers: dict[Block, int] = {}

    def run(self, blocks: Blocks, audio: object = (), rate: int = 0) -> Sampled:
        """Run a chain at the chosen rows.

        Raises
        ------
        InputError
            Blocks that do not go together, a signal that is too short for them, or no such signal.
        """
        self.runs += 1
        split = next((number for number, block in enumerate(blocks) if isinstance(block, Frame)), len(blocks) - 1) + 1
        framed = self._signal(blocks[:split], audio, rate or self.rate)
        total, wanted = len(framed), self.rows
        for block in blocks[split:]:
            total = _length(block, total)
        for block in reversed(blocks[split:]):
            wanted = _before(block, wanted)
        there = (self.rows < total) & (wanted < len(framed))
        items = self._rows(blocks, split, framed, wanted[there], (audio, rate))
        values = np.asarray(items.array)
        values = values[:, None] if values.ndim == 1 else values  # samples are rows of one value
        if not there.all():
            whole = np.full((len(self.rows), *values.shape[1:]), np.nan)
            whole[there] = values
            values = whole
        return Sampled(values, total, items)

    def _signal(self, blocks: Blocks, audio: object, rate: int) -> Items:
        kept = self._signals.pop(audio, {})
        self._signals[audio] = kept  # now the last that is let go of
        while len(self._signals) > MAX_SIGNALS:
            self._signals.popitem(last=False)
        if (found := kept.get((rate, blocks))) is not None:
            return found
        samples = self.samples(audio)
        if samples is None:
            raise InputError("the recording cannot be read in this way")
        kept[rate, blocks] = items = applied(blocks, Items(samples, rate), self.context)
        return items

    def _rows(self, blocks: Blocks, split: int, framed: Items, wanted: NDArray, source: object) -> Items:
        """Apply the blocks behind the frames to the wanted rows, from the longest beginning that is kept."""
        number, items = len(blocks), None
        looked_back = any(isinstance(block, Dct) for block in blocks)  # for an energy; else it would only be held
        base, names = (source, wanted.tobytes(), looked_back), self._named(blocks)
        while number >= split and items is None:
            items = self._kept.get((base, names[:number]))
            number -= items is None
        if items is None:
            number, items = split, replace(framed, array=framed.array[wanted], sources=())
            self._keep((base, names[:split]), items)
        else:
            self._kept.move_to_end((base, names[:number]))
        for place in range(number, len(blocks)):
            if _needs_all(blocks[place]) and len(framed) <= MAX_WHOLE:
                items = self._whole(blocks[: place + 1], split, framed, wanted)
            else:
                items = self._applied(blocks[place], items)
            items = items if looked_back else replace(items, sources=())
            self._keep((base, names[: place + 1]), items)
        return items

    def _named(self, blocks: Blocks) -> tuple[int, ...]:
        """A number for each different block: chains are looked up by each of their beginnings."""
        return tuple(self._numbers.setdefault(block, len(self._numbers)) for block in blocks)

    def _applied(self, block: Block, items: Items) -> Items:
        if _moves(block):
            return items
        made = block.apply(items, self.context)
        made = replace(made, array=made.array[:], sources=())
        return replace(made, sources=(*items.sources, (block.kind, made)))

    def _whole(self, blocks: Blocks, split: int, framed: Items, wanted: NDArray) -> Items:
        """Apply blocks of which the last needs all rows to all of them, and give the wanted ones."""
        items = framed
        for block in blocks[split:]:
            made = block.apply(items, self.context)
            items = replace(made, sources=(*items.sources, (block.kind, replace(made, sources=()))))
            wanted = _behind(block, wanted)
        return replace(items, array=items.array[wanted])

    def _keep(self, key: object, items: Items) -> None:
        self._kept[key] = items
        self._bytes += np.asarray(items.array).nbytes
        while self._bytes > MAX_CACHED_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.array.nbytes if isinstance(dropped.array, np.ndarray) else 0


def applied(blocks: Blocks, items: Items, context: Context | None = None) -> Items:
    """Apply blocks one after the other.

    Raises
    ------
    InputError
        They do not go together, or there is too little for them.
    """
    for block in blocks:
        items = block.apply(items, context or Context())
    return items


def _needs_all(block: Block) -> bool:
    """Whether a row depends on so many others that those of a sample do not tell."""
    return (isinstance(block, Normalise) and block.axis != "row") or (isinstance(block, Top) and block.scope == "chunk")


def _moves(block: Block) -> bool:
    return isinstance(block, Drop | Every)


def _length(block: Block, total: int) -> int:
    match block:
        case Drop():
            return max(0, total - block.first - block.last)
        case Every():
            return -(-total // block.step)
    return total


def _behind(block: Block, rows: NDArray) -> NDArray:
    match block:
        case Drop():
            return rows - block.first
        case Every():
            return rows // block.step
    return rows


def _before(block: Block, rows: NDArray) -> NDArray:
    match block:
        case Drop():
            return rows + block.first
        case Every():
            return rows * block.step
    return rows


def sample_rows(port: NDArray, count: int, loudest: int, levels: NDArray | None = None) -> NDArray:
    """Choose rows of a port that tell most: both ends, runs at equal distances, and the loudest with their neighbours.

    Whatever depends on the recording's maximum depends on one of the loudest.

    Parameters
    ----------
    port : (T, width) array
        The port's values; rows of NaN are none.
    count : int
        Rows at equal distances.
    levels : (n,) array or None
        How loud the recording is at n times that are spread evenly; None: the port's values say it.

    Returns
    -------
    (k,) int array, ascending
    """
    total = len(port)
    if total <= count:
        return np.arange(total)
    there = np.flatnonzero(np.isfinite(port).any(axis=1))
    first, last = (int(there[0]), int(there[-1]) + 1) if len(there) else (0, total)
    ends = np.concatenate([first + np.arange(EDGE_ROWS), np.arange(last - EDGE_ROWS, last)])
    starts = np.linspace(first + EDGE_ROWS, last - EDGE_ROWS - RUN_ROWS, max(count // RUN_ROWS, 1)).astype(int)
    runs = (starts[:, None] + np.arange(RUN_ROWS)).ravel()
    if levels is None:
        levels = np.nan_to_num(port, nan=-np.inf).max(axis=1)
    peaks = np.argsort(-levels, kind="stable")[:loudest]
    peaks = np.round(peaks * ((total - 1) / max(len(levels) - 1, 1))).astype(int)
    near = (peaks[:, None] + np.arange(-1, 2)).ravel()
    return np.unique(np.clip(np.concatenate([ends, runs, near]), 0, total - 1))


EDGE_ROWS = 4
"""Rows at each end that padding and initial states can reach."""
RUN_ROWS = 4
"""Consecutive rows that are cut at once."""
