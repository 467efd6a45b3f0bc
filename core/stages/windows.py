"""The windows stage: the 16 mel columns that the encoder sees for each video frame."""

import numpy as np

from ..base.arrays import NDArray, RowBlocks
from ..base.errors import InputError
from ..config import WINDOW_COLUMNS
from ..timebase import Timebase, window_block


def context_windows(mel: NDArray, timebase: Timebase) -> RowBlocks:
    """Cut the mel spectrogram into one context window per video frame.

    Parameters
    ----------
    mel : (bands, T) float array
        Normalised log-mel spectrogram, T >= 16.

    Returns
    -------
    (N, 16, bands) RowBlocks, dtype of `mel`
        N = int((T - 16) / 80.0 * fps) + 2; window i holds the columns [s, s + 16) with s = int(80.0 * (i / fps)), or
        the last 16 columns where it would pass the end.

    Raises
    ------
    InputError
        Fewer than 16 mel columns.
    """
    bands, columns = mel.shape
    check_columns(columns, timebase)
    index = window_block(timebase.fps).rows(np.arange(timebase.frame_count(columns)), columns)
    return RowBlocks(mel.T, index.astype(np.int32), (WINDOW_COLUMNS, bands))


def check_columns(columns: int, timebase: Timebase) -> None:
    """Check that so many mel columns fill a context window.

    Raises
    ------
    InputError
        Fewer than 16.
    """
    if columns < WINDOW_COLUMNS:
        raise InputError(
            f"too short: {columns} mel columns do not fill one context window; the recording needs at least "
            f"{1000 * timebase.sample_seconds(timebase.minimum_samples):g} ms"
        )
