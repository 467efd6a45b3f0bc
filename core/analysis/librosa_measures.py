"""Measures by librosa: each takes (n,) samples, their rate and a hop length, and gives one item a hop, centred on it.

librosa is loaded with the first of them; it belongs to the extra of the window.
"""

from contextlib import ExitStack, suppress
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from ..base.errors import InputError
from ..base.store import alone

Samples = npt.NDArray[np.float32]
Values = npt.NDArray[np.floating]

MFCC_COUNT = 20
_N_FFT = 1024
"""Points of a transform: 64 ms at 16 kHz, in which the harmonics of a voice are told apart."""
_PITCH_FFT = 2048
"""Samples that a pitch is looked for in: two periods of the lowest one have room."""
_LOWEST_PITCH, _HIGHEST_PITCH = 65.0, 1000.0
"""Range of voices, Hz."""
_BINS_PER_OCTAVE, _LOWEST_HZ = 24, 50.0
_SILENCE = 1e-5
"""Amplitude that is told apart from silence, -100 dB: the last bit of 16 is at -90."""
_COMPILED = ("librosa.util.utils", "librosa.core.audio", "librosa.core.pitch")
"""Modules whose loops numba compiles when they are loaded for the first time, and keeps on the disk."""
_PATIENCE = 120.0
"""Seconds that another process may compile them: 10 on an idle processor."""


@lru_cache(maxsize=1)
def _librosa() -> Any:
    """Give librosa, which no other process of ours loads meanwhile.

    Where two processes compile the same generalised ufunc at once, numba keeps parts of both, and who calls it later
    is ended by a call of address zero (numba's issue 10128).
    """
    with ExitStack() as stack:
        with suppress(OSError, InputError):  # whoever cannot wait loads it nevertheless
            stack.enter_context(alone("librosa", _PATIENCE))
        for module in _COMPILED:
            import_module(module)
        return import_module("librosa")


def spectrum(samples: Samples, rate: int, hop: int) -> Values:
    """Give (items, 513) levels in dB; a sine of full scale has 0."""
    librosa = _librosa()
    amplitude = np.abs(librosa.stft(samples, n_fft=_N_FFT, hop_length=hop)) * (4 / _N_FFT)
    return np.asarray(librosa.amplitude_to_db(amplitude.T, ref=1.0, amin=_SILENCE, top_db=None))


def linear_hz(rate: int) -> npt.NDArray[np.float64]:
    """Give the frequencies of `spectrum`, (513,)."""
    return np.linspace(0, rate / 2, 1 + _N_FFT // 2)


def log_spectrum(samples: Samples, rate: int, hop: int) -> Values:
    """Give the levels of `spectrum` at equal steps of pitch: the loudest bin of each step, or the nearest one."""
    levels, hz = spectrum(samples, rate, hop), logarithmic_hz(rate)
    step = rate / _N_FFT
    ratio = 2 ** (0.5 / _BINS_PER_OCTAVE)
    first = np.clip(np.ceil(hz / ratio / step), 0, levels.shape[1] - 1).astype(np.intp)
    last = np.clip(np.floor(hz * ratio / step), 0, levels.shape[1] - 1).astype(np.intp)
    nearest = np.clip(np.rint(hz / step), 0, levels.shape[1] - 1).astype(np.intp)
    first, last = np.where(last < first, nearest, first), np.where(last < first, nearest, last)
    found = levels[:, first]
    for shift in range(1, int((last - first).max()) + 1):
        np.maximum(found, levels[:, np.minimum(first + shift, last)], out=found)
    return found


def logarithmic_hz(rate: int) -> npt.NDArray[np.float64]:
    """Give the frequencies of `log_spectrum`: 24 an octave from 50 Hz on."""
    count = int(_BINS_PER_OCTAVE * np.log2(rate / 2 / _LOWEST_HZ)) + 1
    return _LOWEST_HZ * 2.0 ** (np.arange(count) / _BINS_PER_OCTAVE)


def pitch(samples: Samples, rate: int, hop: int) -> Values:
    """Give the fundamental frequency in Hz by pYIN, NaN where nothing is voiced."""
    librosa = _librosa()
    highest = min(_HIGHEST_PITCH, rate / 4)
    found, _, _ = librosa.pyin(
        samples, fmin=_LOWEST_PITCH, fmax=highest, sr=rate, frame_length=_PITCH_FFT, hop_length=hop
    )
    return np.asarray(found)


def level(samples: Samples, rate: int, hop: int) -> Values:
    """Give the RMS in dB of full scale."""
    librosa = _librosa()
    rms = librosa.feature.rms(y=samples, frame_length=_N_FFT, hop_length=hop)[0]
    return np.asarray(librosa.amplitude_to_db(rms, ref=1.0, amin=_SILENCE, top_db=None))


def onset_strength(samples: Samples, rate: int, hop: int) -> Values:
    """Give how much louder the bands of a mel spectrogram have become, dB a hop in the mean."""
    librosa = _librosa()
    mel = librosa.feature.melspectrogram(y=samples, sr=rate, n_fft=_N_FFT, hop_length=hop)
    levels = librosa.power_to_db(mel, ref=1.0, amin=_SILENCE**2, top_db=None)
    return np.asarray(librosa.onset.onset_strength(S=levels, sr=rate, hop_length=hop))


def centroid(samples: Samples, rate: int, hop: int) -> Values:
    """Give the centre of gravity of the spectrum, Hz."""
    librosa = _librosa()
    return np.asarray(librosa.feature.spectral_centroid(y=samples, sr=rate, n_fft=_N_FFT, hop_length=hop)[0])


def rolloff(samples: Samples, rate: int, hop: int) -> Values:
    """Give the frequency below which 85 % of the magnitude lies, Hz."""
    librosa = _librosa()
    return np.asarray(librosa.feature.spectral_rolloff(y=samples, sr=rate, n_fft=_N_FFT, hop_length=hop)[0])


def crossings(samples: Samples, rate: int, hop: int) -> Values:
    """Give how often the signal changes its sign, per second."""
    librosa = _librosa()
    return np.asarray(librosa.feature.zero_crossing_rate(samples, frame_length=_N_FFT, hop_length=hop)[0] * rate)


def tempo(samples: Samples, rate: int, hop: int) -> Values:
    """Give the tempo around each moment, BPM."""
    librosa = _librosa()
    strength = onset_strength(samples, rate, hop)
    return np.asarray(librosa.feature.tempo(onset_envelope=strength, sr=rate, hop_length=hop, aggregate=None))


def mfcc(samples: Samples, rate: int, hop: int, *, count: int) -> Values:
    """Give (items, count) cepstral coefficients of a mel spectrogram."""
    librosa = _librosa()
    mel = librosa.feature.melspectrogram(y=samples, sr=rate, n_fft=_N_FFT, hop_length=hop)
    levels = librosa.power_to_db(mel, ref=1.0, amin=_SILENCE**2, top_db=None)
    return np.asarray(librosa.feature.mfcc(S=levels, n_mfcc=count).T)


def chroma(samples: Samples, rate: int, hop: int) -> Values:
    """Give (items, 12) shares of the pitches from C on, tuned to 440 Hz; the largest of each item is 1."""
    librosa = _librosa()
    found = librosa.feature.chroma_stft(y=samples, sr=rate, n_fft=_PITCH_FFT, hop_length=hop, tuning=0.0)
    return np.asarray(found.T)
