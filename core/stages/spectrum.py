"""Magnitude spectra of overlapping frames: window, transform, and the ways ports get either wrong."""

from functools import lru_cache

import numpy as np

from ..arrays import NDArray
from ..config import PACKED_LENGTH, MelConfig


def frame_length(config: MelConfig) -> int:
    """Samples that one frame takes from the signal."""
    return max(config.n_fft, config.win_length)


@lru_cache(maxsize=64)
def window(config: MelConfig) -> NDArray:
    """Give the window over one frame, (frame_length,) float64, zero where it is shorter than the frame.

    Cosine windows as in ``scipy.signal.get_window``; Povey is the symmetric or periodic Hann to the power 0.85 (Kaldi).
    """
    spare = frame_length(config) - config.win_length
    left = spare // 2 if config.window_align == "center" else 0
    padded = np.pad(_window_shape(config), (left, spare - left))
    padded.flags.writeable = False
    return padded


def _window_shape(config: MelConfig) -> NDArray:
    length = config.win_length
    period = length if config.window_symmetry == "periodic" else max(length - 1, 1)
    phase = 2 * np.pi * np.arange(length) / period
    match config.window:
        case "hamming":
            return np.asarray(0.54 - 0.46 * np.cos(phase))
        case "blackman":
            return np.asarray(0.42 - 0.5 * np.cos(phase) + 0.08 * np.cos(2 * phase))
        case "povey":
            return np.asarray((0.5 - 0.5 * np.cos(phase)) ** 0.85)
        case "rectangular":
            return np.ones(length)
    return np.asarray(0.5 - 0.5 * np.cos(phase))


def magnitudes(frames: NDArray, config: MelConfig) -> NDArray:
    """Give the magnitude spectra of frames.

    Parameters
    ----------
    frames : (T, frame_length) float64
        Consecutive frames of the padded signal.

    Returns
    -------
    (T, n_fft // 2 + 1) float64
        Magnitudes, times ``fft_scale``, to the power ``power``.
    """
    spectra = _TRANSFORMS[config.transform](frames * window(config), config.n_fft)
    if config.fft_scale != 1.0:
        spectra *= config.fft_scale
    return spectra if config.power == 1.0 else spectra**config.power


def _rfft(frames: NDArray, n_fft: int) -> NDArray:
    return np.abs(np.fft.rfft(frames, n_fft, axis=1))


def _nyquist_in_dc(frames: NDArray, n_fft: int) -> NDArray:
    """Packed transforms keep the Nyquist value as the imaginary part of bin 0: read naively, bin 0 holds both."""
    spectra = _rfft(frames, n_fft)
    spectra[:, 0] = np.hypot(spectra[:, 0], spectra[:, -1])
    spectra[:, -1] = 0
    return spectra


def _even_odd(frames: NDArray, n_fft: int) -> NDArray:
    """Half-length complex transform of (even, odd) sample pairs whose two halves were never untangled."""
    pairs = frames[:, : n_fft - 1 : 2] + 1j * frames[:, 1:n_fft:2]
    half = np.abs(np.fft.fft(pairs, n_fft // 2, axis=1))
    return np.pad(half, ((0, 0), (0, n_fft // 2 + 1 - half.shape[1])))


def _packed_512(frames: NDArray, n_fft: int) -> NDArray:
    """Packed in-place transform of the first 512 samples only.

    Even and odd samples lie as real and imaginary parts in one buffer of n_fft / 2 pairs. A radix-2 routine asked for
    512 points transforms the first 256 pairs (with vDSP's factor 2) and leaves the others as they were: the bins from
    256 up are magnitudes of raw sample pairs. Bin 0 holds DC and Nyquist; no band of the reference bank reaches it.
    """
    spectra = np.hypot(frames[:, : n_fft - 1 : 2], frames[:, 1:n_fft:2])
    packed = 2 * _nyquist_in_dc(frames[:, :PACKED_LENGTH], PACKED_LENGTH)
    spectra[:, : PACKED_LENGTH // 2] = packed[:, :-1]
    return np.pad(spectra, ((0, 0), (0, 1)))


_TRANSFORMS = {"rfft": _rfft, "nyquist_in_dc": _nyquist_in_dc, "even_odd": _even_odd, "packed_512": _packed_512}
