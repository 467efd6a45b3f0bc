"""The definition of the pipeline once more, in librosa's and scipy's words: the oracle of the stages."""

import warnings
from typing import Any

import librosa
import numpy as np
import scipy.signal

Array = np.ndarray[Any, Any]


def mel(samples: Array, **stft: Any) -> Array:
    """Compute the mel stage as the original does."""
    emphasised = scipy.signal.lfilter([1, -0.97], [1], samples)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # librosa warns of recordings shorter than one frame
        spectrum = np.abs(librosa.stft(emphasised, **({"n_fft": 800, "hop_length": 200, "win_length": 800} | stft)))
    bank = librosa.filters.mel(sr=16000, n_fft=800, n_mels=80, fmin=55, fmax=7600)
    return normalise(20 * np.log10(np.maximum(1e-5, bank @ spectrum)))


def normalise(levels: Array) -> Array:
    return np.clip(8 * ((levels - 20 + 100) / 100) - 4, -4, 4)


def windows(mel: Array, fps: float) -> list[Array]:
    """Cut the windows as the original's loop does, one frame after the other."""
    count = int((mel.shape[1] - 16) / 80.0 * float(fps)) + 2
    cut = []
    for i in range(count):
        start = int(80.0 * (i / float(fps)))
        last = start + 16 > mel.shape[1]
        cut.append(mel[:, -16:].T if last else mel[:, start : start + 16].T)
    return cut


def context(padded: Array, frame: int) -> Array:
    """Collect the context rows as the original's loop does: zeros where a row is missing."""
    left, right = frame - 8, frame + 8
    front, back = max(0, -left), max(0, right - len(padded))
    rows = padded[max(0, left) : min(right, len(padded))]
    zeros = np.zeros_like(padded[:1])
    return np.concatenate([np.repeat(zeros, front, 0), rows, np.repeat(zeros, back, 0)])
