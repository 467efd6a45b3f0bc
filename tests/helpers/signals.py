"""Signals that tests feed to the pipeline."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def noise(n: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(0, 0.2, n).astype(np.float32)


def sine(n: int, hz: float = 1000.0, amplitude: float = 1.0) -> Array:
    return (amplitude * np.sin(2 * np.pi * hz / 16000 * np.arange(n))).astype(np.float32)


def impulse(n: int, at: int) -> Array:
    signal = np.zeros(n, np.float32)
    signal[at] = 1
    return signal


def speech_like(n: int) -> Array:
    """Harmonics of a gliding pitch with syllables and pauses: loud, soft and silent places."""
    seconds = np.arange(n) / 16000
    phase = 2 * np.pi * np.cumsum(120 + 30 * np.sin(2 * np.pi * 0.7 * seconds)) / 16000
    voice = sum(np.sin(k * phase) / k for k in range(1, 30))
    syllables = np.clip(np.sin(2 * np.pi * 3 * seconds), 0, None) * (np.sin(2 * np.pi * 0.4 * seconds) > -0.5)
    return (0.2 * voice * syllables + 1e-4 * noise(n, 7)).astype(np.float32)
