"""Sound as it arrives from a device: all of it in a file, and its newest seconds as the stages of a recipe."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock

import numpy as np
import soundfile

from .base.files import replacing
from .config import Resampler
from .recipe.configured import up_to_model
from .recipe.recipe import Recipe
from .recipe.runner import Computed, run_blocks
from .sound import Block
from .sound.resampling import Samples, resampling

SECONDS = 10.0
"""How much of the sound is shown."""
RESAMPLER: Resampler = "soxr_hq"
"""For devices that do not take the recipe's rate; the file keeps the device's, and is read as any recording."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What is known at a moment of a recording that goes on.

    Attributes
    ----------
    seconds : float
        Length of what has been recorded.
    peak : float or None
        Largest magnitude of what has come since the moment before, full scale 1.0; None: nothing has.
    gaps : int
        How often the device has lost sound so far.
    samples : (n,) float32
        The newest `SECONDS` at the recipe's rate; zeros where nothing has been recorded yet.
    stages : tuple of Computed
        What the recipe makes of these samples, as far as its model.
    """

    seconds: float
    peak: float | None
    gaps: int
    samples: Samples
    stages: tuple[Computed, ...]


class _NothingRecordedError(Exception):
    """Takes the file back that was begun."""


class LiveSound:
    """A recording that goes on; `take` is called on the device's thread, the rest on any other.

    Parameters
    ----------
    path : Path
        The WAV file, mono float32 at the device's rate; it is there once the recording has been closed.
    rate : int
        Sample rate of what is taken, Hz.
    recipe : Recipe
        What the samples go through; its model and what follows are left out.

    Raises
    ------
    InputError
        The file cannot be written, or the recipe needs more than `SECONDS`.
    """

    def __init__(self, path: Path, rate: int, recipe: Recipe) -> None:
        self.path, self._rate, self._recipe = path, rate, up_to_model(recipe)
        self._newest: Samples = np.zeros(round(SECONDS * recipe.rate), np.float32)
        self._compute()
        self._stream = resampling(rate, recipe.rate, RESAMPLER) if rate != recipe.rate else None
        self._come: SimpleQueue[Samples] = SimpleQueue()
        self._frames = self._gaps = 0
        self._lock = Lock()
        self._open = ExitStack()
        target = self._open.enter_context(replacing(path))
        self._file = self._open.enter_context(soundfile.SoundFile(target, "w", rate, 1, subtype="FLOAT", format="WAV"))

    def take(self, block: Block, *, lost: bool = False) -> None:
        """Take (n, channels) float32 frames over; `lost`: the device has dropped some before them."""
        self._come.put(block.mean(1, dtype=np.float32))
        self._gaps += lost

    def advance(self) -> Moment:
        """Write what has come since the last time, and compute the stages of the newest seconds."""
        with self._lock:
            peak = self._write()
            return Moment(self._frames / self._rate, peak, self._gaps, self._newest.copy(), self._compute())

    def close(self) -> Path | None:
        """Write the rest and give the file its name, once; None: nothing was recorded, and there is no file.

        Raises
        ------
        InputError
            It cannot be written.
        """
        with self._lock, suppress(_NothingRecordedError), self._open:
            if not self._file.closed:
                self._write()
            if not self._frames:
                raise _NothingRecordedError
        return self.path if self._frames else None

    def _compute(self) -> tuple[Computed, ...]:
        return tuple(run_blocks(self._newest, self._recipe))

    def _write(self) -> float | None:
        """Write what has come, and move it into the newest seconds; give its largest magnitude, None for nothing."""
        new = np.concatenate([np.zeros(0, np.float32), *self._waiting()])
        if not len(new):
            return None
        self._file.write(new)
        self._frames += len(new)
        shown = self._stream.resample_chunk(new) if self._stream else new
        kept = self._newest[min(len(shown), len(self._newest)) :]
        self._newest = np.concatenate([kept, shown[-len(self._newest) :]])
        return float(np.abs(new).max())

    def _waiting(self) -> Iterator[Samples]:
        while True:
            try:
                yield self._come.get_nowait()
            except Empty:
                return
