"""The features stage: every context window through the encoder, in chunks of any order."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..base.arrays import Array, NDArray
from ..base.errors import InputError
from ..base.progress import Tick, cancellable, silent
from ..config import FEATURE_SIZE, Config

CHUNK_FRAMES = 128
"""Windows encoded between two ticks: about 70 ms of work on two cores."""


class WindowEncoder(Protocol):
    """What turns (n, 16, 80) windows into (n, 512) float32 features."""

    def encode(self, windows: NDArray) -> NDArray:
        """Encode a batch."""


def feature_chunks(
    windows: Array, encoder: WindowEncoder, order: Iterable[slice] | None = None
) -> Iterator[tuple[slice, npt.NDArray[np.float32]]]:
    """Yield (frames, features) chunk by chunk, in the given order of slices or from first to last."""
    for frames in _in_order(len(windows)) if order is None else order:
        yield frames, encoder.encode(windows[frames])


def encode_features(windows: Array, encoder: WindowEncoder, *, tick: Tick = silent) -> npt.NDArray[np.float32]:
    """Encode all windows.

    Parameters
    ----------
    windows : (N, 16, 80) array or RowBlocks
        Context windows of the normalised mel spectrogram.
    tick : callable
        Called after each chunk with (done, total) frames, and again while one takes long.

    Returns
    -------
    (N, 512) float32
        Non-negative for an encoder that ends in a ReLU, as the original's does.
    """
    features = np.empty((len(windows), FEATURE_SIZE), np.float32)
    done = 0
    with cancellable(lambda: tick(done, len(windows))):
        for frames, values in feature_chunks(windows, encoder):
            features[frames], done = values, frames.stop
            tick(done, len(windows))
    return features


def native_features(values: NDArray, config: Config) -> npt.NDArray[np.float32]:
    """Check and flatten native HuBERT or WeNet features.

    Parameters
    ----------
    values : (n, 2, 1024), (n, 2048) or (n, 8192) float array
        One row a video frame; 2,048 values a row for ``hubert``, 8,192 for ``wenet``.

    Returns
    -------
    (n, width) float32

    Raises
    ------
    InputError
        Another shape, or features that do not fit the configuration's mode.
    """
    rows = values.reshape(len(values), -1) if values.ndim > 1 and len(values) else None
    if config.mode == "ave" or rows is None or rows.shape[1] != config.native_width:
        raise InputError(
            f"native features of shape {values.shape} do not fit mode {config.mode}; "
            "hubert takes (n, 2, 1024) or (n, 2048), wenet (n, 8192), ave none"
        )
    return rows.astype(np.float32, copy=False)


def _in_order(total: int) -> Iterator[slice]:
    return (slice(start, min(start + CHUNK_FRAMES, total)) for start in range(0, total, CHUNK_FRAMES))
