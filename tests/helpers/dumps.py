"""Small stages that look like speech, and the ways in which ports write them down."""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def _smooth(array: Array, width: int, axis: int) -> Array:
    kernel = np.hanning(width + 2)[1:-1]
    return np.apply_along_axis(lambda line: np.convolve(line, kernel / np.sqrt(kernel @ kernel), "same"), axis, array)


def speech_mel(columns: int, seed: int = 0) -> Array:
    """Make (80, T) float32 in -4 to 4 that changes slowly in time and from band to band, with clipped places."""
    noise = np.random.default_rng(seed).normal(size=(80, columns + 20))
    mel = 1.5 * _smooth(_smooth(noise, 7, 1), 9, 0)[:, 10:-10] - 1.5
    return np.ascontiguousarray(np.clip(mel, -4, 4), np.float32)


def speech_features(rows: int, seed: int = 0) -> Array:
    """Make (n, 512) float32 that changes slowly and is 0 in half of its places, as after a ReLU."""
    noise = np.random.default_rng(seed).normal(size=(rows + 20, 512))
    return np.ascontiguousarray(np.maximum(2 * _smooth(noise, 7, 0)[10:-10], 0), np.float32)


def pad(features: Array) -> Array:
    return np.concatenate([features[:1], features, features[-1:]])


def frame_tensors(features: Array) -> Array:
    """Cut (n, 32, 16, 16) of 16 consecutive rows each, without edges."""
    return np.stack([features[i : i + 16].reshape(32, 16, 16) for i in range(len(features) - 15)])


def bfloat16(array: Array) -> Array:
    """Give the upper 16 bits of float32 values."""
    return (np.ascontiguousarray(array, "<f4").view("<u4") >> 16).astype("<u2")


ENCODERS: dict[str, Callable[[Array], Array]] = {
    "float32": lambda array: array.astype("<f4"),
    "float64": lambda array: array.astype("<f8"),
    "float16": lambda array: array.astype("<f2"),
    "bfloat16": bfloat16,
    "float32be": lambda array: array.astype(">f4"),
    "float64be": lambda array: array.astype(">f8"),
    "float16be": lambda array: array.astype(">f2"),
    "bfloat16be": lambda array: bfloat16(array).astype(">u2"),
}
"""How each type of headerless values is stored."""
